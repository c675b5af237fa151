"""The tables of the seed corpus's datasheet: ``python seeds/tables.py`` prints them, ``--write`` puts them there."""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paratheme.corpus.corpus import LABELLED_KINDS, Corpus
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.corpus.split import Holdout
from paratheme.paths import shipped
from paratheme.themes.lexicon import Lexicon
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

SEEDS = Path(__file__).resolve().parent
DATASHEET = SEEDS / "README.md"
BEGIN = "<!-- tables: python seeds/tables.py --write -->"
END = "<!-- end of tables -->"

FULL = ("ar", "en", "fr")  # the languages of every series
LANGUAGES = (*FULL, "es", "fa", "id", "pt", "ru", "sw", "tr", "ur")
REST = "others"
PARTS = ("train", "valid", "test")
MACHINE_TRANSLATED = "machine-translated article"
NOISE = {
    "a lower-case word of two letters or more that runs into a capital (`fromGhana`)": (
        r"(?<!\w)[a-zß-öø-ÿ]{2,}(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])"
    ),
    "a space between a letter and a comma or full stop": r"[^\W\d_] [,.،](?!\w)",
    "a no-break space (U+00A0, U+202F)": "[\u00a0\u202f]",
    "a line broken inside the block": r"\n",
    "an Arabic vowel mark, tanwin or shadda (U+064B to U+0652, U+0670)": "[\u064b-\u0652\u0670]",
    "a tatweel (U+0640)": "\u0640",
    "an Arabic-Indic digit (U+0660 to U+0669)": "[\u0660-\u0669]",
}


@dataclass(frozen=True)
class Block:
    """One line of ``labels.jsonl`` with what ``documents.jsonl`` says of its document.

    Attributes
    ----------
    document, series, language, genre, layout, story, suffix, kind, text : str
        The series is the letter in the document's name, the suffix that of its file.
    part : str
        The part that its document is kept for; empty: any.
    themes : tuple of str
    """

    document: str
    series: str
    language: str
    genre: str
    layout: str
    story: str
    suffix: str
    kind: str
    text: str
    themes: tuple[str, ...]
    part: str = ""

    @property
    def carries(self) -> str:
        """How many themes the block carries, in a word."""
        return ("none", "one", "several")[min(len(self.themes), 2)]


def read_blocks(folder: Path = SEEDS) -> list[Block]:
    """Return all blocks, headings and boilerplate among them."""
    about = {record["document"]: record for record in _records(folder / "documents.jsonl")}
    files = {path.stem: path for path in (folder / "documents").iterdir()}
    texts = {name: path.read_bytes().decode() for name, path in files.items()}
    blocks = []
    for label in _records(folder / "labels.jsonl"):
        name = label["document"]
        text = texts[name][label["start"] : label["end"]]
        place = {"series": name.split("-")[1], "suffix": files[name].suffix}
        blocks.append(Block(**about[name], **place, kind=label["kind"], text=text, themes=tuple(label["themes"])))
    return blocks


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table, numbers to the right."""
    body = list(rows)
    sides = ["---" if isinstance(cell, str) else "---:" for cell in body[0]]
    lines = [header, sides, *body]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def cross(corner: str, pairs: Iterable[tuple[str, str]], rows: Sequence[str] = ()) -> str:
    """Return a table of how often each row meets each language, the most frequent row first unless given."""
    counts = Counter(pairs)
    sums = Counter(row for row, _ in counts.elements())
    found = rows or sorted(sums, key=lambda row: (-sums[row], row))
    body = [[row, *(counts[row, language] for language in LANGUAGES), sums[row]] for row in found]
    return table([corner, *LANGUAGES, "all"], body)


def count_series(blocks: Sequence[Block]) -> str:
    """Count documents, blocks and themes of each series and language."""
    rows: list[list[object]] = []
    for series in ("a", "b", "c", "d", "e", "f", "g", "abc", "abcdefg"):
        for language in LANGUAGES if len(series) == 1 else ("all",):
            chosen = [b for b in blocks if b.series in series and language in (b.language, "all")]
            if not chosen:
                continue
            labelled = _labelled(chosen)
            by_number = Counter(block.carries for block in labelled)
            numbers = [by_number[number] for number in ("none", "one", "several")]
            sizes = [len({block.document for block in chosen}), len(chosen), len(labelled)]
            rows.append([", ".join(series), language, *sizes, *numbers, f"{by_number['none'] / len(labelled):.0%}"])
    return table(
        ["series", "language", "documents", "blocks", "labelled", "no theme", "one", "several", "share with no theme"],
        rows,
    )


def count_kinds(blocks: Sequence[Block]) -> str:
    """Count blocks of each kind and language."""
    return cross("kind", ((block.kind, block.language) for block in blocks))


def count_themes(blocks: Sequence[Block], themes: Sequence[str]) -> str:
    """Count labelled blocks of each theme and language."""
    labelled = _labelled(blocks)
    return cross("theme", ((theme, b.language) for b in labelled for theme in b.themes), themes)


def count_documents(blocks: Sequence[Block], what: str) -> str:
    """Count documents of each layout or genre and language."""
    documents = {block.document: (getattr(block, what), block.language) for block in blocks}
    return cross(what, documents.values())


def count_stories(blocks: Sequence[Block]) -> str:
    """List the stories that more than one language tells: document and genre, and the number of labelled blocks."""
    documents = {block.document: block for block in blocks}
    shared = Counter(block.story for block in documents.values())
    rows: list[list[object]] = []
    for story in sorted(name for name, number in shared.items() if number > 1):
        told = [block for block in documents.values() if block.story == story]
        cells = [
            ", ".join(f"{block.document} ({block.genre})" for block in told if block.language == language)
            for language in FULL
        ]
        rows.append([story, *cells, sum(block.story == story for block in _labelled(blocks))])
    return table(["story", *FULL, "labelled blocks"], rows)


def count_misleading_words(blocks: Sequence[Block], themes: ThemeSet) -> str:
    """Count blocks in which a theme's words and a theme's label do not go together."""
    labelled = _labelled(blocks)
    texts = [block.text for block in labelled]
    words = themes.lexicon.matrix(texts)
    phrases = Lexicon([Theme(id=theme.id, words=theme.exclude) for theme in themes.themes]).matrix(texts)
    rows: list[list[object]] = []
    for column, theme in enumerate(themes.ids):
        carried = [row for row, block in enumerate(labelled) if theme in block.themes]
        others = [row for row, block in enumerate(labelled) if theme not in block.themes]
        missed = sum(bool(words[row, column] < 1) for row in carried)
        decided = sum(bool(words[row, column] >= 1) for row in others)
        hinted = sum(bool(words[row, column] == 0.5) for row in others)
        masked = sum(bool(phrases[row, column] >= 1) for row in others)
        rows.append([theme, len(carried), len(others), decided, hinted, masked, missed])
    without = ("its words decide", "one weak word", "an excluded phrase")
    header = ["theme", "carry it", "do not", *(f"do not: {case}" for case in without), "carry it: its words miss it"]
    return table(header, rows)


def count_noise(blocks: Sequence[Block]) -> str:
    """Count labelled blocks that hold each noise, boilerplate with shortcode, and machine-translated blocks."""
    labelled = _labelled(blocks)
    pairs = [(rule, b.language) for rule, pattern in NOISE.items() for b in labelled if re.search(pattern, b.text)]
    genre = f"the document's genre is `{MACHINE_TRANSLATED}`"
    pairs += [(genre, block.language) for block in labelled if block.genre == MACHINE_TRANSLATED]
    shortcode = "boilerplate: `[ad_1]` or `[ad_2]`"
    pairs += [(shortcode, block.language) for block in blocks if re.search(r"\[ad_\d\]", block.text)]
    return cross("blocks in which there is", pairs, [*NOISE, genre, shortcode])


def count_parts(corpus: Corpus) -> tuple[str, str]:
    """Count documents, stories, blocks and themes in each part of the default division."""
    documents = list(corpus.blocks["document"])
    (fold,) = Holdout().split(corpus)
    sizes: list[list[object]] = []
    support: Counter[tuple[str, str, str]] = Counter()
    for part in PARTS:
        rows = [int(row) for row in getattr(fold, part)]
        carried = [int(corpus.labels[row].sum()) for row in rows]
        languages = Counter(corpus.languages[row] for row in rows)
        names = [len({documents[row] for row in rows}), len({corpus.stories[row] for row in rows}), len(rows)]
        sizes.append([part, *names, *(languages[language] for language in LANGUAGES), carried.count(0), sum(carried)])
        for row in rows:
            for column, theme in enumerate(corpus.themes.ids):
                language = corpus.languages[row]
                support[theme, part, language if language in FULL else REST] += int(corpus.labels[row, column])
    columns = [(part, language) for part in PARTS for language in (*FULL, REST)]
    return (
        table(["part", "documents", "stories", "labelled blocks", *LANGUAGES, "no theme", "theme labels"], sizes),
        table(
            ["theme", *(f"{part} {language}" for part, language in columns)],
            ([theme, *(support[theme, *column] for column in columns)] for theme in corpus.themes.ids),
        ),
    )


def _labelled(blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if block.kind in LABELLED_KINDS]


def tables() -> str:
    """Return all tables, each below its heading."""
    blocks = read_blocks()
    themes = ThemeSet.from_file(shipped("conf") / "themes" / "oic.yaml")
    sizes, support = count_parts(load_corpus(CorpusSettings(path=str(SEEDS)), themes))
    sections = {
        "Series (labelled: paragraphs, list items and captions)": count_series(blocks),
        "Kinds of blocks": count_kinds(blocks),
        "Themes (labelled blocks; a block with two counts twice)": count_themes(blocks, themes.ids),
        "Layouts (documents)": count_documents(blocks, "layout"),
        "Formats (documents)": count_documents(blocks, "suffix"),
        "Genres (documents)": count_documents(blocks, "genre"),
        "Stories told in three languages": count_stories(blocks),
        "Misleading and missing words (labelled blocks)": count_misleading_words(blocks, themes),
        "Noise (labelled blocks, but for the last line)": count_noise(blocks),
        "Parts of the default division": sizes,
        "Themes in the parts (labelled blocks)": support,
    }
    return "\n\n".join(f"### {heading}\n\n{body}" for heading, body in sections.items())


def with_tables(page: str, found: str) -> str:
    """Return `page` with `found` between its two marks.

    Raises
    ------
    ValueError
        If the page lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN!r} and {END!r}, in this order")
    return f"{before}{BEGIN}\n\n{found}\n\n{END}{after}"


def main() -> None:
    """Print the tables, or write them into the datasheet."""
    parser = argparse.ArgumentParser(description="The tables of the seed corpus's datasheet.")
    parser.add_argument("--write", action="store_true", help="put them into seeds/README.md instead of printing them")
    if parser.parse_args().write:
        DATASHEET.write_text(with_tables(DATASHEET.read_text(encoding="utf-8"), tables()), encoding="utf-8")
    else:
        print(tables())


if __name__ == "__main__":
    main()
