"""What is in a pile of filed documents: counts and shares by theme and language, and which tell the same story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from paratheme.classifier.by_document import document_of
from paratheme.classifier.filed import name_of, stands_alone
from paratheme.classifier.inputs import Group, Record
from paratheme.classifier.predict import kinds_filed
from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.corpus.near_duplicates import copies, roots
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.shares import HeldOut, Seen, estimate
from paratheme.types import Floats

UNITS = ("blocks", "documents")
TEXTS, SCORES, FILED = range(3)  # what is added up


@dataclass(frozen=True)
class Share:
    """How much of a pile is about a theme.

    Attributes
    ----------
    unit : {"blocks", "documents"}
    language : str
        Empty: all languages.
    theme : str
    texts, filed : int
        How many blocks or documents there are, and how many of them were filed under the theme.
    share, low, high : float
        Estimated with the classifier's errors taken into account; NaN where these are not known.
    """

    unit: str
    language: str
    theme: str
    texts: int
    filed: int
    share: float
    low: float
    high: float


@dataclass
class PileCounts:
    """Sums over the filed blocks of a pile, by document; of texts nothing is kept but sketches.

    Attributes
    ----------
    themes : sequence of str
    sums : dict
        Document -> (unit, language, sort of text) -> array, shape (themes, 3): texts, scores, filed.
    stories : dict of str to str
        Document -> the first of those that tell the same story.
    """

    themes: Sequence[str]
    sums: dict[str, dict[tuple[str, str, str], Floats]] = field(default_factory=dict)
    stories: dict[str, str] = field(default_factory=dict)

    def read(self, groups: Iterable[Group]) -> None:
        """Count filed blocks, and find which documents tell the same story."""
        pairs = copies(self._counted(groups))
        self.stories = roots(sorted(self.sums), pairs)

    def _counted(self, groups: Iterable[Group]) -> Iterator[tuple[str, str]]:
        for group in groups:
            name = name_of(group, self.sums)
            kinds = kinds_filed(group)
            blocks = [record for record in group if record["kind"] in kinds]
            sums: dict[tuple[str, str, str], Floats] = {}
            alone = sum(record["kind"] in LABELLED_KINDS for record in group) < 2
            for record in blocks:
                self._add(sums, "blocks", "alone" if alone else "in_documents", record)
            if blocks and not stands_alone(group[0]):
                self._add(sums, "documents", "alone" if alone else "documents", document_of(group))
            self.sums[name] = sums
            yield name, " ".join(str(record["text"]) for record in blocks)

    def _add(self, sums: dict[tuple[str, str, str], Floats], unit: str, sort: str, record: Record) -> None:
        row = [(1.0, record["scores"][theme], theme in record["themes"]) for theme in self.themes]
        key = (unit, str(record["language"]), sort)
        sums[key] = sums.get(key, 0.0) + np.asarray(row, np.float64)

    @property
    def documents(self) -> int:
        """How many documents there are, without rows of tables."""
        return sum(any(unit == "documents" for unit, _, _ in sums) for sums in self.sums.values())

    def told_again(self) -> list[list[str]]:
        """Return the documents that tell one story, for each that is told more than once; the largest group first."""
        groups: dict[str, list[str]] = {}
        for name, story in self.stories.items():
            groups.setdefault(story, []).append(name)
        return sorted((group for group in groups.values() if len(group) > 1), key=lambda group: (-len(group), group))

    def once(self) -> PileCounts:
        """Return the same with each story once: the first, by name, of its documents."""
        first = {story: self.sums[story] for story in self.stories.values()}
        return PileCounts(self.themes, first, {story: story for story in first})

    def shares(self, held_out: HeldOut, resampling: Resampling, by_language: bool = True) -> list[Share]:
        """Return the shares of all themes: of all blocks, all documents, then by language, the commonest first."""
        languages: Counter[str] = Counter()
        for sums in self.sums.values():
            for (unit, language, _), row in sums.items():
                languages[language] += int(row[0, TEXTS]) if unit == "blocks" else 0
        found = []
        spoken = sorted(languages, key=lambda one: (-languages[one], one)) if by_language else []
        for language in ("", *spoken):
            for unit in UNITS:
                found += self._shares(unit, language, held_out, resampling)
        return found

    def _shares(self, unit: str, language: str, held_out: HeldOut, resampling: Resampling) -> list[Share]:
        rows: dict[str, dict[str, Floats]] = {}  # sort -> story -> sums
        for name in sorted(self.sums):
            for (of, spoken, sort), row in self.sums[name].items():
                if of == unit and language in ("", spoken):
                    stories = rows.setdefault(sort, {})
                    story = self.stories[name]
                    stories[story] = stories.get(story, 0.0) + row
        if not rows:
            return []
        clusters = sorted({story for stories in rows.values() for story in stories})
        nothing = np.zeros((len(self.themes), 3))
        by_sort = {sort: np.stack([rows[sort].get(story, nothing) for story in clusters]) for sort in sorted(rows)}
        seen = [Seen(sort, sums[:, 0, TEXTS], sums[..., SCORES]) for sort, sums in by_sort.items()]
        found = estimate(held_out, seen, resampling)
        texts, _, filed = np.moveaxis(sum(sums.sum(axis=0) for sums in by_sort.values()), -1, 0)
        figures: Mapping[str, Floats] = {"share": found.share, "low": found.low, "high": found.high}
        return [
            Share(
                unit,
                language,
                theme,
                int(texts[i]),
                int(filed[i]),
                **{k: round(float(v[i]), 6) for k, v in figures.items()},
            )
            for i, theme in enumerate(self.themes)
        ]
