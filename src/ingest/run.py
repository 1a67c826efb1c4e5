"""One run, without Prefect: plan, read batches, publish.

`flows.ingest` orchestrates these steps; `ingest_folder` is the same in one call, in threads.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import landing, store
from ingest.batches import WORKERS, Outcome
from ingest.containers.index import Spool
from ingest.decode.fields import load_fields
from ingest.errors import ConfigError, StoreError
from ingest.items import Before, container_of
from ingest.jobs import Job, Limits, Mark, read_mark, write_mark
from ingest.names.authority import load_authority
from ingest.names.decisions import check_ids, load_decisions
from ingest.settings import Settings, corpus_fingerprint, fingerprint
from ingest.store.files import current_number
from ingest.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.batches import BatchResult
    from ingest.items import Container
    from ingest.summary import Summary

_MEBIBYTE = 1024 * 1024
_PEBIBYTE = 1 << 50
_DAY_S = 24 * 3600.0
_SMALLEST_SHARE_BYTES = 256 * 1024  # about a second of work; less is not worth another process
_BATCHES_PER_WORKER = 4  # so that the last one to finish leaves the others idle for a short time only


def default_workers() -> int:
    """One worker for each processor that this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do.

    Attributes:
        landing: Folder with the raw documents.
        curated: Folder with the tables; made where it does not exist.
        workers: Worker processes at a time.
        settings: Settings of `process()`.
        limits: What one document may cost.
        batch_bytes: Bytes of documents that one task reads.
        prune: Take out documents whose files are gone.
        keep_snapshots: How many snapshots stay, the new one included.
    """

    landing: Path
    curated: Path
    workers: int = field(default_factory=default_workers)
    settings: Settings = field(default_factory=Settings)
    limits: Limits = field(default_factory=Limits)
    batch_bytes: int = _MEBIBYTE
    prune: bool = False
    keep_snapshots: int = 5

    def __post_init__(self) -> None:
        """Check what no other room checks.

        Raises:
            ConfigError: An option is out of its range, or the landing folder is missing.
        """
        if not self.landing.is_dir():
            raise ConfigError(
                f"--landing: {self.landing} is not a folder; name the folder with the documents"
            )
        ranges = {
            "workers": (self.workers, 1, 1024),
            "keep-snapshots": (self.keep_snapshots, 1, 1_000_000),
            "batch-bytes": (self.batch_bytes, 1, _PEBIBYTE),
            "timeout": (self.limits.timeout_s, 0.001, _DAY_S),
            "memory": (self.limits.memory_bytes, 64 * _MEBIBYTE, _PEBIBYTE),
            "max-bytes": (self.settings.max_document_bytes, 1, _PEBIBYTE),
        }
        for name, (value, least, most) in ranges.items():
            if not least <= value <= most:  # nan is in no range
                raise ConfigError(f"--{name}: {value} is out of range; give {least} to {most}")
        if self.curated.exists() and not self.curated.is_dir():
            raise ConfigError(f"--curated: {self.curated} is a file; name a folder for the tables")
        curated, landing_root = self.curated.resolve(), self.landing.resolve()
        if curated == landing_root or curated.is_relative_to(landing_root):
            raise ConfigError(f"--curated: {curated} lies inside the landing folder; keep them apart")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        done: Documents read or refused.
        total: Documents to read.
    """

    done: int
    total: int

    @property
    def percent(self) -> float:
        """The part that is done, in hundredths."""
        return 100 * self.done / self.total


class Run:
    """A run that has its plan, and holds the curated folder's lock."""

    def __init__(self, options: Options, writer: store.Writer) -> None:
        self.options = options
        self.started_at = datetime.now(UTC)
        self._writer = writer
        self._number_before = current_number(options.curated)
        settings = options.settings
        self._containers_before = writer.containers()
        before = Before(writer.known(), fingerprint(settings), self._containers_before)
        self._spool = Spool(writer.staging_dir / "containers.spool")
        plan = landing.plan(options.landing, before, settings, self._spool)
        self.plan = replace(plan, items=())  # they are in the jobs; the memory is wanted later
        batches = _batches(plan.items, options)
        self._sizes = {self._write_job(index, items): len(items) for index, items in enumerate(batches)}

    @property
    def folders(self) -> tuple[Path, ...]:
        """The batches' folders."""
        return tuple(self._sizes)

    def begin(self) -> None:
        """Begin to read at once; whoever reads a batch later gets what is under way."""
        WORKERS.begin(self._sizes, self.options.workers)

    def progress(self) -> Progress:
        """How far the workers are, by their marks."""
        return Progress(sum(read_mark(folder).index for folder in self._sizes), sum(self._sizes.values()))

    def publish(self, results: Sequence[BatchResult]) -> Summary:
        """Make the next snapshot from what the batches staged, and sum up.

        Args:
            results: What reading each batch gave.

        Raises:
            StoreError: The snapshot cannot be written; the old one stays current.
        """
        outcomes = [Outcome.read(Path(result.folder)) for result in results]
        rejects = [*self.plan.rejects, *(reject for outcome in outcomes for reject in outcome.rejects)]
        busy = [*self.plan.busy, *(path for outcome in outcomes for path in outcome.busy)]
        removed = (*self.plan.withdrawn, *(self.plan.removed if self.options.prune else ()))
        containers = self._read_whole(busy)
        read = sum(result.documents for result in results)
        published = None
        is_new = bool(read or rejects or removed) or containers != tuple(self._containers_before.values())
        if is_new or self._is_resolved_otherwise():
            given = store.PublishInput(
                staged=tuple(Path(result.folder) for result in results),
                rejects=tuple(sorted(rejects, key=attrgetter("source_path"))),
                removed=removed,
                run=store.RunInfo(
                    run_id=f"{self.started_at:%Y%m%dT%H%M%S.%f}-{secrets.token_hex(2)}",
                    started_at=self.started_at,
                    seen=self.plan.unchanged + read + len(rejects),
                    unchanged=self.plan.unchanged,
                ),
                settings=self.options.settings,
                containers=containers,
            )
            published = self._writer.publish(given)
        return summarise(
            store.open_curated(self.options.curated),
            published,
            unchanged=self.plan.unchanged,
            gone=0 if self.options.prune else len(self.plan.removed),
            busy=busy,
        )

    def _read_whole(self, busy: Sequence[str]) -> tuple[Container, ...]:
        """The containers of which no item was left for the next run, which then need not look into them."""
        left = {container_of(path) for path in busy}
        return tuple(one for one in self.plan.containers if one.source_path not in left)

    def _is_resolved_otherwise(self) -> bool:
        """Whether the names stand resolved by other settings than ours, or there are no tables yet."""
        if self._number_before is None:
            return True
        manifest = store.open_curated(self.options.curated).manifest
        return manifest.fingerprint != corpus_fingerprint(self.options.settings)

    def state_of_tables(self) -> str:
        """Say whether this run has made its snapshot current, for whoever stops it."""
        now = current_number(self.options.curated)
        return "the tables are as they were" if now == self._number_before else f"snapshot {now} is published"

    def _write_job(self, index: int, items: Sequence[landing.Item]) -> Path:
        folder = self._writer.staging_dir / f"batch-{index:05}"
        folder.mkdir()
        limits = self.options.limits
        root, settings = self.options.landing.resolve(), self.options.settings
        Job(root, tuple(items), settings, limits, self._spool.path).write(folder)
        write_mark(folder, Mark(0, 0))
        return folder


def _batches(items: Sequence[landing.Item], options: Options) -> list[list[landing.Item]]:
    """Cut the documents into batches: small enough that every worker has some, and none too large."""
    share = sum(item.size_bytes for item in items) // (_BATCHES_PER_WORKER * options.workers)
    most = min(options.batch_bytes, max(share, _SMALLEST_SHARE_BYTES))
    batches: list[list[landing.Item]] = []
    room = 0
    for item in items:
        if not batches or item.size_bytes > room:
            batches.append([])
            room = most
        batches[-1].append(item)
        room -= item.size_bytes
    return batches


_OPEN: ContextVar[Run | None] = ContextVar("run", default=None)


@contextlib.contextmanager
def open_run(options: Options) -> Iterator[Run]:
    """Plan a run, and hold the curated folder until it is over.

    Inside an open run with the same options it gives that run, so that a command can begin
    before the flow that does the rest.  Whatever ends the block, no worker process outlives it.

    Args:
        options: What the run is asked to do.

    Yields:
        The run.

    Raises:
        ConfigError: A user file is wrong.
        StoreError: Another run holds the curated folder, or it cannot be written.
    """
    begun = _OPEN.get()
    if begun is not None and begun.options == options:
        with _workers_stopped_on_error():
            yield begun
        return
    settings = options.settings
    # A mistake in a user's file ends the run here, before anything is read or written.
    check_ids(load_decisions(settings.decisions_path), load_authority(settings))
    load_fields(settings.fields_path)
    with store.open_writer(options.curated, keep_snapshots=options.keep_snapshots) as writer:
        WORKERS.open(options.workers)
        try:
            token = _OPEN.set(run := _planned(options, writer))
            try:
                yield run
            finally:
                _OPEN.reset(token)
        finally:
            WORKERS.stop()


def _planned(options: Options, writer: store.Writer) -> Run:
    try:
        return Run(options, writer)
    except OSError as error:
        raise StoreError(f"cannot write {options.curated}: {error}; the tables are as they were") from error


@contextlib.contextmanager
def _workers_stopped_on_error() -> Iterator[None]:
    """Stop at once, for whoever waits for a batch would wait until it is read."""
    try:
        yield
    except BaseException:
        WORKERS.stop()
        raise


def ingest_folder(options: Options) -> Summary:
    """Do a whole run in this process, without Prefect; errors as for `open_run` and `Run.publish`."""
    with open_run(options) as run:
        run.begin()
        return run.publish([WORKERS.read(folder) for folder in run.folders])


def options(  # noqa: PLR0913 - the options of the command line, by their names there
    *,
    landing: str,
    curated: str,
    authority: str | None,
    decisions: str | None,
    fields: str | None,
    prune: bool,
    keep_snapshots: int,
    timeout: float,
    memory: int,
    max_bytes: int,
    batch_bytes: int,
    workers: int | None,
) -> Options:
    """Make options from what a command line or a deployment gives.

    Raises:
        ConfigError: One of them is out of its range.
    """
    return Options(
        landing=Path(landing),
        curated=Path(curated),
        workers=default_workers() if workers is None else workers,
        settings=Settings(authority, max_bytes, decisions, fields),
        limits=Limits(timeout, memory),
        batch_bytes=batch_bytes,
        prune=prune,
        keep_snapshots=keep_snapshots,
    )
