"""What a line of text looks like: an item of a list, a sentence, a question, a title."""

from __future__ import annotations

import re

from paratheme.documents.boilerplate import CLOSING

BULLET = re.compile(r"[-*•‣⁃◦▪▫■□●○◆◇➢➤✓✔–·]\s+(?=\S)")
NUMBER = re.compile(r"\(?(?:\d{1,2}|[٠-٩]{1,2}|[a-z]|[ivx]{2,4}|[أبجدهوزحط])(?:[.)]\s+|[-–](?:\s+|(?=[^\W\d])))(?=\S)")

LONGEST_TITLE = 140  # of a whole document
LONGEST_HEADING = 90
SENTENCE_END = tuple(".!…;؛。！۔।")
CLAUSE_END = tuple(",،")
QUESTION_END = tuple("?؟？")


def is_list_item(text: str) -> bool:
    """Whether a line opens with a bullet, a number or a letter as list items do."""
    return BULLET.match(text) is not None or NUMBER.match(text) is not None


def is_sentence(text: str) -> bool:
    """Whether a block ends as sentences do."""
    return text.rstrip(CLOSING).endswith(SENTENCE_END + QUESTION_END)


def could_be_listed(text: str) -> bool:
    """Whether a line is as short as an item of a list, and no sentence."""
    return len(text) <= LONGEST_HEADING and not is_sentence(text.rstrip(";؛")) and not text.endswith(":")


def could_be_heading(text: str, *, title: bool = False) -> bool:
    """Whether a block has the form of a title: short, and not a sentence."""
    bare = text.rstrip(CLOSING)
    return (
        len(text) <= (LONGEST_TITLE if title else LONGEST_HEADING)
        and not bare.endswith(SENTENCE_END)
        and any(character.isalnum() for character in bare)
    )


def asks(text: str) -> bool:
    """Whether a block is a short question."""
    return len(text) <= LONGEST_TITLE and text.rstrip(CLOSING).endswith(QUESTION_END)
