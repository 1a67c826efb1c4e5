"""One worker process (`ingest.workers.worker`), its pipes, and why it died."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Any

from ingest.errors import IngestError
from ingest.workers.bounds import OUT_OF_MEMORY
from ingest.workers.children import child_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STARTS = 4  # of a worker that does not come up
_LAST_MOMENT_S = 10


class Worker:
    """One child process and its pipes.

    Attributes:
        in_use: Held while somebody reads its answers.
        stopped: Whether it was told to end, whatever it does.
        last_words: The end of what it wrote on standard error, once it has ended.
    """

    def __init__(self) -> None:
        # A file, not a pipe: nobody need empty it, and its end is there when the worker is not.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no input from outside
            [sys.executable, "-P", "-m", "ingest.workers.worker", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=child_environment(),
        )
        self.in_use = threading.Lock()
        self.stopped = False
        self.last_words = ""
        first = next(self._answers(), {})
        if first.get("kind") != "ready":
            code = self.ended()
            said = f" It said:\n{indent(self.last_words, '  ')}" if self.last_words else ""
            raise IngestError(f"A worker process could not start (exit code {code}).{said}")

    def do(self, job: str, folder: Path) -> Iterator[dict[str, Any]]:
        """Begin the job that lies in a folder, or go on with it.

        Args:
            job: Which of `ingest.workers.worker.JOBS` it is.
            folder: Where it lies.

        Yields:
            Its answers, until it is done or the worker dead.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps([job, str(folder)]).encode("ascii") + b"\n")
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


def start() -> Worker:
    """Start a worker; one that was killed meanwhile is no reason to give up, one that cannot start is."""
    for _ in range(_STARTS - 1):
        with contextlib.suppress(IngestError):
            return Worker()
    return Worker()


@dataclass(frozen=True, slots=True)
class Death:
    """Why a worker died, as `rejects` tells it: the same words each time the same thing happens.

    Attributes:
        reason: A code of `reasons.REASONS`.
        detail: The same in words.
    """

    reason: str
    detail: str


def death(code: int, last_words: str) -> Death:
    """Tell from a dead worker's exit code what it was that it read."""
    if code == OUT_OF_MEMORY:
        return Death("out_of_memory", "needs more memory than one document may have (--memory)")
    if code == 1 and "Timeout (" in last_words:
        return Death("timeout", "takes longer than one document may take (--timeout)")
    if code == -signal.SIGKILL:  # which no process sends itself by mistake
        return Death("killed", "its worker process was killed from outside, twice")
    if code < 0:
        return Death("crashed", f"ended its worker process by {signal.Signals(-code).name}")
    return Death("crashed", f"ended its worker process with exit code {code}")
