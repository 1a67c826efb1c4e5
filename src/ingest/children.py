"""What every child process of a run shares: its environment, and that it never outlives its parent."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def child_environment() -> dict[str, str]:
    """Give a child process the packages that this process runs, and one thread for each library."""
    roots = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
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
