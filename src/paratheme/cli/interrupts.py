"""Ctrl-C and SIGTERM end a command, wherever they find it."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

AGAIN = 0.1  # seconds until an interrupt that was dropped is raised once more


def heed_interrupts() -> None:
    """Raise `KeyboardInterrupt` at Ctrl-C and at SIGTERM, until it is heard.

    Python drops what is raised while it collects garbage: an interrupt at such a moment would be lost.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that runs are closed
    sys.unraisablehook = _raise_again


def _raise_again(dropped: Any) -> None:
    if not isinstance(dropped.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    timer = threading.Timer(AGAIN, signal.pthread_kill, [threading.main_thread().ident, signal.SIGTERM])
    timer.daemon = True
    timer.start()
