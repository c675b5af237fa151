"""Why a text is given its themes: parts of its score, and the words and phrases that carried it.

A calibrated score is a sum of log-odds, so that what comes from the themes' words and what from the document around is
known exactly.  What remains is the model's reading of the block; which phrases it rests on is tried out: each is left
out once, and the drop of the log-odds is what it carried (occlusion; Zeiler and Fergus, 2014, "Visualizing and
understanding convolutional networks").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from paratheme.classifier.calibration import Calibration, clipped_logit
from paratheme.classifier.nearby import VIEWS
from paratheme.classifier.observed import without_words
from paratheme.documents.phrases import Span, phrases, whole_words, without
from paratheme.models import Model
from paratheme.themes.lexicon import Lexicon
from paratheme.types import Floats, Labels, Scores

MOST_PHRASES = 32  # of a block that are left out in turn, besides its themes' words
LENGTH = 3  # words of a phrase, in blocks that are short enough
NAMED = 5  # phrases that are named for a theme, besides its words
SHARE = 0.25  # of the largest drop: phrases with less are not named
LEAST = 0.1  # log-odds: less is noise


@dataclass(frozen=True)
class Phrase:
    """A word or phrase that carried a theme.

    Attributes
    ----------
    start, end : int
        Where it stands in the text, in code points; the end is exclusive.
    text : str
        What stands there.
    theme_word : bool
        Whether it is a word of the theme set.
    drop : float
        How far the log-odds fall when it alone is left out.
    """

    start: int
    end: int
    text: str
    theme_word: bool
    drop: float


@dataclass(frozen=True)
class Reason:
    """Why one theme was given to a text: parts that add up to the log-odds of its score, and what carried it.

    Attributes
    ----------
    decided_by : str
        ``"reading"`` where the model's reading of the text reaches the threshold without the others; or else the
        largest part, ``"words"``, ``"document"`` or ``"reading"``.
    prior : float
        How often the theme occurs, as log-odds.
    words : float
        What the themes' words in the text, or their absence, add to the log-odds beside a text in a language whose
        words are not known; exact.
    document : float
        What the document around it adds; exact.
    reading : float
        The rest: what the model reads in the text otherwise.
    phrases : tuple of Phrase
        In the order of the text.
    """

    decided_by: str
    prior: float
    words: float
    document: float
    reading: float
    phrases: tuple[Phrase, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, with rounded numbers."""
        numbers = {key: round(getattr(self, key), 3) + 0.0 for key in ("prior", "words", "document", "reading")}
        named = [asdict(one) | {"drop": round(one.drop, 3)} for one in self.phrases]
        return {"decided_by": self.decided_by, **numbers, "phrases": named}


@dataclass(frozen=True)
class Explainer:
    """Finds reasons with the parts of a classifier.

    Attributes
    ----------
    model : Model
    calibration : Calibration
    lexicon : Lexicon
    themes : sequence of str
        Their ids.
    """

    model: Model
    calibration: Calibration
    lexicon: Lexicon
    themes: Sequence[str]

    def reasons(self, texts: Sequence[str], P: Scores, around: Floats | None, given: Labels) -> list[dict[str, Reason]]:
        """Return the reasons for the themes that are given to each text.

        Parameters
        ----------
        texts : sequence of str
        P : ndarray, shape (n, themes)
            Raw probabilities.
        around : ndarray, shape (n, themes, 2), or None
            What the rest of its document says of each text, as for `Calibration.calibrate`.
        given : ndarray of 0 and 1, shape (n, themes)
            The themes to explain.
        """
        around = np.full((*P.shape, VIEWS), np.nan) if around is None else around
        rows = [int(row) for row in np.flatnonzero(given.any(axis=1))]
        found: list[dict[str, Reason]] = [{} for _ in texts]
        cuts = [self._cut(str(texts[row]), given[row]) for row in rows]
        shorter = [without(texts[row], [span]) for row, (spans, _) in zip(rows, cuts, strict=True) for span in spans]
        source = [row for row, (spans, _) in zip(rows, cuts, strict=True) for _ in spans]
        full, word_part, document_part = self._parts([texts[row] for row in rows], P[rows], around[rows])
        before = dict(zip(rows, full, strict=True))
        drops = np.zeros((0, P.shape[1]))
        if shorter:
            read = self.model.predict_proba(shorter)
            less = self.calibration.log_odds(read, self.model.word_evidence(shorter), around[source])
            drops = np.array([before[row] for row in source]) - less
        at = 0
        for i, (row, (spans, words)) in enumerate(zip(rows, cuts, strict=True)):
            own = drops[at : at + len(spans)]
            at += len(spans)
            for theme in np.flatnonzero(given[row]).tolist():
                named = _named(texts[row], spans, own[:, theme], words.get(self.themes[theme], ()))
                parts = full[i, theme], word_part[i, theme], document_part[i, theme]
                found[row][self.themes[theme]] = self._reason(theme, *parts, named)
        return found

    def _cut(self, text: str, given: Labels) -> tuple[list[Span], dict[str, list[Span]]]:
        """Return the phrases of a text, and which of them are words of each given theme."""
        places = self.lexicon.places(text)
        ids = [self.themes[theme] for theme in np.flatnonzero(given).tolist()]
        words = {theme: whole_words(text, places[theme]) for theme in ids if theme in places}
        return phrases(text, [span for spans in words.values() for span in spans], MOST_PHRASES, LENGTH), words

    def _parts(self, texts: Sequence[str], P: Scores, around: Floats) -> tuple[Floats, Floats, Floats]:
        """Return log-odds, and what of them comes from the themes' words and from the document around."""
        raw, word_logits = P.astype(np.float64), self.model.word_logits(texts)
        full = self.calibration.log_odds(raw, self.model.word_evidence(texts), around)
        wordless = without_words(raw, word_logits, self.calibration.single_label)
        context = np.zeros(VIEWS) if self.calibration.single_label else self.calibration.context
        return (
            full,
            full - self.calibration.log_odds(wordless, np.zeros(P.shape), around),
            np.nan_to_num(around) @ context,
        )

    def _reason(self, theme: int, full: float, words: float, document: float, named: tuple[Phrase, ...]) -> Reason:
        prior = float(clipped_logit(self.calibration.prior)[theme])
        parts = {"words": words, "document": document, "reading": full - words - document - prior}
        enough = 0.0 if self.calibration.single_label else float(clipped_logit(self.calibration.threshold)[theme])
        largest = max(parts, key=lambda name: parts[name])
        decided_by = "reading" if prior + parts["reading"] >= enough else largest
        return Reason(decided_by, prior, **{name: float(part) for name, part in parts.items()}, phrases=named)


def _named(text: str, spans: Sequence[Span], drops: Floats, words: Sequence[Span]) -> tuple[Phrase, ...]:
    """Return the phrases that carried a theme: its words, and the others that its log-odds fall most without."""
    own = [any(start <= first and last <= end for first, last in words) for start, end in spans]
    enough = max(LEAST, SHARE * max(drops, default=0.0))
    others = [i for i in np.argsort(-drops).tolist() if not own[i] and drops[i] >= enough][:NAMED]
    chosen = sorted([*others, *(i for i, is_own in enumerate(own) if is_own)])
    return tuple(
        Phrase(start, end, text[start:end], own[i], float(drops[i])) for i in chosen for start, end in [spans[i]]
    )
