"""How many paragraphs a second are filed: a classifier, its exported copies, and the encoder alone in plain PyTorch.

python benchmarks/predict.py FOLDER [COPY ...] [--also TABLE] [--texts 2000] [--rounds 7]

FOLDER: a saved classifier with an encoder; COPY: what `paratheme export` made of it; TABLE: labelled paragraphs of
yours. Paragraphs of the seeds, and of TABLE, are drawn at random. Each side reads texts and gives vectors, or themes
where it files: plain PyTorch (transformers as it comes, batches of 16 by length) in float32 and, where this machine is
faster with it, in bfloat16, and sentence-transformers (float32) where that is installed. All are measured in turn in
one process; the processor's time is told too, for a machine that others use.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import torch

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.models.compute import fastest
from paratheme.training.compose import compose

Side = Callable[[Sequence[str]], object]
PREFIX = "query: "


def plain_pytorch(folder: Path, bfloat16: bool) -> Side:
    """Return what tokenizes texts and gives their vectors."""
    from transformers import AutoModel, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()

    def encode(texts: Sequence[str]) -> list[torch.Tensor]:
        vectors, order = [], sorted(texts, key=len, reverse=True)
        for start in range(0, len(order), 16):
            some = [PREFIX + text for text in order[start : start + 16]]
            batch = tokenizer(some, truncation=True, max_length=256, padding=True, return_tensors="pt")
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, bfloat16):
                hidden = model(batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            vectors.append((hidden.float() * mask).sum(1) / mask.sum(1))
        return vectors

    return encode


def sentence_transformers(folder: Path) -> Side:
    """Return the same by sentence-transformers."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    transformer = Transformer(str(folder), max_seq_length=256)
    pooling = Pooling(transformer.get_word_embedding_dimension())
    model = SentenceTransformer(modules=[transformer, pooling], device="cpu")
    return lambda texts: model.encode([PREFIX + text for text in texts], batch_size=16, normalize_embeddings=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("copies", type=Path, nargs="*")
    parser.add_argument("--also", metavar="TABLE")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    encoder = options.folder / "model" / "encoder"
    sides: dict[str, Side] = {"plain PyTorch, float32": plain_pytorch(encoder, False)}
    if fastest().bfloat16:
        sides["plain PyTorch, bfloat16"] = plain_pytorch(encoder, True)
    if find_spec("sentence_transformers"):
        sides["sentence-transformers, float32"] = sentence_transformers(encoder)
    for folder in (options.folder, *options.copies):
        classifier = ThemeClassifier.load(folder)
        sides[f"predict, {classifier.about.get('engine', 'PyTorch')}"] = classifier.predict
    paragraphs = load_corpus(compose([]).corpus, classifier.themes).texts
    if options.also:
        paragraphs = [*paragraphs, *load_corpus(CorpusSettings(path=options.also), classifier.themes).texts]
    texts = random.Random(0).sample(paragraphs, min(options.texts, len(paragraphs)))
    for side in sides.values():  # the first time is slower
        side(texts[:16])
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(options.rounds):
        for name, side in sides.items():
            clock, processor = time.perf_counter(), time.process_time()
            side(texts)
            taken[name].append((time.perf_counter() - clock, time.process_time() - processor))
    print(f"{len(texts)} paragraphs, medians of {options.rounds}, {torch.get_num_threads()} threads")
    first = next(iter(taken.values()))
    for name, times in taken.items():
        clock, processor = (len(texts) / statistics.median(column) for column in zip(*times, strict=True))
        ratio = statistics.median(one[1] / other[1] for one, other in zip(first, times, strict=True))
        print(f"{name:31} {clock:6.1f} a second by the clock, {processor:6.1f} of the processor; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
