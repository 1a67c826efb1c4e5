"""What Prefect still believes of a run that died: the next run puts it right."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from uuid import UUID

import prefect.settings
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
)
from prefect.context import FlowRunContext
from prefect.states import Crashed

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from prefect.client.schemas.objects import State

    from ingest.run import Run

_MESSAGE = "The process of this run ended without a word, as by kill -9; the run after it has noticed."


def settle_predecessor(run: Run) -> None:
    """Mark the run that died before this one as crashed, and sign for this one.

    A run that ends in any way of its own clears its signature, so one that is found belongs to a
    run which the kernel ended.  Where another server knows it, this one has nothing to put right.
    """
    if run.predecessor is not None:
        _mark_crashed(UUID(run.predecessor))
    context = FlowRunContext.get()
    if context is not None and context.flow_run is not None:
        run.sign(str(context.flow_run.id))


def _mark_crashed(flow_run_id: UUID) -> None:
    with get_client(sync_client=True) as client:
        flow_runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id]))
        )
        if not any(_is_open(flow_run.state) for flow_run in flow_runs):
            return
        of_run = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[flow_run_id]))
        for task_run in client.read_task_runs(task_run_filter=of_run):
            if _is_open(task_run.state):
                client.set_task_run_state(task_run.id, Crashed(message=_MESSAGE), force=True)
        client.set_flow_run_state(flow_run_id, Crashed(message=_MESSAGE), force=True)


def _is_open(state: State | None) -> bool:
    return state is not None and not state.is_final()


def without_heartbeats() -> AbstractContextManager[object]:
    """Have Prefect send no signs of life in the block, for a server that ends with the run.

    They tell a standing server that a run has died.  The thread that sends them sleeps a second at a time,
    and a flow that is over waits for it: half a second of each run.
    """
    setting = getattr(prefect.settings, "PREFECT_FLOWS_HEARTBEAT_FREQUENCY", None)
    if setting is None:  # older than 3.6.13, which sends none unless it is asked to
        return contextlib.nullcontext()
    return prefect.settings.temporary_settings({setting: None})
