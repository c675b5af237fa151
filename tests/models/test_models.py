"""What every model type keeps to.  A new type is one more line in `MODELS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from paratheme.models import MODEL_TYPES, Model, build, parameters_of
from paratheme.models.settings import EncoderSettings
from paratheme.themes.theme_set import ThemeSet

TUNED = {"epochs": 1, "batch_size": 32, "learning_rate": 1e-3}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "lexicon": ("lexicon", {}),
    "tfidf": ("tfidf", {"char_ngrams": (2, 3)}),
    "static": ("static", {"dimensions": 16, "head_C": 0.1}),
    "frozen": ("finetuned", {"epochs": 0, "head_C": 0.1, "class_weight": "balanced"}),
    "finetuned": ("finetuned", TUNED),
    "hybrid": ("hybrid", TUNED),
    "hybrid_frozen": ("hybrid", {"epochs": 0}),
}
every_model = pytest.mark.parametrize("name", MODELS)
New = Callable[..., Model]


@pytest.fixture(scope="module")
def new(themes: ThemeSet, tiny_encoder: Path) -> New:
    """Make an unfitted model."""
    shared = {"themes": themes, "encoder": EncoderSettings(path=str(tiny_encoder), max_length=32), "seed": 0}

    def make(name: str, **changes: Any) -> Model:
        model_type, params = MODELS[name]
        return build(model_type, {**params, **changes}, shared)

    return make


@pytest.fixture(scope="module")
def fitted(new: New, texts: list[str], labels: Any, cache: Path) -> Callable[[str], Model]:
    """One fitted model of each, for the tests that only look at it."""
    found: dict[str, Model] = {}

    def get(name: str) -> Model:
        if name not in found:
            found[name] = new(name).fit(texts, labels)
        return found[name]

    return get


def saved_and_loaded(model: Model, folder: Path) -> Model:
    model.save(folder)
    return clone(model).load(folder)


def test_every_model_type_stands_in_the_list() -> None:
    assert {model_type for model_type, _ in MODELS.values()} == set(MODEL_TYPES)


def test_a_model_type_or_setting_that_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match="model type 'frozen' does not exist; there are lexicon, tfidf, finetuned"):
        build("frozen", {})
    with pytest.raises(ValueError, match="'tfidf' has no setting 'epochs'; it has C, char_ngrams"):
        build("tfidf", {"epochs": 2})


def test_a_model_takes_of_what_is_shared_what_it_has_parameters_for(themes: ThemeSet) -> None:
    shared = {"themes": themes, "encoder": EncoderSettings(), "seed": 3, "single_label": True}
    for model_type in MODEL_TYPES:
        model = build(model_type, {}, shared)
        taken = {key: value for key, value in shared.items() if key in parameters_of(model_type)}
        assert taken.items() <= model.get_params(deep=False).items()
    assert build("tfidf", {"single_label": False}, shared).get_params()["single_label"] is False


@every_model
def test_a_model_is_a_scikit_learn_estimator(name: str, new: New) -> None:
    model = new(name)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert copy.set_params(single_label=True).get_params()["single_label"] is True
    assert set(MODELS[name][1]) <= set(model.get_params())


@every_model
def test_fitting_changes_no_parameter_and_leaves_what_was_learned_in_names_that_end_in_an_underscore(
    name: str, new: New, fitted: Callable[[str], Model]
) -> None:
    model = fitted(name)
    parameters = model.get_params(deep=False)
    assert parameters == new(name).get_params(deep=False)
    learned = set(vars(model)) - set(parameters)
    assert learned
    assert {name for name in learned if not name.endswith("_")} == set()


@every_model
def test_probabilities_are_float32_between_0_and_1_a_column_a_theme(
    name: str, fitted: Callable[[str], Model], texts: list[str]
) -> None:
    P = fitted(name).predict_proba(texts[:7])
    assert (P.shape, P.dtype) == ((7, 3), np.float32)
    assert ((P >= 0) & (P <= 1)).all()


@every_model
def test_no_texts_give_no_rows(name: str, fitted: Callable[[str], Model]) -> None:
    P = fitted(name).predict_proba([])
    assert (P.shape, P.dtype) == ((0, 3), np.float32)


@every_model
def test_a_model_learns_what_its_texts_show(
    name: str, fitted: Callable[[str], Model], texts: list[str], labels: Any
) -> None:
    P = fitted(name).predict_proba(texts)
    for theme in range(3):
        told = labels[:, theme] == 1
        assert P[told, theme].mean() > P[~told, theme].mean() + 0.02


@every_model
def test_the_order_of_the_texts_is_the_order_of_the_rows(
    name: str, fitted: Callable[[str], Model], texts: list[str]
) -> None:
    model, order = fitted(name), [5, 0, 3, 70, 3, 41]
    P = model.predict_proba(texts)
    np.testing.assert_allclose(model.predict_proba([texts[i] for i in order]), P[order], atol=1e-5)


@every_model
@pytest.mark.parametrize("text", ["", " ", "\n\t", "😀", "؟", "\u200b", "a" * 5000, "0"])
def test_no_text_is_too_strange_to_score(name: str, text: str, fitted: Callable[[str], Model]) -> None:
    assert np.isfinite(fitted(name).predict_proba([text])).all()


@every_model
def test_half_a_character_can_be_scored(name: str, fitted: Callable[[str], Model]) -> None:
    assert np.isfinite(fitted(name).predict_proba(["Gaza \ud83d"])).all()


@every_model
@pytest.mark.parametrize("single_label", [False, True])
def test_a_saved_model_scores_as_the_fitted_one_did(
    name: str, single_label: bool, new: New, texts: list[str], labels: Any, tmp_path: Path
) -> None:
    Y = np.eye(3, dtype=np.int64)[labels.argmax(axis=1)] if single_label else labels
    model = new(name, single_label=single_label).fit(texts, Y, valid=(texts[:16], Y[:16]))
    again = saved_and_loaded(model, tmp_path)
    np.testing.assert_allclose(again.predict_proba(texts), model.predict_proba(texts), atol=1e-4)


@every_model
def test_a_saved_folder_holds_no_pickle(name: str, fitted: Callable[[str], Model], tmp_path: Path) -> None:
    fitted(name).save(tmp_path)
    suffixes = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert suffixes <= {".safetensors", ".json", ".jinja", ".txt"}
    beginnings = {path.read_bytes()[:2] for path in tmp_path.rglob("*") if path.is_file()}
    assert not {b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"PK"} & beginnings


@every_model
def test_themes_of_a_single_label_share_one_probability(name: str, new: New, texts: list[str], labels: Any) -> None:
    Y = np.eye(3, dtype=np.int64)[labels.argmax(axis=1)]
    P = new(name, single_label=True).fit(texts, Y).predict_proba(texts)
    assert P.dtype == np.float32
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-5)


@every_model
@pytest.mark.parametrize("single_label", [False, True])
def test_a_theme_without_an_example_stays_improbable_and_breaks_nothing(
    name: str, single_label: bool, new: New, texts: list[str], labels: Any, tmp_path: Path
) -> None:
    rows = np.flatnonzero(labels[:, 1] == 0)
    Y = labels[rows]
    if single_label:
        Y = np.eye(3, dtype=np.int64)[Y.argmax(axis=1)]
    some = [texts[row] for row in rows]
    model = new(name, single_label=single_label).fit(some, Y, valid=(some[:9], Y[:9]))
    P = saved_and_loaded(model, tmp_path).predict_proba(some)
    assert np.isfinite(P).all()
    assert P[:, 1].mean() < 0.5


@pytest.mark.parametrize("name", ["lexicon", "tfidf", "frozen"])
@pytest.mark.parametrize("themes_seen", [1, 2])
def test_one_or_two_themes_out_of_three_can_be_learned(
    name: str, themes_seen: int, new: New, texts: list[str], labels: Any
) -> None:
    Y = np.eye(3, dtype=np.int64)[labels.argmax(axis=1) % themes_seen]
    P = new(name, single_label=True).fit(texts, Y).predict_proba(texts)
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-5)
    if name == "tfidf":
        assert (P.argmax(axis=1) == Y.argmax(axis=1)).mean() > 0.9


@every_model
def test_fitting_twice_with_the_same_seed_gives_the_same_scores(
    name: str, new: New, fitted: Callable[[str], Model], texts: list[str], labels: Any
) -> None:
    again = new(name).fit(texts, labels)
    np.testing.assert_allclose(again.predict_proba(texts), fitted(name).predict_proba(texts), atol=1e-6)
