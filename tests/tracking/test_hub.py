"""Classifiers on a hub, with a hub of our own in its place: what is sent, what is fetched, and what is said."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
import yaml
from huggingface_hub import errors

import paratheme
from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.errors import ParathemeError, UsageError
from paratheme.models.tfidf import TfidfModel
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking.hub import fetch, hub_card, lay_out, parse, upload
from paratheme.tracking.store import without_password

ADDRESS = "hf://desk/themes"
RUN_CARD = """\
# frozen: paragraphs filed by theme

## Figures

| theme | F1 |

## How to use it

paratheme.load("models:/paratheme/1")

## Limits

- Few texts.
"""


class Hub:
    """What keeps repositories, a folder a commit, and gives them out as links into a cache, as hubs' clients do."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, list[tuple[str, Any]]()

    def create_repo(self, repo_id: str, *, private: bool, exist_ok: bool) -> None:
        assert exist_ok
        self.asked.append((repo_id, private))

    def upload_folder(self, *, repo_id: str, folder_path: Path, commit_message: str, delete_patterns: str) -> Any:
        commit = f"c{len(list(self.folder.glob(f'{repo_id}/*')))}"
        for file in (path for path in folder_path.rglob("*") if path.is_file()):
            kept = self.folder / repo_id / commit / file.relative_to(folder_path)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(file.read_bytes())
        assert delete_patterns == "classifier/*"
        return SimpleNamespace(oid=commit)

    def snapshot_download(self, repo_id: str, *, revision: str | None, allow_patterns: Sequence[str]) -> str:
        commits = sorted(path.name for path in self.folder.glob(f"{repo_id}/*"))
        if not commits or (revision and revision not in commits):
            raise errors.LocalEntryNotFoundError("outgoing traffic has been disabled.\nSet something")
        source = self.folder / repo_id / (revision or commits[-1])
        snapshot = self.folder / "cache" / repo_id / source.name
        for file in (path for path in source.rglob("*") if path.is_file()):
            name = file.relative_to(source)
            if any(fnmatch(name.as_posix(), pattern) for pattern in allow_patterns):
                (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
                if not (snapshot / name).is_symlink():
                    os.symlink(file, snapshot / name)
        return str(snapshot)


@pytest.fixture(scope="module")
def classifier(texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    model = TfidfModel(word_ngrams=(1, 1), char_ngrams=(2, 3)).fit(texts, labels)
    about = {"model": "tfidf", "corpus": "desk", "languages": ["en", "fr", "und"], "seen": ["0123"]}
    about["test"] = {"macro_f1": 0.8, "micro_f1": 0.7, "support": 40.0}
    return ThemeClassifier(themes, "tfidf", model, Calibration.fit(model.predict_proba(texts), labels), about)


@pytest.fixture(scope="module")
def saved(classifier: ThemeClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "classifier"
    classifier.save(folder)
    return folder


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    made = Hub(tmp_path / "hub")
    monkeypatch.setattr(huggingface_hub, "HfApi", lambda: made)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", made.snapshot_download)
    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path / "own_cache"))
    return made


def laid_out(saved: Path, classifier: ThemeClassifier, into: Path, card: str = RUN_CARD) -> Path:
    lay_out(saved, classifier, ADDRESS, "mit", card, into)
    return into


def test_a_repository_holds_a_card_and_the_saved_classifier_and_nothing_else(
    saved: Path, classifier: ThemeClassifier, tmp_path: Path
) -> None:
    folder = laid_out(saved, classifier, tmp_path / "out")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}
    assert files == {"README.md", *(f"classifier/{name}" for name in own)}
    assert {Path(name).suffix for name in own} <= {".json", ".safetensors", ".txt"}


def test_the_folder_loads_as_it_is_and_files_the_same(
    saved: Path, classifier: ThemeClassifier, texts: list[str], tmp_path: Path
) -> None:
    folder = laid_out(saved, classifier, tmp_path / "out")
    assert paratheme.load(folder).predict(texts) == classifier.predict(texts)


def test_nothing_is_written_over(saved: Path, classifier: ThemeClassifier, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ParathemeError, match="not empty; give a new folder"):
        laid_out(saved, classifier, tmp_path)


def test_the_card_has_the_metadata_that_hubs_read_and_says_how_it_is_used_from_there(
    classifier: ThemeClassifier,
) -> None:
    _, metadata, body = hub_card(classifier, ADDRESS, "apache-2.0", RUN_CARD).split("---\n", 2)
    told = yaml.safe_load(metadata)
    results = told.pop("model-index")[0]["results"][0]
    assert [(one["name"], one["value"]) for one in results["metrics"]] == [("macro F1", 0.8), ("micro F1", 0.7)]
    assert told == {
        "language": ["en", "fr"],
        "library_name": "paratheme",
        "license": "apache-2.0",
        "metrics": ["f1"],
        "pipeline_tag": "text-classification",
        "tags": ["paratheme", "multilingual", "multi-label"],
    }
    headings = [line for line in body.splitlines() if line.startswith("#")]
    assert headings == ["# tfidf: paragraphs filed by theme", "## How to use it", "## Figures", "## Limits"]
    assert f'paratheme.load("{ADDRESS}")' in body
    assert "models:/" not in body


def test_without_a_run_the_card_tells_the_themes(classifier: ThemeClassifier) -> None:
    body = hub_card(classifier, ADDRESS, "mit")
    assert f"| sudan | Sudan, Soudan | {classifier.thresholds['sudan']:.3f} |" in body


def test_what_was_sent_is_fetched_and_files_the_same_each_revision_by_its_name(
    hub: Hub, saved: Path, classifier: ThemeClassifier, texts: list[str], tmp_path: Path
) -> None:
    commit = upload(laid_out(saved, classifier, tmp_path / "out"), "desk/themes", public=False)
    assert hub.asked == [("desk/themes", True)]
    for address in (ADDRESS, f"{ADDRESS}@{commit}", ADDRESS):
        assert paratheme.load(address).predict(texts) == classifier.predict(texts)
    other = fetch(f"{ADDRESS}@{commit}")
    upload(tmp_path / "out", "desk/themes", public=True)
    assert fetch(ADDRESS).name != other.name
    assert hub.asked[-1] == ("desk/themes", False)


def test_what_is_no_part_of_a_classifier_is_not_even_fetched(
    hub: Hub, saved: Path, classifier: ThemeClassifier, tmp_path: Path
) -> None:
    folder = laid_out(saved, classifier, tmp_path / "out")
    (folder / "classifier" / "model" / "evil.pkl").write_bytes(b"cos\nsystem\n")
    (folder / "setup.py").write_text("raise SystemExit")
    upload(folder, "desk/themes", public=False)
    fetched = {path.name for path in fetch(ADDRESS).rglob("*")}
    assert not fetched & {"evil.pkl", "setup.py", "README.md"}
    assert not any(path.is_symlink() for path in fetch(ADDRESS).rglob("*"))


def test_what_was_changed_on_its_way_is_refused(
    hub: Hub, saved: Path, classifier: ThemeClassifier, tmp_path: Path
) -> None:
    folder = laid_out(saved, classifier, tmp_path / "out")
    weights = next((folder / "classifier" / "model").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01\x02")
    upload(folder, "desk/themes", public=False)
    with pytest.raises(ParathemeError, match="damaged, its hash differs"):
        paratheme.load(ADDRESS)


def test_a_repository_of_another_kind_is_told(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "pytorch_model.bin").write_bytes(b"x")
    upload(tmp_path / "out", "desk/themes", public=False)
    with pytest.raises(ParathemeError, match=f"{ADDRESS}: no classifier of paratheme"):
        paratheme.load(ADDRESS)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            errors.LocalEntryNotFoundError("away\nlong"),
            r"the hub is not reached \(away\); check the network, HF_ENDPOINT",
        ),
        (ConnectionError("away"), "the hub is not reached"),
        (errors.GatedRepoError("no", response=SimpleNamespace(headers={}, request=None)), "is not yours to see"),
        (ValueError("odd\nlong"), r"the hub refused \(odd\); check the name, or `hf auth login`"),
    ],
)
def test_what_a_hub_says_is_told_in_one_line(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, said: str
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    monkeypatch.setattr(hub, "create_repo", fail)
    for act in (lambda: fetch(ADDRESS), lambda: upload(tmp_path, "desk/themes", False)):
        with pytest.raises(ParathemeError, match=rf"^{ADDRESS}: .*{said}") as caught:
            act()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["hf://", "hf://desk", "hf://a/b/c", "hf://a/b@", "hf://a b/c", "hf://../b"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match=r"no address on a hub; write hf://OWNER/NAME"):
        parse(address)


def test_an_address_on_a_hub_is_told_whole_and_others_without_what_is_secret() -> None:
    assert parse(f"{ADDRESS}@refs/pr/1") == ("desk/themes", "refs/pr/1")
    assert without_password(f"{ADDRESS}@main: no") == f"{ADDRESS}@main: no"
    assert without_password("hf://a/b,sql://user:secret@host") == "hf://a/b,sql://...@host"
