"""What a few examples teach, beside SetFit: ``python experiments/few_shot_peers.py DRAWS [SIB200]``.

It needs ``pip install setfit``; DRAWS is how often examples are drawn.

Eight examples a class, the same texts and the same pretrained encoder for both, in turn: SetFit (Tunstall et al., 2022,
"Efficient few-shot learning without prompts") fine-tunes the encoder on pairs of texts and fits a logistic regression;
paratheme fits its linear layer on the encoder as it is, with the themes' definitions, as `experiment=few_shot` does.
On the seeds without the themes' words (SetFit reads none) and with them; on SIB200, a local copy of the dataset, topics
in three languages. Neither has thresholds of its own: on the seeds average precision is compared too.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.split import FewShot
from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.training.compose import compose
from paratheme.training.config import Config
from paratheme.training.data import prepare
from paratheme.training.fit import learned_from, new_model

EXAMPLES = 8


def ours(config: Config, learn: Corpus, test: Corpus) -> Any:
    """Return our probabilities."""
    return new_model(config).fit(*learned_from(learn, config)).predict_proba(test.texts)


def setfit(config: Config, learn: Corpus, test: Corpus) -> Any:
    """Return SetFit's probabilities, with its defaults."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    single = config.corpus.single_label
    model = SetFitModel.from_pretrained(
        str(bundled_encoder()), multi_target_strategy=None if single else "one-vs-rest", local_files_only=True
    )
    labels = learn.labels.argmax(axis=1) if single else learn.labels
    data = Dataset.from_dict({"text": [f"query: {text}" for text in learn.texts], "label": labels.tolist()})
    arguments = TrainingArguments(batch_size=16, num_epochs=1, report_to="none", seed=config.seed)
    Trainer(model=model, args=arguments, train_dataset=data).train()
    return np.asarray(model.predict_proba([f"query: {text}" for text in test.texts]))


def compare(title: str, draws: int, config: Config, methods: dict[str, tuple[Callable[..., Any], Config]]) -> None:
    """Print a line a method: mean figures and seconds over draws of examples."""
    corpus = prepare(config).corpus
    rows: dict[str, list[list[float]]] = {name: [] for name in methods}
    for seed in range(draws):
        (fold,) = FewShot(seed=seed, examples=[EXAMPLES]).split(corpus)
        learn, test = corpus.take(fold.labelled), corpus.take(fold.test)
        for name, (method, told) in methods.items():
            started = time.perf_counter()
            P = method(told.model_copy(update={"seed": seed}), learn, test)
            rows[name].append([*figures(P, test.labels, config.corpus.single_label), time.perf_counter() - started])
    print(f"\n{title}: {EXAMPLES} examples a class, mean of {draws} draws")
    for name, values in rows.items():
        first, precision, seconds = np.mean(values, axis=0)
        print(f"{name:<28} {first:.3f}  average precision {precision:.3f}  {seconds:7.1f} s", flush=True)


def figures(P: Any, Y: Any, single_label: bool) -> tuple[float, float]:
    """Return accuracy of topics, or macro-F1 of themes at one half, and macro average precision."""
    precision = float(average_precision_score(Y, P, average="macro"))
    if single_label:
        return float(accuracy_score(Y.argmax(axis=1), P.argmax(axis=1))), precision
    return float(f1_score(Y, P >= 0.5, average="macro", zero_division=0)), precision


def main(draws: str, sib200: str | None = None) -> None:
    """Compare on the seeds, and on SIB200 where it is given."""
    seeds = ["model.definitions=true", "checks=none"]
    plain = compose(["model=frozen", *seeds])
    methods = {"paratheme, no words": (ours, plain), "SetFit": (setfit, plain)}
    compare(
        "seeds, macro-F1", int(draws), plain, {**methods, "paratheme": (ours, compose(["model=hybrid_frozen", *seeds]))}
    )
    if sib200:
        topics = compose(["experiment=sib200", f"corpus.path={sib200}", "model=frozen", "model.definitions=true"])
        compare("SIB-200, accuracy", int(draws), topics, {"paratheme": (ours, topics), "SetFit": (setfit, topics)})


if __name__ == "__main__":
    main(*sys.argv[1:])
