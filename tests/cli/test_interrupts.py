"""An interrupt ends a command, also at a moment at which Python drops what is raised."""

from __future__ import annotations

import subprocess
import sys

DROPPED = """
import os, signal, time, weakref
from paratheme.cli.interrupts import heed_interrupts

class Collected: pass

def interrupt(_):
    os.kill(os.getpid(), signal.{name})
    time.sleep(0)  # it is raised here, where Python drops it

heed_interrupts()
signal.signal(signal.SIGINT, signal.default_int_handler)
one = Collected()
kept = weakref.ref(one, interrupt)
try:
    del one
    time.sleep(60)
except KeyboardInterrupt:
    print("heard")
"""


def test_an_interrupt_that_python_dropped_is_raised_again() -> None:
    for name in ("SIGINT", "SIGTERM"):
        done = subprocess.run(
            [sys.executable, "-c", DROPPED.format(name=name)], capture_output=True, text=True, timeout=50, check=False
        )
        assert (done.stdout, done.stderr, done.returncode) == ("heard\n", "", 0)


def test_other_errors_that_python_drops_are_told_as_ever() -> None:
    script = "from paratheme.cli.interrupts import heed_interrupts\nheed_interrupts()\n"
    script += "class Bad:\n    def __del__(self): raise ValueError('said')\nBad()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "ValueError: said" in done.stderr
