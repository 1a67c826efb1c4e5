"""Progress for the person who waits: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.run import Progress, Run

_BAR_EVERY_S = 0.2
_LINE_EVERY_S = 10.0


@contextlib.contextmanager
def shown(run: Run, *, quiet: bool) -> Iterator[None]:
    """Show on standard error how far the run is, while the block lasts."""
    if quiet or not run.progress().total:
        yield
    elif sys.stderr.isatty():
        with _bar(run):
            yield
    else:
        with every(_LINE_EVERY_S, lambda: _line(run.progress())):
            yield
        _line(run.progress())


@contextlib.contextmanager
def every(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Do something again and again in a thread of its own, while the block lasts."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(seconds):
            act()

    thread = threading.Thread(target=repeat, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def _bar(run: Run) -> Iterator[None]:
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        row = bar.add_task("reading documents", total=run.progress().total)

        def update() -> None:
            progress = run.progress()
            done = progress.done == progress.total
            bar.update(row, completed=progress.done, description="finishing" if done else "reading documents")

        with every(_BAR_EVERY_S, update):
            yield


def _line(progress: Progress) -> None:
    told = f"read {progress.done} of {progress.total} documents ({int(progress.percent)} %)"
    print(told, file=sys.stderr, flush=True)  # noqa: T201
