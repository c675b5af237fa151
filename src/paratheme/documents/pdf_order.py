"""Glyphs of a line as they stand on paper, left to right -> text in the order in which it is read.

On paper every program agrees, whatever order its file has inside; so order is taken from places alone, and the
bidirectional algorithm (UAX 9) is undone: right-to-left letters are turned round, Latin runs and numbers keep their
order, brackets look the other way. Two things differ by program and are found from the file itself: whether a
bracket is told by its shape or by its sense, and whether the letters stand mirrored on paper (a program that knows no
Arabic writes its letters from left to right).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

MIRROR = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
OPENING, CLOSING = "([{<«‹", ")]}>»›"
ENDS_SENTENCE = tuple(".!؟،؛")
# What only ends a word, or only begins one: Arabic ta marbuta, alef maksura, Urdu's barree ye, Hebrew's final letters.
ENDS_WORD = "ةىےךםןףץ"
RTL_WORD = re.compile("[\u0590-\u05ff\u0600-\u065f\u066e-\u06ef\u06fa-\u08ff]{3,}")


@lru_cache(maxsize=4096)
def direction(token: str) -> str:
    """The bidirectional class of a glyph: "L", "R", "AL", "EN", "AN", or what it is among neutrals."""
    for character in token:
        found = unicodedata.bidirectional(character)
        if found not in ("NSM", "BN", ""):
            return found
    return "ON"


def is_rtl(directions: Iterable[str]) -> bool | None:
    """Whether more letters are right-to-left; None where there is no letter."""
    right = left = 0
    for found in directions:
        right += found in ("R", "AL")
        left += found == "L"
    return None if right == left == 0 else right > left


def stands_mirrored(lines: Iterable[Sequence[str]]) -> bool:
    """Whether right-to-left letters stand on paper from left to right, by letters that only begin or end a word."""
    right = mirrored = 0
    for line in lines:
        for word in RTL_WORD.findall("".join(token[::-1] for token in line)):
            right += (word[0] in ENDS_WORD) + word.endswith("لا")  # read leftwards: word[-1] is its first letter
            mirrored += (word[-1] in ENDS_WORD) + word.startswith("ال")
    return mirrored > 2 * right + 1


def told_by_sense(lines: Iterable[Sequence[str]]) -> bool:
    """Whether brackets of right-to-left text are told by their sense (opening, closing), not by their shape."""
    sense = 0
    for line in lines:
        brackets = [token for token in line if len(token) == 1 and token in OPENING + CLOSING]
        if len(brackets) == 2 and brackets[0] != brackets[1] and any(direction(t) in ("R", "AL") for t in line):
            sense += 1 if brackets[0] in CLOSING else -1
    return sense > 0


def shaped(line: Sequence[str], *, by_sense: bool) -> list[str]:
    """The glyphs with each bracket told by its shape: of a pair, the left one opens to the right."""
    out = list(line)
    for opening, closing in zip(OPENING, CLOSING, strict=True):
        places = [at for at, token in enumerate(line) if token in (opening, closing)]
        pattern = "".join(str(line[at]) for at in places)
        turned = pattern.translate(MIRROR)
        if balanced(pattern, opening):
            continue
        if not balanced(turned, opening):
            turned = pairwise_shaped(line, places, opening, closing, by_sense=by_sense)
        for at, token in zip(places, turned, strict=True):
            out[at] = token
    return out


def balanced(brackets: str, opening: str) -> bool:
    """Whether each bracket has its partner."""
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket == opening else -1
        if depth < 0:
            return False
    return depth == 0


def pairwise_shaped(line: Sequence[str], places: list[int], opening: str, closing: str, *, by_sense: bool) -> str:
    """Shapes of brackets that do not fit together: neighbours that differ are a pair, the rest go by the file."""
    shapes: list[str] = []
    at = 0
    while at < len(places):
        here = line[places[at]]
        if at + 1 < len(places) and line[places[at + 1]] != here and (by_sense or here == opening):
            shapes += [opening, closing]
            at += 2
        else:
            near = [direction(token) for token in line[max(0, places[at] - 2) : places[at] + 3]]
            turn = by_sense and bool({"R", "AL"} & set(near))
            shapes.append(here.translate(MIRROR) if turn else here)
            at += 1
    return "".join(shapes)


def shows_ltr(line: Sequence[str], directions: Sequence[str]) -> bool:
    """Whether a line with right-to-left letters reads from left to right all the same.

    It does where its last mark of punctuation stands at its right end, after Latin letters at its left.
    """
    seen = [token for token in line if token.strip()]
    strong = [found for found in directions if found in ("L", "R", "AL")]
    mixed = "L" in strong[:1] and len(set(strong)) > 1
    return mixed and seen[-1] in ENDS_SENTENCE and seen[0] not in ENDS_SENTENCE


def reads_rtl(line: Sequence[str], directions: Sequence[str], *, page_is_rtl: bool, by_first: bool) -> bool:
    """Whether a line reads from right to left.

    The line's own letters say it; a line of both scripts reads as its page does. Programs that set each line by its
    first letter (`by_first`) set one that has Latin letters at both ends from left to right.
    """
    own = is_rtl(directions)
    if own is None:
        return page_is_rtl
    strong = [found for found in directions if found in ("L", "R", "AL")]
    if len(set(strong)) == 1 or not (own or page_is_rtl):
        return own
    return not (shows_ltr(line, directions) or (by_first and strong[0] == strong[-1] == "L"))


def logical(line: Sequence[str], *, rtl: bool, by_sense: bool = False, before: str = "") -> str:
    """A line's text in the order in which it is read.

    Parameters
    ----------
    line : sequence of str
        Its glyphs from left to right, each with its letters; a space between words.
    rtl : bool
        Whether it reads from right to left.
    by_sense : bool
        Whether the file tells brackets of right-to-left text by their sense.
    before : str
        The class of the last letter of the line above, where the line goes on with it.

    Returns
    -------
    str
    """
    directions = [direction(token) for token in line]
    if rtl:
        return "".join(from_right(shaped(line, by_sense=by_sense), before))
    if not {"R", "AL"} & set(directions):
        return "".join(line)
    tokens = shaped(line, by_sense=by_sense)
    out: list[str] = []
    at = 0
    while at < len(tokens):
        if directions[at] not in ("R", "AL"):
            out.append(tokens[at])
            at += 1
            continue
        stop = next((end for end in range(at, len(tokens)) if directions[end] == "L"), len(tokens))
        while directions[stop - 1] not in ("R", "AL"):
            stop -= 1
        out += from_right(tokens[at:stop], before)
        at = stop
    return "".join(out)


def from_right(line: Sequence[str], before: str = "") -> list[str]:
    """Glyphs in logical order of a line that reads from right to left."""
    tokens = line[::-1]
    directions = [direction(token) for token in tokens]
    out: list[str] = []
    at = 0
    while at < len(tokens):
        stop = end_of_run(tokens, directions, at, before)
        if stop > at:
            out += tokens[at:stop][::-1]
            at = stop
            continue
        before = directions[at] if directions[at] in ("R", "AL") else before
        out.append(tokens[at].translate(MIRROR))
        at += 1
    return out


def end_of_run(tokens: Sequence[str], directions: Sequence[str], at: int, before: str) -> int:
    """Where the run that reads from left to right and whose right end stands at a place ends; the place itself if none.

    A number is such a run; with Latin letters left of it, it belongs to theirs ("Covid 19"), and so does a bracket
    whose partner stands after Latin letters ("World Food Programme (WFP)").
    """
    here = directions[at]
    stretch = next((end for end in range(at, len(tokens)) if directions[end] in ("R", "AL", "AN")), len(tokens))
    last = max((end for end in range(at, stretch) if directions[end] == "L"), default=None)
    if last is not None:
        if here in ("L", "EN") or (tokens[at] in CLOSING and follows_latin(tokens, directions, at, stretch)):
            stop = last + 1
            while stop < len(tokens) and directions[stop] in ("EN", "AN"):  # "3G"
                stop += 1
            if before == "L" and tokens[stop : stop + 1] == [" "]:  # "12 May", the line above ending in Latin letters
                beyond = end_of_number(directions, stop + 1, before)
                stop = beyond if beyond > stop + 1 else stop
            return stop
        if here not in ("ET",):
            return at
    return end_of_number(directions, at, before)


def follows_latin(tokens: Sequence[str], directions: Sequence[str], at: int, stretch: int) -> bool:
    """Whether the partner of a bracket stands after Latin letters."""
    partner = tokens[at].translate(MIRROR)
    opened = next((end for end in range(at + 1, stretch) if tokens[end] == partner), None)
    if opened is None:
        return False
    beyond = next((end for end in range(opened + 1, stretch) if tokens[end].strip()), None)
    return beyond is not None and directions[beyond] == "L"


def end_of_number(directions: Sequence[str], at: int, before: str) -> int:
    """Where a number ends (UAX 9, rules W2 to W5); where it begins, if there is none."""
    after_arabic = before == "AL"
    signs = {"CS"} if after_arabic or directions[at] == "AN" else {"CS", "ES"}
    stop = at
    while not after_arabic and stop < len(directions) and directions[stop] == "ET":
        stop += 1
    if stop == len(directions) or directions[stop] not in ("EN", "AN"):
        return at
    kind = directions[stop]
    while stop < len(directions):
        if directions[stop] in ("EN", "AN"):  # both read from the left, so that they are one where they touch
            kind = directions[stop]
        elif directions[stop] not in signs or directions[stop + 1 : stop + 2] != [kind]:
            break
        stop += 1
    while not after_arabic and kind == "EN" and stop < len(directions) and directions[stop] == "ET":
        stop += 1
    return stop
