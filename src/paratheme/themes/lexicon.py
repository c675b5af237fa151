"""The lexicon: which words of which theme stand in a text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from paratheme.documents.normalise import normalise
from paratheme.themes.stems import Candidates, Stems
from paratheme.themes.theme import WORD_LISTS, Theme
from paratheme.themes.word_list import WordList, masked, word_of
from paratheme.types import Labels

NEAR = 0.25  # what words near a theme count, one or many
REMEMBERED = 2**15  # texts whose counts are kept, since a model and its calibration ask for the same; some 8 MB


class Lexicon:
    """Finds the words of each theme in texts.

    Every word is sought in every text, whatever its language: scripts keep most languages apart, and texts
    quote names of other languages. Words are compared as `normalise` leaves them, so accents, Arabic letter
    variants and typography need no entries of their own. In an entry

    - a lower-case word or phrase is found in any case, as a whole;
    - a single word with a capital is a name: found with its capital, in ALL CAPS or as a #hashtag, and also
      where scraping glued a neighbour to it ("en Ghanay compris", "auTchadet", "#SaveGhana");
    - a word or phrase in ALL CAPS is an acronym and found so only;
    - in a phrase, a space or hyphen stands for a space, a hyphen, a quotation mark or nothing;
    - an Arabic word is found behind the particles و ف ب ك ل and the article, which it need not have, and where
      scraping glued من في عن إلى على to it; written with the article it is found with the article only;
    - ``*`` stands for any letters; in a script without spaces write ``*苏丹*``;
    - ``...`` between words stands for up to ten words of the same sentence;
    - ``(one|other)`` stands for either.

    Parameters
    ----------
    themes : sequence of Theme
        The themes whose words are sought.
    """

    def __init__(self, themes: Sequence[Theme]) -> None:
        self._themes = tuple(themes)
        self._counted: dict[bytes, tuple[float, ...]] = {}

    def matrix(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Count the words of each theme.

        Parameters
        ----------
        texts : sequence of str of length n
            Paragraphs as they stand in their documents.

        Returns
        -------
        ndarray of float32 of shape (n, themes)
            How many different words matched, a weak one counting half: 1 and above decides for the theme; a
            quarter where only words stand that are near the theme.
        """
        counts = np.array([self._counts(text) for text in texts], dtype=np.float32)
        return counts.reshape(len(texts), len(self._themes))

    def hits(self, texts: Sequence[str]) -> Labels:
        """Return whether words in each text decide for each theme, 0 or 1, shape (n, themes)."""
        return (self.matrix(texts) >= 1).astype(np.int64)

    def matched(self, text: str) -> dict[str, list[str]]:
        """Tell which words of which theme stand in a text.

        Parameters
        ----------
        text : str
            A paragraph.

        Returns
        -------
        dict of str to list of str
            Theme id to its words in lower case, as `normalise` spells them, strong before weak; only themes
            with words found, among them those whose single weak word does not decide.
        """
        cleaned = normalise(text)
        candidates = self._stems.candidates(cleaned)
        words_of = {words.theme_id: list(chain(*words.found(cleaned, candidates))) for words in self._words}
        return {theme_id: words for theme_id, words in words_of.items() if words}

    def places(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """Tell where the words of each theme stand, strong and weak ones, as offsets into ``normalise(text)``."""
        cleaned = normalise(text)
        candidates = self._stems.candidates(cleaned)
        places = {}
        for words in self._words:
            matches = chain(*words.matches(cleaned, candidates))
            if spans := sorted(match.span(match.lastindex or 0) for match in matches):
                places[words.theme_id] = spans
        return places

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself: it never changes, and scikit-learn's clone need not build it again."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Be built again where it is sent to another process."""
        return type(self), (self._themes,)

    @cached_property
    def _words(self) -> list[_ThemeWords]:
        return [_ThemeWords(theme, len(WORD_LISTS) * column) for column, theme in enumerate(self._themes)]

    @cached_property
    def _stems(self) -> Stems:
        return Stems([listed for words in self._words for listed in words.lists])

    def _counts(self, text: str) -> tuple[float, ...]:
        """Return a text's row of the matrix."""
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        counts = self._counted.get(key)
        if counts is None:
            cleaned = normalise(text)
            candidates = self._stems.candidates(cleaned)
            counts = tuple(words.count(cleaned, candidates) for words in self._words)
            if len(self._counted) >= REMEMBERED:
                self._counted.clear()
            self._counted[key] = counts
        return counts


class _ThemeWords:
    """The words of one theme, its lists as `WORD_LISTS` has them, and where these stand among those of all themes."""

    def __init__(self, theme: Theme, first: int) -> None:
        self.theme_id = theme.id
        self.lists = [WordList(getattr(theme, name)) for name in WORD_LISTS]
        self._positions = range(first, first + len(self.lists))

    def found(self, text: str, candidates: Candidates) -> tuple[dict[str, None], dict[str, None]]:
        """Return the different strong and weak words in a normalised text, in order of appearance."""
        strong, weak = self.matches(text, candidates)
        return dict.fromkeys(map(word_of, strong)), dict.fromkeys(map(word_of, weak))

    def matches(self, text: str, candidates: Candidates) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
        """Return where strong and weak words stand in a normalised text."""
        (_, strong, weak, _), (_, strong_at, weak_at, _) = self.lists, self._positions
        text = self._without_excluded(text, candidates)
        matches = strong.matches(text, candidates.get(strong_at, ()))
        # What has decided for the theme must not count a second time as a hint of it.
        return matches, weak.matches(masked(text, matches), candidates.get(weak_at, ()))

    def count(self, text: str, candidates: Candidates) -> float:
        """Return how many different words stand in a normalised text, as `Lexicon.matrix` counts them."""
        if not any(position in candidates for position in self._positions[1:]):
            return 0.0
        strong, weak = self.found(text, candidates)
        return len(strong) + len(weak) / 2 or NEAR * self._is_near(text, candidates)

    def _is_near(self, text: str, candidates: Candidates) -> bool:
        near = candidates.get(self._positions[-1], ())
        return bool(near) and self.lists[-1].stands_in(self._without_excluded(text, candidates), near)

    def _without_excluded(self, text: str, candidates: Candidates) -> str:
        return masked(text, self.lists[0].matches(text, candidates.get(self._positions[0], ())))
