"""How long the default training takes, in units of two plain epochs of the same encoder on the same texts.

python benchmarks/training.py [OVERRIDE ...] [--rounds 7]

OVERRIDE: such as encoder=e5_base. Both are timed in turn in one run, some minutes a round. Plain means: a fresh linear
layer, the transformers Trainer as it comes, everything trained; batches of 16 of similar length, 256 tokens, bfloat16
where the hardware gains from it. The default training is timed from the labelled corpus to the saved classifier, with
an empty cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import torch

from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.models.compute import fastest
from paratheme.models.encoder import device
from paratheme.training.compose import compose
from paratheme.training.config import Config
from paratheme.training.data import TrainingData, prepare
from paratheme.training.fit import fit_classifier
from paratheme.types import Labels


def plain_epochs(path: str, texts: list[str], labels: Labels, folder: str) -> float:
    """Return the seconds that two plain epochs take."""
    from datasets import Dataset
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )
    from transformers.trainer_callback import PrinterCallback

    tokenizer = AutoTokenizer.from_pretrained(path)
    model = AutoModelForSequenceClassification.from_pretrained(
        path, num_labels=labels.shape[1], problem_type="multi_label_classification", dtype=torch.float32
    )
    tokens = tokenizer([f"query: {text}" for text in texts], truncation=True, max_length=256)
    rows = Dataset.from_dict({**tokens, "labels": labels.astype("float32").tolist()})
    grouped = "train_sampling_strategy" in TrainingArguments.__dataclass_fields__
    arguments = TrainingArguments(
        output_dir=folder,
        num_train_epochs=2,
        per_device_train_batch_size=16,
        bf16=fastest("training").bfloat16,
        use_cpu=device().type == "cpu",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        **({"train_sampling_strategy": "group_by_length"} if grouped else {"group_by_length": True}),
    )
    trainer = Trainer(model, arguments, train_dataset=rows, data_collator=DataCollatorWithPadding(tokenizer))
    trainer.remove_callback(PrinterCallback)
    started = time.perf_counter()
    trainer.train()
    return time.perf_counter() - started


def default_training(data: TrainingData, config: Config, folder: str) -> float:
    """Return the seconds from the labelled corpus to the saved classifier."""
    os.environ["PARATHEME_CACHE"] = folder  # no embedding is known beforehand
    started = time.perf_counter()
    classifier, _ = fit_classifier(data.corpus, data.folds[0], config)
    classifier.save(Path(folder, "saved"))
    return time.perf_counter() - started


def main() -> None:
    """Time both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("overrides", metavar="OVERRIDE", nargs="*")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    config = compose(options.overrides)
    if config.encoder.path == "bundled":  # found before the cache is another one
        config = config.changed({"encoder.path": str(bundled_encoder())})
    data = prepare(config)
    learned = data.corpus.take(data.folds[0].train)
    plain, ours = [], []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            plain.append(plain_epochs(config.encoder.path, learned.texts, learned.labels, folder))
        with tempfile.TemporaryDirectory() as folder:
            ours.append(default_training(data, config, folder))
        print(f"{plain[-1]:.0f} s and {ours[-1]:.0f} s", flush=True)
    print(f"two plain epochs of {len(learned)} texts: {statistics.median(plain):.0f} s, median of {options.rounds}")
    print(f"{config.model.label}, to the saved classifier: {statistics.median(ours):.0f} s")
    print(f"ratio: {statistics.median(one / other for one, other in zip(ours, plain, strict=True)):.2f}")


if __name__ == "__main__":
    main()
