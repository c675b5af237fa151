"""One `paratheme predict`: from inputs to an output, which is written as it goes and can be gone on with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from paratheme.classifier.by_document import document_of
from paratheme.classifier.inputs import Inputs, Place, Window
from paratheme.classifier.predict import Tally, label
from paratheme.cli.output import Output

if TYPE_CHECKING:
    from tqdm import tqdm

    from paratheme.classifier.answers import KeptAnswers
    from paratheme.classifier.classifier import ThemeClassifier


class Filing:
    """What is filed, where it goes, and how far it is.

    Parameters
    ----------
    inputs : Inputs
    output : Output
    made_of : dict of str to str
        Hashes of what the output depends on, by what it is called.
    resume : bool
        Whether to go on where an interrupted one ended.
    tell : callable
        Says a line.

    Raises
    ------
    UsageError
        If it is to go on, and what there is was made of something else.
    """

    def __init__(
        self, inputs: Inputs, output: Output, made_of: dict[str, str], resume: bool, tell: Callable[[str], None]
    ) -> None:
        self.inputs, self.output, self.made_of, self.tell = inputs, output, made_of, tell
        self.target = output.target()
        self.note = self.target.noted() if resume else {}
        self.target.check(self.note, made_of)
        self.begin = Place(*self.note.get("place", ()))
        self.tally = Tally.from_dict(self.note.get("tally", {}))
        self.columns = output.columns()

    def check_inputs(self) -> None:
        """Read the tables to their end, and say what was passed over."""
        for line in self.inputs.notes:
            self.tell(line)
        self.inputs.check(self.columns)
        self.told_before = len(self.inputs.failures)
        self.inputs.failures += self.note.get("failures", [])

    def tell_repairs(self) -> None:
        """Say what was guessed or replaced since it was last said."""
        while self.inputs.repairs:
            self.tell(self.inputs.repairs.pop(0))

    def check_model(self, digest: str) -> None:
        """See that the model is the one that an interrupted filing was begun with, and say that it goes on."""
        self.made_of["model"] = digest
        self.target.check(self.note, self.made_of)
        if self.note:
            self.tell(f"going on after {self.tally.blocks:,} blocks, which were filed before")

    def write(
        self,
        windows: Iterable[Window],
        classifier: ThemeClassifier,
        model: str,
        headings: bool,
        explain: bool,
        kept: KeptAnswers | None = None,
    ) -> None:
        """File windows of blocks, and write each, or each of their documents, as soon as it is filed."""
        file_groups = kept.label if kept else label
        self.columns.themes = list(classifier.themes.ids)
        self.columns.see({"model": model})
        file = self.target.open(self.note.get("length", 0))
        try:
            writer = self.output.writer(file, self.columns, classifier, begun=bool(self.note))
            with self._bar() as bar:
                for window in windows:
                    for line in file_groups([group for _, group in window], classifier, headings, explain):
                        self.tell(line)
                    groups = [[{**record, "model": model} for record in group] for _, group in window]
                    if self.output.by == "document":
                        groups = [[document_of(group, headings)] for group in groups]
                    writer.write([record for group in groups for record in group])
                    self._note(window)
                    bar.update(self.inputs.size_of(window))
                    self.tell_repairs()
            writer.close()
            self.target.finish()
        except BaseException:
            if remedy := self.target.give_up():
                self.tell(remedy)
            raise
        if writer.loss:
            self.tell(f"{self.output.path}: {writer.loss}")

    def _note(self, window: Window) -> None:
        self.tally.add(window, self.inputs)
        how_far = {
            "place": window[-1][0],
            "tally": self.tally.to_dict(),
            "failures": self.inputs.failures[self.told_before :],
        }
        self.target.take_note({"made_of": self.made_of, **how_far})

    def _bar(self) -> tqdm[Any]:
        """How much is done, how fast, and how long it will take; on a terminal that shows nothing else."""
        from tqdm import tqdm

        shown = sys.stderr.isatty() and not (self.output.path is None and sys.stdout.isatty())
        done = sum(one.size for one in self.inputs.found[: self.begin.done]) + self.begin.groups
        whole, unit = sum(one.size for one in self.inputs.found), self.inputs.unit
        return tqdm(total=whole, initial=done, unit=unit, disable=not shown, file=sys.stderr, leave=False)
