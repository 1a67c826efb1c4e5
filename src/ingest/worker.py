"""The child process that reads the documents of a batch, one after the other.

It imports what `process()` needs and little else, so it starts in a moment.  Its parent
(`ingest.batches`) gives it batches on standard input and reads answers on standard output.
Whatever a document does to it (a crash, an endless loop, all the memory), the progress mark
in the batch's folder says which document it was and how much of the spool is whole.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import mmap
import os
import resource
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TextIO

from ingest import landing, pipeline, signature, staging
from ingest.checks import check_record
from ingest.children import die_with_parent, keep_small
from ingest.errors import ConfigError, DocumentError, IngestError
from ingest.items import refusal
from ingest.jobs import MARK, MARK_FILE, OUT_OF_MEMORY, PROFILE_FILE, SPOOL_FILE, Job, read_mark
from ingest.records import Record, Reject
from ingest.stopwatch import CHECK, PIPELINE_STAGES, READ, SIGNATURE_STAGE, STAGE, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator


_WATCH = Stopwatch()
_WATCH.attach(pipeline, PIPELINE_STAGES)
_WATCH.attach(signature, SIGNATURE_STAGE)
_fetch = _WATCH.timed(READ, landing.read_item)
_check = _WATCH.timed(CHECK, check_record)
_append = _WATCH.timed(STAGE, staging.append)
_seal = _WATCH.timed(STAGE, staging.seal)


def main() -> None:
    """Read batches until standard input ends."""
    die_with_parent(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its workers
    faulthandler.enable()
    keep_small()
    answers = _private_output()
    _answer(answers, "ready")
    try:
        for line in sys.stdin:
            _read_batch(Path(json.loads(line)), answers)
            _answer(answers, "done", **_WATCH.take())
    except MemoryError:
        _exit_now(OUT_OF_MEMORY)
    except IngestError as error:
        _answer(answers, "failed", error=type(error).__name__, message=str(error))
    except OSError as error:
        message = f"cannot write staged rows: {error}; check space. The tables are as they were"
        _answer(answers, "failed", error="StoreError", message=message)


def _read_batch(folder: Path, answers: TextIO) -> None:
    """Go on with a batch from its mark, then seal it."""
    job = Job.read(folder)
    mark = read_mark(folder)
    spool_path = folder / SPOOL_FILE
    with spool_path.open("ab") as spool, _open_mark(folder) as marked:
        spool.truncate(mark.spool_bytes)
        spool.seek(mark.spool_bytes)
        with _memory_limit(job.limits.memory_bytes), _profile(folder if job.is_profiled else None):
            for index in range(mark.index, len(job.items)):
                MARK.pack_into(marked, 0, index, spool.tell())
                with _time_limit(job.limits.timeout_s):
                    _read_document(job, job.items[index], spool, answers)
        MARK.pack_into(marked, 0, len(job.items), spool.tell())
    _seal(spool_path, folder)


def _read_document(job: Job, item: landing.Item, spool: BinaryIO, answers: TextIO) -> None:
    """Read one document and hand its record to the spool, or tell the parent why not."""
    outcome = _outcome(job, item)
    if isinstance(outcome, Record):
        _append(spool, outcome)
    elif isinstance(outcome, Reject):
        _answer(answers, "reject", **asdict(outcome))
    else:
        _answer(answers, "busy", source_path=item.source_path)


def _outcome(job: Job, item: landing.Item) -> Record | Reject | landing.Busy:
    """Read one document; the only place where any exception at all becomes a reject."""
    try:
        content = _fetch(job.landing_root, item, job.spool_path)
        record = pipeline.process(content, item.source_path, job.settings)
        _check(record)
    except landing.Busy as busy:
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
    package = str(Path(__file__).parent)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(package)]
    place = f"{Path(frames[-1].filename).relative_to(package)}, line {frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__}: {error} (at {place})"


@contextlib.contextmanager
def _open_mark(folder: Path) -> Iterator[mmap.mmap]:
    """Map the mark into memory: setting it costs less than a microsecond and outlives the process."""
    with (folder / MARK_FILE).open("r+b") as file, mmap.mmap(file.fileno(), MARK.size) as marked:
        yield marked


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """End the process when the block takes too long; loops inside C code too."""
    try:
        faulthandler.dump_traceback_later(seconds, exit=True)
    except RuntimeError:  # no memory is left for the watchdog's thread
        _exit_now(OUT_OF_MEMORY)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def _memory_limit(size_bytes: int) -> Iterator[None]:
    """Limit private memory (the address space as a whole would count shared libraries too)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


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


def _answer(answers: TextIO, kind: str, **content: str | int | None) -> None:
    answers.write(json.dumps({"kind": kind, **content}) + "\n")
    answers.flush()


def _exit_now(code: int) -> NoReturn:
    """End without clean-up, which may need the very memory that is missing."""
    os._exit(code)


if __name__ == "__main__":
    main()
