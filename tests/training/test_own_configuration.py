"""Configuration of the working directory is data: no code of it runs, and it reads nothing of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.errors import UsageError
from paratheme.training.compose import compose, run_jobs
from paratheme.training.own_configuration import check_own


def put(folder: Path, name: str, text: str) -> Path:
    file = folder / "conf" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("hydra/launcher/basic.yaml", "_target_: os.system", "settings of Hydra itself are not taken from conf/"),
        ("experiment/x.yaml", "hydra:\n  launcher:\n    _target_: os.system", "hydra is not taken from conf/"),
        ("experiment/x.yaml", "hydra:\n  job_logging: {}", "hydra is not taken from conf/"),
        ("experiment/x.yaml", "hydra:\n  sweeper: {params: {seed: 1}, _target_: os.system}", "hydra is not taken"),
        ("experiment/x.yaml", "defaults:\n  - override /hydra/launcher: x", "override /hydra/launcher is not taken"),
        ("model/x.yaml", "_target_: os.system", "_target_ is not taken from conf/"),
        ("model/x.yaml", "a:\n  - b: {_target_: os.system}", "a.b._target_ is not taken from conf/"),
        ("model/x.yaml", "a: 1\nname: ${oc.env:HOME}", "line 2: ${oc.env:...} is not computed in conf/"),
        ("model/x.yaml", "name: ${ hydra:runtime.cwd}", "line 1: ${hydra:...} is not computed in conf/"),
        ("themes/deep/x.yaml", "name: a${oc.decode:x}", "line 1: ${oc.decode:...} is not computed in conf/"),
    ],
)
def test_what_is_more_than_data_is_refused_before_anything_is_composed(
    name: str, text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(tmp_path, name, text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as refused:
        compose(["model=lexicon"])
    assert str(refused.value).startswith(str(file))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "# @package _global_\nhydra:\n  sweeper:\n    params:\n      seed: 1,2\n",
        "lr: ${model.epochs}\n",
        "words: [hydra, ' _target ']\n",
        "[" * 2000,
    ],
)
def test_data_is_taken(text: str, tmp_path: Path) -> None:
    check_own(put(tmp_path, "experiment/x.yaml", text).parent.parent)


@pytest.mark.parametrize("multirun", [False, True])
def test_the_password_of_a_tracking_address_is_in_no_file_that_hydra_writes(
    multirun: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    address = "http://me:s3cret@127.0.0.1:9"
    asked: list[object] = []

    def job(config: object, name: str, command: str) -> float:
        import os

        asked.append((config.tracking.uri, os.environ["MLFLOW_TRACKING_URI"], command))  # type: ignore[attr-defined]
        return 0.0

    run_jobs(
        [f"tracking.uri={address}", "themes=sib200", "model=lexicon", "seed=1,2" if multirun else "seed=1"],
        multirun,
        job,
    )
    assert len(asked) == 1 + multirun
    assert all(one[:2] == (None, address) for one in asked)  # type: ignore[index]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if "s3cret" in path.read_text()]
    assert "s3cret" not in str([one[2] for one in asked])  # type: ignore[index]
