"""What `paratheme train` is doing, a line a stage on a terminal: `conf/train.yaml` names this handler."""

from __future__ import annotations

import logging


class LineHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes a line above a progress bar where there is one, not into it; warnings alone where there is no terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        from tqdm import tqdm

        try:
            if record.levelno < logging.WARNING and not self.stream.isatty():
                return
            tqdm.write(self.format(record), file=self.stream)
            self.flush()
        except Exception:
            self.handleError(record)
