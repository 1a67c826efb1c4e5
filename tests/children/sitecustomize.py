"""What some tests put on PYTHONPATH: in child processes, documents that really kill their worker.

A document with `POISON:<kind>` in it does to the process that reads it what the kind says; so does an item of
a container with `CONTAINER:<kind>` in it to the process that looks for the next one there.
"""

from __future__ import annotations

import ctypes
import importlib.abc
import importlib.util
import os
import re
import resource
import signal
import sys
import time
from pathlib import Path


def _exception(_path):
    raise ValueError("a mistake in a stage")


def _endless(_path):
    ctypes.PyDLL(None).pause()  # in C, never letting go of the interpreter, and without using a processor up


def _memory(_path):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))


def _slow(_path):
    time.sleep(4)


def _large(_path):
    bytearray(600 << 20)


def _full(_path):
    """From now on the disk takes nothing more from this process."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _is_first_time(path):
    mark = Path(os.environ["POISON_MARKS"], path)
    if mark.exists():
        return False
    mark.touch()
    return True


def _once(path):
    """Die at the first reading, behave at the second."""
    if _is_first_time(path):
        os.kill(os.getpid(), signal.SIGKILL)


def _twice(path):
    """Die at the first two readings."""
    if _is_first_time(path) or _is_first_time(f"{path}-again"):
        os.kill(os.getpid(), signal.SIGKILL)


def _killgroup(path):
    """Take the whole run along, once."""
    if _is_first_time(path):
        os.killpg(0, signal.SIGKILL)


POISONS = {
    "exception": _exception,
    "endless": _endless,
    "memory": _memory,
    "slow": _slow,
    "large": _large,
    "full": _full,
    "once": _once,
    "twice": _twice,
    "exit": lambda _path: os._exit(3),
    "sysexit": lambda _path: sys.exit("no more"),
    "segfault": lambda _path: os.kill(os.getpid(), signal.SIGSEGV),
    "abort": lambda _path: os.abort(),
    "killgroup": _killgroup,
}


def _poison_pipeline(module):
    process = module.process

    def poisoned(content, source_path, settings):
        for kind in re.findall(rb"POISON:(\w+)", content):
            POISONS[kind.decode()](source_path)
        return process(content, source_path, settings)

    module.process = poisoned


def _poison_containers(module):
    read = module.read_container

    def poisoned(*given):
        for entry in read(*given):
            yield entry
            for kind in re.findall(rb"CONTAINER:(\w+)", entry.content or b""):
                POISONS[kind.decode()](entry.key)

    module.read_container = poisoned


_POISONED = {"ingest.pipeline": _poison_pipeline, "ingest.containers": _poison_containers}


class _Poison(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):  # noqa: ARG002 - the protocol's arguments
        poison = _POISONED.pop(name, None)
        if poison is None:
            return None
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            poison(module)

        spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, _Poison())
