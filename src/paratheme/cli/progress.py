"""What `paratheme train` is doing, a line a stage on standard error: `conf/train.yaml` names this handler."""

from __future__ import annotations

import logging
import sys


class LineHandler(logging.Handler):
    """Writes a line above a progress bar where there is one, not into it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        from tqdm import tqdm

        try:
            tqdm.write(self.format(record), file=sys.stderr)
            sys.stderr.flush()
        except Exception:
            self.handleError(record)
