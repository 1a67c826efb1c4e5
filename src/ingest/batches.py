"""Read batches in worker processes that may die: one plain child process for each thread.

A batch is a folder with a job in it (`ingest.jobs.Job`).  `WORKERS.read(folder)` has the
calling thread's worker read it, and returns counts.  When the worker dies, the progress mark
names the document: it is tried once more in a new worker, for its neighbour may have done the
damage, then rejected, and the batch goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path  # noqa: TC003 - dataclasses of tasks are looked into at run time
from typing import TYPE_CHECKING, Any

from ingest.children import child_environment
from ingest.errors import ConfigError, IngestError, StoreError
from ingest.items import refusal
from ingest.jobs import OUT_OF_MEMORY, Job, Mark, read_mark, write_mark
from ingest.records import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from ingest.landing import Item

OUTCOME_FILE = "outcome.json"
_STARTS = 4  # of a worker that does not come up
_LAST_MOMENT_S = 10


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
            told = f"{folder.name}: its outcome cannot be read: {error}; the tables are as they were"
            raise StoreError(told) from error
        rejects = tuple(Reject(**reject) for reject in content["rejects"])
        return cls(rejects, tuple(content["busy"]), tuple(content["losses"]), content["cpu_ns"])


class _Worker:
    """One child process and its pipes."""

    def __init__(self) -> None:
        # A file, not a pipe: nobody need empty it, and its end is there when the worker is not.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no input from outside
            [sys.executable, "-P", "-m", "ingest.worker", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=child_environment(),
        )
        self.in_use = threading.Lock()
        self.stopped = False
        first = next(self._answers(), {})
        if first.get("kind") != "ready":
            code = self.ended()
            said = f" It said:\n{self.last_words}" if self.last_words else ""
            raise IngestError(f"A worker process could not start (exit code {code}).{said}")

    def read(self, folder: Path) -> Iterator[dict[str, Any]]:
        """Begin a batch, or go on with it; give its answers until it is done or the worker dead."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(str(folder)).encode("ascii") + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:  # killed while idle: no answers
            return
        yield from self._answers()

    def _answers(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith(b"\n"):  # it died while it spoke
                return
            yield json.loads(line)

    def kill(self) -> None:
        """Have it end; its reader sees the end of its answers."""
        self._process.kill()

    def ended(self) -> int:
        """Free what the process held that has said its last: it gets a moment to end as it means to.

        Returns:
            Its exit code, negative for a signal.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_MOMENT_S)
        return self.end()

    def end(self) -> int:
        """Kill the process if it lives still, and free what it held; once is enough.

        Returns:
            Its exit code, negative for a signal.
        """
        self._process.kill()
        with self.in_use:  # its reader has come to the end of its answers
            code = self._process.wait()
            if not self._log.closed:
                self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 4000))
                self.last_words = self._log.read().decode("utf-8", "replace")
                self._log.close()
                self._close_pipes()
            return code

    def _close_pipes(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # orders that it did not live to read
            self._process.stdin.close()
        self._process.stdout.close()


@dataclass(slots=True)
class _Told:
    """What the workers have told of a batch so far."""

    rejects: dict[str, Reject] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    losses: list[str] = field(default_factory=list)
    cpu_ns: Counter[str] = field(default_factory=Counter)

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
        self._alive: set[_Worker] = set()
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
        told = _Told()
        write_mark(folder, Mark(0, 0))
        tried_twice = None
        while death := self._go_on(folder, told):
            mark = read_mark(folder)
            item = job.items[mark.index] if mark.index < len(job.items) else None
            path = item.source_path if item else folder.name
            told.losses.append(f"{path}: {death.detail}")
            if death.reason != "timeout" and tried_twice != mark.index:
                tried_twice = mark.index
            elif item is None:
                raise StoreError(f"its rows cannot be staged: {death.detail}")
            else:
                told.rejects.setdefault(item.source_path, death.reject(item))
                write_mark(folder, Mark(mark.index + 1, mark.spool_bytes))
        outcome = told.outcome()
        outcome.write(folder)
        documents = len(job.items) - len(outcome.rejects) - len(outcome.busy)
        return BatchResult(str(folder), documents, len(outcome.rejects), len(outcome.busy))

    def _go_on(self, folder: Path, told: _Told) -> _Death | None:
        """Let this thread's worker read on from the mark; None when it came to the end."""
        worker = self._worker()
        with worker.in_use:
            for answer in worker.read(folder):
                kind = answer.pop("kind")
                if kind == "done":
                    told.cpu_ns.update(answer)
                    return None
                if kind == "reject":
                    told.rejects[answer["source_path"]] = Reject(**answer)
                elif kind == "busy":
                    told.busy.add(answer["source_path"])
                else:
                    raise _FATAL.get(answer["error"], StoreError)(answer["message"])
        code = self._dismiss(worker)
        if worker.stopped:
            raise CancelledError("the run was stopped")
        return _death(code, worker.last_words)

    def _worker(self) -> _Worker:
        """Give the calling thread's worker; start one where it has none."""
        if self._stopped:
            raise CancelledError("the run was stopped")
        worker: _Worker | None = getattr(self._mine, "worker", None)
        if worker is None or worker.stopped:
            self._mine.worker = worker = _start()
            with self._lock:
                self._alive.add(worker)
            if self._stopped:  # meanwhile, and it may have missed this one
                worker.stopped = True
                worker.kill()
        return worker

    def _dismiss(self, worker: _Worker) -> int:
        self._mine.worker = None
        with self._lock:
            self._alive.discard(worker)
        return worker.ended()


def _start() -> _Worker:
    """Start a worker; one that was killed meanwhile is no reason to give up, one that cannot start is."""
    for _ in range(_STARTS - 1):
        with contextlib.suppress(IngestError):
            return _Worker()
    return _Worker()


WORKERS = Workers()
"""The worker processes of this process."""

_FATAL: dict[str, type[IngestError]] = {"ConfigError": ConfigError, "StoreError": StoreError}


@dataclass(frozen=True, slots=True)
class _Death:
    """Why a worker died, as `rejects` tells it: the same words each time the same thing happens."""

    reason: str
    detail: str

    def reject(self, item: Item) -> Reject:
        """Refuse the document that the worker died over."""
        return refusal(item, "process", self.reason, self.detail)


def _death(code: int, last_words: str) -> _Death:
    """Tell from a dead worker's exit code what its document did."""
    if code == OUT_OF_MEMORY:
        return _Death("out_of_memory", "needs more memory than one document may have (--memory)")
    if code == 1 and "Timeout (" in last_words:
        return _Death("timeout", "takes longer than one document may take (--timeout)")
    if code == -signal.SIGKILL:  # which no process sends itself by mistake
        return _Death("killed", "its worker process was killed from outside, twice")
    if code < 0:
        return _Death("crashed", f"ended its worker process by {signal.Signals(-code).name}")
    return _Death("crashed", f"ended its worker process with exit code {code}")
