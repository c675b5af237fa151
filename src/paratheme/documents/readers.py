"""Files -> documents: text, HTML, PDF and Word files, in whatever encoding they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from paratheme.documents.document import Document
from paratheme.documents.encodings import DocumentError, decode
from paratheme.documents.markdown import read_markdown

__all__ = ["SUFFIXES", "Document", "DocumentError", "DocumentFile", "find", "read"]

Reader = Callable[[Path], Document]
HIDDEN = (".", "~$")  # a word processor's lock file, beside the document that is open, begins with ~$


@dataclass(frozen=True)
class DocumentFile:
    """A document that can be read: its file, and what it is called."""

    path: Path
    name: str


def find(paths: Iterable[str | Path]) -> list[DocumentFile]:
    """The documents among files and folders.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, and folders that are searched with all below them. Hidden files and folders, and files of
        other kinds, are passed over there.

    Returns
    -------
    list of DocumentFile
        Sorted by path, each once; named from the folder in which it was found.

    Raises
    ------
    DocumentError
        If a path does not exist, or a file that is named is of a kind that cannot be read.
    """
    names: dict[Path, str] = {}
    for path in map(Path, paths):
        if path.is_dir():
            names = {file: file.relative_to(path).as_posix() for file in visible_files(path)} | names
        elif not path.exists():
            raise DocumentError(f"{path}: no such file or folder; check the path")
        else:
            reader_of(path)
            names.setdefault(path, path.name)
    return [DocumentFile(path, names[path]) for path in sorted(names)]


def visible_files(folder: Path) -> Iterator[Path]:
    """The files of known kinds below a folder."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(HIDDEN) for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.lower() in READERS and path.is_file():
            yield path


def reader_of(path: Path) -> Reader:
    """The reader for a file's suffix."""
    if reader := READERS.get(path.suffix.lower()):
        return reader
    if path.suffix.lower() in SPREADSHEETS:
        raise DocumentError(f"{path}: cannot read this kind of table; save it as .xlsx or .csv")
    raise DocumentError(f"{path}: cannot read this kind of file; convert it to one of {', '.join(SUFFIXES)}")


def read(path: str | Path, name: str | None = None) -> Document:
    """Read a document.

    Parameters
    ----------
    path : str or Path
        A file; its suffix says of what kind it is.
    name : str, optional
        What the document is called; the file's name where nothing is said.

    Returns
    -------
    Document

    Raises
    ------
    DocumentError
        If the file cannot be opened, is damaged, encrypted, not what its suffix says, or holds no text.
    """
    path = Path(path)
    reader = reader_of(path)
    try:
        empty = path.stat().st_size == 0
        document = Document("", "") if empty else reader(path)
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror or error}; check the file and its permissions") from error
    if not document.text.strip("\x00\ufeff \t\r\n\f\v\u2028\u2029"):
        pictures = path.suffix.lower() == ".pdf" and not empty
        reason = "holds no text, perhaps only scanned pages; run text recognition (OCR) on it first"
        raise DocumentError(f"{path}: {reason if pictures else 'is empty; remove it or save it again with its text'}")
    return replace(document, name=name or path.name)


def read_text(path: Path) -> Document:
    """Plain text, decoded and otherwise untouched."""
    text, repairs = decode(path.read_bytes(), path)
    return Document("", text, repairs=repairs)


def read_html(path: Path) -> Document:
    """The headline and the article of a web page; the library is loaded when a page is read."""
    from paratheme.documents.html import read_html as page_of

    return page_of(path)


def read_pdf(path: Path) -> Document:
    """The pages of a PDF."""
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    from paratheme.documents.pdf import read_pdf as pages_of

    try:
        return pages_of(path)
    except (OSError, DocumentError, MemoryError):
        raise
    except Exception as error:  # a damaged PDF makes the library fail in any way
        causes = [error, error.__cause__, error.__context__, *error.args]
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
            raise DocumentError(f"{path}: is encrypted; save a copy without a password") from error
        raise DocumentError(f"{path}: is damaged or no PDF; open it and save or export it again") from error


def read_docx(path: Path) -> Document:
    """All that a Word file shows; the library is loaded when a file is read."""
    from paratheme.documents.docx import read_docx as document_of

    return document_of(path)


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".mdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
SUFFIXES = tuple(READERS)
SPREADSHEETS = (".xls", ".xlsb", ".ods", ".fods", ".numbers")
