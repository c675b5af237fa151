"""Filed blocks as one page for a person: no network, no program but a browser, and any text stays text.

Documents are written into a temporary file as they come; what stands above them needs the totals, so that the page is
put together at the end.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any

from paratheme.classifier.columns import OWN, as_text
from paratheme.classifier.page import (
    ShownTheme,
    direction,
    read_part,
    shown_themes,
    source_hash,
    template,
    words_of_page,
)
from paratheme.classifier.writers import Record, Sink, Writer
from paratheme.corpus.tables import is_missing

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier

WORDS, TEMPLATE = "classifier/report_words.yaml", "classifier/report.html.jinja"
STYLES, SCRIPT = ("classifier/page.css", "classifier/report.css"), "classifier/report.js"
DOUBT = 0.1  # a score that lies nearer to its threshold is marked for a second look
PART = 500  # rows of a table that are shown as one document
MONTHS = 12  # dates that span more are shown by year
SHOWN_ELSEWHERE = (*OWN, "title", "date", "page", "model", "reasons")


@dataclass
class Counts:
    """What the overview tells."""

    blocks: int = 0
    filed: int = 0
    doubtful: int = 0
    documents: Counter[str] = field(default_factory=Counter)  # by theme
    paragraphs: Counter[str] = field(default_factory=Counter)  # by theme
    languages: Counter[str] = field(default_factory=Counter)  # of filed blocks
    dates: Counter[str] = field(default_factory=Counter)  # of documents
    seen: dict[str, dict[str, None]] = field(default_factory=lambda: {"language": {}, "kind": {}})
    contents: list[tuple[int, str, list[str]]] = field(default_factory=list)  # number, name, themes


class ReportWriter(Writer):
    """One self-contained HTML page.

    Parameters
    ----------
    file : file of bytes
    classifier : ThemeClassifier
        Whose themes and thresholds are shown.
    language : str
        One of `page.LANGUAGES`.
    notes : sequence of str
        What is to be known of the files: those that could not be read, and what was guessed, a line each.
    """

    def __init__(
        self, file: Sink, classifier: ThemeClassifier, language: str = "en", notes: Sequence[str] = ()
    ) -> None:
        self.file, self.language, self.notes = file, language, notes
        self.say = words_of_page(WORDS, language)
        shown = shown_themes(classifier.themes.themes, language, classifier.thresholds)
        self.themes = {theme.id: theme for theme in shown}
        self.counts, self.model, self.explained = Counts(), "", False
        self.page = template(TEMPLATE).make_module({"say": self.say, "all_themes": list(self.themes.values())})
        self.spool: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the report
        self.document: object = None
        self.rows = 0

    def write(self, records: Sequence[Record]) -> None:
        """Write some blocks."""
        for record in records:
            if record["document"] != self.document or self.rows >= PART:
                self._open(record)
            self.rows += 1
            self._put(self.page.block(self._shown(record)))
            self.model, self.explained = str(record.get("model", "")), self.explained or "reasons" in record

    def close(self) -> None:
        """Put the page together."""
        if self.document is not None:
            self._put("</article>")
        style, script = "".join(map(read_part, STYLES)), read_part(SCRIPT)
        from markupsafe import Markup

        from paratheme import __version__

        module = template(TEMPLATE).make_module(
            {
                "say": self.say,
                "language": self.language,
                "style": Markup(style),
                "script": Markup(script),
                "style_hash": source_hash(style),
                "script_hash": source_hash(script),
                "version": __version__,
                "themes": list(self.themes.values()),
                "explained": self.explained,
                "notes": self.notes,
                "doubt": DOUBT,
                **self._overview(),
            }
        )
        self.file.write(_bytes(module.begin()))
        self.spool.seek(0)
        shutil.copyfileobj(self.spool, self.file)
        self.spool.close()
        self.file.write(_bytes(module.end(self.model)))

    def _open(self, record: Record) -> None:
        """End a document, and begin the next, or a further part of one that is long."""
        goes_on = record["document"] == self.document
        if self.document is not None:
            self._put("</article>")
        self.document, self.rows = record["document"], 0
        number, date = len(self.counts.contents) + 1, _given(record, "date")
        name = as_text(record["document"])
        part = record["index"] if goes_on else None
        self.counts.contents.append((number, name if part is None else f"{name} ({part})", []))
        if not goes_on and (found := re.match(r"(\d{4})-(\d{2})", date)):
            self.counts.dates[found[0]] += 1
        self._put(self.page.opening(number, name, _given(record, "title"), date, part))

    def _shown(self, record: Record) -> dict[str, Any]:
        """Count a block, and return what of it is shown."""
        from paratheme.corpus.corpus import LABELLED_KINDS, TITLE_KINDS

        kind, language = record["kind"], as_text(record["language"] or "")
        given = [self.themes[theme] for theme in record["themes"]]
        can_be_filed = kind in LABELLED_KINDS or given
        doubtful = [one for one in self.themes.values() if can_be_filed and _in_doubt(one, record["scores"])]
        self._count(record["themes"], language, kind, bool(doubtful))
        reasons = record.get("reasons", {})
        return {
            **{key: record[key] for key in ("kind", "scores")},
            "themes": given,
            "given": [f"{record['scores'][one.id]:.3f}" for one in given],
            "doubtful": doubtful,
            "language": language,
            "direction": direction(language),
            "furniture": kind not in (*LABELLED_KINDS, *TITLE_KINDS),
            "tag": "h3" if kind in TITLE_KINDS else "p",
            "page": _given(record, "page"),
            "place": self.say["place"].format_map(record),
            "pieces": _pieces(record["text"], reasons, self.themes),
            "reasons": [(self.themes[theme], reason) for theme, reason in reasons.items()],
            "other": [
                (key, as_text(value))
                for key, value in record.items()
                if key not in SHOWN_ELSEWHERE and not is_missing(value)
            ],
        }

    def _count(self, themes: Sequence[str], language: str, kind: str, doubtful: bool) -> None:
        counts, of_document = self.counts, self.counts.contents[-1][2]
        counts.blocks += 1
        counts.filed += bool(themes)
        counts.doubtful += doubtful
        counts.paragraphs.update(themes)
        counts.documents.update(new := [theme for theme in themes if theme not in of_document])
        of_document += new
        counts.seen["language"][language] = counts.seen["kind"][kind] = None
        if themes:
            counts.languages[language or "?"] += 1

    def _overview(self) -> dict[str, Any]:
        counts = self.counts
        months = counts.dates
        if len(months) > MONTHS:
            months = Counter()
            for month, number in counts.dates.items():
                months[month[:4]] += number
        totals = {"blocks": counts.blocks, "documents": len(counts.contents), "filed": counts.filed}
        by_theme = [
            (
                one,
                (
                    "" if one.threshold is None else f"{one.threshold:.2f}",
                    counts.documents[one.id],
                    counts.paragraphs[one.id],
                ),
            )
            for one in self.themes.values()
        ]
        return {
            "totals": {key: f"{value:,}" for key, value in (totals | {"doubtful": counts.doubtful}).items()},
            "by_theme": _with_shares(by_theme),
            "by_language": _with_shares((name, (number,)) for name, number in counts.languages.most_common()),
            "by_date": _with_shares((name, (number,)) for name, number in sorted(months.items())),
            "languages": sorted(filter(None, counts.seen["language"])),
            "kinds": sorted(counts.seen["kind"]),
            "contents": [
                (number, name, ", ".join(self.themes[one].name for one in themes))
                for number, name, themes in counts.contents
            ],
        }

    def _put(self, text: str) -> None:
        self.spool.write(_bytes(text))


def _in_doubt(theme: ShownTheme, scores: Mapping[str, float]) -> bool:
    return theme.threshold is not None and abs(scores[theme.id] - theme.threshold) < DOUBT


def _pieces(
    text: str, reasons: Mapping[str, Any], themes: Mapping[str, ShownTheme]
) -> list[tuple[str, bool, list[ShownTheme]]]:
    """Cut a text where a phrase that carried a theme begins or ends: text, whether a theme's word, whose."""
    spans = [(one["start"], one["end"], one["theme_word"], id) for id, why in reasons.items() for one in why["phrases"]]
    cuts = sorted({0, len(text), *(at for start, end, *_ in spans for at in (start, end))})
    pieces = []
    for start, end in pairwise(cuts):
        over = [(is_word, theme) for first, last, is_word, theme in spans if first <= start and end <= last]
        pieces.append((text[start:end], any(is_word for is_word, _ in over), [themes[theme] for _, theme in over]))
    return pieces


def _with_shares(rows: Iterable[tuple[Any, tuple[Any, ...]]]) -> list[tuple[Any, tuple[Any, ...], float]]:
    """Add how long a bar is: the last number, of the largest."""
    listed = list(rows)
    largest = max((numbers[-1] for _, numbers in listed), default=0) or 1
    return [(name, numbers, numbers[-1] / largest) for name, numbers in listed]


def _given(record: Record, key: str) -> str:
    value = record.get(key)
    return "" if is_missing(value) else as_text(value)


def _bytes(text: str) -> bytes:
    return str(text).encode("utf-8", "replace")
