"""How well the language of short texts is told: `python experiments/languages.py FOLDER [PART]`.

FOLDER is a local copy of SIB-200 (FOLDER/eng_Latn/dev.tsv ...), PART one of its parts (dev). The sentences of 13
languages are cut to 20, 40 and 80 letters. Alone: each is a text of its own, as a row of a table is; in a document: ten
follow each other as its blocks. Printed: the share that is right, wrong, and left open (`und`).
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from paratheme.documents.language import languages_of, languages_of_each

CODES = {
    "arb_Arab": "ar", "eng_Latn": "en", "fra_Latn": "fr", "hau_Latn": "ha", "ind_Latn": "id", "pes_Arab": "fa",
    "rus_Cyrl": "ru", "som_Latn": "so", "spa_Latn": "es", "swh_Latn": "sw", "tur_Latn": "tr", "urd_Arab": "ur",
    "zho_Hans": "zh",
}  # fmt: skip
LENGTHS = (20, 40, 80)
BLOCKS = 10  # of a document


def sentences(folder: Path, part: str) -> dict[str, list[str]]:
    """The sentences of each language."""
    found = {}
    for name, language in CODES.items():
        with (folder / name / f"{part}.tsv").open(encoding="utf-8", newline="") as file:
            found[language] = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return found


def outcomes(language: str, texts: list[str], *, in_document: bool) -> Counter[str]:
    """How often the language of texts was right, wrong and left open."""
    if in_document:
        told = [one for at in range(0, len(texts), BLOCKS) for one in languages_of(texts[at : at + BLOCKS])]
    else:
        told = languages_of_each(texts)
    return Counter("right" if one == language else "open" if one == "und" else "wrong" for one in told)


def main() -> None:
    """Print the table, as Markdown."""
    folder, part = Path(sys.argv[1]), (sys.argv[2:] or ["dev"])[0]
    texts = sentences(folder, part)
    columns = [(length, in_document) for length in LENGTHS for in_document in (False, True)]
    names = [f"{length} letters, {'in a document' if inside else 'alone'}" for length, inside in columns]
    print(f"| language | {' | '.join(names)} |\n| --- |{' ---: |' * len(names)}")
    sums = [Counter[str]() for _ in columns]
    for language, whole in texts.items():
        cells = []
        for total, (length, inside) in zip(sums, columns, strict=True):
            counts = outcomes(language, [text[:length] for text in whole], in_document=inside)
            total.update(counts)
            cells.append(f"{counts['right'] / counts.total():.3f}")
        print(f"| {language} | {' | '.join(cells)} |")
    for outcome in ("right", "wrong", "open"):
        print(f"| all, {outcome} | {' | '.join(f'{total[outcome] / total.total():.3f}' for total in sums)} |")


if __name__ == "__main__":
    main()
