"""A watch is a run: what was compared, every test, and whether something moved."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.errors import ParathemeError, UsageError, validated
from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking.runs import find_run
from paratheme.training.watch import Watched, WatchSettings, vectors_of, watch
from tests.training.conftest import written

QUICK = WatchSettings(permutations=199)


@pytest.fixture(scope="module")
def model(workplace: SimpleNamespace, texts: list[str], labels: Any, themes: ThemeSet) -> str:
    fitted = LexiconModel(themes).fit(texts, labels)
    classifier = ThemeClassifier(themes, "lexicon", fitted, Calibration.fit(fitted.predict_proba(texts), labels))
    classifier.save(workplace.folder / "saved")
    return str(workplace.folder / "saved")


@pytest.fixture
def halves(rows: list[dict[str, Any]], tmp_path: Path) -> tuple[str, str]:
    """The rows of even and of odd number."""
    first = written([{"text": row["text"]} for row in rows[::2]], tmp_path / "before.jsonl")
    return str(first), str(written([{"text": row["text"]} for row in rows[1::2]], tmp_path / "after.jsonl"))


def watched(baseline: str, new: str, model: str, said: list[str] | None = None) -> Watched:
    return watch(baseline, new, model, None, "text", QUICK, (said if said is not None else []).append)


def test_it_is_a_run_with_every_test(model: str, halves: tuple[str, str]) -> None:
    found = watched(*halves, model)
    run = find_run(f"runs:/{found.run_id}")
    assert run.name == "watch after.jsonl against before.jsonl"
    assert (run.tags["kind"], run.tags["moved"], run.tags["filed_by"]) == (
        "watch",
        "yes" if found.moved else "no",
        model,
    )
    assert (run.params["baseline"], run.params["new"], run.params["permutations"]) == (*halves, "199")
    names = {test.what.replace("theme ", "theme/").replace(" ", "_") for test in found.tests}
    assert {f"{figure}/{name}" for name in names for figure in ("p", "p_holm", "effect", "statistic")} <= set(
        run.metrics
    )
    assert run.metrics["p/theme/gaza"] == pytest.approx(found.tests[0].p)
    assert (found.baseline, found.new) == ((40, 40), (40, 40))


def test_what_has_moved_is_told_in_its_description(model: str, halves: tuple[str, str], tmp_path: Path) -> None:
    rows = [{"text": f"Gaza and Rafah, again {i}"} for i in range(30)]
    found = watched(halves[0], str(written(rows, tmp_path / "gaza.jsonl")), model)
    assert found.moved
    assert "theme gaza" in {test.what for test in found.tests if test.moved}
    told = find_run(f"runs:/{found.run_id}").tags["mlflow.note.content"]
    assert told.startswith("**Moved**: theme gaza: ")


def test_too_few_permutations_to_find_anything_are_refused(model: str, halves: tuple[str, str]) -> None:
    few = WatchSettings(permutations=99)
    with pytest.raises(UsageError, match=r"--permutations 99: 7 tests at a level of 0\.05 need 139 at least"):
        watch(*halves, model, None, "text", few, print)


def test_a_pile_too_small_for_a_test_is_refused(model: str, halves: tuple[str, str], tmp_path: Path) -> None:
    few = written([{"text": "a"}] * 4, tmp_path / "few.jsonl")
    with pytest.raises(ParathemeError, match=r"few.jsonl: 4 documents, and a test needs 5 at least"):
        watched(halves[0], str(few), model)


def test_what_cannot_be_read_is_told_and_the_rest_compared(model: str, halves: tuple[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for i in range(6):
        (folder / f"{i}.txt").write_text(f"The museum opened its doors to children, say reports number {i}.", "utf-8")
    (folder / "broken.txt").write_bytes(b"%PDF-1.4")
    found = watched(halves[0], str(folder), model)
    assert ["broken.txt" in failure for failure in found.failures] == [True]
    assert found.new == (6, 6)


@pytest.mark.parametrize("given", [{"level": 0.0}, {"level": 1.0}, {"permutations": 9}])
def test_settings_that_cannot_be_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        validated(WatchSettings, given)


def test_vectors_are_of_the_models_own_encoder_or_else_of_words(themes: ThemeSet) -> None:
    words = vectors_of(LexiconModel(themes), ["Rain.", "rain", "sun", ""])
    assert (words[[0]] != words[[1]]).nnz == 0 != (words[[0]] != words[[2]]).nnz
    own = SimpleNamespace(encoder_=SimpleNamespace(embed=lambda texts: np.ones((len(texts), 2))))
    assert vectors_of(own, ["a", "b", "c"]).shape == (3, 2)  # type: ignore[arg-type]
