"""What was said of documents before: where neither the document nor the classifier changed, nothing is scored again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence

from paratheme.classifier.inputs import Group
from paratheme.classifier.predict import label, told_of_headings
from paratheme.classifier.prediction import Predicts
from paratheme.paths import cache_folder

READ = ("text", "kind", "start")  # what of a block is read in filing it
SAID = ("themes", "scores", "reasons")


class KeptAnswers:
    """What blocks were filed under, by the hash of the whole group they are read in: ``answers.sqlite`` of the cache.

    Any number of processes may share it.

    Parameters
    ----------
    made_by : str
        What else the answers depend on: a hash of classifier and options.

    Attributes
    ----------
    found, asked : int
        How many groups were there already, of how many.
    """

    def __init__(self, made_by: str) -> None:
        self.made_by, self.found, self.asked = made_by.encode(), 0, 0
        self.connection = sqlite3.connect(cache_folder() / "answers.sqlite", timeout=60)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer TEXT)")

    def label(
        self, groups: Sequence[Group], classifier: Predicts, file_headings: bool = False, explain: bool = False
    ) -> list[str]:
        """Do what `paratheme.classifier.predict.label` does, for groups that are not there yet alone."""
        keys = [self._key(group) for group in groups]
        new = [position for position, key in enumerate(keys) if not self._answered(groups[position], key)]
        self.found, self.asked = self.found + len(groups) - len(new), self.asked + len(groups)
        label([groups[position] for position in new], classifier, file_headings, explain)
        rows = [(keys[position], json.dumps([_said(record) for record in groups[position]])) for position in new]
        with self.connection:
            self.connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)
        return told_of_headings(groups, file_headings)

    def _answered(self, group: Group, key: bytes) -> bool:
        """Add what is known of a group to its blocks; tell whether there is anything."""
        row = self.connection.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return False
        for record, answer in zip(group, json.loads(row[0]), strict=True):
            record.update(answer)
        return True

    def _key(self, group: Group) -> bytes:
        content = json.dumps([[record.get(name) for name in READ] for record in group])
        return hashlib.blake2b(self.made_by + b"\0" + content.encode(), digest_size=16).digest()


def _said(record: dict[str, object]) -> dict[str, object]:
    return {name: record[name] for name in SAID if name in record}
