"""A copy of a saved classifier that a faster engine runs, checked against the classifier on labelled blocks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml  # type: ignore[import-untyped,unused-ignore]

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.errors import ParathemeError, validated
from paratheme.evaluation.metrics import metrics_of
from paratheme.models.engines import ENGINES, Engine, require
from paratheme.models.export import exported
from paratheme.models.finetuned import FinetunedModel
from paratheme.tracking.addresses import Source, find_source, load_source
from paratheme.tracking.store import existing_store
from paratheme.training.compose import compose_corpus
from paratheme.training.evaluate import part_of
from paratheme.types import Scores

SAME_BLOCKS = 0.995  # at least this share of blocks must be decided alike
SAME_F1 = 0.003  # by at most this much macro-F1 may differ
NAME_IT = "name labelled blocks to check the copy on: --check CORPUS"


@dataclass(frozen=True)
class ExportResult:
    """What an export gave.

    Attributes
    ----------
    folder : Path
    blocks, differing : int
        On how many blocks the copy was checked, and how many of them it decides otherwise.
    macro_f1, macro_f1_before : float
        The copy's, and the classifier's.
    megabytes : float
        The size of the copy.
    """

    folder: Path
    blocks: int
    differing: int
    macro_f1: float
    macro_f1_before: float
    megabytes: float = 0.0

    @property
    def refused(self) -> bool:
        """Whether the copy answers too differently to be one."""
        same = 1 - self.differing / self.blocks
        return same < SAME_BLOCKS or abs(self.macro_f1 - self.macro_f1_before) > SAME_F1

    def __str__(self) -> str:
        """Return the figures in a line."""
        same = f"the same decisions on {self.blocks - self.differing} of {self.blocks} blocks"
        share = f"{1 - self.differing / self.blocks:.1%}"
        return f"{same} ({share}), macro F1 {self.macro_f1:.4f} where it was {self.macro_f1_before:.4f}"


def export(
    model: str,
    engine: str,
    folder: Path,
    int8: bool = False,
    trim: bool = False,
    check: str | None = None,
    overrides: Sequence[str] = (),
    tell: Callable[[str], None] = print,
) -> ExportResult:
    """Write a copy of a classifier whose encoder an engine runs.

    Parameters
    ----------
    model : str
        As in `paratheme.load`.
    engine : str
        A key of `paratheme.models.engines.ENGINES`.
    folder : Path
        Empty or missing.
    int8 : bool
        Whether the encoder's weights have 8 bits.
    trim : bool
        Whether its vocabulary is cut to the scripts of the training texts.
    check : str, optional
        The labelled corpus on which the copy is checked; None: the validation part of the model's own.
    overrides : sequence of str
        Settings of that corpus.
    tell : callable
        Takes a line a stage.

    Raises
    ------
    ParathemeError
        If the model has no encoder, there is nothing to check on, or the copy answers too differently.
    """
    kind = ENGINES[engine]
    require(kind, kind.packages)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParathemeError(f"{folder}: not empty; export to a new folder")
    source = find_source(model)
    classifier = load_source(source)
    original = classifier.model
    if not isinstance(original, FinetunedModel) or isinstance(original.encoder_.model, Engine):
        run_by = getattr(original, "encoder_", None)
        told = f"is run by the {run_by.model.name} engine" if run_by else "reads no encoder"
        raise ParathemeError(f"{source.uri}: {told}; export a classifier of model=hybrid, finetuned or frozen")
    learned, checked = _corpora(source, classifier, check, overrides)
    tell(f"scoring {len(checked):,} blocks of {checked.name} as it is")
    if (int8 or trim) and not len(learned):
        told = "--int8 and --trim-vocabulary read some and are checked on others"
        raise ParathemeError(f"{checked.name}: one document alone; {told}")
    before = classifier.predict_proba(checked.passages)
    with tempfile.TemporaryDirectory() as temporary:
        tell(f"writing the encoder for {engine}{', in 8 bits' if int8 else ''}")
        faster = exported(original, engine, Path(temporary), learned.texts, int8, trim)
        if trim:
            pieces = (one.encoder_.model.config.vocab_size for one in (faster, original))
            tell("its vocabulary has {:,} pieces where it had {:,}".format(*pieces))
        about = {**classifier.about, "engine": " ".join(described(engine, int8, trim)), "exported_from": source.uri}
        copy = replace(classifier, model=faster, about=about)
        tell(f"scoring them by {engine}")
        result = _compared(folder, classifier, checked, before, copy.predict_proba(checked.passages))
        if result.refused:
            raise ParathemeError(
                f"not exported: {result}; at least {SAME_BLOCKS:.1%} and within {SAME_F1} are asked for"
            )
        copy.save(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return replace(result, megabytes=size / 1e6)


def described(engine: str, int8: bool, trim: bool) -> list[str]:
    """Return in words what kind of copy it is, such as ``openvino``, ``int8``."""
    return [engine, *(["int8"] if int8 else []), *(["trimmed"] if trim else [])]


def _compared(folder: Path, classifier: ThemeClassifier, corpus: Corpus, before: Scores, after: Scores) -> ExportResult:
    decided = [classifier.calibration.decide(scores) for scores in (before, after)]
    f1 = [
        metrics_of(
            corpus.labels, scores, y_pred, classifier.themes.ids, corpus.languages, classifier.calibration.single_label
        )["macro_f1"]
        for scores, y_pred in zip((before, after), decided, strict=True)
    ]
    differing = int((decided[0] != decided[1]).any(axis=1).sum())
    return ExportResult(folder, len(corpus), differing, macro_f1=f1[1], macro_f1_before=f1[0])


def _corpora(
    source: Source, classifier: ThemeClassifier, check: str | None, overrides: Sequence[str]
) -> tuple[Corpus, Corpus]:
    """Return what 8 bits are fitted on, and what the copy is checked on: parts of one corpus."""
    settings = compose_corpus(check, overrides) if check else _own(source, classifier)
    settings = settings.model_copy(update={"single_label": classifier.calibration.single_label})
    corpus = load_corpus(settings, classifier.themes)
    if corpus.fingerprint == classifier.about.get("fingerprint"):
        return part_of(corpus, classifier, "train"), part_of(corpus, classifier, "valid")
    if not check:
        raise ParathemeError(f"{corpus.name} is not what {source.uri} was trained on any more; {NAME_IT}")
    documents = sorted(set(corpus.blocks["document"]))
    half = {*documents[::2]} if len(documents) > 1 else set()
    inside = np.array([document in half for document in corpus.blocks["document"]])
    return corpus.take(np.flatnonzero(inside)), corpus.take(np.flatnonzero(~inside))


def _own(source: Source, classifier: ThemeClassifier) -> CorpusSettings:
    """Return the settings of the corpus that a classifier was trained on, as its run kept them."""
    if source.run_id:
        with existing_store() as client:
            file = client.download_artifacts(source.run_id, "config.yaml")
        return validated(CorpusSettings, yaml.safe_load(Path(file).read_text("utf-8"))["corpus"], source=file)
    if classifier.about.get("corpus") == CorpusSettings().name:
        return CorpusSettings()
    raise ParathemeError(
        f"{source.uri}: nothing says where its corpus {classifier.about.get('corpus')!r} is; {NAME_IT}"
    )
