"""What a process that reads what others wrote may cost, in time and memory; it ends when that is too much.

A limit that is met ends the whole process, for what it runs may be C code that never looks up.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import resource
import time
from typing import TYPE_CHECKING, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT_OF_MEMORY = 77
"""Exit code of a process that was asked for more memory than it may have."""

_SLACK = 8
"""A `Patience` is renewed at most so many times in its own length: each time starts a thread."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End the process when the block takes too long; loops inside C code too."""
    _watch(seconds)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


class Patience:
    """End the process when a block goes so many seconds, or an eighth more, without a sign of progress."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due = 0.0

    def __enter__(self) -> Self:
        self.renew()
        return self

    def __exit__(self, *_: object) -> None:
        faulthandler.cancel_dump_traceback_later()

    def renew(self) -> None:
        """Show progress; cheap, however often."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + self._seconds / _SLACK
            _watch(self._seconds * (1 + 1 / _SLACK))


@contextlib.contextmanager
def memory_limit(size_bytes: int) -> Iterator[None]:
    """Limit private memory (the address space as a whole would count shared libraries too)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def exit_now(code: int) -> NoReturn:
    """End without clean-up, which may need the very memory that is missing."""
    os._exit(code)


def _watch(seconds: float) -> None:
    try:
        faulthandler.dump_traceback_later(seconds, exit=True)
    except RuntimeError:  # no memory is left for the watchdog's thread
        exit_now(OUT_OF_MEMORY)
