"""The XML inside a Word file, unpacked within limits: a hostile file can neither fill the memory nor name others."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from paratheme.documents.encodings import DocumentError

MOST_BYTES = 64 * 2**20  # of one part, unpacked; a book of a thousand pages has a third of it
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .doc files, and of encrypted ones

Element = Any  # of lxml, which has no types


def name_of(element: Element) -> str:
    """The tag without its namespace, which differs between strict and transitional files; empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name without the namespace."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child(element: Element | None, *names: str) -> Element | None:
    """The first child of the name, of that the first child of the next name, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((part for part in element if name_of(part) == name), None)
    return element


def is_on(element: Element | None) -> bool:
    """Whether a property that can be switched is there and not switched off."""
    return element is not None and (attribute(element, "val") or "true") not in ("0", "false", "off")


def empty_placeholders(root: Element) -> None:
    """Take away what content controls that nobody filled in ask for: "Click here to enter text."."""
    for control in root.iter("{*}sdt"):
        if is_on(child(control, "sdtPr", "showingPlcHdr")):
            for text in control.iter("{*}t"):
                text.text = None


class Package:
    """The parts of a Word file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    DocumentError
        If it is no Word file, is damaged or encrypted, or would unpack to more than `MOST_BYTES`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            if file.read(len(OLD_WORD)) == OLD_WORD:
                raise DocumentError(
                    f"{path}: is encrypted or an old Word file; save it as .docx without a password in a word processor"
                )
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise self.damaged() from error
        self.main = next(self.related("", "officeDocument"), "word/document.xml")

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def damaged(self) -> DocumentError:
        """The error for what is not as Word writes it."""
        return DocumentError(f"{self.path}: is damaged or no Word file; open it and save it again as .docx")

    def xml(self, name: str) -> Element | None:
        """The root of a part; None where there is none."""
        from lxml import etree

        try:
            information = self.zip.getinfo(name)
        except KeyError:
            return None
        if information.file_size > MOST_BYTES:
            raise DocumentError(
                f"{self.path}: {name} in it unpacks to {information.file_size / 2**20:,.0f} MB, more than any document "
                f"needs ({MOST_BYTES // 2**20} MB); if you trust it, split it into several files"
            )
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:  # never more than file_size says is unpacked
            root = etree.fromstring(self.zip.read(information), parser)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
            raise self.damaged() from error
        except (RuntimeError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]  # encrypted; broken stream
            raise self.damaged() from error
        if root.getroottree().docinfo.internalDTD is not None:  # Word writes none: entities that swell, or name files
            raise self.damaged()
        empty_placeholders(root)
        return root

    def related(self, part: str, kind: str) -> Iterator[str]:
        """The names of the parts that a part refers to, of a kind ("styles", "footnotes", "header")."""
        return (
            name for relation, name in self.relations(part) if (attribute(relation, "Type") or "").endswith(f"/{kind}")
        )

    def relations(self, part: str) -> Iterator[tuple[Element, str]]:
        """What a part says of each part of the file that it refers to, and the name of that one."""
        folder, name = posixpath.split(part)
        relations = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in relations if relations is not None else ():
            target = attribute(relation, "Target") or ""
            if attribute(relation, "TargetMode") != "External":
                yield relation, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

    def referred(self, key: str | None) -> str:
        """The name of the part that the document calls by a key; empty where there is none."""
        return self.keys.get(key, "")

    @cached_property
    def keys(self) -> dict[str | None, str]:
        """The parts that the document refers to, by the keys that it calls them by."""
        return {attribute(relation, "Id"): name for relation, name in self.relations(self.main)}

    def bytes_of(self, name: str) -> bytes:
        """What a part holds; nothing where there is none, or more than any document needs."""
        try:
            information = self.zip.getinfo(name)
            return self.zip.read(information) if information.file_size <= MOST_BYTES else b""
        except (KeyError, zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError):
            return b""

    def first(self, kind: str) -> Element | None:
        """The root of the first part of a kind that the document refers to."""
        return next((root for name in self.related(self.main, kind) if (root := self.xml(name)) is not None), None)
