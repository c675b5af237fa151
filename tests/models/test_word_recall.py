"""What words say where they are there, where they are not, and where nobody knows them."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.models.lexicon import LexiconModel
from paratheme.models.word_recall import FILE, TRUST, WordRecall
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

THEMES = ThemeSet(
    themes=(
        Theme(id="famine", words={"en": ("famine", "hunger"), "fr": ("famine",)}),
        Theme(id="vote", words={"en": ("ballot",)}),
        Theme(id="wordless"),
    )
)
ENGLISH = "The families of the town waited all morning for the trucks"
FRENCH = "Les familles de la ville ont attendu les camions toute la matinée"
GERMAN = "Die Familien der Stadt warteten den ganzen Morgen auf die Lastwagen"
NAMED = f"{ENGLISH} while famine spread"


def test_recall_is_measured_by_language_and_drawn_to_the_others_where_texts_are_few() -> None:
    texts = [NAMED] * 30 + [ENGLISH] * 10 + [FRENCH] * 2
    Y = np.array([[1, 0, 0]] * 42)
    recall = WordRecall.fit(THEMES, texts, Y)
    mean = ((30 + 1) / (40 + 2) + (0 + 1) / (2 + 2)) / 2
    assert recall.other == pytest.approx(mean)
    assert recall.by_language == {
        "en": pytest.approx((30 + TRUST * mean) / (40 + TRUST)),
        "fr": pytest.approx(TRUST * mean / (2 + TRUST)),
    }


def test_a_language_without_words_and_a_theme_without_words_are_not_measured() -> None:
    recall = WordRecall.fit(THEMES, [GERMAN, ENGLISH], np.array([[1, 1, 1], [0, 0, 1]]))
    assert recall == WordRecall()


def test_evidence_has_three_states() -> None:
    recall = WordRecall({"en": 0.75}, 0.5)
    there, absent, elsewhere, unknown, short = recall.evidence(THEMES, [NAMED, ENGLISH, FRENCH, GERMAN, "12"])
    assert there.tolist() == [1, pytest.approx(math.log(0.25)), 0]
    assert absent.tolist() == [pytest.approx(math.log(0.25))] * 2 + [0]
    assert elsewhere.tolist() == [pytest.approx(math.log(0.5)), 0, 0], "no French word of the second theme is known"
    assert unknown.tolist() == short.tolist() == [0, 0, 0]


def test_a_word_counts_in_a_language_that_has_none_too() -> None:
    assert WordRecall().evidence(THEMES, [f"{GERMAN} (famine)"])[0].tolist() == [1, 0, 0]


def test_features_say_nothing_where_nothing_is_known() -> None:
    recall = WordRecall({"en": 0.75}, 0.5)
    known, unknown = recall.features(THEMES, [ENGLISH, GERMAN], 2.0)
    assert not unknown.any()
    assert known.tolist() == [0] * 12 + [pytest.approx(2 * math.log(0.25))] * 2 + [0]
    assert recall.features(THEMES, [], 2.0).shape == (0, 15)


@given(st.dictionaries(st.sampled_from(["en", "fr", "tr"]), st.floats(0, 0.999)), st.floats(0, 0.999))
def test_it_comes_back_as_it_was_saved(by_language: dict[str, float], other: float) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        recall = WordRecall(by_language, other)
        recall.save(Path(folder))
        assert WordRecall.load(Path(folder)) == recall


@pytest.mark.parametrize("value", ["1.0", "-0.1", "NaN"])
def test_what_is_no_share_is_refused(value: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f'{{"by_language": {{"en": {value}}}, "other": 0.5}}')
    with pytest.raises(ValueError, match="not between 0 and 1"):
        WordRecall.load(tmp_path)


def test_the_words_alone_say_less_against_a_theme_where_they_miss_more_of_it() -> None:
    texts = [NAMED] * 30 + [ENGLISH] * 4 + [f"{FRENCH} pendant la famine", *[FRENCH] * 20] + [ENGLISH] * 60
    Y = np.array([[1, 0, 0]] * 55 + [[0, 0, 0]] * 60)
    P = LexiconModel(THEMES).fit(texts, Y).predict_proba([NAMED, GERMAN, FRENCH, ENGLISH])[:, 0]
    assert P[0] > P[1] > P[2] > P[3]
    assert P[1] == pytest.approx((55 + 1) / (115 + 2))
