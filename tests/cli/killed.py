"""Commands that are killed when they touch their files for the n-th time: each in a copy of this process.

A process that tests has threads, whose locks a copy of it would find taken for ever; this one has begun none.

python -m tests.cli.killed: reads [words of a command, n] as JSON from each line of standard input, and says for each
`killed`, or `ended` where the command touched its files less often, or `failed` where it raised.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import paratheme.models.lexicon  # noqa: F401 (imported once, not in each copy)
from paratheme import cli
from paratheme.classifier import predict as classifier_predict
from paratheme.classifier import unfinished
from paratheme.classifier.writers import JsonLinesWriter, SeparatedWriter

# Each group of documents is filed and noted by itself.
SINGLY: tuple[tuple[Any, str, Any], ...] = (
    (classifier_predict, "windows", partial(classifier_predict.windows, size=1)),
    (unfinished, "SECONDS", 0.0),
)


def main() -> None:
    """Answer until standard input ends."""
    for setting in SINGLY:
        setattr(*setting)
    for line in sys.stdin:
        typed, moment = json.loads(line)
        assert threading.active_count() == 1
        if child := os.fork():
            status = os.waitpid(child, 0)[1]
            print("killed" if os.WIFSIGNALED(status) else "failed" if status else "ended", flush=True)
            continue
        failed = 1
        try:
            die_at(moment)
            cli.main(typed)
            failed = 0
        finally:
            os._exit(failed)


def die_at(moment: int) -> None:
    """Have this process killed when it writes, keeps, renames or removes for the given time."""
    touched = count(1)

    def deadly(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **known: Any) -> Any:
            if next(touched) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*given, **known)

        return call

    for writer in (JsonLinesWriter, SeparatedWriter):
        writer.write = deadly(writer.write)  # type: ignore[method-assign]
    os.fsync, os.replace, Path.unlink = deadly(os.fsync), deadly(os.replace), deadly(Path.unlink)  # type: ignore


if __name__ == "__main__":
    main()
