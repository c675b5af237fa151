"""Lines of a PDF in the order in which they are read."""

from __future__ import annotations

from pathlib import Path

from paratheme.documents.readers import read
from tests.documents.pdf_makers import drawn_by_reportlab


def test_numbers_of_persian_and_arabic_digits_are_persian_throughout(tmp_path: Path) -> None:
    """As a browser names them whose font draws a six of both sets the same."""
    said = ["در سال ۱۳۹٦ شمار آنان ٦۵۴٬۱۲۳ نفر بود.", "تاریخ ۱٦/۰٦/۱۴۰٦ ثبت شده و ٦ نفر آمدند."]
    on_paper = [" ".join(word if word[0] in "۱٦" else word[::-1] for word in line.split()[::-1]) for line in said]
    drawn_by_reportlab(tmp_path / "a.pdf", [(-540, 780 - 40 * at, line) for at, line in enumerate(on_paper)])
    assert read(tmp_path / "a.pdf").text.split("\n") == [line.replace("٦", "۶") for line in said]
