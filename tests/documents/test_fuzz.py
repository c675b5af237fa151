"""Whatever bytes or text come, a reader reads them or refuses them, and what it gives stands where it says."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paratheme.documents.document import Document
from paratheme.documents.encodings import DocumentError, decode
from paratheme.documents.markdown import markdown_document
from paratheme.documents.normalise import clean, normalise
from paratheme.documents.readers import SUFFIXES, read
from paratheme.documents.segmentation import segment
from tests.chaos.fuzz import TOKENS

TEXTS = st.lists(st.sampled_from(TOKENS) | st.text(max_size=5), max_size=30).map("".join)
WITHIN_A_TEST = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@WITHIN_A_TEST
@given(text=TEXTS)
def test_blocks_stand_in_their_text_one_after_the_other(text: str) -> None:
    for document in (Document("", text), markdown_document(text)):
        blocks = list(segment(document))
        assert document.text == text
        assert all(text[block.start : block.end].strip() for block in blocks)
        assert all(one.end <= other.start for one, other in pairwise(blocks))


@WITHIN_A_TEST
@given(data=st.binary(max_size=300) | TEXTS.map(lambda text: text.encode("utf-16", "surrogatepass")))
def test_bytes_become_text_or_are_refused(data: bytes) -> None:
    with suppress(DocumentError):
        text, _ = decode(data, Path("a.txt"))
        text.encode("utf-8", "surrogatepass")


@WITHIN_A_TEST
@given(text=TEXTS)
def test_features_are_made_of_any_text(text: str) -> None:
    assert isinstance(normalise(text, fold_case=True), str)
    assert isinstance(clean(text), str)


@pytest.mark.parametrize("suffix", SUFFIXES)
@WITHIN_A_TEST
@given(data=st.binary(max_size=300) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_file_of_any_kind_is_read_or_refused(suffix: str, data: bytes, tmp_path: Path) -> None:
    file = tmp_path / f"any{suffix}"
    file.write_bytes(data)
    try:
        document = read(file)
    except DocumentError as error:
        said = str(error)
    else:
        said = f"{file}: read"
        assert all(document.text[block.start : block.end].strip() for block in segment(document))
    assert said.startswith(f"{file}: ")
    assert "\n" not in said
