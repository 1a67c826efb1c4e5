"""A run that is killed at its n-th step on the file system; started by test_store_kill.py.

killed_publisher.py CURATED N     kill -9 before step N; with N = 0 print all steps instead
killed_publisher.py CURATED       publish one state after the other until somebody kills it
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from made_records import STATES, Landing

from ingest import store

STEPS = ("os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "open")


def landing_of(curated: Path, state: int) -> Landing:
    """A landing folder in one of two states, its runs numbered after those already published."""
    done = store.open_curated(curated).number if (curated / ".snapshots" / "current").is_symlink() else 0
    return Landing(curated, dict(STATES[state]), runs=done, keep_snapshots=2)


def main() -> None:
    curated = Path(sys.argv[1])
    os.fsync = lambda _descriptor: None  # a killed process loses nothing that it wrote; a busy disk is slow
    if len(sys.argv) > 2:
        die_at(int(sys.argv[2]))
        landing_of(curated, 1).run(prune=True)
        return
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for state in (1, 0):
            landing_of(curated, state).run(prune=True)


def die_at(step: int) -> None:
    """Count what is done to files below the curated folder, as Python's audit events tell it."""
    count = 0

    def watch(event: str, details: tuple[object, ...]) -> None:
        nonlocal count
        if event not in STEPS or (event == "open" and not is_writing(details)):
            return
        count += 1
        if not step:
            sys.stdout.write(f"{event}\n")
        elif count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def is_writing(details: tuple[object, ...]) -> bool:
    flags = details[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


if __name__ == "__main__":
    main()
