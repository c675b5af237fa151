"""Runs that are left open in the store by a process that is no more."""

from __future__ import annotations

import platform
from contextlib import suppress
from typing import Any

from paratheme.tracking.store import existing_store

LOOKED_THROUGH = 100  # open runs
WHY = "its process ended without a word"


def close_dead_runs() -> list[str]:
    """Mark as KILLED what processes of this machine left RUNNING; return the runs' names.

    A run tells its host, its process and when that began: another process may have the number by now.
    """
    import mlflow

    here = platform.node().replace("'", "")
    closed = []
    with existing_store() as client:
        found = mlflow.search_runs(
            search_all_experiments=True,
            filter_string=f"attributes.status = 'RUNNING' and tags.host = '{here}'",
            max_results=LOOKED_THROUGH,
            output_format="list",
        )
        for run in found:
            if _is_dead(run.data.tags):
                client.set_tag(run.info.run_id, "error", WHY)
                client.set_terminated(run.info.run_id, "KILLED")
                closed.append(str(run.info.run_name))
    return closed


def _is_dead(tags: dict[str, Any]) -> bool:
    import psutil

    with suppress(KeyError, ValueError):
        pid, started = int(tags["pid"]), float(tags["process_started"])
        try:
            return bool(abs(psutil.Process(pid).create_time() - started) > 1)
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            return False
    return False
