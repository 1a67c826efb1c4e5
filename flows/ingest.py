"""The Prefect flow: plan, read batches, publish.  `python -m flows.ingest --help` tells the options."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Before Prefect is imported, for its server takes seconds to start and may do so meanwhile.
    # The flow is imported by name then, and so a cluster finds its tasks by name too.
    from flows.command import main

    sys.exit(main("flows.ingest:ingest"))

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from flows.artifacts import show_summary, tracked
from ingest.batches import WORKERS, BatchResult
from ingest.run import Run, default_workers, open_run, options
from ingest.summary import Summary


@task(task_run_name="read {folder.name}", cache_policy=NO_CACHE)
def read_batch(folder: Path) -> BatchResult:
    """Read the documents of one batch in this thread's worker process; a path in, counts out."""
    return WORKERS.read(folder)


@task(cache_policy=NO_CACHE)
def publish(run: Run, results: list[BatchResult]) -> Summary:
    """Resolve names over all documents, check, and make the new snapshot visible at once."""
    return run.publish(results)


# Prefect's annotation does not take Prefect's own task runners.
@flow(task_runner=ThreadPoolTaskRunner(max_workers=default_workers()))  # type: ignore[arg-type]
def ingest(  # noqa: PLR0913 - one field each in the form of a deployment
    *,
    landing: str = "data/landing",
    curated: str = "data/curated",
    authority: str | None = None,
    decisions: str | None = None,
    fields: str | None = None,
    prune: bool = False,
    keep_snapshots: int = 5,
    timeout: float = 60.0,
    memory: int = 2 << 30,
    max_bytes: int = 64 << 20,
    batch_bytes: int = 1 << 20,
    workers: int | None = None,
) -> Summary:
    """Read what is new in the landing folder, and publish the tables; the parameters are the options."""
    asked = options(**locals())
    with open_run(asked) as run, tracked(run):
        batches = read_batch.map(run.folders)
        results = [batch.result() for batch in batches]
        summary = publish(run, results)
    show_summary(summary)
    return summary
