"""What kind of block each block of a document is: readable rules, in the order in which they are asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from paratheme.documents.boilerplate import (
    CLOSING,
    LONGEST_HEADLINE,
    is_boilerplate,
    mark_notices,
    mark_other_articles,
)
from paratheme.documents.captions import (
    FEWEST_WORDS,
    LONGEST_CAPTION,
    TOLD_BY_WORDS,
    could_be_uncredited,
    is_caption,
    is_picture_credit,
)
from paratheme.documents.furniture import entries_of_lists, is_furniture, length_of_front_matter, without_notes
from paratheme.documents.kind_model import reconsider
from paratheme.documents.language import languages_of
from paratheme.documents.line_forms import (
    BULLET,
    CLAUSE_END,
    LONGEST_HEADING,
    NUMBER,
    QUESTION_END,
    asks,
    could_be_heading,
    could_be_listed,
    is_sentence,
)
from paratheme.documents.table_rows import typed_rows

KINDS = ("paragraph", "heading", "list_item", "table_row", "caption", "boilerplate")

# A dash opens list items, and also the speeches of an interview: there one block holds several, or asks.
SPEECHES = re.compile(r"[.?!؟…] ?[–—] ")
PLAIN = re.compile(r"(?:[^\[\]*|<>←→▸·:/.?!؟۔]|[.](?! ))+")  # one sentence, without links, fields, signs between names

LONGEST_NUMBERED_ITEM = 250  # beyond that it is a paragraph of minutes or of a resolution
# A document is one of short lines (headlines, messages) where nearly all are short, and most could be headings.
LONGEST_SHORT_LINE = 140
SHARE_OF_SHORT_LINES, SHARE_OF_HEADINGS = 0.8, 0.6
LONGEST_OF_PAGE = 40  # as the lines of a page around its article mostly are
MOST_HEADLINES = 8  # of other articles, named below this one
DASHES = "–-"
FEWEST_QUESTIONS = 2  # of an interview
MOST_QUESTIONS = 2  # in a document with more, and longer ones, questions are asked, not put above sections
LONGEST_LEAD = 60  # of a heading that ends in a colon
LONGEST_KICKER = 25
# A caption may stand, uncredited, as one short sentence among far longer paragraphs. Where short paragraphs are many
# they are the document's way of writing.
SHORT_AMONG_LONG = 0.55
MOST_UNCREDITED = 2
FEWEST_PARAGRAPHS = 4
# ... or without a full stop, far longer than the titles of the sections.
SHORTEST_OF_TITLE_FORM, TIMES_A_TITLE = 40, 1.8


def kinds_of(texts: Sequence[str], marked: Sequence[str] = ()) -> list[str]:
    """The kind of each block of one document, one of `KINDS`; `marked` is what its markup says of each, or nothing.

    Markup is believed, but for furniture, which is marked up as paragraphs and lists too.
    """
    flat = [without_notes(" ".join(text.split())) for text in texts]
    sentences = [is_sentence(text) for text in flat]
    entries, marks = entries_of_lists(flat), marked or [""] * len(flat)
    kinds = [
        first_look(text, mark, index in entries) for index, (text, mark) in enumerate(zip(flat, marks, strict=True))
    ]
    if not any(marked):
        front = length_of_front_matter(flat)
        kinds[:front] = ["boilerplate"] * front
    for index in typed_rows(texts, sentences):
        if not marks[index] and kinds[index] != "list_item":
            kinds[index] = "table_row"
    mark_notices(flat, kinds)
    mark_other_articles(flat, kinds)
    mark_cut_off_end(flat, kinds)
    is_open = [not kind for kind in kinds]
    interview = mark_speeches(flat, kinds)
    mark_listed_lines(flat, kinds)
    if is_of_short_lines(flat, kinds):
        return [("list_item" if kind == "numbered" else kind) or "paragraph" for kind in kinds]
    kinds = ["paragraph" if not kind and index in entries else kind for index, kind in enumerate(kinds)]
    mark_headings(flat, kinds, interview=interview)
    mark_captions_among_titles(flat, kinds, marked)
    mark_captions_above_credits(flat, kinds)
    mark_headlines_below(flat, kinds)
    mark_uncredited_captions(flat, kinds)
    guessed = [kind or "paragraph" for kind in kinds]
    if any(marked):  # there a paragraph is marked as nothing, and what looks like a title hardly is one
        is_open = [may and kind in ("heading", "caption") for may, kind in zip(is_open, guessed, strict=True)]
    return reconsider(flat, guessed, sentences, is_open)


def first_look(text: str, mark: str, entry: bool = False) -> str:
    """The kind that a block's own words give away; "numbered" and "" are left for a second look."""
    if mark in ("heading", "table_row", "boilerplate"):
        return mark
    if mark == "caption":
        return "boilerplate" if is_boilerplate(text) and not is_caption(text) else "caption"
    if is_picture_credit(text):
        return "boilerplate"
    captioned = not mark and is_caption(text)
    if not captioned and (is_boilerplate(text) or (is_furniture(text) and not entry)):
        return "boilerplate"
    if mark or captioned:
        return mark or "caption"
    if BULLET.match(text):
        return "list_item"
    if NUMBER.match(text):
        return "numbered" if len(text) <= LONGEST_NUMBERED_ITEM else "paragraph"
    return ""


def mark_speeches(texts: Sequence[str], kinds: list[str]) -> bool:
    """Make paragraphs of the speeches of an interview, which dashes open as they do list items; say if there are."""
    found = False
    asking = sum(kind != "list_item" and asks(text) for text, kind in zip(texts, kinds, strict=True))
    for sign in {text[0] for text, kind in zip(texts, kinds, strict=True) if kind == "list_item"}:
        items = [index for index, text in enumerate(texts) if kinds[index] == "list_item" and text[0] == sign]
        spoken = sum(asks(texts[index]) or SPEECHES.search(texts[index]) is not None for index in items)
        answers = sign in DASHES and asking >= FEWEST_QUESTIONS
        answers = answers and median(len(texts[index]) for index in items) > LONGEST_HEADING
        if answers or (spoken > 0 if sign == "–" else spoken >= FEWEST_QUESTIONS and spoken > len(items) / 2):
            found = True
            for index in items:
                kinds[index] = "paragraph"
    return found


def is_of_short_lines(texts: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether a document holds headlines or messages only, each of which says something by itself."""
    said = [index for index, kind in enumerate(kinds) if kind != "boilerplate"]
    if any(kinds[index] in ("heading", "table_row") for index in said):
        return False
    prose = [len(texts[index]) for index in said if len(texts[index]) > LONGEST_HEADING and is_sentence(texts[index])]
    others = [len(texts[index]) for index in said if len(texts[index]) <= LONGEST_HEADING]
    if len(prose) >= FEWEST_PARAGRAPHS - 1 and sum(prose) > sum(others) and median(others or [0]) <= LONGEST_OF_PAGE:
        return False  # an article among the lines of its page
    short = sum(len(texts[index]) <= LONGEST_SHORT_LINE for index in said)
    title_like = sum(not kinds[index] and could_be_heading(texts[index]) for index in said)
    return short >= SHARE_OF_SHORT_LINES * len(said) and title_like >= SHARE_OF_HEADINGS * len(said)


def mark_listed_lines(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark the lines without bullets of a list: several short ones under a line that ends in a colon."""
    index = 0
    while index < len(texts):
        if kinds[index] or not texts[index].endswith(":"):
            index += 1
            continue
        end = index + 1
        while end < len(texts) and not kinds[end] and could_be_listed(texts[end]):
            end += 1
        if end - index > 2:
            kinds[index] = "paragraph"
            kinds[index + 1 : end] = ["list_item"] * (end - index - 1)
        index = end


def mark_headings(texts: Sequence[str], kinds: list[str], *, interview: bool) -> None:
    """Mark titles: short lines, no sentences, above something."""
    for index, _text in enumerate(texts):
        if kinds[index] == "numbered":
            kinds[index] = "heading" if heads_a_section(texts, kinds, index) else "list_item"
    questions = [len(text) for text, kind in zip(texts, kinds, strict=True) if not kind and asks(text)]
    interview = interview or (len(questions) > MOST_QUESTIONS and median(questions) > LONGEST_HEADING // 2)
    mark_kicker(texts, kinds)
    title = True
    following = kinds_below(kinds)
    for index, text in enumerate(texts):
        below = following[index]
        titled = not kinds[index] and below is not None and could_be_heading(text, title=title)
        if titled and heads(text, below or "", interview=interview and not title):
            kinds[index] = "heading"
        title = title and kinds[index] == "boilerplate"


def mark_kicker(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark the name of a section above the title: a word or two over a longer line."""
    top = [index for index, kind in enumerate(kinds[:6]) if kind != "boilerplate"][:2]
    if len(top) == 2 and not kinds[top[0]] and kinds[top[1]] in ("", "heading"):
        kicker, title = (texts[index] for index in top)
        short = len(kicker.split()) <= 2 and len(kicker) <= LONGEST_KICKER and could_be_heading(kicker)
        if short and len(title.split()) > 2 and could_be_heading(title, title=True):
            kinds[top[0]] = "boilerplate"


def kinds_below(kinds: Sequence[str]) -> list[str | None]:
    """For each block the kind of the next one that is no furniture; None where there is none."""
    below: list[str | None] = []
    last = None
    for kind in reversed(kinds):
        below.append(last)
        last = kind if kind != "boilerplate" else last
    return below[::-1]


def heads_a_section(texts: Sequence[str], kinds: Sequence[str], index: int) -> bool:
    """Whether "3. Food security" is a heading: short, no sentence, and followed by text of its own."""
    alone = all(not 0 <= other < len(texts) or not NUMBER.match(texts[other]) for other in (index - 1, index + 1))
    return (
        alone and could_be_heading(texts[index]) and any(kind != "boilerplate" for kind in kinds[index + 1 : index + 4])
    )


def heads(text: str, following: str, *, interview: bool) -> bool:
    """Whether what has the form of a heading is one, by how it ends."""
    bare = text.rstrip(CLOSING)
    if bare.endswith(CLAUSE_END):
        return False
    if bare.endswith(":"):  # what introduces a list is a sentence that the list goes on with
        return following != "list_item" and len(bare) <= LONGEST_LEAD and "," not in bare
    if bare.endswith(QUESTION_END) and text[-1] in '»”"' and text[0] not in '«“"':
        return False  # somebody is quoted
    return not bare.endswith(QUESTION_END) or not interview


def mark_cut_off_end(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark as a paragraph the last line of an article that lacks its full stop: longer than a title, only words."""
    said = [index for index, kind in enumerate(kinds) if kind != "boilerplate"]
    if len(said) < 2:
        return
    above, last = said[-2:]
    if kinds[last] or is_sentence(texts[last]) or not is_sentence(texts[above]):
        return
    if len(texts[last]) > LONGEST_HEADING and PLAIN.fullmatch(texts[last]):
        kinds[last] = "paragraph"


def mark_headlines_below(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark the headlines of other articles, or the page's own words, that stand below the last sentence."""
    end = len(texts)
    prose = [index for index, kind in enumerate(kinds) if kind in ("", "paragraph") and is_sentence(texts[index])]
    if len(prose) < FEWEST_PARAGRAPHS:
        return
    last = max(index for index, kind in enumerate(kinds) if kind in ("list_item", "table_row") or index == prose[-1])
    below = [index for index in range(last + 1, end) if kinds[index] in ("", "heading")]
    if len(below) <= MOST_HEADLINES and all(len(texts[index]) <= LONGEST_HEADLINE for index in below):
        for index in below:
            kinds[index] = "boilerplate"


def mark_captions_among_titles(texts: Sequence[str], kinds: list[str], marked: Sequence[str]) -> None:
    """Mark as a caption the one line in the midst of the text that is far longer than the titles of the sections."""
    prose = [index for index, kind in enumerate(kinds) if kind in ("", "paragraph") and is_sentence(texts[index])]
    if len(prose) < FEWEST_PARAGRAPHS:
        return
    titles = [index for index in range(prose[0], prose[-1]) if kinds[index] == "heading"]
    longest, *others = sorted(titles, key=lambda index: -len(texts[index])) or [0]
    length = len(texts[longest])
    if not others or length < max(SHORTEST_OF_TITLE_FORM, TIMES_A_TITLE * len(texts[others[0]])):
        return
    if not (marked and marked[longest]) and not asks(texts[longest]) and not NUMBER.match(texts[longest]):
        kinds[longest] = "caption"


def mark_captions_above_credits(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark as a caption the line behind the first sentence below which stands who made the picture."""
    first = next((i for i, kind in enumerate(kinds) if kind in ("", "paragraph") and is_sentence(texts[i])), len(texts))
    for index in range(first + 1, len(texts) - 1):
        alone = kinds[index] in ("", "heading") and len(texts[index].split()) >= FEWEST_WORDS
        if alone and len(texts[index]) <= LONGEST_CAPTION and is_picture_credit(texts[index + 1]):
            kinds[index] = "caption"


def mark_uncredited_captions(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark as captions the one or two sentences that stand alone among paragraphs far longer."""
    body = sorted(len(text) for text, kind in zip(texts, kinds, strict=True) if kind in ("", "paragraph"))
    if len(body) < FEWEST_PARAGRAPHS:
        return
    long = median(body[len(body) // 3 :])
    short = [index for index, text in enumerate(texts) if not kinds[index] and len(text) < SHORT_AMONG_LONG * long]
    alone = [index for index in short if len(short) <= MOST_UNCREDITED and could_be_uncredited(texts[index])]
    languages = languages_of(texts) if alone else []
    for index in alone:
        if languages[index] in TOLD_BY_WORDS:
            kinds[index] = "caption"
