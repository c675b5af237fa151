"""Which words may stand in a text: one pass over it for the words of all lists (Aho-Corasick)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from paratheme.themes.word_list import JOINED, WordList

Candidates = Mapping[int, Sequence[int]]  # position of a list -> positions of its entries


class Stems:
    """Seeks the letters that every word must have, so that expressions are tried where these stand only.

    Parameters
    ----------
    lists : sequence of WordList
        The lists whose words are sought.
    """

    def __init__(self, lists: Sequence[WordList]) -> None:
        from ahocorasick_rs import BytesAhoCorasick

        words_with: dict[bytes, list[tuple[int, int, list[bytes]]]] = defaultdict(list)
        for position, words in enumerate(lists):
            for entry_position, entry in enumerate(words.entries):
                parts = set.intersection(*(set(map(squeezed, of_spelling)) for of_spelling in entry.parts))
                # the longest is the rarest; where a word has none, the empty one stands in every text
                stem, *others = sorted(parts, key=len, reverse=True) or [b""]
                words_with[stem].append((position, entry_position, others))
        self._anywhere = words_with.pop(b"", [])
        self._words_with = list(words_with.values())
        self._automaton = BytesAhoCorasick(words_with)

    def candidates(self, text: str) -> Candidates:
        """Return the words that may stand in a text, among them all that do; lists without any are left out."""
        letters = squeezed(text)
        found = self._automaton.find_matches_as_indexes(letters, overlapping=True)
        words = [word for stem in {stem for stem, _, _ in found} for word in self._words_with[stem]]
        candidates: dict[int, list[int]] = defaultdict(list)
        for position, entry, others in [*words, *self._anywhere]:
            if all(other in letters for other in others):
                candidates[position].append(entry)
        return candidates


def squeezed(text: str) -> bytes:
    """Return a text without case and without what joins the words of a phrase.

    Letters that a regular expression takes for each other where case does not matter are the same in it.
    """
    folded = text.replace("İ", "i").casefold().replace("ı", "i")
    for joint in f"{JOINED}#":
        folded = folded.replace(joint, "")
    return folded.encode("utf-8", "surrogatepass")
