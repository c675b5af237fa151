"""What is kept of a pile to compare it: counts by document, and a sample, whatever the order they come in."""

from __future__ import annotations

import random
from typing import Any

from paratheme.evaluation.streams import Stream, table_of, words_of

Group = list[dict[str, Any]]


def document(name: str, *texts: str, kind: str = "paragraph", themes: tuple[str, ...] = ()) -> Group:
    common = {"document": name, "kind": kind, "language": "en", "themes": [*themes]}
    return [{**common, "index": i, "text": text} for i, text in enumerate(texts)]


def test_blocks_that_may_carry_themes_are_counted_and_all_kinds() -> None:
    group = [
        *document("a.txt", "Rain, rain.", "No 7 rain", themes=("gaza",)),
        *document("a.txt", "Menu", kind="boilerplate"),
    ]
    (one,) = Stream.read([group]).documents
    assert (one.blocks, one.themes, one.languages) == (2, {"gaza": 2}, {"en": 2})
    assert one.words == {"rain": 3, "no": 1}
    assert one.kinds == {"paragraph": 2, "boilerplate": 1}


def test_words_are_compared_in_small_letters_without_numbers_and_in_every_script() -> None:
    assert words_of("El-Fasher EL-FASHER 2024 3.5") == ["el-fasher", "el-fasher"]
    assert words_of("غَزَّة غزة")[0] == words_of("غَزَّة غزة")[1]


def test_neither_documents_nor_the_sample_depend_on_the_order() -> None:
    groups = [document(f"d{i}.txt", f"one {i}", f"two {i}") for i in range(30)]
    shuffled = random.Random(0).sample(groups, len(groups))
    first, second = Stream.read(groups, sample=20), Stream.read(shuffled, sample=20)
    assert first == second
    assert len(first.sample) == 20
    assert first.sample != sorted((g[0]["document"], r["text"]) for g in groups for r in g)[:20]
    assert (len(Stream.read(groups).sample), first.blocks) == (60, 60)


def test_rows_of_a_table_and_documents_of_one_name_are_one_each() -> None:
    rows = [[{**document("rows.csv", f"text {i}")[0], "index": i}] for i in range(3)]
    assert [one.name for one in Stream.read(rows).documents] == [f"rows.csv, row {i}" for i in range(3)]
    assert len(Stream.read([document("a.txt", "x"), document("a.txt", "y")]).documents) == 2


def test_counts_become_a_table() -> None:
    (one,) = Stream.read([document("a.txt", "b a b")]).documents
    names, values = table_of([one.words, one.kinds])
    assert (names, values.tolist()) == (["a", "b", "paragraph"], [[1, 2, 0], [0, 0, 1]])
