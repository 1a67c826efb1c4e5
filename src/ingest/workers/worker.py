"""The child process that reads what others wrote: the documents of a batch, or a container for the plan.

It imports what `process()` needs and little else, so it starts in a moment.  Its parent
(`ingest.workers.batches`) gives it jobs on standard input and reads answers on standard output.
Whatever a document does to it (a crash, an endless loop, all the memory), the progress mark
in the job's folder says which document it was and how much of the spool is whole.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import mmap
import os
import signal
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, TextIO

from ingest import pipeline, signature
from ingest.checks import check_record
from ingest.errors import ConfigError, DocumentError, IngestError
from ingest.items import Busy, Item, refusal
from ingest.landing import read_item
from ingest.records import Record, Reject
from ingest.stopwatch import CHECK, PIPELINE_STAGES, READ, SIGNATURE_STAGE, STAGE, Stopwatch
from ingest.tables import staging
from ingest.workers.bounds import OUT_OF_MEMORY, Patience, exit_now, memory_limit, time_limit
from ingest.workers.children import die_with_parent, keep_small
from ingest.workers.container_jobs import ContainerJob, tell_contents
from ingest.workers.jobs import MARK, MARK_FILE, PROFILE_FILE, SPOOL_FILE, Job, read_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


_WATCH = Stopwatch()
_WATCH.attach(pipeline, PIPELINE_STAGES)
_WATCH.attach(signature, SIGNATURE_STAGE)
_fetch = _WATCH.timed(READ, read_item)
_check = _WATCH.timed(CHECK, check_record)
_append = _WATCH.timed(STAGE, staging.append)
_seal = _WATCH.timed(STAGE, staging.seal)


def main() -> None:
    """Do jobs until standard input ends."""
    die_with_parent(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its workers
    faulthandler.enable()
    keep_small()
    answers = _private_output()
    _answer(answers, "ready")
    try:
        for line in sys.stdin:
            job, folder = json.loads(line)
            JOBS[job](Path(folder), answers)
    except MemoryError:
        exit_now(OUT_OF_MEMORY)
    except IngestError as error:
        _answer(answers, "failed", error=type(error).__name__, message=str(error))
    except OSError as error:
        message = f"cannot write staged rows: {error}; check space. The tables are as they were"
        _answer(answers, "failed", error="StoreError", message=message)


def _look_into(folder: Path, answers: TextIO) -> None:
    """Look into a container, and tell what is new in it."""
    began_ns, outcome = time.process_time_ns(), "whole"
    job = ContainerJob.read(folder)
    with _open_mark(folder) as marked, Patience(job.limits.timeout_s) as patience:

        def watch(entries: int) -> None:
            MARK.pack_into(marked, 0, entries, 0)
            patience.renew()

        with memory_limit(job.limits.memory_bytes):
            inventory = job.inventory(job.before(folder))
            try:
                for kind, answer in tell_contents(inventory, job.broken_at, watch):
                    _answer(answers, kind, **answer)
            except Busy:
                outcome = "busy"
            except FileNotFoundError:
                outcome = "vanished"
    _answer(answers, "done", outcome=outcome, cpu_ns=time.process_time_ns() - began_ns)


def _read_batch(folder: Path, answers: TextIO) -> None:
    """Go on with a batch from its mark, then seal it."""
    job = Job.read(folder)
    mark = read_mark(folder)
    spool_path = folder / SPOOL_FILE
    with spool_path.open("ab") as spool, _open_mark(folder) as marked:
        spool.truncate(mark.spool_bytes)
        spool.seek(mark.spool_bytes)
        with memory_limit(job.limits.memory_bytes), _profile(folder if job.is_profiled else None):
            for index in range(mark.index, len(job.items)):
                MARK.pack_into(marked, 0, index, spool.tell())
                with time_limit(job.limits.timeout_s):
                    _read_document(job, job.items[index], spool, answers)
        MARK.pack_into(marked, 0, len(job.items), spool.tell())
    _seal(spool_path, folder)
    _answer(answers, "done", **_WATCH.take())


def _read_document(job: Job, item: Item, spool: BinaryIO, answers: TextIO) -> None:
    """Read one document and hand its record to the spool, or tell the parent why not."""
    outcome = _outcome(job, item)
    if isinstance(outcome, Record):
        _append(spool, outcome)
    elif isinstance(outcome, Reject):
        _answer(answers, "reject", **asdict(outcome))
    else:
        _answer(answers, "busy", source_path=item.source_path)


def _outcome(job: Job, item: Item) -> Record | Reject | Busy:
    """Read one document; the only place where any exception at all becomes a reject."""
    try:
        content = _fetch(job.landing_root, item, job.spool_path)
        record = pipeline.process(content, item.source_path, job.settings)
        _check(record)
    except Busy as busy:
        return busy
    except DocumentError as error:
        return refusal(item, error.stage, error.reason, error.detail)
    except (ConfigError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - the worker's edge: a document costs itself alone
        traceback.print_exc()
        return refusal(item, "process", "exception", _where(error))
    return record


def _where(error: Exception) -> str:
    """Name an unforeseen exception and the line of this package that met it."""
    package = str(Path(__file__).parents[1])
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(package)]
    place = f"{Path(frames[-1].filename).relative_to(package)}, line {frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__}: {error} (at {place})"


@contextlib.contextmanager
def _open_mark(folder: Path) -> Iterator[mmap.mmap]:
    """Map the mark into memory: setting it costs less than a microsecond and outlives the process."""
    with (folder / MARK_FILE).open("r+b") as file, mmap.mmap(file.fileno(), MARK.size) as marked:
        yield marked


@contextlib.contextmanager
def _profile(folder: Path | None) -> Iterator[None]:
    """Write where the time of the block goes into the batch's folder; nothing without a folder."""
    if folder is None:
        yield
        return
    import cProfile  # noqa: PLC0415 - hardly ever wanted

    profile = cProfile.Profile()
    with profile:
        yield
    profile.dump_stats(folder / PROFILE_FILE)


def _private_output() -> TextIO:
    """Keep standard output for answers; what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    return answers


def _answer(answers: TextIO, kind: str, **content: object) -> None:
    answers.write(json.dumps({"kind": kind, **content}) + "\n")
    answers.flush()


JOBS: Mapping[str, Callable[[Path, TextIO], None]] = MappingProxyType(
    {"batch": _read_batch, "container": _look_into}
)
"""What a worker can be told to do, with the folder in which the job lies."""


if __name__ == "__main__":
    main()
