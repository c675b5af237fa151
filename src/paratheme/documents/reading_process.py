"""The process in which documents are read within limits: a line of JSON in, a line of JSON out.

python -m paratheme.documents.reading_process
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from paratheme.documents.encodings import DocumentError
from paratheme.documents.limits import as_plain


def main() -> None:
    """Read what is asked for until there is nothing more."""
    from paratheme.documents.readers import read

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when this ends
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    for line in sys.stdin:
        asked = json.loads(line)
        _hold_to(asked)
        try:
            answer: dict[str, Any] = as_plain(read(Path(asked["path"]), asked["name"]))
        except DocumentError as error:
            answer = {"error": str(error)}
        except RecursionError:
            answer = {"error": f"{asked['path']}: nested too deeply; save it again from the program that made it"}
        except MemoryError:
            os._exit(1)  # what is left of the memory is of no use
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _hold_to(asked: dict[str, Any]) -> None:
    """Hold this process to its memory, and to its time too where who asked is no more."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits, macOS does not hold to them
        import resource

        memory = int(asked["memory_megabytes"]) * 10**6
        resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.RLIM_INFINITY))
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + float(asked["seconds"])) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
