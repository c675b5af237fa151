"""Lines of a file: from the disk where it is in UTF-8, and the same ones as if it were decoded at once."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.corpus import lines as module
from paratheme.corpus.lines import bytes_of, open_lines
from paratheme.documents.encodings import decode
from paratheme.errors import ParathemeError

TEXTS = st.text(st.sampled_from("aé\u2028\r\n\ufeffم😀"), min_size=1, max_size=30)


@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans())
def test_lines_are_those_of_the_whole_text(text: str, encoding: str, packed: bool) -> None:
    data = text.encode(encoding)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv.gz" if packed else "t.csv")
        path.write_bytes(gzip.compress(data) if packed else data)
        lines, repairs = open_lines(path)
        for _ in range(2):  # as often as need be
            assert "".join(lines("\n")) == "".join(lines("")) == decode(data, path)[0]
        assert repairs == decode(data, path)[1]
        assert all("\n" not in line[:-1] for line in lines("\n"))
        assert all("\r" not in line[:-1].removesuffix("\r") for line in lines(""))


@pytest.mark.parametrize("data", ["é مرحبا\n".encode() * 9, "é".encode("cp1252") + b" b\n", b"a\0b\n", b"%PDF-1.4"])
def test_what_is_not_surely_utf8_is_decoded_as_a_whole(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(module, "decode", lambda data, path: asked.append(path) or ("", ()))
    (tmp_path / "t.csv").write_bytes(data)
    open_lines(tmp_path / "t.csv")
    assert bool(asked) is not data.startswith("é م".encode())


def test_wrong_bytes_far_behind_are_found_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 8)
    path = tmp_path / "t.csv"
    path.write_bytes("مرحبا\n".encode() * 9 + b"\xff\n")
    lines, repairs = open_lines(path)
    assert "\ufffd" in "".join(lines("\n"))
    assert "the first in line 10" in repairs[0]


def test_what_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"text\n" * 99)[:-5])
    for read in (open_lines, bytes_of):
        with pytest.raises(ParathemeError, match=r"t\.csv\.gz: cannot be read \(.*\); save it again"):
            read(tmp_path / "t.csv.gz")
        with pytest.raises(ParathemeError, match="no such file"):
            read(tmp_path / "no.csv")
