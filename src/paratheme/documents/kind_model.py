"""What kind a block is that neither markup nor its own words tell, by its form and its place among the others.

The rules of `block_kinds` look at one thing after another; a logistic regression weighs all of them, what the rules
say being one, and is asked last. It reads no words, so that it knows no language. Its weights, `kind_model.json`, were
learned from the documents of ``seeds/`` (``experiments/kinds.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np

from paratheme.types import Floats

GUESSED = ("paragraph", "heading", "caption", "boilerplate")  # what the regression chooses from
FEWEST_PARAGRAPHS = 4  # with fewer there is nothing that a line could stand out from
SURE = 0.6
LONGEST_FURNITURE = 140  # characters; a longer block may introduce a list
MOST_CAPTIONS = 2  # told by form; where short sentences are more they are the document's way of writing
LONGEST_COUNTED = 3000  # characters of a block that are looked at

SENTENCE = re.compile(r"[.!?؟۔。…]+(?=\s|$)")
SIGN_BETWEEN = re.compile(r" [|·•›»▸>/—–ـ-] ")
ADDRESS = re.compile(r"https?://|www\.|\w@\w|\w\.(?:org|com|net)\b", re.IGNORECASE)
CLOCK = re.compile(r"\d[:.]\d\d")
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
QUOTES, SECTION_SIGNS = '"“”«»‘„', "|·›▸"
END = "end"  # what stands beside the first and the last block


@dataclass(frozen=True)
class Weights:
    """What was learned.

    Attributes
    ----------
    features : list of str
        Names, as `features` gives them.
    coefficients : ndarray, shape (kinds, features)
        In the order of `GUESSED`.
    intercepts : ndarray, shape (kinds,)
    """

    features: list[str]
    coefficients: Floats
    intercepts: Floats

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Read what `write` wrote."""
        found = json.loads(path.read_text("utf-8"))
        return cls(found["features"], np.array(found["coefficients"]), np.array(found["intercepts"]))

    def write(self, path: Path) -> None:
        """Write JSON, four digits of each number."""
        numbers = {
            "coefficients": self.coefficients.round(4).tolist(),
            "intercepts": self.intercepts.round(4).tolist(),
        }
        path.write_text(json.dumps({"features": self.features, **numbers}, indent=1) + "\n", "utf-8")

    def predict_proba(self, found: Mapping[str, Floats]) -> Floats:
        """Return how likely each kind of `GUESSED` is for each block, shape (blocks, kinds)."""
        X = np.column_stack([found[name] for name in self.features])
        Z = X @ self.coefficients.T + self.intercepts
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        return np.asarray(P / P.sum(axis=1, keepdims=True))


def features(texts: Sequence[str], kinds: Sequence[str], sentences: Sequence[bool]) -> dict[str, Floats]:
    """Return what the regression reads of each block, by name.

    Parameters
    ----------
    texts : sequence of str
        The blocks of one document, their white space made single.
    kinds : sequence of str
        What the rules say.
    sentences : sequence of bool
        Which blocks end as sentences do.
    """
    n = len(texts)
    columns = [_form(text[:LONGEST_COUNTED]) for text in texts]
    found = {name: np.array([one[name] for one in columns]) for name in columns[0]}
    ends = np.array(sentences, float)
    lengths = np.array([len(text) for text in texts], float)
    prose = [row for row in range(n) if kinds[row] == "paragraph" and sentences[row]] or [0]
    relative = np.minimum(lengths / median(lengths[prose].tolist()), 2)
    place = np.arange(n)
    before, behind = (place < prose[0]).astype(float), (place > prose[-1]).astype(float)
    found |= {
        "ends as a sentence": ends,
        "length": np.log(lengths + 1),
        "length beside paragraphs": relative,
        "before the text": before,
        "behind the text": behind,
        "near the top": np.minimum(place, 6) / 6,
        "near the end": np.minimum(n - 1 - place, 6) / 6,
        "first": (place == 0).astype(float),
        "last": (place == n - 1).astype(float),
    }
    for side, name in ((before, "before"), (behind, "behind")):
        for other in ("signs between", "ends as a sentence", "length"):
            found[f"{name} the text, {other}"] = side * found[other]
    says = {kind: np.array([one == kind for one in kinds], float) for kind in (*GUESSED, "list_item")}
    one_sentence = (found["sentences"] == 1).astype(float)
    found |= {f"rules say {kind}": column for kind, column in says.items()}
    found["a short sentence in the text"] = (1 - before) * (1 - behind) * ends * one_sentence * (relative < 0.6)
    found["a paragraph by the rules, its length"] = says["paragraph"] * relative
    found["a paragraph by the rules, one sentence"] = says["paragraph"] * one_sentence
    found["a heading by the rules, before the text"] = says["heading"] * before
    found["a heading by the rules, the first"] = says["heading"] * (np.cumsum(says["heading"]) == 1)
    found["a heading by the rules, signs between"] = says["heading"] * found["signs between"]
    titles = says["heading"] * before * lengths
    title = int(titles.argmax())  # of the lines above the text the longest that could be one
    beside_title = before * np.minimum(lengths / max(titles[title], 1), 2) if titles[title] else 0 * before
    found["above the text, length beside the title"] = beside_title
    found["the title"] = ((place == title) & (titles > 0)).astype(float)
    found["above the text, below the title"] = before * (place > title) * (titles[title] > 0)
    for step, name in ((-1, "above"), (1, "below")):
        beside = [kinds[row + step] if 0 <= row + step < n else END for row in range(n)]
        found |= {f"{kind} {name}": np.array([one == kind for one in beside], float) for kind in (*says, END)}
        rows = np.clip(place + step, 0, n - 1)
        inside = (rows == place + step).astype(float)
        found[f"length {name}"], found[f"a sentence {name}"] = inside * relative[rows], inside * ends[rows]
    return found


def reconsider(
    texts: Sequence[str], kinds: Sequence[str], sentences: Sequence[bool], is_open: Sequence[bool]
) -> list[str]:
    """Return the kinds, with those that the rules only guessed (`is_open`) judged by form and place together."""
    paragraphs = sum(kind == "paragraph" and ends for kind, ends in zip(kinds, sentences, strict=True))
    if paragraphs < FEWEST_PARAGRAPHS or not any(is_open):
        return list(kinds)
    P = weights().predict_proba(features(texts, kinds, sentences))
    furniture = GUESSED.index("boilerplate")
    judged = list(kinds)
    for row, may in enumerate(is_open):
        if may and kinds[row] in GUESSED:
            best = int(P[row].argmax())
            if best == furniture and kinds[row] != "boilerplate":
                if P[row, furniture] < SURE:
                    best = int(np.delete(P[row], furniture).argmax())
                elif sentences[row] or len(texts[row]) > LONGEST_FURNITURE:  # by their form alone these are none
                    continue
            if GUESSED[best] == "heading" != kinds[row] and sentences[row]:
                continue  # a sentence is seldom a title, and is not filed as one
            judged[row] = GUESSED[best]
    found = [row for row, kind in enumerate(judged) if kind == "caption" != kinds[row]]
    if len(found) > MOST_CAPTIONS:
        for row in found:
            judged[row] = kinds[row]
    return judged


def _form(text: str) -> dict[str, float]:
    """Return what a block's own characters tell."""
    words, letters = text.split(), [character for character in text if character.isalpha()]
    characters = max(len(text), 1)
    return {
        "words": min(len(words), 40) / 10,
        "sentences": float(min(len(SENTENCE.findall(text)), 5)),
        "signs between": float(min(len(SIGN_BETWEEN.findall(text)), 4)),
        "a sign of sections": float(any(sign in text for sign in SECTION_SIGNS)),
        "digits": sum(character.isdigit() for character in text) / characters,
        "a digit": float(any(character.isdigit() for character in text)),
        "capitals": sum(letter.isupper() for letter in letters) / max(len(letters), 1),
        "words in capitals": sum(word[:1].isupper() for word in words) / max(len(words), 1),
        "quotation marks": float(any(sign in text for sign in QUOTES)),
        "an early colon": float(":" in text[:60]),
        "a colon": float(":" in text),
        "an address": float(ADDRESS.search(text) is not None),
        "brackets": float("(" in text),
        "commas": float(min(text.count(",") + text.count("،"), 5)),
        "a year": float(YEAR.search(text) is not None),
        "a time": float(CLOCK.search(text) is not None),
        "exclaims": float(text.endswith("!")),
        "asks": float(text.endswith(("?", "؟"))),
        "opens with a sign": float(text[:1] in "*_[("),
        "closes with a sign": float(text[-1:] in ")*_"),
    }


@cache
def weights() -> Weights:
    """Return the weights that were learned."""
    return Weights.read(Path(__file__).with_name("kind_model.json"))
