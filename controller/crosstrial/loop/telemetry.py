"""Structured logs: one JSON object a line to a file, or to standard error in a pod."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from crosstrial.spec.addresses import without_credentials


def log_to(stream: Callable[[], TextIO]) -> None:
    """Send every log line as JSON to the stream that is there when it is written."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
            _without_credentials,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_names: structlog.WriteLogger(stream()),
        cache_logger_on_first_use=False,
    )


def _without_credentials(_logger: WrappedLogger, _method: str, line: EventDict | str) -> str:
    """Hide in a whole line what libraries may quote of an address, in tracebacks too."""
    return without_credentials(str(line))


def log_to_stderr() -> None:
    """Send logs where a pod's logs are read, and away from what a command prints."""
    log_to(lambda: sys.stderr)


def log_to_file(path: Path) -> TextIO:
    """Append logs to a file; the caller closes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("a", encoding="utf-8", buffering=1)
    log_to(lambda: stream)
    return stream
