"""What a classifier is known to get wrong: calibrated scores of held-out texts, out of sample."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import GroupKFold

from paratheme.classifier.observed import Observed
from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.shares import HeldOut, put_together, sums_by_story

FOLDS = 5
MOST_STORIES = 200  # that are kept apart; more would only make the saved file longer


def held_out(held: Corpus, seen: Observed, wordless: Observed | None = None) -> HeldOut:
    """Return what calibrated scores texts of a corpus get that neither the model nor its calibration learned from.

    The model did not see them; calibration is learned five times, from the other stories each time.

    Parameters
    ----------
    held : Corpus
        With a story for every block.
    seen, wordless : Observed
        What calibration learns from: its blocks, and the same as if no words of their languages were known.

    Returns
    -------
    HeldOut
        Without anything where all blocks tell one story.
    """
    names, story = np.unique(np.asarray(held.stories, dtype=str), return_inverse=True)
    if len(names) < 2:
        return HeldOut({})
    inside, alone = np.zeros(seen.P.shape), np.zeros(seen.P.shape)
    for learn, rows in GroupKFold(min(FOLDS, len(names))).split(seen.P, groups=story):
        others, some = seen.take(learn), seen.take(rows)
        fitted = (others + wordless.take(learn) if wordless else others).calibration()
        alone[rows] = fitted.calibrate(some.P, some.words)
        inside[rows] = fitted.calibrate(some.P, some.words, some.around)
    sums = {"alone": sums_by_story(alone, held.labels, story, len(names))}
    documents: dict[str, list[int]] = {}
    for row, (document, context) in enumerate(zip(held.blocks["document"], held.passages.contexts, strict=True)):
        if not context.is_alone:
            documents.setdefault(document, []).append(row)
    if documents:
        rows = np.concatenate([*documents.values()])
        sums["in_documents"] = sums_by_story(inside[rows], held.labels[rows], story[rows], len(names))
        highest, union = (
            np.stack([of[rows].max(axis=0) for rows in documents.values()]) for of in (inside, held.labels)
        )
        first = story[[rows[0] for rows in documents.values()]]
        sums["documents"] = sums_by_story(highest, union, first, len(names))
    return HeldOut({sort: put_together(one, MOST_STORIES) for sort, one in sums.items()})
