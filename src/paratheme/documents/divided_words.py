"""Lines of print as one text: a word that was divided at the end of a line becomes whole again."""

from __future__ import annotations

import re

HYPHENS = ("-", "\u00ad", "\u2010")
FIRST_WORD = re.compile("[^\\W_]+(?:[-'’][^\\W_]+)*")
# What French and Portuguese put behind a hyphen, and what French and English put before one.
BEHIND = frozenset(
    [
        *(
            "je",
            "tu",
            "il",
            "elle",
            "on",
            "nous",
            "vous",
            "ils",
            "elles",
            "ce",
            "ci",
            "là",
            "moi",
            "toi",
            "lui",
            "leur",
        ),
        *("même", "mêmes", "se", "lhe", "lhes", "lo", "la"),
    ]
)
BEFORE = frozenset(
    [
        *("dix", "vingt", "trente", "quarante", "cinquante", "soixante", "quatre", "cent", "non", "ex", "vice", "mi"),
        *("semi", "demi", "peut", "celui", "celle", "ceux", "cet", "cette"),
        *("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "self", "well"),
    ]
)


def joined(above: str, below: str) -> str:
    """Two lines as one; a divided word becomes whole, a compound keeps its hyphen.

    A hyphen at the end of a line is a compound's where a capital or a digit stands beside it, where the word has
    another one, and beside words that are written with one; else it was put there to divide a word.
    """
    word, hyphen = above.rpartition(" ")[2][:-1].lstrip("\"'«“‘(["), above[-1:]
    rest = FIRST_WORD.match(below)
    if hyphen not in HYPHENS or not word[-1:].isalnum() or not rest:
        return f"{above} {below}"
    if hyphen == "\u00ad":
        return above[:-1] + below
    compound = (
        not (word[-1].islower() and below[0].islower())
        or "-" in word + rest[0]
        or word.lower() in BEFORE
        or rest[0] in BEHIND
    )
    return above + below if compound else above[:-1] + below
