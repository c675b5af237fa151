"""Standoff labels of a folder become records, or are refused by file and line."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.records import Record
from paratheme.corpus.standoff import standoff_records
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.examples import LABELS, TEXT, folder_with, label, write_lines


def of_folder(folder: Path, themes: ThemeSet, told: list[str] | None = None) -> list[Record]:
    return standoff_records(folder, ThemeNames(themes), told)


def test_blocks_of_a_folder_are_views_on_its_documents(tmp_path: Path, themes: ThemeSet) -> None:
    about = [{"document": "a", "language": "en", "genre": "news", "layout": "blank", "story": "S1", "part": "train"}]
    records = of_folder(folder_with(tmp_path, LABELS, about), themes)
    first, second = (record for record in records if record["kind"] != "heading")
    assert first == {
        "document": "a", "start": 12, "end": 25, "kind": "paragraph", "language": "en", "genre": "news",
        "layout": "blank", "story": "S1", "part": "train", "text": "Gaza was hit.", "themes": ["gaza"],
    }  # fmt: skip
    assert second["text"] == TEXT[second["start"] : second["end"]] == "Aid for Sudan 😀 came."
    assert second["themes"] == ["food_security", "sudan"]


def test_what_nobody_says_of_a_document_is_empty(tmp_path: Path, themes: ThemeSet) -> None:
    for record in of_folder(folder_with(tmp_path, LABELS), themes):
        assert {record[key] for key in ("language", "genre", "layout", "story")} == {""}


@pytest.mark.parametrize("name", ["a", "a.txt"])
@pytest.mark.parametrize("folder", ["documents", "."])
def test_a_document_is_found_with_its_suffix_and_without_beside_the_labels_or_below_documents(
    tmp_path: Path, themes: ThemeSet, name: str, folder: str
) -> None:
    folder_with(tmp_path, [label(12, 25, "gaza", document=name)], documents=folder)
    (record,) = of_folder(tmp_path, themes)
    assert (record["document"], record["text"]) == (name, "Gaza was hit.")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (label(12, 25, "mars"), "unknown theme 'mars'; the theme set has gaza, sudan, food_security"),
        (label(12, 25, kind="paragrph"), "unknown kind 'paragrph'; there are paragraph, heading"),
        (label(12, 999), "12-999 lies outside a"),
        (label(-1, 5), "-1-5 lies outside a"),
        (label(25, 25), "25-25 lies outside a"),
        (
            {**label(0, 5), "start": "zero"},
            "start 'zero' and end 5 are not whole numbers; count offsets in code points",
        ),
        ({**label(0, 5), "end": 5.5}, "start 0 and end 5.5 are not whole numbers"),
        ({**label(0, 5), "end": "9" * 5000}, f"0-{'9' * 18} lies outside a (49 code points); count offsets in"),
        ({**label(0, 5), "start": None}, "start None and end 5 are not whole numbers"),
        (label(0, 5, document="b"), "there is no document 'b'"),
        ({"document": "a", "start": 0, "end": 5, "kind": "paragraph"}, "'themes' is missing"),
    ],
)
def test_a_wrong_label_is_refused_by_file_and_line(tmp_path: Path, themes: ThemeSet, wrong: Any, said: str) -> None:
    folder_with(tmp_path, [])
    good = json.dumps(LABELS[1])
    (tmp_path / "labels.jsonl").write_text(f"{good}\n\n{json.dumps(wrong)}\n", "utf-8")
    with pytest.raises(ParathemeError) as caught:
        of_folder(tmp_path, themes)
    assert f"{tmp_path / 'labels.jsonl'}, line 3: {said}" in str(caught.value)


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path, themes: ThemeSet) -> None:
    folder_with(tmp_path, LABELS)
    (tmp_path / "documents" / "a.txt").write_bytes(b"%PDF-1.4 not text")
    with pytest.raises(ParathemeError, match=r"a\.txt: is a PDF"):
        of_folder(tmp_path, themes)


# Offsets and names as other programs write them

BLOCKS = ["Rain fell 🌧️🌧 on Gaza.", "L’été fut sec à Khartoum.", "Nothing else 😀 came.", "The end of it."]
WIDTHS = {
    "code points": lambda text: len(text),
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}


def corpus_of(folder: Path, end: str, counted_end: str, unit: str, with_text: bool, name: str = "a.txt") -> Path:
    """A document with line ends `end`, its labels counted with `counted_end`."""
    (folder / "documents").mkdir()
    (folder / "documents" / name).write_bytes((end * 2).join(BLOCKS).encode())
    counted, labels = (counted_end * 2).join(BLOCKS), []
    for block in BLOCKS:
        start = counted.index(block)
        said = label(WIDTHS[unit](counted[:start]), WIDTHS[unit](counted[: start + len(block)]), document=name)
        labels.append({**said, "text": block} if with_text else said)
    write_lines(folder / "labels.jsonl", labels)
    return folder


@pytest.mark.parametrize("with_text", [True, False])
@pytest.mark.parametrize("unit", ["code points", "utf-16"])
@pytest.mark.parametrize(("end", "counted_end"), [("\r\n", "\r\n"), ("\r\n", "\n"), ("\n", "\n")])
def test_offsets_are_found_however_they_were_counted(
    tmp_path: Path, themes: ThemeSet, end: str, counted_end: str, unit: str, with_text: bool
) -> None:
    told: list[str] = []
    records = of_folder(corpus_of(tmp_path, end, counted_end, unit, with_text), themes, told)
    text = (tmp_path / "documents" / "a.txt").read_bytes().decode()
    assert [record["text"] for record in records] == BLOCKS
    assert [text[record["start"] : record["end"]] for record in records] == BLOCKS
    assert bool(told) == ((end, unit) != (counted_end, "code points"))


@pytest.mark.parametrize(("end", "unit"), [("\r\n", "code points"), ("\n", "bytes")])
def test_bytes_and_double_line_ends_are_found_where_labels_say_their_text(
    tmp_path: Path, themes: ThemeSet, end: str, unit: str
) -> None:
    records = of_folder(corpus_of(tmp_path, "\n", end, unit, True), themes)
    assert [record["text"] for record in records] == BLOCKS


def test_a_label_that_says_its_text_is_found_by_it_and_the_nearest_counts(tmp_path: Path, themes: ThemeSet) -> None:
    (tmp_path / "a.txt").write_text("Rain. Late rain.\n\nRain. Late\nrain.", "utf-8")
    write_lines(tmp_path / "labels.jsonl", [{**label(20, 30), "text": "Late rain."}, {**label(0, 5), "text": "Rain."}])
    told: list[str] = []
    first, second = of_folder(tmp_path, themes, told)
    assert (first["text"], second["text"], len(told)) == ("Late\nrain.", "Rain.", 1)
    write_lines(tmp_path / "labels.jsonl", [{**label(0, 4), "text": "Snow"}])
    with pytest.raises(
        ParathemeError, match=r"labels\.jsonl, line 1: 0-4 of a does not hold 'Snow', nor does the rest; "
    ):
        of_folder(tmp_path, themes)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("spelt", ["{}", "documents/{}", "documents\\{}", "./documents/{}", "./{}"])
def test_a_document_is_found_however_its_name_is_spelt(tmp_path: Path, themes: ThemeSet, form: Any, spelt: str) -> None:
    other = "NFD" if form == "NFC" else "NFC"
    folder_with(tmp_path, [label(12, 25, "gaza", document=spelt.format(unicodedata.normalize(other, "sub/été.txt")))])
    (tmp_path / "documents" / "sub").mkdir()
    (tmp_path / "documents" / "a.txt").rename(tmp_path / "documents" / "sub" / unicodedata.normalize(form, "été.txt"))
    write_lines(tmp_path / "documents.jsonl", [{"document": "documents/sub/été.txt", "language": "en"}])
    (record,) = of_folder(tmp_path, themes)
    assert (record["text"], record["document"], record["language"]) == ("Gaza was hit.", "sub/été.txt", "en")


@pytest.mark.parametrize(("given", "themes_of"), [("gaza", ["gaza"]), (None, []), ([], []), (["none"], [])])
def test_themes_of_a_label_may_be_one_word_or_nothing(
    tmp_path: Path, themes: ThemeSet, given: Any, themes_of: list[str]
) -> None:
    folder_with(tmp_path, [{**label(12, 25), "themes": given}])
    assert [record["themes"] for record in of_folder(tmp_path, themes)] == [themes_of]


@pytest.mark.parametrize(("to_start", "to_end"), [(1, 1), (1, 0)])
def test_offsets_that_count_from_1_are_found(tmp_path: Path, themes: ThemeSet, to_start: int, to_end: int) -> None:
    text = "\n".join(BLOCKS)
    (tmp_path / "a.txt").write_text(text, "utf-8")
    places = [(text.index(block) + to_start, text.index(block) + len(block) + to_end) for block in BLOCKS]
    write_lines(tmp_path / "labels.jsonl", [label(*place) for place in places])
    told: list[str] = []
    assert [record["text"] for record in of_folder(tmp_path, themes, told)] == BLOCKS
    assert len(told) == 1
    assert "count from 1" in told[0]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_in_another_unicode_form_are_found(tmp_path: Path, themes: ThemeSet, form: Any) -> None:
    blocks = ["Été à Dosso.", "Les éleveurs s'inquiètent déjà.", "قالت إنَّ المطر تأخّر."]
    text, counted = "\n".join(blocks), unicodedata.normalize(form, "\n".join(blocks))
    (tmp_path / "a.txt").write_text(unicodedata.normalize("NFD" if form == "NFC" else "NFC", text), "utf-8")
    ends = [len(unicodedata.normalize(form, "\n".join(blocks[: number + 1]))) for number in range(3)]
    starts = [end - len(unicodedata.normalize(form, block)) for end, block in zip(ends, blocks, strict=True)]
    write_lines(tmp_path / "labels.jsonl", [label(*place) for place in zip(starts, ends, strict=True)])
    found = [record["text"] for record in of_folder(tmp_path, themes)]
    assert [unicodedata.normalize("NFC", one) for one in found] == [unicodedata.normalize("NFC", one) for one in blocks]
    assert ends[-1] == len(counted)


def test_labels_that_cut_words_are_told(tmp_path: Path, themes: ThemeSet) -> None:
    told: list[str] = []
    of_folder(folder_with(tmp_path, [label(12, 25), label(3, 22), label(27, 48)]), themes, told)
    assert len(told) == 1
    assert "line 2: 1 of 3 labels of a begin or end within a word, this one first; count offsets in code" in told[0]
    with pytest.raises(
        ParathemeError, match=r"labels\.jsonl, line 2: 2 of 3 labels of a begin .* or add .* its 'text'"
    ):
        of_folder(folder_with(tmp_path, [label(12, 25), label(3, 22), label(29, 40)]), themes)


def test_offsets_of_last_characters_lose_no_full_stop(tmp_path: Path, themes: ThemeSet) -> None:
    folder = folder_with(tmp_path, [label(0, 16), label(18, 37)])
    document = next(path for path in folder.rglob("a.*"))
    document.write_text("The well is shut.\nThe tram is running.\n", "utf-8")
    told: list[str] = []
    texts = [record["text"] for record in of_folder(folder, themes, told)]
    assert texts == ["The well is shut.", "The tram is running."]
    assert "to the last character" in told[0]


def test_where_words_have_no_spaces_between_them_none_is_cut(tmp_path: Path, themes: ThemeSet) -> None:
    folder = folder_with(tmp_path, [label(0, 3)])
    document = next(path for path in folder.rglob("a.*"))
    document.write_text("村里的水井八月就干了水车每周来一次", "utf-8")
    told: list[str] = []
    assert of_folder(folder, themes, told)[0]["text"] == "村里的"
    assert not told


@pytest.mark.parametrize(
    ("unit", "end", "counted_end"),
    [
        *(("bytes", *ends) for ends in (("\n", "\n"), ("\r\n", "\n"), ("\n", "\r\n"))),
        *((form, "\r\n", "\n") for form in ("NFC", "NFD")),
    ],
)
def test_several_offsets_that_fit_no_other_way_are_found_in_bytes_and_combinations(
    unit: Any, end: str, counted_end: str, tmp_path: Path, themes: ThemeSet
) -> None:
    blocks = ["Le puits est à sec à Été-le-Bas.", "بئر القرية جافّة منذ الصيف.", "Les trams circulent à nouveau là-bas."]
    form: Any = "NFD" if unit == "NFC" else "NFC"
    written = [unicodedata.normalize(form, block) for block in blocks]
    (tmp_path / "a.txt").write_bytes((2 * end).join([*written, "Fin. " * 40]).encode())
    counted = [block.encode() if unit == "bytes" else unicodedata.normalize(unit, block) for block in written]
    at, labels = 0, []
    for block in counted:
        labels.append(label(at, at + len(block)))
        at += len(block) + 2 * len(counted_end)
    write_lines(tmp_path / "labels.jsonl", labels)
    told: list[str] = []
    assert [record["text"] for record in of_folder(tmp_path, themes, told)] == written
    assert len(told) == 1


@pytest.mark.parametrize(("labelled", "described"), [("a", "a.txt"), ("a.txt", "a"), ("a", "documents/a.txt")])
def test_what_is_said_of_a_document_is_found_with_its_suffix_and_without(
    tmp_path: Path, themes: ThemeSet, labelled: str, described: str
) -> None:
    folder_with(tmp_path, [label(12, 25, document=labelled)], [{"document": described, "language": "en"}])
    assert [record["language"] for record in of_folder(tmp_path, themes)] == ["en"]


@pytest.mark.parametrize("write", [str, float, lambda offset: f" {offset}.0", lambda offset: f"{offset:020}"])
def test_whole_numbers_may_be_written_as_texts_and_fractions(tmp_path: Path, themes: ThemeSet, write: Any) -> None:
    folder_with(tmp_path, [{**label(12, 25, "gaza"), "start": write(12), "end": write(25)}])
    (record,) = of_folder(tmp_path, themes)
    assert (record["start"], record["end"], record["text"]) == (12, 25, "Gaza was hit.")


@pytest.mark.parametrize(("given", "part"), [("Validation", "valid"), ("TRAIN", "train"), ("fold 1", "fold 1")])
def test_parts_of_documents_may_be_called_as_people_call_them(
    tmp_path: Path, themes: ThemeSet, given: str, part: str
) -> None:
    folder_with(tmp_path, [label(12, 25)], [{"document": "a", "part": given}])
    assert [record["part"] for record in of_folder(tmp_path, themes)] == [part]


def test_a_described_document_that_is_not_there_is_told(tmp_path: Path, themes: ThemeSet) -> None:
    folder_with(tmp_path, [label(12, 25)], [{"document": "a"}, {"document": "lost"}])
    told: list[str] = []
    of_folder(tmp_path, themes, told)
    file = tmp_path / "documents.jsonl"
    assert [line.split(";")[0] for line in told] == [
        f"{file}: 1 of the documents in it are not there, the first is 'lost'"
    ]


def test_lines_of_one_block_are_one_block_with_the_themes_of_all(tmp_path: Path, themes: ThemeSet) -> None:
    folder_with(tmp_path, [label(12, 25, "sudan"), label(0, 5), label(12, 25, "gaza"), label(12, 25, "gaza")])
    told: list[str] = []
    records = of_folder(tmp_path, themes, told)
    assert [(record["start"], record["themes"]) for record in records] == [(12, ["gaza", "sudan"]), (0, [])]
    assert told == [
        f"{tmp_path / 'labels.jsonl'}: 1 blocks stand on several lines, the first is 12-25 of a; "
        "each carries the themes of all of its lines"
    ]


@pytest.mark.parametrize("kinds", [("heading", "paragraph"), ("paragraph", "heading"), ("paragraph", "caption")])
def test_of_kinds_of_one_block_one_that_is_learned_from_counts_and_that_is_told(
    tmp_path: Path, themes: ThemeSet, kinds: tuple[str, str]
) -> None:
    first, second = kinds
    folder_with(tmp_path, [label(12, 25, "gaza", kind=first), label(12, 25, "sudan", kind=second)])
    told: list[str] = []
    (record,) = of_folder(tmp_path, themes, told)
    assert (record["kind"], record["themes"]) == ("paragraph", ["gaza", "sudan"])
    said = (
        f"1 blocks say different kinds, the first is 12-25 of a ({', '.join(sorted(kinds))}), read as paragraph; write"
    )
    assert said in told[-1]
