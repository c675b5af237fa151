"""Furniture of a page that is told by its form, whatever its language.

A line that is nothing but an address, a date, names of sections with signs between them, tags, or remains of markup
says nothing of its own; the lines of a front matter are told by where they stand. Every expression reads a text once,
from left to right, or is used on short lines only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from paratheme.documents.boilerplate import LONGEST, SENTENCE_END, WORDS, any_of, folded

MOST_WORDS_OF_A_LABEL = 3  # "Original article here: https://..."
LONGEST_DATE_LINE = 110
MOST_WORDS_BESIDE_A_DATE = 4  # a place, an agency, an author
LONGEST_TRAIL = 120
FEWEST_ENTRIES, SHARE_OF_ENTRIES = 3, 1 / 3  # of a chat, a calendar or a list of headlines
FEWEST_WORDS_SAID, FEWEST_WORDS_OF_A_HEADLINE = 2, 3  # beside a date, and beside a name
MOST_WORDS_OF_A_SECTION, LONGEST_SECTION = 4, 40  # "World news > Middle East"

WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’-](?=[^\W_]))*")
TAG = re.compile(r"<[^<>]*>")
URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]+", re.IGNORECASE)
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])|<a\b[^<>]*>([^<>]*)</a>", re.IGNORECASE)
IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
SITE = re.compile(r"(?:[\w-]{1,40}\.){1,3}[A-Za-z]{2,12}")
REFERENCE = re.compile(r"^\[[^\[\]]{1,60}\]:\s?\S+(?:\s[\"'(].*)?$")
CONTACT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}|\+\d[\d ().-]{6,20}\d|(?<!\w)@\w{2,30}")
HASHTAG = re.compile(r"#[^\W\d]\w+")
ENTITY = re.compile(r"&#?\w{1,10};")
# Who wrote what follows, in a mail.
WROTE = re.compile(r"@[\w-]{1,64}\.[\w.-]{2,64}[>)\]]{0,2}(?: [^\s@]{1,20}){0,4} ?:$")
TWEET = re.compile(r"^[—–-]{1,3} ?[^()]{1,80}\(@\w{1,30}\)")
# Signs between the names of sections. A guillemet that closes what another opened is none.
SECTION_SIGN = re.compile(r" ?[|›▸] ?| (?:[·•∙‖→←<>/»‹▪●○◆◇✦]|::|//|[☀-➿\U0001F300-\U0001FAFF]) ")
OPENS_WITH_A_NUMBER = re.compile(r"\W{0,3}\d")
BULLET_OR_NUMBER = re.compile(r"(?:[-*+•–]|\(?\w{1,2}[.)])\s")

# The marks of footnotes at the end of a block: "[2]", "[^2]", raised figures, and figures glued to a full stop.
NOTES = re.compile(
    r"(?:\s?\[\^?\w{1,4}\]|\s?<sup\b[^<>]{0,40}>[^<>]{0,20}</sup>|[¹²³⁰⁴-⁹†‡]|(?<=[^\W\d][.!?…؟۔])\d{1,3}"
    r"|(?<=[.!?…؟۔][»”\"'’)])\d{1,3})+$"
)
LONGEST_NOTES = 80

MONTH = any_of(rf"\b(?:{'|'.join([names])})\b" for names in WORDS["months"].values())
AROUND_DATES = any_of(rf"\b(?:{names})\b" for names in WORDS["around_dates"].values())
NUMERIC_DATE = re.compile(r"(?<!\d)\d{1,4}([./-])\d{1,2}\1\d{2,4}(?!\d)")
CJK_DATE = re.compile(r"\d{1,4} ?[年월月]")
YEAR = re.compile(r"(?<!\d)(?:1[3-9]|20)\d\d(?!\d)")
CLOCK = re.compile(r"(?<![\d.])\d{1,2}(?: ?[:h] ?|\.)\d{2}(?!\d)")
NUMBER = re.compile(r"(?<!\w)\d+(?:st|nd|rd|th|er|h|am|pm)?(?!\w)")

FENCE = re.compile(r"^(?:-{3,}|\+{3,}|\.{3})$")
KEY = re.compile(r"^[\"']?[A-Za-z_][\w. -]{0,40}[\"']?\s?[:=](?:\s|$)")
KNOWN_KEY = re.compile(
    r"^[\"']?(?:title|date|author|authors|tags?|categor(?:y|ies)|slug|layout|lang|language|url|permalink|source|draft"
    r"|description|summary|keywords|published|modified|status|type|image|id)[\"']?\s?[:=](?:\s|$)",
    re.IGNORECASE,
)
LONGEST_FRONT_MATTER = 120  # lines


def without_markup(text: str) -> str:
    """What is seen of a block that may hold remains of Markdown or HTML: pictures as their text, links as theirs."""
    shown = IMAGE.sub(r" \1 ", text) if "![" in text else text
    shown = LINK.sub(lambda link: link[1] or link[2] or "", shown) if "[" in shown or "<" in shown else shown
    shown = TAG.sub(" ", shown) if "<" in shown else shown
    return (ENTITY.sub(" ", shown) if "&" in shown else shown).strip(" *_>#=\t\n")


def without_notes(text: str) -> str:
    """A block without the marks of footnotes that it ends with."""
    return (text[:-LONGEST_NOTES] + NOTES.sub("", text[-LONGEST_NOTES:])) or text


def is_furniture(text: str) -> bool:
    """Whether a block, its white space made single, is furniture by its form alone."""
    if REFERENCE.match(text) or is_only_links(text):
        return True
    shown = without_markup(text)
    if not any(character.isalnum() for character in shown):
        return True
    if len(shown) > LONGEST:
        return URL.sub("", shown).strip() == ""
    if WROTE.search(text) or TWEET.match(shown) or SITE.fullmatch(shown):
        return True
    return is_label_of_an_address(shown) or is_date_line(shown) or is_trail(text)


def is_only_links(text: str) -> bool:
    """Whether there is nothing but links and signs between them."""
    if "](" not in text and "</a>" not in text:
        return False
    rest = TAG.sub("", LINK.sub("", text))
    return rest != text and not any(character.isalnum() for character in rest) and "![" not in rest


def is_label_of_an_address(shown: str) -> bool:
    """Whether a line gives an address, a number to call, or tags, and perhaps says what it is."""
    rest = CONTACT.sub("", URL.sub("", shown))
    if rest != shown and len(WORD.findall(rest)) <= MOST_WORDS_OF_A_LABEL:
        return True
    rest = HASHTAG.sub("", shown)
    return rest != shown and len(WORD.findall(rest)) <= 1


def is_date_line(shown: str) -> bool:
    """Whether a line is a date or a time, with no more beside it than a place or a name."""
    if len(shown) > LONGEST_DATE_LINE or shown.endswith((":", "?", "!", "؟")) or BULLET_OR_NUMBER.match(shown):
        return False
    if not any(character.isdigit() for character in shown):
        return False
    line = folded(shown).rstrip(".")
    rest, months = MONTH.subn(" ", line)
    rest, dates = NUMERIC_DATE.subn(" ", rest)
    rest, clocks = CLOCK.subn(" ", rest)
    rest, numbers = NUMBER.subn(" ", rest)
    if not (dates or clocks or CJK_DATE.search(line) or (months and numbers)):
        return False
    words = WORD.findall(AROUND_DATES.sub(" ", rest))
    if words and shown.endswith(SENTENCE_END):
        return False
    parted = SECTION_SIGN.search(shown) or " – " in shown or " — " in shown or " - " in shown or "(" in shown
    year = dates or YEAR.search(line)
    if not (year or clocks or words or parted):
        return False  # a day alone is the heading of what happened on it
    return len(words) <= (MOST_WORDS_BESIDE_A_DATE if dates or parted else 2)


def is_trail(text: str) -> bool:
    """Whether a line names sections or buttons with signs between them: "Home > World > Africa", "Print · Share"."""
    bare = without_markup(text)
    if len(bare) > LONGEST_TRAIL or bare.endswith((*SENTENCE_END, ":", ";", "|")) or bare.startswith("|"):
        return False
    if BULLET_OR_NUMBER.match(bare) or ("«" in bare and "»" in bare):
        return False
    names = SECTION_SIGN.split(bare)
    if len(names) == 2 and len(names[0].split()) <= 2 and len(names[1].split()) == MOST_WORDS_OF_A_SECTION:
        return False  # a place and a title: "Gaza | The wells are closed"
    return len(names) > 1 and all(
        len(name) <= LONGEST_SECTION and len(name.split()) <= MOST_WORDS_OF_A_SECTION for name in names
    )


def entries_of_lists(texts: Sequence[str]) -> set[int]:
    """Places of the lines that look like dates or trails, but are so many that each says something.

    "12:30 - Cholera kills three" in a calendar or a chat; "Tram returns to Lyon | The Well" among its like.
    """
    dated = [index for index, text in enumerate(texts) if OPENS_WITH_A_NUMBER.match(text)]
    if len(dated) < max(FEWEST_ENTRIES, SHARE_OF_ENTRIES * len(texts)):
        dated = []
    found = {index for index in dated if words_beside_dates(texts[index]) >= FEWEST_WORDS_SAID}
    named: list[int] = []
    for index, text in enumerate([*texts, ""]):
        words = [len(name.split()) for name in SECTION_SIGN.split(text)] if len(text) <= LONGEST_TRAIL else []
        if len(words) == 2 and max(words) >= FEWEST_WORDS_OF_A_HEADLINE > min(words):
            named.append(index)
            continue
        found.update(named if len(named) >= FEWEST_ENTRIES else ())
        named = []
    return found


def words_beside_dates(text: str) -> int:
    """How many words a line has that belong to no date."""
    rest = NUMBER.sub(" ", MONTH.sub(" ", folded(text)))
    return len(WORD.findall(AROUND_DATES.sub(" ", rest)))


def length_of_front_matter(texts: Sequence[str]) -> int:
    """How many blocks at the beginning of a document are its front matter.

    Between two fences; or, without them, lines of a key and a value, the first of them a usual key.
    """
    start = 1 if texts and FENCE.match(texts[0]) else 0
    lines = texts[start : start + LONGEST_FRONT_MATTER]
    if start:
        for number, line in enumerate(lines):
            if FENCE.match(line) or (number and re.match(r"^-{3,}|^\+{3}", line)):
                return start + number + 1 if any(map(KEY.match, lines[:number])) else 0
    length = 0
    while length < len(lines) and (KEY.match(lines[length]) or (length and lines[length].startswith(("- ", "* ")))):
        length += 1
    known = sum(KNOWN_KEY.match(line) is not None for line in lines[:length])
    return start + length if length and KNOWN_KEY.match(lines[0]) and known >= 2 else 0
