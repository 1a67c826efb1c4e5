"""What a run tells while it is on its way: one record of the log for each event.

The records go to the logger `ingest`; whoever runs the run decides where they are written
(`flows.logs`: Prefect, a terminal, lines of JSON).
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Literal

Event = Literal[
    "fetching",
    "run_started",
    "worker_lost",
    "batch_done",
    "document_rejected",
    "published",
    "caught_up",
    "nothing_changed",
    "run_failed",
]

LOGGER = logging.getLogger("ingest")
LOGGER.addHandler(logging.NullHandler())  # else Python would write warnings on standard error by itself


RUN_ID: ContextVar[str | None] = ContextVar("run_id", default=None)
"""The run that is on its way, or that was the last: what is told after its end is still of it."""


def tell(event: Event, message: str, *, level: int = logging.INFO, **facts: str | float | None) -> None:
    """Tell of an event; its facts begin with the run's id.

    Args:
        event: Its name.
        message: What happened, for a person.
        level: Of `logging`.
        facts: The same for a program.
    """
    LOGGER.log(level, "%s", message, extra={"event": event, "facts": {"run_id": RUN_ID.get(), **facts}})
