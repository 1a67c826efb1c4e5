"""One run, without Prefect: plan, read batches, publish.

`flows.ingest` orchestrates these steps; `ingest_folder` is the same in one call, in threads.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import landing, store
from ingest.containers.index import Spool
from ingest.errors import StoreError
from ingest.events import RUN_ID, tell
from ingest.items import Before, container_of
from ingest.landing.object_store import plan as plan_of_objects
from ingest.options.choices import complain, wrong_files
from ingest.options.run_options import Options as Options  # noqa: PLC0414, TC001 - who opens a run needs them
from ingest.places import absolute
from ingest.reasons import REASONS
from ingest.settings import fingerprints
from ingest.settings.keep import load_keep
from ingest.stopwatch import write_profile
from ingest.summary import printable, summarise
from ingest.workers.batches import WORKERS, Outcome
from ingest.workers.jobs import PROFILE_FILE, Job, Mark, read_mark, write_mark
from ingest.workers.planner import Planner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.items import Container, Item
    from ingest.landing.remembered import Remembered
    from ingest.records import Reject
    from ingest.summary import Summary
    from ingest.workers.batches import BatchResult

_NS = 1e9
_SMALLEST_SHARE_BYTES = 256 * 1024  # about a second of work; less is not worth another process
_LEFT_FOR_OTHERS = 2  # a batch is this part of a worker's even share of what is left


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
        self.run_id = f"{self.started_at:%Y%m%dT%H%M%S.%f}-{secrets.token_hex(2)}"
        RUN_ID.set(self.run_id)
        began_s = time.process_time()
        self._writer = writer
        self._number_before = writer.published
        self._made_with = made_with = fingerprints(options.settings)
        items = writer.items(load_keep(options.settings.keep_path))
        before = Before(
            items=store.by_path(items),
            fingerprint=made_with.documents,
            containers=writer.containers(),
            limited=options.limits.fingerprint(made_with.documents),
            kept=made_with.kept,
            objects=writer.objects(),
        )
        self._spool = Spool(
            writer.staging_dir.resolve() / "containers.spool", takes_all=isinstance(options.landing, str)
        )
        remembered = None if options.verify else writer.remembered(items)
        plan, self._lost_over_plan, looking_s = self._plan(before, remembered)
        if options.prune:
            plan.check_prune()
        # Without items, which are in the jobs: the memory is wanted later.
        self.plan, self._before = replace(plan, items=()), replace(before, items={})
        self._plan_s = time.process_time() - began_s + looking_s
        self._bytes = sum(item.size_bytes for item in plan.items)
        batches = _batches(plan.items, options)
        self._sizes = {self._write_job(index, items): len(items) for index, items in enumerate(batches)}
        tell(
            "run_started",
            f"{len(plan.items)} documents to read in {len(batches)} batches, {plan.unchanged} unchanged",
            documents=len(plan.items),
            batches=len(batches),
            unchanged=plan.unchanged,
            landing=str(options.landing),
            curated=str(options.curated),
        )
        for loss in self._lost_over_plan:
            _tell_loss("plan", loss)
        for reject in plan.rejects:
            _tell_reject(reject)

    def _plan(self, before: Before, remembered: Remembered | None) -> tuple[landing.Plan, list[str], float]:
        """Plan; give the plan, the workers lost over it, and the CPU seconds of those that lived."""
        where, settings, verify = self.options.landing, self.options.settings, self.options.verify
        (folder := self._writer.staging_dir / "container").mkdir()
        planner = Planner(folder, before, settings, self.options.limits, self._spool)
        try:
            if isinstance(where, str):
                trusted = replace(before, objects={}) if verify else before
                plan = plan_of_objects(where, trusted, settings, self._spool, planner.look)
            else:
                plan = landing.plan(where, before, settings, planner.look, remembered)
        finally:
            self._spool.close()
            WORKERS.lend()  # it reads documents now
        return plan, planner.losses, planner.cpu_ns / _NS

    @property
    def folders(self) -> tuple[Path, ...]:
        """The batches' folders."""
        return tuple(self._sizes)

    @property
    def predecessor(self) -> str | None:
        """What the run before this one signed with, where it died before its end."""
        return self._writer.predecessor

    def sign(self, name: str) -> None:
        """Leave a name for the next run, in case this one dies."""
        self._writer.sign(name)

    def begin(self) -> None:
        """Begin to read at once; whoever reads a batch later gets what is under way."""
        WORKERS.begin(self._sizes, self.options.workers)

    def progress(self) -> Progress:
        """How far the workers are, by their marks."""
        return Progress(sum(read_mark(folder).index for folder in self._sizes), sum(self._sizes.values()))

    def note(self, result: BatchResult) -> BatchResult:
        """Tell of a batch that is done; gives it back."""
        folder = Path(result.folder)
        outcome = Outcome.read(folder)
        for loss in outcome.losses:
            _tell_loss(folder.name, loss)
        for reject in outcome.rejects:
            _tell_reject(reject)
        tell(
            "batch_done",
            f"{folder.name}: {result.documents} read, {result.rejected} refused, {result.busy} left",
            batch=folder.name,
            documents=result.documents,
            rejected=result.rejected,
            busy=result.busy,
            cpu_s=round(sum(outcome.cpu_ns.values()) / _NS, 3),
        )
        return result

    def publish(self, results: Sequence[BatchResult]) -> Summary:
        """Make the next snapshot from what the batches staged, and sum up.

        Args:
            results: What reading each batch gave.

        Raises:
            StoreError: The snapshot cannot be written; the old one stays current.
            ConfigError: A file of the user's is not what it was when documents were read.
        """
        try:
            return self._publish(results)
        except OSError as error:
            raise StoreError(
                f"cannot read {self.options.curated}: {error}; {self.state_of_tables()}"
            ) from error

    def _publish(self, results: Sequence[BatchResult]) -> Summary:
        outcomes = [Outcome.read(Path(result.folder)) for result in results]
        busy = (*self.plan.busy, *(path for outcome in outcomes for path in outcome.busy))
        lost_workers = len(self._lost_over_plan) + sum(len(outcome.losses) for outcome in outcomes)
        cpu_ns = sum((Counter(outcome.cpu_ns) for outcome in outcomes), Counter())
        cpu_s = {stage: ns / _NS for stage, ns in cpu_ns.items()}
        read = sum(result.documents for result in results)
        rejects = [*self.plan.rejects, *(reject for outcome in outcomes for reject in outcome.rejects)]
        given = store.PublishInput(
            staged=tuple(Path(result.folder) for result in results),
            rejects=tuple(sorted(rejects, key=attrgetter("source_path"))),
            removed=(*self.plan.withdrawn, *(self.plan.removed if self.options.prune else ())),
            run=store.RunInfo(
                run_id=self.run_id,
                started_at=self.started_at,
                seen=self.plan.unchanged + read + len(rejects),
                unchanged=self.plan.unchanged,
                read_bytes=self._bytes,
                lost_workers=lost_workers,
                cpu_s={"plan": self._plan_s, **cpu_s},
            ),
            settings=self.options.settings,
            containers=self._read_whole(busy, rejects),
            limited_fingerprint=self._before.limited,
            objects=self.plan.objects,
            files=self.plan.files,
            made_with=self._made_with,
        )
        published = self._writer.publish(given) if read or self._is_news(given) else None
        if self.options.profile:
            write_profile(self.options.profile, [folder / PROFILE_FILE for folder in given.staged])
        summary = summarise(
            store.open_curated(self._writer.curated),
            published,
            place=self.options.curated,
            unchanged=self.plan.unchanged,
            gone=0 if self.options.prune else len(self.plan.removed),
            busy=busy,
            lost_workers=lost_workers,
            cpu_s=cpu_s if self.options.profile else {},
        )
        _tell_summary(summary)
        return summary

    def _is_news(self, given: store.PublishInput) -> bool:
        """Whether there is something to publish beside documents that were read."""
        return (
            bool(given.rejects or given.removed)
            or given.containers != tuple(self._before.containers.values())
            or given.objects != tuple(self._before.objects.values())
            or self._is_resolved_otherwise()
        )

    def _read_whole(self, busy: Sequence[str], rejects: Sequence[Reject]) -> tuple[Container, ...]:
        """The containers of which no item is left for the next run, which then need not look into them."""
        again = (reject.source_path for reject in rejects if REASONS[reject.reason].is_of_moment)
        left = {container_of(path) for path in (*busy, *again)}
        return tuple(one for one in self.plan.containers if one.source_path not in left)

    def report(self) -> Path | None:
        """Write the report of the current snapshot, unless it stands or nobody asked for one.

        Returns:
            Its first page.

        Raises:
            StoreError: It cannot be written; the tables are not touched.
        """
        if not self.options.report:
            return None
        from ingest.report import refresh, report_of  # noqa: PLC0415 - templates and plots, wanted last

        opened = store.open_curated(self._writer.curated)
        return report_of(opened) or refresh(opened, self.options.settings)

    def _is_resolved_otherwise(self) -> bool:
        """Whether the names stand resolved by other settings than ours, or there are no tables yet."""
        if self._number_before is None:
            return True
        manifest = store.open_curated(self._writer.curated).manifest
        return manifest.fingerprint != self._made_with.corpus

    def state_of_tables(self) -> str:
        """Say whether this run has made its snapshot current, for whoever stops it."""
        now = self._writer.published
        return "the tables are as they were" if now == self._number_before else f"snapshot {now} is published"

    def _write_job(self, index: int, items: Sequence[Item]) -> Path:
        folder = self._writer.staging_dir / f"batch-{index:05}"
        folder.mkdir()
        job = Job(
            landing_root=Path(absolute(self.options.landing)),  # not looked at where it is a URL
            items=tuple(items),
            settings=self.options.settings,
            limits=self.options.limits,
            spool_path=self._spool.path,
            is_profiled=self.options.profile is not None,
        )
        job.write(folder)
        write_mark(folder, Mark(0, 0))
        return folder


def _tell_summary(summary: Summary) -> None:
    tell(
        "published" if summary.changed else "nothing_changed",
        summary.headline(),
        snapshot=summary.snapshot,
        added=summary.added,
        updated=summary.updated,
        removed=summary.removed,
        rejected=summary.rejected,
        unchanged=summary.unchanged,
    )


def _tell_loss(where: str, loss: str) -> None:
    tell("worker_lost", f"{where}: a worker died over {loss}", level=logging.WARNING, batch=where)


def _tell_reject(reject: Reject) -> None:
    tell(
        "document_rejected",
        f"{printable(reject.source_path)}: {reject.reason} ({printable(reject.detail)})",
        level=logging.WARNING,
        path=reject.source_path,
        stage=reject.stage,
        reason=reject.reason,
        detail=reject.detail,
    )


def _batches(items: Sequence[Item], options: Options) -> list[list[Item]]:
    """Cut the documents into batches, the last ones small: whoever ends first waits a short time only.

    Each holds part of what is left for a worker: guided self-scheduling (Polychronopoulos and Kuck 1987).
    """
    batches: list[list[Item]] = []
    left, room = sum(item.size_bytes for item in items), 0
    for item in items:
        if not batches or item.size_bytes > room:
            share = left // (_LEFT_FOR_OTHERS * options.workers)
            room = min(options.batch_bytes, max(share, _SMALLEST_SHARE_BYTES))
            batches.append([])
        batches[-1].append(item)
        room -= item.size_bytes
        left -= item.size_bytes
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
    # A mistake in a user's file ends the run here, before anything is read or written.
    complain(wrong_files(options.user_files()))
    with store.open_writer(options.curated, options.keep_snapshots, options.cache) as writer:
        WORKERS.open(options.workers)
        try:
            with store.as_store_error(options.curated, "the tables are as they were"):
                run = Run(options, writer)
            token = _OPEN.set(run)
            try:
                yield run
            finally:
                _OPEN.reset(token)
        finally:
            WORKERS.stop()


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
        summary = run.publish([run.note(WORKERS.read(folder)) for folder in run.folders])
        run.report()
        return summary
