"""How long the default training takes, in units of two plain epochs of the same encoder on the same texts.

    python experiments/cost.py [OVERRIDE ...]      # such as encoder=e5_base; some minutes

Both are timed in one run, one after the other, for machines differ and change. Plain means: a fresh linear layer,
the transformers Trainer as it comes, everything trained; batches of 16 of similar length, 256 tokens, bfloat16 where
the hardware gains from it. The default training is timed from the labelled corpus to the saved classifier, with an
empty cache.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import torch

from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.models.compute import fastest
from paratheme.models.encoder import device
from paratheme.training.compose import compose
from paratheme.training.data import prepare
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


def main(overrides: list[str]) -> None:
    """Time both and print the ratio."""
    config = compose(overrides)
    if config.encoder.path == "bundled":  # found before the cache is another one
        config = config.changed({"encoder.path": str(bundled_encoder())})
    data = prepare(config)
    (fold,) = data.folds
    learned = data.corpus.take(fold.train)
    with tempfile.TemporaryDirectory() as folder:
        reference = plain_epochs(config.encoder.path, learned.texts, learned.labels, folder)
        print(f"two plain epochs of {len(learned)} texts: {reference:.0f} s", flush=True)
        os.environ["PARATHEME_CACHE"] = folder  # no embedding is known beforehand
        started = time.perf_counter()
        classifier, _ = fit_classifier(data.corpus, fold, config)
        classifier.save(Path(folder, "saved"))
        seconds = time.perf_counter() - started
    print(f"{config.model.label}, to the saved classifier: {seconds:.0f} s")
    print(f"ratio: {seconds / reference:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
