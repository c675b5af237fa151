"""What elements of a Word file's XML say: the rows and cells of a table, copies of the same thing, fields, values."""

from __future__ import annotations

from collections.abc import Iterator

from paratheme.documents.docx_package import Element, attribute, child, name_of


def alternative(element: Element) -> Element:
    """One of the copies that a file keeps of the same thing for newer and older programs: the first with a text."""
    copies = [part for part in element if name_of(part) in ("Choice", "Fallback")]
    with_text = (copy for copy in copies if any(name_of(part) == "t" and part.text for part in copy.iter()))
    return next(with_text, copies[0] if copies else element)


def is_contents(element: Element) -> bool:
    """Whether a content control holds the table of contents, which repeats the headings."""
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    return gallery is not None and attribute(gallery, "val") == "Table of Contents"


def wrapped(element: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also inside content controls and tracked changes."""
    for part in element:
        if name_of(part) == name:
            yield part
        elif name_of(part) in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            yield from wrapped(part, name)


def turn_field(fields: list[str], turn: str | None) -> None:
    """Note that a field begins, turns from its code to its result, or ends."""
    if turn == "begin":
        fields.append("code")
    elif turn == "separate" and fields:
        fields[-1] = "result"
    elif turn == "end" and fields:
        fields.pop()


def attribute_of(element: Element | None) -> str | None:
    """The value of a property."""
    return attribute(element, "val") if element is not None else None


def number(element: Element | None, default: int) -> int:
    """The value of a property that is a small number."""
    value = attribute_of(element)
    return min(int(value), 1000) if value and value.isascii() and value.isdigit() else default
