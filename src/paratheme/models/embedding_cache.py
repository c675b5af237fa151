"""Embeddings cached by content, so that the same text is encoded once for any number of experiments."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from paratheme.types import Vectors


class VectorCache:
    """A SQLite file of vectors, keyed by the hash of what was encoded.

    Parameters
    ----------
    file : Path
        Made when missing. Any number of processes may share it.
    namespace : str
        What else the vectors depend on: the encoder's fingerprint, pooling, precision.
    """

    def __init__(self, file: Path, namespace: str) -> None:
        self.namespace = namespace.encode()
        self.connection = sqlite3.connect(file, timeout=60)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    def get(self, texts: Sequence[str]) -> dict[int, Vectors]:
        """Return the vectors that are there, by the text's position."""
        found = {}
        for position, text in enumerate(texts):
            row = self.connection.execute("SELECT vector FROM vectors WHERE key = ?", (self._key(text),))
            if (hit := row.fetchone()) is not None:
                found[position] = np.frombuffer(hit[0], np.float32)
        return found

    def put(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors, shape (n, dimensions), float32."""
        rows = [(self._key(text), vector.tobytes()) for text, vector in zip(texts, vectors, strict=True)]
        with self.connection:
            self.connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _key(self, text: str) -> bytes:
        content = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(self.namespace + b"\0" + content, digest_size=16).digest()
