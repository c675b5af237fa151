"""How long it takes from the start of a process to its first result: predict on one document beside a bare script.

python benchmarks/start_up.py FOLDER [--rounds 7]

FOLDER: a saved classifier with an encoder. The bare script imports torch and transformers, loads the same weights and
encodes one batch, the document's paragraphs. Both start in turn.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PARAGRAPHS = [
    "Two million people are in IPC Phase 4 in Sudan, the agency said on Monday. Food prices doubled in El Fasher.",
    "The ministers met in the capital to discuss the budget for the coming year and the building of new roads.",
]
BARE = """
import sys
import torch
from transformers import AutoModel, AutoTokenizer
folder, *texts = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
with torch.inference_mode():
    print(model(**tokenizer(texts, padding=True, return_tensors="pt")).last_hidden_state.shape)
"""


def run(*command: str) -> tuple[float, float]:
    """Return the seconds that a command takes by the clock and in the processor."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    after, taken = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "document.txt")
        document.write_text("\n\n".join(PARAGRAPHS), "utf-8")
        commands = {
            "bare script": ("-c", BARE, str(options.folder / "model" / "encoder"), *PARAGRAPHS),
            "paratheme predict": ("-m", "paratheme", "predict", str(document), "--model", str(options.folder)),
        }
        taken = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                taken[name].append(run(sys.executable, *command))
    bare, ours = taken.values()
    print(f"medians of {options.rounds}")
    for name, times in taken.items():
        clock, processor = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"{name:18} {clock:6.2f} s by the clock, {processor:5.2f} s in the processor")
    for what, column in (("clock", 0), ("processor", 1)):
        ratio = statistics.median(one[column] / other[column] for one, other in zip(ours, bare, strict=True))
        print(f"ratio, {what}: {ratio:.2f}")


if __name__ == "__main__":
    main()
