"""What was worked out before, kept by content: the same text is encoded once for any number of experiments."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from paratheme.types import Vectors


class CacheFile:
    """A table of a SQLite file: values, keyed by the hash of what they were made from.

    Parameters
    ----------
    file : Path
        Made when missing. Any number of processes may share it.
    table : str
    made_by : str
        What else the values depend on.
    """

    def __init__(self, file: Path, table: str, made_by: str) -> None:
        self.table, self.made_by = table, made_by.encode()
        self.connection = sqlite3.connect(file, timeout=60)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute(f"CREATE TABLE IF NOT EXISTS {table} (key BLOB PRIMARY KEY, value BLOB)")

    def get(self, content: bytes) -> bytes | None:
        """Return what was made from some content, if it is there."""
        row = self.connection.execute(f"SELECT * FROM {self.table} WHERE key = ?", (self._key(content),)).fetchone()
        return None if row is None else row[1]

    def put(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep what was made from each content, all or nothing."""
        with self.connection:
            rows = [(self._key(content), value) for content, value in pairs]
            self.connection.executemany(f"INSERT OR REPLACE INTO {self.table} VALUES (?, ?)", rows)

    def _key(self, content: bytes) -> bytes:
        return hashlib.blake2b(self.made_by + b"\0" + content, digest_size=16).digest()


class VectorCache(CacheFile):
    """Embeddings, kept by the text.

    Parameters
    ----------
    file : Path
    made_by : str
        The encoder's fingerprint, pooling, precision.
    """

    def __init__(self, file: Path, made_by: str) -> None:
        super().__init__(file, "vectors", made_by)

    def vectors(self, texts: Sequence[str]) -> dict[int, Vectors]:
        """Return the vectors that are there, by the text's position."""
        values = ((position, self.get(_bytes(text))) for position, text in enumerate(texts))
        return {position: np.frombuffer(value, np.float32) for position, value in values if value is not None}

    def keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors, shape (n, dimensions), float32."""
        self.put((_bytes(text), vector.tobytes()) for text, vector in zip(texts, vectors, strict=True))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
