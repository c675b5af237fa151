"""Documents are cut into blocks where a reader sees them, and offsets are kept."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.readers import read
from paratheme.documents.segmentation import KINDS, VISIBLE, Block, segment
from paratheme.evaluation.segmentation import evaluate_segmentation, read_labelled
from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL

REAL = Path(__file__).parents[3] / "shared" / "seed_documents"
SEEDS = Path(__file__).parents[2] / "seeds"

ODD = st.characters() | st.sampled_from(
    list("\x00\r\n\n\n\t \u2028\u2029\x85\f\ufeff\u200f\u200e\u202b\u200b\u00a0-•–1.)[]:؟؛")
)
TITLES = [
    "Bakeries reopen in the old town after nine days",
    "Ferry to the islands stopped by wind for a third day",
    "Markets: oil slips as the harbour fills again",
    "School opens its second building after a long summer",
    "Rain at last in the east, and the wells are full",
    "Puits : la commune attend sa pompe depuis trois semaines",
    "Les écoles du nord rouvrent lundi, dit le ministère",
    "Le prix du blé double au marché, les étals se vident",
    "Okullar yeniden açıldı, köprü hâlâ kapalı kalıyor",
    "Limanda bekleyen üç gemi buğdayı bu sabah boşalttı",
]
WORDS = st.lists(
    st.sampled_from([RAIN, PLUIE, MATAR, "- one", "2. two", "[ad_1]", "Title", "\n", "\n\n", "\r\n", "\u2028", " "])
)


def texts_of(text: str) -> list[str]:
    return [text[block.start : block.end] for block in segment(text)]


def holds_the_contract(text: str) -> None:
    blocks = segment(text)
    end = 0
    for block in blocks:
        assert end <= block.start < block.end <= len(text)
        assert VISIBLE.match(text[block.start])
        assert VISIBLE.match(text[block.end - 1])
        assert not VISIBLE.search(text[end : block.start])
        assert block.kind in KINDS
        end = block.end
    assert not VISIBLE.search(text[end:])


# Offsets


@given(st.text(ODD, max_size=300))
def test_blocks_stand_in_order_and_together_hold_every_visible_character(text: str) -> None:
    holds_the_contract(text)


@given(WORDS)
def test_blocks_of_ordinary_text_do_so_too(pieces: list[str]) -> None:
    holds_the_contract("".join(pieces))


@given(
    st.lists(st.sampled_from([RAIN, WELL, PLUIE, PUITS, MATAR, BIR]), min_size=2, max_size=6),
    st.sampled_from(
        [
            "\n",
            "\r\n",
            "\r",
            "\u2028",
            "\u2029",
            "\n\n",
            "\r\n\r\n",
            "\n\n\n\n",
            "\n \u200f\n",
            "\x00\n",
            "\f",
        ]
    ),
)
def test_paragraphs_are_found_whatever_stands_between_them(paragraphs: list[str], separator: str) -> None:
    assert texts_of(separator.join(paragraphs)) == paragraphs


@given(
    st.lists(st.sampled_from([RAIN + " " + WELL, PLUIE + " " + PUITS, MATAR + " " + BIR]), min_size=2, max_size=5),
    st.integers(60, 100),
    st.sampled_from(["\n", "\r\n"]),
)
def test_hard_wrapped_paragraphs_are_rejoined_at_any_width(paragraphs: list[str], width: int, newline: str) -> None:
    wrapped = [newline.join(textwrap.wrap(paragraph, width)) for paragraph in paragraphs]
    assert texts_of((newline * 2).join(wrapped)) == wrapped


def test_empty_and_invisible_text_has_no_blocks() -> None:
    assert segment("") == segment(" \n\t\r\n\u2028\x00\u200f\ufeff") == []


def test_direction_marks_and_nul_around_a_block_stay_outside_it() -> None:
    text = "\u200f\x00 " + MATAR + " \x00\u200f\r\n"
    assert texts_of(text) == [MATAR]


def test_words_glued_at_a_former_link_stay_as_they_are() -> None:
    text = "Il a salué le travail commun en Tchady compris le plan adopté au printemps."
    assert texts_of(text) == [text]


# Wrapped text


def test_wrapped_list_items_are_rejoined_one_by_one() -> None:
    items = ["- " + RAIN, "- " + WELL, "- Two wells."]
    wrapped = ["\n".join(textwrap.wrap(part, 72)) for part in (RAIN + " " + WELL, *items)]
    text = wrapped[0] + "\n\n" + "\n".join(wrapped[1:])
    assert texts_of(text) == wrapped
    assert [block.kind for block in segment(text)][1:] == ["list_item"] * 3


def test_wrapped_items_with_a_hanging_indent_are_rejoined() -> None:
    items = [textwrap.fill(f"* {RAIN} {WELL}", 70, subsequent_indent="  ") for _ in range(3)]
    assert texts_of("\n".join(items)) == items


@pytest.mark.parametrize("width", [100, 110, 120])
def test_a_wide_wrapped_paragraph_gives_off_no_heading_and_no_caption(width: int) -> None:
    paragraphs = [f"{RAIN} {WELL} {RAIN}", f"{WELL} {RAIN} It rained.", f"{RAIN} {RAIN} {WELL} {WELL}"]
    text = "The well\n\n" + "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert [block.kind for block in segment(text)] == ["heading", "paragraph", "paragraph", "paragraph"]


def test_one_line_that_is_longer_than_the_wrapping_does_not_tear_the_others_apart() -> None:
    wrapped = [textwrap.fill(f"{RAIN} {WELL} {RAIN} {WELL}", 70) for _ in range(3)]
    long = "See the map that the committee drew of the wells, of the villages, and of the paths between them:"
    assert texts_of("\n\n".join([long, *wrapped])) == [long, *wrapped]


@pytest.mark.parametrize("more", range(1, 12))
@pytest.mark.parametrize("width", [60, 72, 78])
def test_a_byline_a_little_longer_than_the_wrapping_tears_no_paragraph_apart(width: int, more: int) -> None:
    paragraphs = [f"{RAIN} {WELL} {RAIN}", f"{WELL} {RAIN} It rained.", f"{RAIN} {RAIN} {WELL} {WELL}"]
    wrapped = [textwrap.fill(paragraph, width) for paragraph in paragraphs]
    byline = (
        "By the desk for water and rain | today at noon | five minutes to read, or six, or seven, if you read slowly"
    )
    byline = byline[: width + more].strip().ljust(width + more, ".")
    assert texts_of("\n\n".join([byline, *wrapped])) == [byline, *wrapped]


def test_a_heading_above_a_wrapped_paragraph_stays_apart() -> None:
    paragraph = textwrap.fill(RAIN + " " + WELL, 70)
    assert texts_of("Harvest\n" + paragraph + "\n\n" + paragraph) == ["Harvest", paragraph, paragraph]


def test_a_number_that_begins_a_wrapped_line_opens_no_list() -> None:
    lines = textwrap.wrap(RAIN + " " + WELL, 70)
    text = "\n".join([*lines[:2], "12. and this line goes on with a sentence that the one above began"])
    assert len(segment(text)) == 1


def test_short_lines_of_differing_length_are_not_taken_for_wrapped_text() -> None:
    lines = [
        "Rain at last in the east",
        "Ferry to the islands stopped by wind for a third day",
        "Markets: oil slips",
    ]
    lines += ["School opens its second building after a long summer of work", "Letters"]
    assert texts_of("\n".join(lines)) == lines


@given(st.data())
def test_a_list_of_titles_is_cut_at_every_line(data: st.DataObject) -> None:
    titles = data.draw(st.lists(st.sampled_from(TITLES), min_size=2, max_size=8, unique=True))
    assert texts_of("\n".join(titles)) == titles


@pytest.mark.parametrize("mark", ["", "> "])
@pytest.mark.parametrize("width", range(60, 79, 2))
def test_letterheads_and_signatures_do_not_tear_a_wrapped_letter_apart(width: int, mark: str) -> None:
    letter = [f"{RAIN} {WELL}", f"{WELL} {RAIN}"]
    wrapped = [textwrap.fill(part, width, initial_indent=mark, subsequent_indent=mark) for part in letter]
    head = "From: the harvest office\nTo: the water desk\nSubject: rain and wells\nDate: 12 April 2024"
    foot = "For more information:\nThe press office\nTel. +41 22 000 00 00"
    assert [part for part in texts_of("\n\n".join([head, *wrapped, foot])) if part in wrapped] == wrapped


def test_a_single_wrapped_paragraph_is_rejoined_in_scripts_without_capitals() -> None:
    wrapped = textwrap.fill(f"{MATAR} {BIR} {MATAR}", 70)
    assert texts_of(wrapped) == [wrapped]


def test_wrapped_capitals_are_rejoined() -> None:
    wrapped = textwrap.fill(f"{RAIN} {WELL} {RAIN}".upper(), 70)
    assert texts_of(wrapped) == [wrapped]


def test_a_block_has_a_kind_and_a_language() -> None:
    assert segment("12 345\n...") == [Block(0, 6, "paragraph", "und"), Block(7, 10, "boilerplate", "und")]
    assert segment(RAIN) == [Block(0, len(RAIN), "paragraph", "en")]


# Real and seed documents


@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not beside the project")
def test_real_pages_are_cut_at_every_line_and_lose_no_line_of_the_article() -> None:
    labels: dict[str, dict[int, str]] = {}
    for line in (REAL / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        labels.setdefault(label["document"], {})[label["line"]] = label["kind"]
    for path in sorted(REAL.glob("*.txt")):
        text = read(path).text
        blocks = segment(text)
        assert [text[block.start : block.end] for block in blocks] == [
            line.strip() for line in text.split("\n") if line.strip()
        ]
        assert {block.language for block in blocks} == {"fr"} or {block.language for block in blocks} == {"ar"}
        for number, kind in labels.get(path.name, {}).items():
            assert blocks[number - 1].kind == kind, f"{path.name}, line {number}"


@pytest.mark.parametrize(
    ("layout", "least"),
    [("layout blank", 0.98), ("layout newline", 0.98), ("layout mixed", 0.98), ("layout wrapped", 0.98)],
)
def test_seed_documents_in_every_layout_are_cut_where_they_are_labelled(
    layout: str, least: float, seed_agreement: Callable[[str], float]
) -> None:
    assert seed_agreement(layout) >= least


@pytest.fixture(scope="module")
def seed_agreement() -> Callable[[str], float]:
    groups = evaluate_segmentation(read_labelled(SEEDS))
    return lambda name: groups[name].boundary_f1


def test_an_answer_in_a_mail_and_what_it_answers_are_parted(tmp_path: Path) -> None:
    wrapped = textwrap.fill(f"{RAIN} {WELL}", 60)
    wrote = "On Monday at ten in the morning Ada <ada@example.org> wrote:"
    answered = textwrap.fill(WELL, 60, initial_indent="> ", subsequent_indent="> ")
    (tmp_path / "mail.txt").write_text(f"{wrapped}\n\n{wrote}\n{answered}\n", "utf-8")
    assert [block.kind for block in segment(read(tmp_path / "mail.txt"))] == ["paragraph", "boilerplate", "paragraph"]


def test_a_wrapped_line_that_begins_with_greater_than_goes_on(tmp_path: Path) -> None:
    texts = (
        f"{WELL} {WELL} The doctors found {'far ' * more}> 30 percent, twice as many as in May." for more in range(9)
    )
    wrapped = next(lines for text in texts if "\n> 30" in (lines := textwrap.fill(text, 60)))
    (tmp_path / "a.txt").write_text(wrapped, "utf-8")
    assert len(segment(read(tmp_path / "a.txt"))) == 1
