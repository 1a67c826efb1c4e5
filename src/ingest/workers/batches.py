"""Read batches in worker processes that may die: one plain child process for each thread.

A batch is a folder with a job in it (`ingest.workers.jobs.Job`).  `WORKERS.read(folder)` has the
calling thread's worker read it, and returns counts.  When the worker dies, the progress mark
names the document: it is tried once more in a new worker, for its neighbour may have done the
damage, then rejected, and the batch goes on.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path  # noqa: TC003 - dataclasses of tasks are looked into at run time
from typing import TYPE_CHECKING, Any

from ingest.errors import ConfigError, IngestError, StoreError
from ingest.items import refusal
from ingest.records import Reject
from ingest.workers.jobs import Job, Mark, read_mark, write_mark
from ingest.workers.supervised import death, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from ingest.workers.supervised import Death, Worker

OUTCOME_FILE = "outcome.json"


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a task tells of a batch: a path and counts.

    Attributes:
        folder: The batch's folder, with the staged rows and the outcome.
        documents: Documents whose rows are staged.
        rejected: Documents that were rejected.
        busy: Files that changed since they were planned; left for the next run.
    """

    folder: str
    documents: int
    rejected: int
    busy: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which documents of a batch were not staged, and why.

    Attributes:
        rejects: The refused documents.
        busy: Source paths of the files left for the next run.
        losses: Workers that died over it, each in words.
        cpu_ns: CPU time by stage, of the workers that lived to tell.
    """

    rejects: tuple[Reject, ...]
    busy: tuple[str, ...]
    losses: tuple[str, ...]
    cpu_ns: dict[str, int]

    def write(self, folder: Path) -> None:
        """Write the outcome beside the staged rows."""
        content = asdict(self)
        (folder / OUTCOME_FILE).write_text(json.dumps(content), encoding="ascii")

    @classmethod
    def read(cls, folder: Path) -> Outcome:
        """Read the outcome of a batch that is done.

        Raises:
            StoreError: It cannot be read.
        """
        try:
            content = json.loads((folder / OUTCOME_FILE).read_text(encoding="ascii"))
        except OSError as error:
            complaint = f"{folder.name}: its outcome cannot be read: {error}; the tables are as they were"
            raise StoreError(complaint) from error
        rejects = tuple(Reject(**reject) for reject in content["rejects"])
        return cls(rejects, tuple(content["busy"]), tuple(content["losses"]), content["cpu_ns"])


@dataclass(slots=True)
class _Answers:
    """What the workers have answered for a batch so far."""

    rejects: dict[str, Reject] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    losses: list[str] = field(default_factory=list)
    cpu_ns: Counter[str] = field(default_factory=Counter)

    def take(self, kind: str, answer: dict[str, Any]) -> None:
        if kind == "done":
            self.cpu_ns.update(answer)
        elif kind == "reject":
            self.rejects[answer["source_path"]] = Reject(**answer)
        else:
            self.busy.add(answer["source_path"])

    def outcome(self) -> Outcome:
        return Outcome(
            tuple(self.rejects.values()), tuple(sorted(self.busy)), tuple(self.losses), dict(self.cpu_ns)
        )


class Workers:
    """The worker processes of this process: one for each thread that reads batches."""

    def __reduce__(self) -> str:
        """Pickle by name: a task that is sent to another process finds the workers of that process."""
        return "WORKERS"

    def __init__(self) -> None:
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._alive: set[Worker] = set()
        self._spare: list[Worker] = []
        self._stopped = False
        # Where nobody opened it, on a cluster, the cluster decides how many threads read.
        self._seats: AbstractContextManager[object] = contextlib.nullcontext()
        self._begun: dict[Path, Future[BatchResult]] = {}
        self._threads: ThreadPoolExecutor | None = None

    def open(self, at_once: int) -> None:
        """Allow work again after `stop`, of so many workers at a time."""
        self._seats = threading.Semaphore(at_once)
        self._stopped = False

    def begin(self, folders: Iterable[Path], threads: int) -> None:
        """Begin to read batches now, in threads of our own; `read` then waits for their results."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="batch")
        for folder in folders:
            self._begun[folder] = self._threads.submit(self._read, folder)

    def read(self, folder: Path) -> BatchResult:
        """Read a batch in this thread's worker, or wait for it where it was begun.

        Args:
            folder: The batch's folder, with its job.

        Returns:
            The path and what was counted.

        Raises:
            ConfigError: A file named in the settings is wrong.
            StoreError: The batch's folder cannot be written.
            IngestError: No worker process can be started.
            CancelledError: `stop` was called meanwhile.
        """
        begun = self._begun.pop(folder, None)
        try:
            return self._read(folder) if begun is None else begun.result()
        except OSError as error:
            raise StoreError(
                f"{folder.name}: cannot be read: {error}; the tables are as they were"
            ) from error
        except IngestError as error:
            raise type(error)(f"{folder.name}: {error}") from error

    def stop(self) -> None:
        """Kill every worker, whatever it does; batches in work or yet to come end with `CancelledError`."""
        self._stopped = True
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._begun.clear()
            self._spare.clear()
            stopped, self._alive = self._alive, set()
        for worker in stopped:
            worker.stopped = True
        for worker in stopped:
            worker.end()
        if self._threads is not None:
            self._threads.shutdown(wait=True)
            self._threads = None

    def _read(self, folder: Path) -> BatchResult:
        with self._seats:
            return self._read_to_the_end(folder)

    def _read_to_the_end(self, folder: Path) -> BatchResult:
        job = Job.read(folder)
        answers = _Answers()
        write_mark(folder, Mark(0, 0))
        tried_twice = None
        while died := self.do("batch", folder, answers.take):
            mark = read_mark(folder)
            item = job.items[mark.index] if mark.index < len(job.items) else None
            path = item.source_path if item else folder.name
            answers.losses.append(f"{path}: {died.detail}")
            if died.reason != "timeout" and tried_twice != mark.index:
                tried_twice = mark.index
            elif item is None:
                raise StoreError(f"its rows cannot be staged: {died.detail}")
            else:
                refused = refusal(item, "process", died.reason, died.detail)
                answers.rejects.setdefault(item.source_path, refused)
                write_mark(folder, Mark(mark.index + 1, mark.spool_bytes))
        outcome = answers.outcome()
        outcome.write(folder)
        documents = len(job.items) - len(outcome.rejects) - len(outcome.busy)
        return BatchResult(str(folder), documents, len(outcome.rejects), len(outcome.busy))

    def do(self, job: str, folder: Path, take: Callable[[str, dict[str, Any]], None]) -> Death | None:
        """Let this thread's worker do a job, or go on with it.

        Args:
            job: Which of `ingest.workers.worker.JOBS` it is.
            folder: The folder with it.
            take: Takes each answer, by its kind; that of kind `done` is the last.

        Returns:
            How the worker died over it; None when it came to the end.

        Raises:
            IngestError: It cannot be done; or no worker process can be started.
            CancelledError: `stop` was called meanwhile.
        """
        worker = self._worker()
        with worker.in_use:
            for answer in worker.do(job, folder):
                kind = answer.pop("kind")
                if kind == "failed":
                    raise _FATAL.get(answer["error"], StoreError)(answer["message"])
                take(kind, answer)
                if kind == "done":
                    return None
        code = self._dismiss(worker)
        if worker.stopped:
            raise CancelledError("the run was stopped")
        return death(code, worker.last_words)

    def lend(self) -> None:
        """Give this thread's worker to whichever thread needs one first."""
        worker: Worker | None = getattr(self._mine, "worker", None)
        self._mine.worker = None
        if worker is not None:
            with self._lock:
                self._spare.append(worker)

    def _worker(self) -> Worker:
        """Give the calling thread's worker; start one where it has none."""
        if self._stopped:
            raise CancelledError("the run was stopped")
        worker: Worker | None = getattr(self._mine, "worker", None)
        if worker is None or worker.stopped:
            with self._lock:
                worker = self._spare.pop() if self._spare else None
        if worker is None or worker.stopped:
            worker = start()
            with self._lock:
                self._alive.add(worker)
            if self._stopped:  # meanwhile, and it may have missed this one
                worker.stopped = True
                worker.kill()
        self._mine.worker = worker
        return worker

    def _dismiss(self, worker: Worker) -> int:
        self._mine.worker = None
        with self._lock:
            self._alive.discard(worker)
        return worker.ended()


WORKERS = Workers()
"""The worker processes of this process."""

_FATAL: dict[str, type[IngestError]] = {"ConfigError": ConfigError, "StoreError": StoreError}
