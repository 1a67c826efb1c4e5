"""Where the events of a run are written: Prefect's log, the terminal, lines of JSON."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingest.errors import IngestError
from ingest.events import LOGGER

if TYPE_CHECKING:
    from ingest.options import LogFormat


_RUNS = ("prefect.flow_runs", "prefect.task_runs")
"""Prefect's loggers of runs."""


class JsonLines(logging.Formatter):
    """One JSON object a line: `time`, `level`, `event`, `message`, and the event's facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", record.name),
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_terminal(log_format: LogFormat) -> None:
    """Write events on standard error: all of them as JSON, or the warnings that no summary repeats."""
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name("terminal")
    if log_format == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(logging.Formatter("ingest: %(message)s"))
        handler.setLevel(logging.WARNING)
        handler.addFilter(lambda record: getattr(record, "event", "") != "document_rejected")
    _add(handler)


def log_to_prefect(level: int = logging.INFO) -> None:
    """Send the events that are told inside a flow run to Prefect's log; the first call's level counts."""
    from prefect.context import FlowRunContext  # noqa: PLC0415 - the command logs before Prefect is imported
    from prefect.logging.handlers import APILogHandler  # noqa: PLC0415 - as above

    if any(isinstance(handler, APILogHandler) for handler in LOGGER.handlers):
        return
    for name in _RUNS:
        logging.getLogger(name).addFilter(_without_traceback)
    handler = APILogHandler()
    handler.setLevel(level)
    handler.addFilter(lambda _record: FlowRunContext.get() is not None)
    _add(handler)


def leave_errors_to_the_command() -> None:
    """Keep from the terminal what Prefect says thrice of an error that ends a run: the command tells it."""
    from prefect.logging.handlers import PrefectConsoleHandler  # noqa: PLC0415 - as above

    for handler in logging.getLogger().handlers:
        if isinstance(handler, PrefectConsoleHandler):
            handler.addFilter(lambda record: record.levelno < logging.ERROR or record.name not in _RUNS)


def _without_traceback(record: logging.LogRecord) -> bool:
    """Leave out the traceback of an error whose message says what to do; lets every record pass."""
    if record.exc_info and isinstance(record.exc_info[1], IngestError):
        record.exc_info = None
    return True


def _add(handler: logging.Handler) -> None:
    """Have events written by a handler, in the place of one of the same name."""
    for other in [h for h in LOGGER.handlers if handler.name and h.name == handler.name]:
        LOGGER.removeHandler(other)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    LOGGER.addHandler(handler)
