"""The help of train lists what can be configured: groups, choices, settings, their type and meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.models import MODEL_TYPES
from paratheme.training.config import Config
from paratheme.training.settings_help import GROUPS, choices_of, help_text


@pytest.fixture(scope="module")
def told() -> str:
    return help_text()


def test_every_group_every_choice_and_every_setting_is_listed(told: str) -> None:
    assert set(GROUPS) | {"themes", "name", "seed", "resume"} == set(Config.model_fields)
    for group in (*GROUPS, "themes", "experiment"):
        assert f"\n{group}: " in told
        assert [choice for choice in choices_of(group) if f"  {group}={choice}" not in told] == []
    for group, (_, kinds) in GROUPS.items():
        for kind in kinds:
            fields = set(kind.model_fields) - {"strategy", "model_type"}
            inside = f"{group}.columns." if kind.__name__ == "Columns" else f"{group}."
            assert [name for name in fields if f"  {inside}{name}" not in told] == []
    assert [kind for kind in MODEL_TYPES if f"where model.model_type is {kind}:" not in told] == []


def test_a_setting_is_told_with_type_default_and_meaning(told: str) -> None:
    words = " ".join(told.split())
    assert "seed a whole number of at least 0; default 0. Of everything random in training" in words
    assert "model.C a number above 0; default 10.0. Inverse strength of the L2 penalty." in words
    assert "encoder.pooling one of mean, cls; default mean." in words


def test_lines_are_not_longer_than_a_terminal_of_a_hundred_columns(told: str) -> None:
    assert max(map(len, told.splitlines())) <= 100


def test_own_choices_are_listed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf" / "themes").mkdir(parents=True)
    (tmp_path / "conf" / "themes" / "desk.yaml").write_text("# What my desk looks for. And more.\nthemes: []\n")
    assert choices_of("themes")["desk"] == "What my desk looks for."
    assert "desk" not in choices_of("themes", own=False)
