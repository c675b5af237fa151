"""A theme from a definition and examples: a file to review, presumed counter-examples, how far to trust it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.corpus.label_file import TextBlock
from paratheme.themes.theme_set import ThemeSet
from paratheme.training.new_theme import Trust, presumed_others, theme_file, trust
from paratheme.training.word_proposals import Proposal

pytestmark = pytest.mark.slow

spelled = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(spelled.filter(str.strip), st.lists(st.sampled_from(["vote", "l'urne", "اقتراع", "no", "- a: b", "#x"])))
def test_whatever_the_definition_and_words_are_the_file_says_them(definition: str, words: list[str]) -> None:
    import yaml

    words = list(dict.fromkeys(words))
    text = theme_file("elections", definition, [Proposal(word, "no", 2.0, 0.5) for word in words])
    (theme,) = yaml.safe_load(text)["themes"]
    assert (theme["id"], theme["definition"]) == ("elections", definition)
    assert theme.get("weak", {}).get("no", []) == words


def test_the_file_is_a_theme_set_whose_proposed_words_decide_two_together(tmp_path: Path) -> None:
    file = tmp_path / "elections.yaml"
    words = [Proposal("ballot", "en", 2.0, 0.5), Proposal("candidate", "en", 2.0, 0.4)]
    file.write_text(theme_file("elections", "Votes.", words), "utf-8")
    themes = ThemeSet.from_file(file)
    assert themes.lexicon.hits(["the ballot", "a candidate on the ballot"])[:, 0].tolist() == [0, 1]


def test_a_text_in_which_the_theme_is_named_is_not_presumed_to_be_about_something_else() -> None:
    themes = ThemeSet.model_validate({"themes": [{"id": "elections", "words": {"en": ["ballot"]}}]})
    texts = [f"rain on field {number}" for number in range(8)] + ["a ballot on a field"]
    blocks = [TextBlock(str(i), 0, len(text), "paragraph", "en", text) for i, text in enumerate(texts)]
    chosen = presumed_others(blocks, themes, 100)
    assert sorted(block.text for block in chosen) == texts[:-1]
    assert presumed_others(blocks, themes, 3) == presumed_others(blocks, themes, 3)
    assert len(presumed_others(blocks, themes, 3)) == 3


def test_trust_counts_what_is_found_and_what_is_mistaken() -> None:
    found = trust(np.array([1, 1, 1, 0, 0]), np.array([1, 1, 0, 1, 0]))
    assert found == Trust(examples=3, found=2, others=2, mistaken=1)
    low, high = Trust(10, 8, 0, 0).interval()
    assert (low, high) == pytest.approx((0.490, 0.943), abs=0.001)  # as Newcombe, 1998, has it for 8 of 10
