"""What a run shows in Prefect: a progress bar while it reads, and at the end its summary."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, cast

import httpx
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.progress import every
from ingest.compare import compare_numbers
from ingest.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from ingest.run import Run
    from ingest.summary import Summary

_EVERY_S = 5.0
_CHANGES_SHOWN = 1000


@contextlib.contextmanager
def tracked(run: Run) -> Iterator[None]:
    """Keep a progress artifact up to date while the block lasts."""
    if not run.progress().total:
        yield
        return
    created = create_progress_artifact(0.0, key="ingest-progress", description="documents read")
    artifact = cast("UUID", created)  # a coroutine in an event loop only, and there is none here

    def update() -> None:
        with contextlib.suppress(httpx.HTTPError):  # a missed step of a bar is no reason to end a run
            update_progress_artifact(artifact, run.progress().percent)

    try:
        with every(_EVERY_S, update):
            yield
    except BaseException:
        # The tasks still running are about to fail for the same reason; one traceback is enough.
        logging.getLogger("prefect.task_runs").setLevel(logging.CRITICAL)
        raise
    update()


def show_summary(summary: Summary) -> None:
    """Leave the summary, and the refused items as a table, with the flow run."""
    create_markdown_artifact(summary.markdown(), key="ingest-summary", description="what the run did")
    facts = [{"what": what, "how many": number} for what, number in summary.facts()]
    create_table_artifact(facts, key="ingest-tables", description="what the tables hold")
    if summary.rejects:
        create_table_artifact(summary.reject_rows(), key="ingest-rejects", description="refused items")
    show_changes(summary)


def show_changes(summary: Summary) -> None:
    """Leave what this run changed against the snapshot before, in words and as a table."""
    if not summary.changed or summary.snapshot == 1:
        return
    try:
        changed = compare_numbers(summary.local, (summary.snapshot - 1, summary.snapshot))
    except StoreError:  # one of them is not kept any more: there is nothing to compare
        return
    create_markdown_artifact(changed.markdown(), key="ingest-changes", description="what the run changed")
    if rows := changed.rows()[:_CHANGES_SHOWN]:
        told = f"what the run changed, {len(rows):,} of {len(changed.changes):,}"
        create_table_artifact(rows, key="ingest-changed", description=told)
