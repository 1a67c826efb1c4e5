"""Ctrl-C and SIGTERM around a command: while the program is imported, and after a run's last word.

In between they raise; who runs the run says what became of the tables.  Nothing that takes time is imported
here, so that this can come first.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    _Handler = Callable[[int, FrameType | None], object]

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TOLD: list[int] = []
"""The exit code, as soon as the last word is said."""
_CAME: list[int] = []
"""The signals that were raised."""
TOO_EARLY = "stopped before it was done; the tables are as they were"


def watch(*, is_run: bool) -> None:
    """End the process with the code and the words of a command that was stopped, before it can say so itself.

    And have the exit code stand that was told: after all that is to be done at exit, Python takes itself
    apart without our handlers, then sends itself SIGINT if a Ctrl-C ever came through `exec` of a string,
    even a caught one.

    Args:
        is_run: Whether the command's last line judges a run.
    """
    atexit.register(_end)  # what is registered first runs last
    _set(partial(_give_up, is_run))


def raise_stops(on_terminate: _Handler) -> None:
    """Have Ctrl-C raise `KeyboardInterrupt`, as Python does.

    Args:
        on_terminate: What SIGTERM does.
    """
    _set(partial(_note, signal.default_int_handler))
    signal.signal(signal.SIGTERM, partial(_note, on_terminate))


def was_stopped() -> bool:
    """Whether such a signal came, whatever a library has made of what it raised."""
    return bool(_CAME)


def hold_stops() -> None:
    """Let nothing interrupt the last words, for the run is over."""
    _set(lambda _number, _frame: None)


def keep_code(code: int) -> int:
    """Have a signal end the process at once, with the code that the last word told; give that code."""
    _TOLD.append(code)
    _flush()
    _set(lambda _number, _frame: os._exit(code))
    return code


def _end() -> None:
    if _TOLD:
        _flush()
        os._exit(_TOLD[-1])


def _flush() -> None:
    with contextlib.suppress(OSError):  # nobody reads any more
        sys.stdout.flush()
        sys.stderr.flush()


def _set(handler: signal.Handlers | _Handler) -> None:
    """Handle both signals so, but for what this process was told to ignore: a shell's background jobs are."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _note(handler: _Handler, number: int, frame: FrameType | None) -> None:
    _CAME.append(number)
    handler(number, frame)


def _give_up(is_run: bool, _number: int, _frame: object) -> None:  # noqa: FBT001 - bound, never called so
    os.write(2, f"ingest: {TOO_EARLY}.\n".encode())
    if is_run:
        os.write(1, f"FAILED: {TOO_EARLY}\n".encode())
    os._exit(1)
