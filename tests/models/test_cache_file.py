"""Vectors are kept by what was encoded."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from paratheme.models.cache_file import VectorCache


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(st.text(st.characters()), st.lists(st.floats(width=32, allow_nan=False), min_size=1), min_size=1)
)
def test_what_is_put_into_the_cache_comes_back(kept: dict[str, list[float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder, "vectors.sqlite"), "one")
        texts = list(kept)
        for text, vector in kept.items():
            cache.keep([text], np.array([vector], np.float32))
        found = cache.vectors([*texts, "\0never put"])
        assert {texts[position]: vector.tolist() for position, vector in found.items()} == kept
        assert VectorCache(Path(folder, "vectors.sqlite"), "two").vectors(texts) == {}
        cache.connection.close()


def test_what_is_put_again_replaces_what_was_there(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite", "one")
    for value in (1.0, 2.0):
        cache.keep(["Gaza"], np.array([[value]], np.float32))
    assert cache.vectors(["Sudan", "Gaza"])[1].tolist() == [2.0]
    cache.connection.close()
