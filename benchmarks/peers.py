"""Paragraphs a second and macro-F1 beside other tools: SetFit, spaCy, fastText and LibMultiLabel, where installed.

python benchmarks/peers.py FOLDER... [--texts 300] [--rounds 7]

FOLDER: a saved classifier, trained on the seeds with the default split. What others need, all in one environment:
`pip install setfit spacy fasttext-community libmultilabel`; one that is not there is left out.

Each learns here from the texts that `paratheme train` learns from, training and validation part together, with the
settings like those that its own pages show for several labels, and files where its score reaches one half:

- SetFit: the bundled encoder as it is (float32), logistic regression one against the rest. Its training of the encoder
  is for a few examples, all pairs of these texts are millions; `experiments/few_shot_peers.py` has it.
- spaCy: a blank multi-language pipeline with `textcat_multilabel`, ten passes, batches of 4 to 32, dropout 0.2.
- fastText: supervised, one against all, learning rate 0.5, 25 epochs, pairs of words, 50 dimensions; texts about
  nothing carry a label of their own, since it passes over lines without one.
- LibMultiLabel: `linear`, TF-IDF and one against the rest with its defaults; files where the decision value is above 0.

Macro-F1 is that of the test part's texts, each alone. Then a sample of them is filed by all in turn, in one process, in
each round with a number behind every text, so that nobody finds a text that is known from the round before.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.metrics import metrics_of
from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.training.compose import compose
from paratheme.training.data import prepare
from paratheme.types import Labels

Side = Callable[[Sequence[str]], Labels]
PREFIX = "query: "


def setfit(learn: Corpus) -> Side:
    """Return what files by SetFit, its heads fitted on the encoder as it is."""
    from setfit import SetFitModel

    model = SetFitModel.from_pretrained(
        str(bundled_encoder()), multi_target_strategy="one-vs-rest", local_files_only=True
    )
    model.model_body.float()  # saved in float16, in which a processor is slow
    model.model_body.max_seq_length = 256
    model.fit([PREFIX + text for text in learn.texts], learn.labels.tolist(), num_epochs=1)
    return lambda texts: np.asarray(model.predict([PREFIX + text for text in texts], show_progress_bar=False))


def spacy(learn: Corpus) -> Side:
    """Return what files by spaCy."""
    from spacy import blank
    from spacy.training import Example
    from spacy.util import compounding, fix_random_seed, minibatch

    fix_random_seed(0)
    pipeline, themes, order = blank("xx"), learn.themes.ids, random.Random(0)
    pipeline.add_pipe("textcat_multilabel")
    told = zip(learn.texts, learn.labels.tolist(), strict=True)
    examples = [
        Example.from_dict(pipeline.make_doc(text), {"cats": dict(zip(themes, row, strict=True))}) for text, row in told
    ]
    pipeline.initialize(lambda: examples)
    for _ in range(10):
        order.shuffle(examples)
        for batch in minibatch(examples, compounding(4.0, 32.0, 1.001)):
            pipeline.update(batch, drop=0.2)
    return lambda texts: np.array([[doc.cats[theme] >= 0.5 for theme in themes] for doc in pipeline.pipe(texts)], int)


def fasttext(learn: Corpus) -> Side:
    """Return what files by fastText."""
    from fasttext import train_supervised

    labels = [f"__label__{theme}" for theme in learn.themes.ids]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "labelled.txt")
        with file.open("w", encoding="utf-8") as lines:
            for text, row in zip(learn.texts, learn.labels, strict=True):
                own = [label for label, carried in zip(labels, row, strict=True) if carried] or ["__label__"]
                lines.write(f"{' '.join([*own, *text.split()])}\n")
        model = train_supervised(
            str(file), loss="ova", lr=0.5, epoch=25, wordNgrams=2, bucket=200_000, dim=50, thread=1, seed=0, verbose=0
        )

    def file_all(texts: Sequence[str]) -> Labels:
        found, _ = model.predict([" ".join(text.split()) for text in texts], k=-1, threshold=0.5)
        return np.array([[label in one for label in labels] for one in found], int)

    return file_all


def libmultilabel(learn: Corpus) -> Side:
    """Return what files by LibMultiLabel's linear models."""
    from libmultilabel import linear

    themes = learn.themes.ids
    own = [[theme for theme, carried in zip(themes, row, strict=True) if carried] for row in learn.labels]
    preprocessor = linear.Preprocessor()
    data = preprocessor.fit_transform({"data_format": "txt", "classes": themes, "train": {"x": learn.texts, "y": own}})
    model = linear.train_1vsrest(data["train"]["y"], data["train"]["x"], verbose=False)
    columns = [list(preprocessor.label_mapping).index(theme) for theme in themes]

    def file_all(texts: Sequence[str]) -> Labels:
        rows = preprocessor.transform({"data_format": "txt", "test": {"x": texts, "y": [[] for _ in texts]}})
        return np.asarray(linear.predict_values(model, rows["test"]["x"]) > 0, int)[:, columns]

    return file_all


PEERS = {
    "SetFit": ("setfit", setfit),
    "spaCy": ("spacy", spacy),
    "fastText": ("fasttext-community", fasttext),
    "LibMultiLabel": ("libmultilabel", libmultilabel),
}


def decisions(classifier: ThemeClassifier, texts: Sequence[str]) -> Labels:
    """Return what a saved classifier files, a column a theme."""
    return np.array(
        [[theme in one.themes for theme in classifier.themes.ids] for one in classifier.predict(texts)], int
    )


def main() -> None:
    """Learn, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    data = prepare(compose([]))
    (fold,) = data.folds
    learn, test = data.corpus.take(fold.labelled), data.corpus.take(fold.test)

    def macro_f1(decided: Labels) -> float:
        return metrics_of(test.labels, decided, decided, test.themes.ids, test.languages)["macro_f1"]

    sides: dict[str, Side] = {}
    for folder in options.folders:
        classifier = ThemeClassifier.load(folder)
        if classifier.about.get("fingerprint") != data.corpus.fingerprint or classifier.themes.ids != test.themes.ids:
            raise SystemExit(f"{folder}: not trained on the seeds as they are; run paratheme train again")
        name = f"paratheme, {classifier.about['model']}"
        sides[name] = lambda texts, classifier=classifier: decisions(classifier, texts)
        print(f"{name}: macro-F1 {macro_f1(decisions(classifier, test.passages)):.3f} in its document", flush=True)
    for name, (package, learned) in PEERS.items():
        if not find_spec(learned.__name__):
            print(f"{name} is left out: pip install {package}")
            continue
        started = time.process_time()
        sides[name] = learned(learn)
        print(
            f"{name} {version(package)}: learned in {time.process_time() - started:.0f} s of the processor", flush=True
        )
    figures = {name: macro_f1(side(test.texts)) for name, side in sides.items()}
    texts = random.Random(0).sample(list(test.texts), min(options.texts, len(test)))
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for number in range(options.rounds):
        some = [f"{text} {number}" for text in texts]
        for name, side in sides.items():
            clock, processor = time.perf_counter(), time.process_time()
            side(some)
            taken[name].append((time.perf_counter() - clock, time.process_time() - processor))
    print(f"learned from {len(learn)} texts, tested on {len(test)}; rates: {len(texts)} texts, medians of", end=" ")
    print(f"{options.rounds}, {torch.get_num_threads()} threads")
    for name, times in taken.items():
        clock, processor = (len(texts) / statistics.median(column) for column in zip(*times, strict=True))
        rates = f"{clock:8,.0f} a second by the clock, {processor:8,.0f} of the processor"
        print(f"{name:24} {rates}; macro-F1 {figures[name]:.3f}")


if __name__ == "__main__":
    main()
