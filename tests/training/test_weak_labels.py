"""Labelling functions vote where they know something, and abstain elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paratheme.corpus.label_file import TextBlock
from paratheme.corpus.label_model import ABSTAIN
from paratheme.errors import UsageError
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from paratheme.training.weak_labels import Headings, Words, labelling_functions, votes_of, weak_labels

TOLD = [
    "A quiet day in the hills",
    "Bombs fell on Gaza",
    "It rained all night",
    "Children of Gaza wait",
    "A museum opened",
]


def page(texts: list[str], language: str = "en", heading: str = "") -> list[TextBlock]:
    blocks, at = [], 0
    for kind, text in [*([("heading", heading)] if heading else []), *(("paragraph", text) for text in texts)]:
        blocks.append(TextBlock("page", at, at + len(text), kind, language, text))
        at += len(text) + 2
    return blocks


def test_words_vote_against_a_theme_only_where_it_has_words_of_the_language(themes: ThemeSet) -> None:
    assert Words(themes).votes(page(TOLD))[:, 0].tolist() == [0, 1, 0, 1, 0]
    assert Words(themes).votes(page(TOLD, "tr"))[:, 0].tolist() == [ABSTAIN, 1, ABSTAIN, 1, ABSTAIN]


def test_a_word_that_does_not_decide_is_no_vote() -> None:
    hints = ThemeSet(themes=(Theme(id="gaza", words={"en": ("Gaza",)}, weak={"en": ("enclave",)}),))
    assert Words(hints).votes(page(["In the enclave", "In Gaza", "At sea"]))[:, 0].tolist() == [ABSTAIN, 1, 0]


def test_headings_vote_for_what_they_name_and_against_what_the_document_never_names(themes: ThemeSet) -> None:
    votes = Headings(themes).votes(page(TOLD, heading="Gaza: a diary"))
    assert votes[1:, 0].tolist() == [1] * 5
    assert votes[1:, 1].tolist() == [0] * 5
    untitled = Headings(themes).votes(page(TOLD))
    assert untitled[:, 0].tolist() == [ABSTAIN] * 5


def test_any_python_function_votes(themes: ThemeSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "desk_rules.py").write_text(
        "def by_list(block):\n    return ['sudan'] if 'Nile' in block.text else None\n"
        "def by_mapping(block):\n    return {'gaza': True, 'sudan': None}\n"
        "def wrong(block):\n    return ['giza']\n"
    )
    monkeypatch.chdir(tmp_path)
    functions = labelling_functions(["desk_rules:by_list", "desk_rules:by_mapping"], themes)
    assert [one.name for one in functions][-2:] == ["desk_rules:by_list", "desk_rules:by_mapping"]
    votes = votes_of(functions[-2:], page(["On the Nile", "At sea"]))
    assert votes.tolist() == [[[0, 1, 0], [1, ABSTAIN, ABSTAIN]], [[ABSTAIN] * 3, [1, ABSTAIN, ABSTAIN]]]
    with pytest.raises(UsageError, match="desk_rules:wrong: votes for 'giza'; there are gaza, sudan"):
        votes_of(labelling_functions(["desk_rules:wrong"], themes), page(TOLD))
    with pytest.raises(UsageError, match="desk_rules:missing: cannot be imported"):
        labelling_functions(["desk_rules:missing"], themes)


def test_a_theme_set_without_words_needs_a_function() -> None:
    with pytest.raises(UsageError, match="no theme has words; name a function"):
        labelling_functions([], ThemeSet(themes=(Theme(id="gaza"),)))


def test_a_block_without_a_vote_on_some_theme_has_no_weak_label() -> None:
    votes = np.array([[[1, 0]], [[1, ABSTAIN]], [[0, 0]]], np.int8)
    blocks = page(TOLD[:3])
    labels, P = weak_labels(blocks, votes, ["words"], ("gaza", "sudan"), "2026-01-01", "v1")
    assert [one.block for one in labels] == [blocks[0], blocks[2]]
    assert [one.themes for one in labels] == [("gaza",), ()]
    assert labels[0].probabilities == {"gaza": round(float(P[0, 0]), 4), "sudan": round(float(P[0, 1]), 4)}
    assert (labels[0].source, labels[0].annotator) == ("weak", "words")
