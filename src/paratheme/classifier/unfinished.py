"""A file that is written under a temporary name beside its own, and can be gone on with."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from paratheme.errors import UsageError

FORMAT = 1
SECONDS = 1.0  # between two notes of how far it is


class Unfinished:
    """The file ``NAME.part``, and in ``NAME.part.json`` how far it is and what it is made of.

    What is noted was written before. So a process that is killed at any moment leaves a file that is right up to the
    noted length; what stands behind it is written again.

    Parameters
    ----------
    output : Path
        The file that it becomes.
    resumable : bool
        Whether a part of it is of use, so that notes are worth taking.
    """

    def __init__(self, output: Path, resumable: bool) -> None:
        self.output, self.resumable = output, resumable
        self.part = output.with_name(f"{output.name}.part")
        self.note = output.with_name(f"{output.name}.part.json")
        self.noted_at = -SECONDS

    @property
    def is_there(self) -> bool:
        """Whether there is something to go on with."""
        return self.note.exists() and self.part.exists()

    def noted(self) -> dict[str, Any]:
        """Return what was noted last; nothing where there is nothing to go on with.

        Raises
        ------
        UsageError
            If that is not readable, or the file is shorter than was noted.
        """
        if not self.is_there:
            return {}
        try:
            note = dict(json.loads(self.note.read_text("utf-8")))
            if note["format"] == FORMAT and self.part.stat().st_size >= note["length"]:
                return note
        except (OSError, ValueError, KeyError, TypeError):
            pass
        raise UsageError(f"{self.part}: is damaged, or of another version; --force begins anew")

    def check(self, note: Mapping[str, Any], made_of: Mapping[str, str]) -> None:
        """Refuse to go on with what was made of something else.

        Raises
        ------
        UsageError
            If one of the hashes in `made_of` is not the one that was noted.
        """
        if other := [name for name, known in made_of.items() if note and note["made_of"].get(name) != known]:
            raise UsageError(f"{self.part}: was begun with other {' and '.join(other)}; --force begins anew")

    def open(self, length: int = 0) -> IO[bytes]:
        """Open the file behind its first `length` bytes, which stay; the rest is cut off."""
        if not length:
            self.discard()
        self.file = self.part.open("r+b" if length else "wb")
        self.file.truncate(length)
        self.file.seek(length)
        return self.file

    def take_note(self, note: Mapping[str, Any]) -> None:
        """Note how far the file is, unless that was done a moment ago."""
        if not self.resumable or time.monotonic() < self.noted_at + SECONDS:
            return
        self.file.flush()
        os.fsync(self.file.fileno())
        new = self.note.with_suffix(".new")
        new.write_text(json.dumps({"format": FORMAT, "length": self.file.tell(), **note}), "utf-8")
        os.replace(new, self.note)
        self.noted_at = time.monotonic()

    def finish(self) -> None:
        """Close the file and give it its name."""
        self.file.close()
        os.replace(self.part, self.output)
        self.note.unlink(missing_ok=True)

    def give_up(self) -> str:
        """Close the file, which is removed where it is of no use, and say how to go on where it is."""
        with suppress(OSError):  # a full disk takes no last bytes; they are not noted either
            self.file.close()
        if self.is_there:
            return f"what was filed is kept in {self.part}; the same command with --resume goes on"
        self.discard()
        return ""

    def discard(self) -> None:
        """Remove what there is."""
        self.note.unlink(missing_ok=True)
        self.part.unlink(missing_ok=True)


def digest(data: Any) -> str:
    """Return a hash of plain data."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()[:16]
