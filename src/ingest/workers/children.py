"""What the processes of a run share: their environment, what they leave out, and with whom they end."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PR_SET_PDEATHSIG = 1
_MEBIBYTE = 1024 * 1024
_MALLOC_OPTIONS = (
    (-3, 32 * _MEBIBYTE),  # M_MMAP_THRESHOLD: what is larger is mapped apart, and given back at once
    (-1, 256 * _MEBIBYTE),  # M_TRIM_THRESHOLD: so much may lie free at the end of the heap
    (-2, 32 * _MEBIBYTE),  # M_TOP_PAD: by so much it grows at least
    (-8, 1),  # M_ARENA_MAX: all threads take from one heap, those of Arrow too
)


def child_environment() -> dict[str, str]:
    """Give a child process the packages that this process runs, and one thread for each library."""
    roots = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return one_thread | os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, roots))}


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when the thread that started it ends.

    Args:
        parent_pid: The process that started this one.

    Raises:
        SystemExit: The parent is gone already.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it died before the line above
        raise SystemExit("The process that started this one is gone.")


class _NoPandas(MetaPathFinder):
    """Answers for pandas that it is not there."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("this process does without pandas", name=fullname)


def keep_small() -> None:
    """Keep a process of our own small; to be called before pyarrow is first imported in it.

    pyarrow imports pandas with its first array, in case it is a pandas object: half a second and
    forty megabytes for nothing in a process that only writes tables.  And its own allocator keeps
    what it once had, where that of the system gives it back: a third of a large run's peak.
    """
    sys.meta_path.insert(0, _NoPandas())
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def keep_heap() -> None:
    """Let a process of our own keep memory that it has freed, up to a limit, where its C library can.

    A publish makes and drops arrays by the hundred: memory that is given back and asked for again comes
    filled with zeros, page by page, which is a tenth of all that a publish over 100,000 documents costs.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in _MALLOC_OPTIONS:
            mallopt(option, value)


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Import much in the block: none of it is ever garbage, so nobody looks for any in it, now or later.

    Looking again and again through all that Prefect's server consists of takes a fifth of its start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
