"""Whether a block is the caption of a picture, by the words that name a picture or its maker."""

from __future__ import annotations

import re

from paratheme.documents.boilerplate import RIGHTS, SENTENCE_END, WORDS, any_of, folded, is_boilerplate
from paratheme.documents.furniture import is_furniture

LONGEST_CAPTION = 220
FEWEST_WORDS = 3  # of a picture; with fewer it is the credit alone
LONGEST_CREDIT = 5  # words, the label with them

PICTURE = "|".join(WORDS["pictures"].values())
# "Figure 3. Rainfall", "Photo: two herders"
PICTURE_FIRST = any_of([rf"^\W{{0,3}}(?:{PICTURE})(?: \d+| ?[:.-] )", r"^(?:pictured|in this photo)\b"])
# "Two herders at the well. Photo: R. Issa", "(Photo: archive)", "... / Agency"
CREDIT_LAST = any_of(
    [
        rf"[.!?؟۔…(/|\"-] ?(?:{PICTURE})(?=[ :/.,)]|$).{{0,50}}$",
        rf"\((?:[^()]{{0,30}} )?(?:{PICTURE})\b[^()]{{0,40}}\)\W?$",
        r"© ?[^©]{2,50}$",
    ]
)
AGENCY_LAST = re.compile(r"[.»”\"] ?/ ?[^\W\d_a-z][\w. ]{1,30}$")
# "Interview: the education desk. Drawings: from the archive."
CREDITS = re.compile(r"(?:[^\W\d]+(?: [^\W\d]+){0,2} ?: ?[^\d:;|.]{2,50}(?:[.;|] ?|$)){2,4}$")
PICTURE_LABEL = any_of([rf"(?:^|[.;|] ?)(?:{PICTURE}) ?:"])
PARTS = re.compile(r" [|·•▸–—] |(?<=[.!?؟۔…]) ")  # "From Lodwar, 30 September | Picture: R. Issa"
SEVERAL_PARTS = re.compile(r" [|·•▸] .* [|·•▸] ")  # of a line of credits, dates and buttons
ADDRESS_OF_LINK = re.compile(r"\]\([^()]*\)")
IMAGE_ALONE = re.compile(r"!\[[^\[\]]*[^\W_][^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])$")

# What says nothing of its maker may be a caption still; what links back, opens with a dateline, quotes, asks, says "we"
# or counts money is the article.
DATELINE = re.compile(r"^[A-ZÀ-Ý][A-ZÀ-Ý' -]+(?:,[^–—-]{2,25})? ?[–—-] ")
TOLD_BY_WORDS = ("ar", "en", "fr")  # the languages of these words; in others a short paragraph looks alike
LONGEST_UNCREDITED = 150
BETWEEN_SENTENCES = re.compile(r"[.!?؟۔…] +\S")
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


def is_caption(text: str) -> bool:
    """Whether a block describes a picture and says so; `text` has single spaces."""
    if IMAGE_ALONE.match(text):
        return True
    if len(text) > LONGEST_CAPTION or SEVERAL_PARTS.search(text):
        return False
    text = ADDRESS_OF_LINK.sub("]", text)
    shown = folded(text)
    if RIGHTS.are_in(shown):
        return False
    if AGENCY_LAST.search(text) or PICTURE_FIRST.match(shown):
        return len(shown.split()) > LONGEST_CREDIT and says_what_it_shows(text)
    credit = CREDIT_LAST.search(shown)
    if credit is None:
        return False
    dropped = len(text) - len(shown)  # Arabic vowel signs
    return says_what_it_shows(text[: credit.start() + dropped + 1])  # with the sign that ends it


def says_what_it_shows(text: str) -> bool:
    """Whether something is left of a caption beside credits, dates and other furniture of a page."""

    def is_left(part: str) -> bool:
        if part.rstrip().endswith(SENTENCE_END) and len(part.split()) >= LONGEST_CREDIT:
            return True  # a sentence of it, whatever it begins like
        return not (is_boilerplate(part) or is_furniture(part))

    return sum(len(part.split()) for part in PARTS.split(text) if is_left(part)) >= FEWEST_WORDS


def is_picture_credit(text: str) -> bool:
    """Whether a line says who made a picture, and nothing of the picture: "Photo: R. Issa"."""
    if len(text) > LONGEST_CAPTION:
        return False
    shown = folded(text)
    if PICTURE_LABEL.search(shown) and CREDITS.match(shown):
        return True
    ended = shown.endswith((".", "?", "!"))
    return PICTURE_FIRST.match(shown) is not None and len(shown.split()) <= LONGEST_CREDIT and not ended


def could_be_uncredited(text: str) -> bool:
    """Whether a sentence could say what is on a picture: one, short, that reports nothing and links back to nothing."""
    told = LINKS_BACK.match(text) or DATELINE.match(text) or REPORTS.search(text) or BETWEEN_SENTENCES.search(text)
    return len(text) <= LONGEST_UNCREDITED and not told
