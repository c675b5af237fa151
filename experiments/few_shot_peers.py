"""What a few examples teach, beside SetFit: ``python experiments/few_shot_peers.py DRAWS [SIB200] [--iterations 5]``.

It needs ``pip install setfit``; DRAWS is how often examples are drawn.

Eight examples a class, the same texts and the same pretrained encoder for both, in turn: SetFit (Tunstall et al., 2022,
"Efficient few-shot learning without prompts") fine-tunes the encoder on pairs of texts and fits a logistic regression,
with its defaults (one epoch over all pairs, batches of 16) or, in less time, on ten pairs a text for `--iterations 5`
(its `num_iterations`); paratheme learns with the themes' definitions: topics by `model=finetuned`, in twenty epochs of
so few texts, themes by its linear layer on the encoder as it is, as `experiment=few_shot` does. SetFit computes in
float32, as it comes (in bfloat16 it learned far worse), paratheme in what this machine is faster with. Both load the
encoder, learn, and read the test texts; that is the time, by the clock and of the processor, and no vector is known
beforehand.
On the seeds without the themes' words (SetFit reads none) and with them; or, where SIB200 is given, a local copy of the
dataset, on its topics in three languages. Examples are drawn from what is learned from in a full training, and tested
is what is tested then. Neither has thresholds of its own: average precision is compared too.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from paratheme.corpus.corpus import Corpus
from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.models.compute import fastest
from paratheme.models.encoder import shared_encoder
from paratheme.training.compose import compose
from paratheme.training.config import Config
from paratheme.training.data import prepare
from paratheme.training.fit import learned_from, new_model
from paratheme.types import Rows

EXAMPLES = 8
FINE_TUNED = ("model=finetuned", "model.epochs=20")  # chosen on the validation part, where frozen has 0.714, it 0.811
ENCODER = str(bundled_encoder())  # found before the cache is another one


def ours(config: Config, learn: Corpus, test: Corpus) -> Any:
    """Return our probabilities."""
    shared_encoder.cache_clear()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PARATHEME_CACHE"] = folder
        return new_model(config).fit(*learned_from(learn, config)).predict_proba(test.texts)


def setfit(config: Config, learn: Corpus, test: Corpus, iterations: int | None) -> Any:
    """Return SetFit's probabilities, learned from all pairs or, with `iterations`, from so many more for each text."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    single = config.corpus.single_label
    strategy = None if single else "one-vs-rest"
    model = SetFitModel.from_pretrained(ENCODER, multi_target_strategy=strategy, local_files_only=True)
    model.model_body.float()  # saved in float16, in which nothing is learned
    model.model_body.max_seq_length = config.encoder.max_length
    labels = learn.labels.argmax(axis=1) if single else learn.labels
    told, asked = ([f"{config.encoder.prefix}{text}" for text in part.texts] for part in (learn, test))
    data = Dataset.from_dict({"text": told, "label": labels.tolist()})
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, seed=config.seed, num_iterations=iterations, report_to="none", save_strategy="no"
        )
        Trainer(model=model, args=arguments, train_dataset=data).train()
        return np.asarray(model.predict_proba(asked))


def drawn(corpus: Corpus, labelled: Rows, seed: int) -> Rows:
    """Return rows in which every theme, and none at all, has so many examples; a text may serve several themes."""
    rows = np.random.default_rng(seed).permutation(labelled)
    labels = np.column_stack([corpus.labels, corpus.labels.max(axis=1) == 0])[rows]
    rank = np.where(labels == 1, labels.cumsum(axis=0), len(rows) + 1).min(axis=1)  # which example a row is
    return np.asarray(rows[rank <= EXAMPLES])


def compare(title: str, draws: int, methods: dict[str, tuple[Callable[..., Any], Config]]) -> None:
    """Print a line a method and draw, then the means."""
    config = next(iter(methods.values()))[1]
    data = prepare(config)
    (fold,) = data.folds
    test, rows = data.corpus.take(fold.test), {name: [] for name in methods}
    for seed in range(draws):
        learn = data.corpus.take(drawn(data.corpus, fold.labelled, seed))
        for name, (method, told) in methods.items():
            clock, processor = time.perf_counter(), time.process_time()
            P = method(told.model_copy(update={"seed": seed}), learn, test)
            taken = time.perf_counter() - clock, time.process_time() - processor
            rows[name].append([*figures(P, test.labels, config.corpus.single_label), *taken])
            print(line(f"{name}, draw {seed}: {len(learn)} texts", rows[name][-1]), flush=True)
    print(f"\n{title}: {EXAMPLES} examples a class, {len(test)} test texts, mean of {draws} draws")
    for name, values in rows.items():
        print(line(name, np.mean(values, axis=0)))


def line(name: str, values: Any) -> str:
    """Return what is printed of a method."""
    first, precision, clock, processor = values
    told = f"{name:<40} {first:.3f}  average precision {precision:.3f}"
    return f"{told}  {clock:7.1f} s by the clock, {processor:7.1f} s of the processor"


def figures(P: Any, Y: Any, single_label: bool) -> tuple[float, float]:
    """Return accuracy of topics, or macro-F1 of themes at one half, and macro average precision."""
    precision = float(average_precision_score(Y, P, average="macro"))
    if single_label:
        return float(accuracy_score(Y.argmax(axis=1), P.argmax(axis=1))), precision
    return float(f1_score(Y, P >= 0.5, average="macro", zero_division=0)), precision


def main() -> None:
    """Compare on the seeds, or on SIB200 where it is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("draws", type=int)
    parser.add_argument("sib200", nargs="?")
    parser.add_argument("--iterations", type=int)
    options = parser.parse_args()
    fastest()  # measured before the cache is another one
    shared = ["model.definitions=true", "checks=none", f"encoder.path={ENCODER}"]
    theirs = partial(setfit, iterations=options.iterations)
    if options.sib200:
        topics = compose(["experiment=sib200", f"corpus.path={options.sib200}", *FINE_TUNED, *shared])
        compare("SIB-200, accuracy", options.draws, {"paratheme": (ours, topics), "SetFit": (theirs, topics)})
        return
    plain, hybrid = (compose([f"model={model}", *shared]) for model in ("frozen", "hybrid_frozen"))
    methods = {"paratheme": (ours, hybrid), "paratheme, no words": (ours, plain), "SetFit": (theirs, plain)}
    compare("seeds, macro-F1", options.draws, methods)


if __name__ == "__main__":
    main()
