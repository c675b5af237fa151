"""``paratheme export``."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from paratheme.cli.terminal import tell

ENGINES = ("openvino", "onnx")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("model", metavar="MODEL", help="a folder, a run's name, runs:/..., models:/... or champion")
    told = "of --check: corpus.columns.text=body ..."
    parser.add_argument("overrides", nargs="*", default=[], metavar="OVERRIDE", help=told)
    parser.add_argument("--to", choices=ENGINES, required=True, help="the library that runs the encoder")
    parser.add_argument("--int8", action="store_true", help="layers of 8 bits: faster on most machines")
    told = "without the token vectors of scripts in which no training text is written: a third smaller"
    parser.add_argument("--trim-vocabulary", action="store_true", help=told)
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="default: named for model and engine")
    told = "labelled blocks to check the copy on; default: the validation part of what the model was trained on"
    parser.add_argument("--check", metavar="CORPUS", help=told)


def execute(options: argparse.Namespace) -> int:
    """Write a copy of a saved model that is faster and decides the same."""
    from paratheme.training.export import export

    folder = options.output or _named(options)
    how = (options.int8, options.trim_vocabulary, options.check, options.overrides)
    result = export(options.model, options.to, folder, *how, tell=tell)
    print(f"{result}\n{result.folder}  {result.megabytes:.0f} MB")
    return 0


def _named(options: argparse.Namespace) -> Path:
    """Return a folder in the working directory, such as ``hybrid-openvino-int8``."""
    from paratheme.training.export import described

    folder = Path(options.model)
    name = re.sub(r"[^\w.-]+", "-", folder.name if folder.is_dir() else options.model).strip("-")
    return Path("-".join([name, *described(options.to, options.int8, options.trim_vocabulary)]))
