"""What the chaos run puts on PYTHONPATH: a process whose disk fails or is slow, or whose clock jumps.

`CHAOS` holds the kind, a probability or a time, a seed and the folder that is affected.
"""

from __future__ import annotations

import errno
import os
import random
import sys
import time
from pathlib import Path

WRITES = {
    "os.rename",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.scandir",
}


def install(kind, amount, seed, folder):
    """Disturb this process from now on."""
    dice = random.Random(f"{seed} {os.getpid()}")  # noqa: S311 - dice
    DISTURBANCES[kind](dice, amount, folder)


def _on_disk(folder, act):
    """Call `act` before each step on the disk below a folder, as the interpreter's audit events tell."""

    def hook(event, args):
        if event == "open" or event in WRITES:
            paths = [os.fsdecode(a) for a in args if isinstance(a, str | bytes | os.PathLike)]
            if any(path.startswith(folder) for path in paths):
                act()

    sys.addaudithook(hook)
    fsync = os.fsync

    def disturbed_fsync(descriptor):
        act()
        fsync(descriptor)

    os.fsync = disturbed_fsync


def _io_error(dice, amount, folder):
    def act():
        if dice.random() < amount:
            number = dice.choice((errno.EIO, errno.ENOSPC))
            raise OSError(number, os.strerror(number))

    _on_disk(folder, act)


def _slow_disk(dice, amount, folder):
    def act():
        if dice.random() < 0.2:
            time.sleep(dice.uniform(0, amount))

    _on_disk(folder, act)


def _clock_jump(dice, amount, _folder):
    """Wall clock and file times jump by up to `amount` seconds, back and forth, at each look."""
    clock, stamp = time.time, time.time_ns

    time.time = lambda: clock() + dice.uniform(-amount, amount)
    time.time_ns = lambda: stamp() + int(dice.uniform(-amount, amount) * 1e9)
    import datetime as dt  # noqa: PLC0415 - only the processes that need it

    class Jumping(dt.datetime):
        """Pickles and compares as its base."""

        @classmethod
        def now(cls, tz=None):
            jump = dt.timedelta(seconds=dice.uniform(-amount, amount))
            return dt.datetime.fromtimestamp(clock(), tz) + jump

    for module in [m for name, m in sys.modules.items() if name.startswith("ingest.")]:
        if getattr(module, "datetime", None) is dt.datetime:
            module.datetime = Jumping


DISTURBANCES = {"io_error": _io_error, "slow_disk": _slow_disk, "clock_jump": _clock_jump}

if "CHAOS" in os.environ and Path(sys.argv[0] if sys.argv else "").name != "chaos.py":
    _kind, _amount, _seed, _folder = os.environ["CHAOS"].split(" ", 3)
    install(_kind, float(_amount), _seed, _folder)
