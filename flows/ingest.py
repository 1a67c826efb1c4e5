"""The Prefect flow: plan, read batches, publish.  `python -m flows.ingest --help` tells the options."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Before Prefect is imported, for its server takes seconds to start and may do so meanwhile.
    # The flow is imported by name then, and so a cluster finds its tasks by name too.
    from ingest.stopping import watch

    watch(is_run=True)  # before all that takes time to import
    from flows.command import main
    from ingest.streams import provide_streams

    provide_streams()
    sys.exit(main())

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.artifacts import show_summary, tracked
from flows.cluster import cluster_losses
from flows.crashed_runs import settle_predecessor
from flows.logs import log_to_prefect
from ingest.errors import FolderHeldError
from ingest.options.choices import choose
from ingest.options.run_options import default_workers, options_of
from ingest.run import Run, open_run
from ingest.summary import Summary
from ingest.workers.batches import WORKERS, BatchResult


@task(task_run_name="read {folder.name}", cache_policy=NO_CACHE)
def read_batch(folder: Path) -> BatchResult:
    """Read the documents of one batch in this thread's worker process; a path in, counts out."""
    return WORKERS.read(folder)


@task(cache_policy=NO_CACHE)
def publish(run: Run, results: list[BatchResult]) -> Summary:
    """Resolve names over all documents, check, and make the new snapshot visible at once."""
    return run.publish(results)


@task(cache_policy=NO_CACHE)
def write_report(run: Run) -> Path | None:
    """Write the pages of the report; gives the first."""
    return run.report()


# Prefect's annotation does not take Prefect's own task runners.
@flow(task_runner=ThreadPoolTaskRunner(max_workers=default_workers()))  # type: ignore[arg-type]
def ingest(  # noqa: PLR0913 - one field each in the form of a deployment
    *,
    landing: str | None = None,
    curated: str | None = None,
    cache: str | None = None,
    authority: str | None = None,
    decisions: str | None = None,
    keep: str | None = None,
    fields: str | None = None,
    taxonomy: str | None = None,
    prune: bool | None = None,
    verify: bool | None = None,
    keep_snapshots: int | None = None,
    report: bool | None = None,
    profile: str | None = None,
    timeout: float | None = None,
    memory: int | str | None = None,
    max_bytes: int | str | None = None,
    workers: int | None = None,
    batch_bytes: int | str | None = None,
) -> "Summary | State[None]":  # in quotes, for a cluster could not unpickle a generic class
    """Read what is new in the landing folder, and publish the tables.

    The parameters are the options of docs/options.md; one that is not given is taken from the
    environment (`INGEST_...`), from `ingest.toml`, or from its default.  While another run holds the
    curated folder there is nothing to do: the run ends as `Skipped`.
    """
    options = options_of(choose(locals(), as_parameters=True))
    log_to_prefect()
    try:
        with open_run(options) as run, tracked(run), cluster_losses():
            settle_predecessor(run)
            batches = read_batch.map(run.folders)
            results = [run.note(batch.result()) for batch in batches]
            summary = publish(run, results)
            write_report(run)
    except FolderHeldError as held:
        return Completed(name="Skipped", message=f"Skipped: {held}")
    show_summary(summary)
    return summary
