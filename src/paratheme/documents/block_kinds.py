"""What kind of block each block of a document is: readable rules, in the order in which they are asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from paratheme.documents.boilerplate import is_boilerplate, speaks_to_the_reader

KINDS = ("paragraph", "heading", "list_item", "table_row", "caption", "boilerplate")

BULLET = re.compile(r"[-*•‣⁃◦▪▫■□●○◆◇➢➤✓✔–·]\s+(?=\S)")
# A dash opens list items, and also the speeches of an interview: there one block holds several, or asks.
SPEECH = re.compile(r"(–)\s.*(?:[.?!؟…]\s*–\s|[?؟]\W*$)")
NUMBER = re.compile(r"\(?(?:\d{1,2}|[٠-٩]{1,2}|[a-z]|[ivx]{2,4}|[أبجدهوزحط])(?:[.)]\s+|[-–](?:\s+|(?=[^\W\d])))(?=\S)")

LONGEST_NUMBERED_ITEM = 250  # beyond that it is a paragraph of minutes or of a resolution
LONGEST_TITLE = 140  # of a whole document
LONGEST_HEADING = 90
SENTENCE_END = tuple(".!…;؛")
CLAUSE_END = tuple(",،")
QUESTION_END = tuple("?؟")

# A picture's caption names the picture or who took it, ...
PICTURE_FIRST = re.compile(
    r"^\W*(?:(?:figure|fig\.?|photo|photograph|image|picture|illustration|infographi\w+"
    r"|graph\w*|map|carte|chart"
    r"|صورة|الصورة|شكل|الشكل|رسم|خريطة)(?:\s+\d+|\s*[:.–-]\s)"
    r"|(?:file|fichier|archives?|handout|أرشيف|أرشيفية)\s*[:–-]\s|(?:caption|légende|pictured"
    r"|in this photo)\b)",
    re.IGNORECASE,
)
CREDIT_LAST = re.compile(
    r"(?:\b(?:photo\w*|picture|image|crédits?|credits?|illustration|courtesy)\b|صور[ةه]"
    r"|الصور[ةه]|تصوير|عدسة|©)"
    r"(?=[\s:/,.]).{0,50}$|\([^()]*(?:photo|image|صورة|تصوير|أرشيف)[^()]*\)\W*$",
    re.IGNORECASE,
)
LONGEST_CAPTION = 220
DATELINE = re.compile(r"^[A-ZÀ-Ý][A-ZÀ-Ý' -]+(?:,[^–—-]{2,25})? ?[–—-] ")
# ... or stands, uncredited, as one short sentence among far longer paragraphs. Where short paragraphs are
# many they are the document's way of writing; what links back, opens
# with a dateline, quotes, asks, says "we" or counts money is the article.
SHORT_AMONG_LONG = 0.55
LONGEST_UNCREDITED = 150
LONGEST_FURNITURE = 200
FEWEST_PARAGRAPHS = 4
LINKS_BACK = re.compile(
    r"^(?:and|but|so|yet|he|she|it|they|this|these|that|there|however|also|in addition|finally"
    r"|meanwhile|instead|for"
    r"|et|mais|or|donc|il|elle|ils|elles|on|ce|cet|cette|ces|cela|enfin|ainsi|pour|selon"
    r"|(?:و|ف)\w+|كما|لكن|ثم|أما|هذا|هذه|ذلك|إن|قال\w*|لم|لا|هو|هي)\b",
    re.IGNORECASE,
)
REPORTS = re.compile(
    r"[«»“”\"?؟!]|\b(?:said|says|told|a déclaré|a dit|قال|وقال|أضاف|أكد)\b|[%€$]"
    r"|\b(?:i|we|our|us|je|nous|notre|nos|نحن|إننا)\b|:\s*$",
    re.IGNORECASE,
)


def is_list_item(text: str) -> bool:
    """Whether a line opens with a bullet, a number or a letter as list items do."""
    return BULLET.match(text) is not None or NUMBER.match(text) is not None


def kinds_of(texts: Sequence[str], marked: Sequence[str] = ()) -> list[str]:
    """The kind of each block of one document, one of `KINDS`; `marked` is what its markup says of each, or nothing."""
    flat = [" ".join(text.split()) for text in texts]
    kinds = [first_look(text) for text in flat]
    for index, kind in enumerate(marked):
        if kind and kinds[index] != "boilerplate":
            kinds[index] = kind
    speakers = {speech[1] for text in flat if (speech := SPEECH.match(text))}
    kinds = [
        "paragraph" if kind == "list_item" and text[0] in speakers else kind
        for text, kind in zip(flat, kinds, strict=True)
    ]
    body = [len(text) for text, kind in zip(flat, kinds, strict=True) if kind in ("", "paragraph")]
    for index, _text in enumerate(flat):
        if kinds[index] == "numbered":
            kinds[index] = "heading" if heads_a_section(flat, kinds, index) else "list_item"
    for index, _text in enumerate(flat):
        if not kinds[index] and is_heading(flat, kinds, index):
            kinds[index] = "heading"
    long = median(sorted(body)[len(body) // 3 :]) if body else 0
    outliers = [
        index
        for index, text in enumerate(flat)
        if not kinds[index] and len(body) >= FEWEST_PARAGRAPHS and len(text) < SHORT_AMONG_LONG * long
    ]
    for index in outliers:
        kinds[index] = kind_of_short(flat[index], at_edge=is_at_edge(flat, index), among=len(outliers))
    return [kind or "paragraph" for kind in kinds]


def first_look(text: str) -> str:
    """The kind that a block's own words give away; "numbered" and "" are left for a second look."""
    if is_boilerplate(text):
        return "boilerplate"
    if BULLET.match(text):
        return "list_item"
    if NUMBER.match(text):
        return "numbered" if len(text) <= LONGEST_NUMBERED_ITEM else "paragraph"
    if len(text) <= LONGEST_CAPTION and (PICTURE_FIRST.match(text) or CREDIT_LAST.search(text)):
        return "caption"
    return ""


def heads_a_section(texts: Sequence[str], kinds: Sequence[str], index: int) -> bool:
    """Whether "3. Food security" is a heading: short, no sentence, and followed by text of its own."""
    alone = all(not 0 <= other < len(texts) or not NUMBER.match(texts[other]) for other in (index - 1, index + 1))
    return alone and is_heading(texts, kinds, index)


def is_heading(texts: Sequence[str], kinds: Sequence[str], index: int) -> bool:
    """Whether a block is a title: short, not a sentence, and above something."""
    text = texts[index]
    title = all(kinds[before] == "boilerplate" for before in range(index))
    below = (kinds[after] for after in range(index + 1, len(kinds)))
    following = next((kind for kind in below if kind != "boilerplate"), None)
    if following is None or len(text) > (LONGEST_TITLE if title else LONGEST_HEADING):
        return False
    bare = text.rstrip(" »”\"'’)")
    if bare.endswith(SENTENCE_END) or not any(character.isalnum() for character in bare):
        return False
    if title:
        return True
    if bare.endswith(CLAUSE_END):
        return False
    if bare.endswith(":"):  # what introduces a list is a sentence that the list goes on with
        return following != "list_item"
    return not bare.endswith(QUESTION_END) or len(bare) <= LONGEST_HEADING // 2


def is_at_edge(texts: Sequence[str], index: int) -> bool:
    """Whether a block is among the first two or last three of its document."""
    return index < 2 or index >= len(texts) - 3


def kind_of_short(text: str, *, at_edge: bool, among: int) -> str:
    """Tell captions and furniture from short paragraphs, among so many short blocks of the document."""
    if at_edge and len(text) <= LONGEST_FURNITURE and speaks_to_the_reader(text):
        return "boilerplate"
    told = LINKS_BACK.match(text) or DATELINE.match(text) or REPORTS.search(text)
    if among <= 2 and len(text) <= LONGEST_UNCREDITED and not told:
        return "caption"
    return "paragraph"
