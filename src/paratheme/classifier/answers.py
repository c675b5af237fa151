"""What was said of documents before: where neither the document nor the classifier changed, nothing is scored again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from paratheme.classifier.inputs import Group
from paratheme.classifier.predict import label, told_of_headings
from paratheme.classifier.prediction import Predicts
from paratheme.models.cache_file import CacheFile
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
        self.found, self.asked = 0, 0
        self.file = CacheFile(cache_folder() / "answers.sqlite", "answers", made_by)

    def label(
        self, groups: Sequence[Group], classifier: Predicts, file_headings: bool = False, explain: bool = False
    ) -> list[str]:
        """Do what `paratheme.classifier.predict.label` does, for groups that are not there yet alone."""
        contents = [_content(group) for group in groups]
        new = [position for position, group in enumerate(groups) if not self._answered(group, contents[position])]
        self.found, self.asked = self.found + len(groups) - len(new), self.asked + len(groups)
        label([groups[position] for position in new], classifier, file_headings, explain)
        self.file.put((contents[position], _said(groups[position])) for position in new)
        return told_of_headings(groups, file_headings)

    def _answered(self, group: Group, content: bytes) -> bool:
        """Add what is known of a group to its blocks; tell whether there is anything."""
        said = self.file.get(content)
        if said is None:
            return False
        for record, answer in zip(group, json.loads(said), strict=True):
            record.update(answer)
        return True


def _content(group: Group) -> bytes:
    """Return what of a group is read, before anything is said of it."""
    return json.dumps([[record.get(name) for name in READ] for record in group]).encode()


def _said(group: Group) -> bytes:
    return json.dumps([{name: record[name] for name in SAID if name in record} for record in group]).encode()
