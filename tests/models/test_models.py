"""What every model family keeps to.  A new family is one more line in `MODELS`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from paratheme.models import FAMILIES, Model, build
from paratheme.models.finetuned import NOISES
from paratheme.themes.theme_set import ThemeSet

MODELS: dict[str, dict[str, Any]] = {
    "lexicon": {},
    "tfidf": {"char_ngrams": (2, 3)},
    "frozen": {"C": 0.1},
    "finetuned": {"epochs": 1, "batch_size": 32, "learning_rate": 1e-3},
    "hybrid": {"epochs": 1, "batch_size": 32, "learning_rate": 1e-3},
}
every_family = pytest.mark.parametrize("family", MODELS)
New = Callable[..., Model]


@pytest.fixture(scope="module")
def new(themes: ThemeSet, tiny_encoder: Path) -> New:
    """Make an unfitted model of a family."""
    shared = {"themes": themes.to_dict(), "encoder": {"path": str(tiny_encoder), "max_length": 32}, "seed": 0}

    def make(family: str, **changes: Any) -> Model:
        return build(family, shared=shared, **{**MODELS[family], **changes})

    return make


@pytest.fixture(scope="module")
def fitted(new: New, texts: list[str], labels: Any, cache: Path) -> Callable[[str], Model]:
    """One fitted model a family, for the tests that only look at it."""
    found: dict[str, Model] = {}

    def get(family: str) -> Model:
        if family not in found:
            found[family] = new(family).fit(texts, labels)
        return found[family]

    return get


def saved_and_loaded(model: Model, folder: Path) -> Model:
    model.save(folder)
    return clone(model).load(folder)


def test_every_family_stands_in_the_list() -> None:
    assert set(MODELS) == set(FAMILIES)


@every_family
def test_a_model_is_a_scikit_learn_estimator(family: str, new: New) -> None:
    model = new(family)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert copy.set_params(exclusive=True).get_params()["exclusive"] is True
    assert set(MODELS[family]) <= set(model.get_params())


@every_family
def test_fitting_changes_no_parameter_and_leaves_what_was_learned_in_names_that_end_in_an_underscore(
    family: str, new: New, fitted: Callable[[str], Model]
) -> None:
    model = fitted(family)
    parameters = model.get_params(deep=False)
    assert parameters == new(family).get_params(deep=False)
    learned = set(vars(model)) - set(parameters)
    assert learned
    assert {name for name in learned if not name.endswith("_")} == set()


@every_family
def test_probabilities_are_float32_between_0_and_1_a_column_a_theme(
    family: str, fitted: Callable[[str], Model], texts: list[str]
) -> None:
    P = fitted(family).predict_proba(texts[:7])
    assert (P.shape, P.dtype) == ((7, 3), np.float32)
    assert ((P >= 0) & (P <= 1)).all()


@every_family
def test_no_texts_give_no_rows(family: str, fitted: Callable[[str], Model]) -> None:
    P = fitted(family).predict_proba([])
    assert (P.shape, P.dtype) == ((0, 3), np.float32)


@every_family
def test_a_model_learns_what_its_texts_show(
    family: str, fitted: Callable[[str], Model], texts: list[str], labels: Any
) -> None:
    P = fitted(family).predict_proba(texts)
    for theme in range(3):
        told = labels[:, theme] == 1
        assert P[told, theme].mean() > P[~told, theme].mean() + 0.02


@every_family
def test_the_order_of_the_texts_is_the_order_of_the_rows(
    family: str, fitted: Callable[[str], Model], texts: list[str]
) -> None:
    model, order = fitted(family), [5, 0, 3, 70, 3, 41]
    P = model.predict_proba(texts)
    np.testing.assert_allclose(model.predict_proba([texts[i] for i in order]), P[order], atol=1e-5)


@every_family
@pytest.mark.parametrize("text", ["", " ", "\n\t", "😀", "؟", "\u200b", "a" * 5000, "0"])
def test_no_text_is_too_strange_to_score(family: str, text: str, fitted: Callable[[str], Model]) -> None:
    assert np.isfinite(fitted(family).predict_proba([text])).all()


@every_family
def test_half_a_character_can_be_scored(family: str, fitted: Callable[[str], Model]) -> None:
    assert np.isfinite(fitted(family).predict_proba(["Gaza \ud83d"])).all()


@every_family
@pytest.mark.parametrize("exclusive", [False, True])
def test_a_saved_model_scores_as_the_fitted_one_did(
    family: str, exclusive: bool, new: New, texts: list[str], labels: Any, tmp_path: Path
) -> None:
    Y = np.eye(3, dtype=np.int64)[labels.argmax(axis=1)] if exclusive else labels
    model = new(family, exclusive=exclusive).fit(texts, Y, valid=(texts[:16], Y[:16]))
    again = saved_and_loaded(model, tmp_path)
    np.testing.assert_allclose(again.predict_proba(texts), model.predict_proba(texts), atol=1e-4)


@every_family
def test_a_saved_folder_holds_no_pickle(family: str, fitted: Callable[[str], Model], tmp_path: Path) -> None:
    fitted(family).save(tmp_path)
    suffixes = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert suffixes <= {".safetensors", ".json", ".jinja", ".txt"}
    beginnings = {path.read_bytes()[:2] for path in tmp_path.rglob("*") if path.is_file()}
    assert not {b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"PK"} & beginnings


@every_family
def test_exclusive_topics_share_one_probability(family: str, new: New, texts: list[str], labels: Any) -> None:
    Y = np.eye(3, dtype=np.int64)[labels.argmax(axis=1)]
    P = new(family, exclusive=True).fit(texts, Y).predict_proba(texts)
    assert P.dtype == np.float32
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-5)


@every_family
@pytest.mark.parametrize("exclusive", [False, True])
def test_a_theme_without_an_example_stays_improbable_and_breaks_nothing(
    family: str, exclusive: bool, new: New, texts: list[str], labels: Any, tmp_path: Path
) -> None:
    rows = np.flatnonzero(labels[:, 1] == 0)
    Y = labels[rows]
    if exclusive:
        Y = np.eye(3, dtype=np.int64)[Y.argmax(axis=1)]
    some = [texts[row] for row in rows]
    model = new(family, exclusive=exclusive).fit(some, Y, valid=(some[:9], Y[:9]))
    P = saved_and_loaded(model, tmp_path).predict_proba(some)
    assert np.isfinite(P).all()
    assert P[:, 1].mean() < 0.5


@pytest.mark.parametrize("family", ["lexicon", "tfidf", "frozen"])
@pytest.mark.parametrize("topics", [1, 2])
def test_one_or_two_topics_out_of_three_can_be_learned(
    family: str, topics: int, new: New, texts: list[str], labels: Any
) -> None:
    Y = np.eye(3, dtype=np.int64)[labels.argmax(axis=1) % topics]
    P = new(family, exclusive=True).fit(texts, Y).predict_proba(texts)
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-5)
    if family == "tfidf":
        assert (P.argmax(axis=1) == Y.argmax(axis=1)).mean() > 0.9


@every_family
def test_fitting_twice_with_the_same_seed_gives_the_same_scores(
    family: str, new: New, fitted: Callable[[str], Model], texts: list[str], labels: Any
) -> None:
    again = new(family).fit(texts, labels)
    np.testing.assert_allclose(again.predict_proba(texts), fitted(family).predict_proba(texts), atol=1e-6)


def test_another_seed_fine_tunes_otherwise(
    new: New, fitted: Callable[[str], Model], texts: list[str], labels: Any
) -> None:
    other = new("finetuned", seed=1).fit(texts, labels)
    assert np.abs(other.predict_proba(texts) - fitted("finetuned").predict_proba(texts)).max() > 1e-4


def test_fine_tuning_stops_when_the_validation_part_gets_no_better_and_keeps_the_best_epoch(
    new: New, texts: list[str], labels: Any
) -> None:
    from sklearn.metrics import average_precision_score

    model: Any = new("finetuned", epochs=6, patience=1).fit(texts[:40], labels[:40], valid=(texts[40:], labels[40:]))
    found = [entry["eval_average_precision"] for entry in model.history_ if "eval_average_precision" in entry]
    assert 1 < len(found) <= 6
    assert all(one < following for one, following in pairwise(found[:-1]))
    reached = average_precision_score(labels[40:], model.predict_proba(texts[40:]), average="macro")
    assert reached == pytest.approx(max(found), abs=0.02)


def test_texts_are_read_with_noise_in_training_alone(new: New, texts: list[str], labels: Any) -> None:
    accented = [f"{text} à l'école" for text in texts]
    model: Any = new("finetuned", text_noise=1.0, epochs=1).fit(accented, labels)
    rows = model._rows(accented, labels, NOISES)
    as_they_are = {tuple(ids) for ids in model.encoder_.tokenize(accented)}
    batch = model._collate([rows[i] for i in range(len(rows))])
    lengths = batch["attention_mask"].sum(dim=1).tolist()
    read = [tuple(ids[:length]) for ids, length in zip(batch["input_ids"].tolist(), lengths, strict=True)]
    assert sum(ids in as_they_are for ids in read) < len(read) / 2
    evaluated = model._collate([model._rows(accented, labels)[i] for i in range(4)])
    assert evaluated["attention_mask"].sum(dim=1).tolist() == [
        len(ids) for ids in model.encoder_.tokenize(accented[:4])
    ]


def test_layers_that_are_to_stay_as_pretrained_stay(
    new: New, tiny_encoder: Path, texts: list[str], labels: Any
) -> None:
    from safetensors.torch import load_file

    before = load_file(tiny_encoder / "model.safetensors")
    model: Any = new("finetuned", frozen_layers=0.5).fit(texts, labels)
    after = model.encoder_.model.state_dict()
    changed = {name for name in before if "pooler" not in name and (before[name].half() != after[name].half()).any()}
    assert changed
    assert all(name.startswith("encoder.layer.1.") for name in changed)
