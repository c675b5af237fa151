"""``paratheme sync``."""

from __future__ import annotations

import argparse
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options: none."""


def execute(options: argparse.Namespace) -> int:
    """Deliver to the tracking store what was kept while it did not answer."""
    from paratheme.tracking.delivery import deliver_waiting
    from paratheme.tracking.store import connect

    connect(experiment=None)
    delivered, waiting = deliver_waiting(everywhere=True)
    for name in delivered:
        print(f"delivered  {name}")
    for told in waiting:
        print(f"paratheme: still waits: {told}", file=sys.stderr)
    if not delivered and not waiting:
        print("nothing waits")
    return 1 if waiting else 0
