"""A page becomes a tree whose elements nest no deeper than a parser expects."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.html_tree import flattened


@given(
    st.lists(st.sampled_from(["<div>", "</div>", "<p>", "<script>", "</script>", "<!--", "-->", "x ", "<td>", "<h2>"]))
)
def test_a_page_that_is_not_deep_is_left_as_it_is(parts: list[str]) -> None:
    source = "".join(parts[:70])
    assert flattened(source) == source
