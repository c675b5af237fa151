"""What is in a pile: counts by theme and language, near-copies grouped, whatever the order of documents."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.pile import PileCounts, Share
from paratheme.evaluation.shares import HeldOut

QUICK = Resampling(n_resamples=100)
THEMES = ("gaza", "sudan")
Group = list[dict[str, Any]]
RATES = np.array([[[[10, 1.0], [10, 8.0]]] * 2] * 6)
KNOWN = HeldOut({"alone": RATES, "in_documents": RATES, "documents": RATES})
TEXTS = (
    "The river rose over its banks in the night and took the bridge with it.",
    "A new school opened beside the port; two hundred children came on the first day.",
    "Le prix du blé a doublé en un mois, dit le syndicat des boulangers.",
    "The museum shows clocks from three centuries until the end of the summer.",
    "Nobody knows why the lights went out in the old town for almost two hours.",
    "Farmers on the plateau wait for rain and for the trucks that bring fodder.",
    "The court heard the last witness and adjourned until the ninth of May.",
)


def document(number: int, name: str = "", blocks: int = 2, kind: str = "paragraph", language: str = "en") -> Group:
    score = number / 10
    one = {"kind": kind, "language": language, "scores": {"gaza": score, "sudan": 0.1}}
    one |= {"themes": ["gaza"] if score >= 0.5 and kind != "heading" else [], "document": name or f"d{number}.txt"}
    return [{**one, "index": i, "text": f"{TEXTS[number]} {'I' * (i + 1)}"} for i in range(blocks)]


def counts(*groups: Group) -> PileCounts:
    found = PileCounts(THEMES)
    found.read(groups)
    return found


def one(found: list[Share], unit: str = "blocks", theme: str = "gaza", language: str = "") -> Share:
    (share,) = [s for s in found if (s.unit, s.theme, s.language) == (unit, theme, language)]
    return share


def test_blocks_and_documents_are_counted_by_theme_and_language() -> None:
    found = counts(*(document(i, language="fr" if i == 6 else "en") for i in range(7))).shares(KNOWN, QUICK)
    assert (one(found).texts, one(found).filed) == (14, 4)
    assert (one(found, "documents").texts, one(found, "documents").filed) == (7, 2)
    assert (one(found, language="fr").texts, one(found, language="fr").filed) == (2, 2)
    assert one(found).low <= one(found).share <= one(found).high
    assert one(found, theme="sudan").share < one(found).share
    assert list(dict.fromkeys(share.language for share in found)) == ["", "en", "fr"]  # the commonest first


def test_headings_do_not_count_where_there_is_text() -> None:
    found = counts([*document(3), *document(6, "d3.txt", 1, "heading")]).shares(KNOWN, QUICK)
    assert (one(found).texts, one(found).filed, one(found, "documents").filed) == (2, 0, 0)


def test_rows_of_a_table_are_blocks_and_no_documents() -> None:
    found = counts(*(document(i, "rows.csv", 1) for i in range(7)))
    assert found.documents == 0
    assert {share.unit for share in found.shares(KNOWN, QUICK)} == {"blocks"}


def test_the_order_of_documents_does_not_matter() -> None:
    groups = [document(i) for i in range(7)] + [document(2, "copy.txt")]
    shuffled = random.Random(0).sample(groups, len(groups))
    first, second = counts(*groups), counts(*shuffled)
    assert first.shares(KNOWN, QUICK) == second.shares(KNOWN, QUICK)
    assert first.once().shares(KNOWN, QUICK) == second.once().shares(KNOWN, QUICK)


def test_near_copies_are_one_story_and_count_once_where_that_is_asked() -> None:
    found = counts(document(6), document(6, "copy.txt"), document(1))
    assert found.told_again() == [["copy.txt", "d6.txt"]]
    assert one(found.shares(KNOWN, QUICK)).filed == 4
    once = found.once()
    assert one(once.shares(KNOWN, QUICK)).filed == 2
    assert (found.documents, once.documents) == (3, 2)


def test_copies_make_nothing_surer() -> None:
    different = [document(i) for i in range(7)]
    copied = [document(i, f"{letter}{i}.txt") for letter in "abcd" for i in range(7)]
    alone, again = (one(counts(*groups).shares(KNOWN, QUICK)) for groups in (different, copied))
    assert again.texts == 4 * alone.texts
    assert again.high - again.low == pytest.approx(alone.high - alone.low)


def test_documents_of_one_name_in_two_folders_are_two() -> None:
    assert counts(document(1, "a.txt"), document(2, "a.txt")).documents == 2


def test_an_empty_pile_has_no_shares() -> None:
    assert counts().shares(KNOWN, QUICK) == []
    assert one(counts(document(3)).shares(HeldOut({}), QUICK)).filed == 0
