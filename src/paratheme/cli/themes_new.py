"""``paratheme themes new``."""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.label_next import choose_next, done_places
from paratheme.cli.label_options import check_new, labelled_count, tell
from paratheme.errors import ParathemeError, UsageError
from paratheme.paths import shipped

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.corpus.label_file import TextBlock
    from paratheme.themes.theme_set import ThemeSet
    from paratheme.training.new_theme import Trust

FEWEST = 5  # examples: with fewer, none is left to learn from where each part is left out in turn
NEXT = 50  # blocks to label first
MODEL = "frozen"  # of training.new_theme
MOST = "split.test_size=0.1"  # most of what is labelled is learned from


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("name", metavar="NAME", help="of the theme: lower-case letters, digits, underscores")
    told = "what counts for the theme, in a sentence or two"
    parser.add_argument("--definition", required=True, metavar="TEXT", help=told)
    told = "texts about it: a table with a column text, or a document a paragraph each; ten are a start"
    parser.add_argument("--examples", required=True, metavar="FILE", help=told)
    told = "of the words that are proposed, such as ar,fr,en; default: those of the examples"
    parser.add_argument("--languages", metavar="CODES", help=told)
    told = "your documents, to find words in and to choose from what to label next"
    parser.add_argument("--documents", nargs="+", default=[], metavar="PATH", help=told)


def execute(options: argparse.Namespace) -> int:
    """Begin a theme: write its file, propose words, train a first model, say what to label next."""
    from paratheme.corpus.label_blocks import blocks_to_label

    files = Files.of(options.name)
    files.check()
    definition = " ".join(options.definition.split())
    if not definition:
        raise UsageError("--definition is empty; say in a sentence or two what counts for the theme")
    failures: list[str] = []
    repairs: list[str] = []
    examples = labelled_blocks(blocks_to_label([options.examples], failures, repairs))
    if len(examples) < FEWEST:
        raise ParathemeError(f"{options.examples}: {len(examples)} examples; give {FEWEST} at least")
    documents = blocks_to_label(options.documents, failures, repairs) if options.documents else []
    tell((*repairs, *failures))
    found = sorted({block.language for block in examples})
    languages = options.languages.split(",") if options.languages else found
    try:
        themes, classifier, trust = begin_theme(files, definition, examples, documents, languages)
        chosen = choose_first(files, classifier, documents) if documents else 0
    except BaseException:
        files.remove()
        raise
    for file in (file for file in files.all() if file.exists()):
        print(f"wrote  {file}")
    tell_words(themes)
    tell_trust(trust)
    tell_next(files, chosen)
    return 1 if failures else 0


@dataclass(frozen=True)
class Files:
    """What is written.

    Attributes
    ----------
    name : str
        Of the theme, and of the theme set.
    themes, labels, first, model, next : Path
        The theme set; the examples, to which labels are added; the same with texts presumed to be about something
        else; the classifier that was trained on these; what to label next.
    """

    name: str
    themes: Path
    labels: Path
    first: Path
    model: Path
    next: Path

    @classmethod
    def of(cls, name: str) -> Files:
        """Return the files of a theme, in the working directory."""
        themes = Path("conf", "themes", f"{name}.yaml")
        return cls(
            name, themes, *(Path(f"{name}-{what}") for what in ("labels.jsonl", "first.jsonl", "model", "next.jsonl"))
        )

    def all(self) -> tuple[Path, ...]:
        """Return the paths."""
        return self.themes, self.labels, self.first, self.model, self.next

    def remove(self) -> None:
        """Remove what was written before something went wrong."""
        for path in self.all():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def check(self) -> None:
        """Refuse a name that cannot be one, and files that are there already; nothing is written before."""
        if not re.fullmatch("[a-z0-9_]+", self.name):
            raise UsageError(f"{self.name!r} is no name of a theme; use lower-case letters, digits and underscores")
        if (shipped("conf") / "themes" / f"{self.name}.yaml").is_file():
            raise UsageError(f"a theme set {self.name!r} comes with paratheme; give the theme another name")
        for file in self.all():
            check_new(file, remedy="choose another name, or move it away")


def labelled_blocks(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Return the blocks of a kind that carries labels."""
    from paratheme.corpus.corpus import LABELLED_KINDS

    return [block for block in blocks if block.kind in LABELLED_KINDS]


def begin_theme(
    files: Files,
    definition: str,
    examples: Sequence[TextBlock],
    documents: Sequence[TextBlock],
    languages: Sequence[str],
) -> tuple[ThemeSet, ThemeClassifier, Trust]:
    """Write the files of a theme; return its theme set, its first classifier and how far that can be trusted."""
    from paratheme.corpus.label_file import guide_version, write_label_file
    from paratheme.models.encoder import shared_encoder
    from paratheme.themes.theme_set import ThemeSet
    from paratheme.training import new_theme
    from paratheme.training.compose import compose
    from paratheme.training.word_proposals import propose_words

    encoder = shared_encoder(compose().encoder)
    seeds = new_theme.seed_blocks(sorted({*languages, *(block.language for block in examples)}))
    places = {block.place for block in examples}
    others = [*(block for block in labelled_blocks(documents) if block.place not in places), *seeds]
    proposals = propose_words(definition, examples, others, languages, lambda texts: encoder.embed(texts, cached=True))
    files.themes.parent.mkdir(parents=True, exist_ok=True)
    files.themes.write_text(new_theme.theme_file(files.name, definition, proposals), "utf-8")
    themes = ThemeSet.from_file(files.themes)
    guide = guide_version(themes)
    labels = new_theme.example_labels(files.name, definition, examples, "examples", guide)
    presumed = new_theme.other_labels(new_theme.presumed_others(seeds, themes), guide)
    write_label_file(files.labels, labels)
    write_label_file(files.first, [*labels, *presumed])
    classifier, trust = new_theme.first_classifier(themes, files.first)
    classifier.save(files.model)
    return themes, classifier, trust


def choose_first(files: Files, classifier: ThemeClassifier, documents: Sequence[TextBlock]) -> int:
    """Write what to label first, and return how many blocks that is."""
    from paratheme.corpus.label_file import write_json_lines

    chosen, _ = choose_next(documents, classifier, done_places([files.labels]), "auto", NEXT)
    write_json_lines(files.next, map(vars, chosen))
    return labelled_count(chosen)


def tell_words(themes: ThemeSet) -> None:
    """Print the words that are proposed."""
    from paratheme.cli.isolated import isolated

    for language, words in themes.themes[0].weak.items():
        print(f"\nproposed words, {language}: {', '.join(map(isolated, words))}")


def tell_trust(trust: Trust) -> None:
    """Print how far the classifier can be trusted."""
    low, high = trust.interval()
    print("\nhow far to trust it, by texts that it had not learned from")
    print(f"  of {trust.examples} examples, the definition among them, it finds {trust.found}", end=" ")
    print(f"(95% interval {low:.0%} to {high:.0%})")
    print(f"  of {trust.others} texts presumed to be about something else it takes {trust.mistaken} for the theme")
    print("  texts that come near the theme it does not know yet: label some before you rely on it")


def tell_next(files: Files, chosen: int) -> None:
    """Print what to type next."""
    print(f"\nnext\n  1. review the proposed words in {files.themes}")
    if chosen:
        print(f"  2. label the {chosen} blocks that teach most:")
    else:
        choose = f"paratheme label next YOUR_DOCUMENTS --model {files.model} --done {files.labels} -o {files.next}"
        print(f"  2. label what teaches most:\n       {choose}")
    print(f"       paratheme label page {files.next} -o {files.labels} --themes {files.name}")
    print("  3. train on what is labelled, now without the texts that were presumed to be about something else:")
    print(f"       paratheme train themes={files.name} corpus.path={files.labels} model={MODEL} {MOST}")
