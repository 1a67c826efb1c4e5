"""Where the tasks run: in threads of this process, or on a Dask cluster."""

from __future__ import annotations

import asyncio
import contextlib
import os
from concurrent.futures import CancelledError
from importlib.util import find_spec
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from prefect.task_runners import ThreadPoolTaskRunner

from ingest.errors import ConfigError, IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prefect.task_runners import TaskRunner


_ANSWER_TIMEOUT_S = 10


def task_runner(dask: str | None, workers: int) -> TaskRunner[Any]:
    """Make the task runner that the options ask for.

    Args:
        dask: Address of a Dask scheduler, `local` for one of our own, or None for threads.
            A cluster's machines see landing and curated folders under the same paths.
        workers: Threads, or processes of the local cluster; each has one worker process.

    Raises:
        ConfigError: Dask is asked for and not installed.
        IngestError: No scheduler answers at the address.
    """
    if dask is None:
        return ThreadPoolTaskRunner(max_workers=workers)
    if find_spec("prefect_dask") is None:
        raise ConfigError("--dask needs the extra `dask`: pip install 'document-ingest[dask]'")
    os.environ.setdefault("DASK_DISTRIBUTED__LOGGING__DISTRIBUTED", "error")  # it tells of every good-bye
    from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - an extra

    if dask != "local":
        _knock(dask)
        return DaskTaskRunner(address=dask)
    return DaskTaskRunner(
        cluster_kwargs={"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    )


def _knock(address: str) -> None:
    """Make sure that a scheduler answers: Prefect would end with a traceback."""
    # By name, for these have no types.
    connect, security = map(resolve_name, ("distributed.comm:connect", "distributed.security:Security"))

    async def knock() -> None:
        known = security().get_connection_args("client")
        (await connect(address, timeout=_ANSWER_TIMEOUT_S, **known)).abort()

    try:
        asyncio.run(knock())
    except (OSError, ValueError) as error:
        raise IngestError(
            f"--dask: no scheduler answers at {address} ({error}); start it with `dask scheduler`, or name "
            "the address that its log tells; the tables are as they were"
        ) from error


@contextlib.contextmanager
def cluster_losses() -> Iterator[None]:
    """Say in plain words that a cluster is gone: Dask itself cancels what waits for it, half a minute later.

    Raises:
        IngestError: Dask has cancelled a task, or a result did not arrive.
    """
    try:
        yield
    except (CancelledError, OSError) as error:  # the latter where it goes while a result is on its way
        if not type(error).__module__.startswith("distributed"):
            raise
        raise IngestError(
            "the Dask cluster was lost, for its scheduler is gone or its workers failed again and again; "
            "the tables are as they were. Look at the scheduler's log, then run again"
        ) from error
