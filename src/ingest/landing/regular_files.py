"""Regular files that others may change meanwhile: what is read is one state of a file, or none.

Paths are strings here, as where the landing folder is walked.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from hashlib import sha256
from typing import TYPE_CHECKING

from ingest.items import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 20
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe that took the file's place cannot block


def hashed(path: str, most: int | None = None) -> tuple[os.stat_result, str | None]:
    """Hash a file in bounded memory.

    Args:
        path: The file.
        most: It is not read if it has more bytes than that.

    Returns:
        Its state before it was read, and the SHA-256 of its bytes as hex digits; None where it has more than
        `most`.

    Raises:
        Busy: It changed while it was read.
        OSError: It cannot be read; `EINVAL` where it is no regular file.
    """
    with _Opened(path) as (descriptor, state):
        if most is not None and state.st_size > most:
            return state, None
        digest = sha256()
        for chunk in _chunks(descriptor, state):
            digest.update(chunk)
        return state, digest.hexdigest()


def whole(path: str, size: int) -> bytes:
    """Read a file of a known size.

    Raises:
        Busy: Its size is another, or it changed while it was read.
        OSError: It cannot be read; `EINVAL` where it is no regular file.
    """
    with _Opened(path) as (descriptor, state):
        if state.st_size != size:
            raise Busy(path)
        return b"".join(_chunks(descriptor, state))


def stretch(path: str, begin: int, size: int) -> bytes:
    """Read so many bytes from a place on, fewer where the file ends before; `OSError` as above."""
    with _Opened(path) as (descriptor, _):
        return os.pread(descriptor, size, begin)


def size_of(path: str) -> int | None:
    """The size of a file that may not be read, if that can be told."""
    with contextlib.suppress(OSError):
        return os.stat(path).st_size  # noqa: PTH116
    return None


class _Opened:
    """A regular file, open for a block, and its state; `OSError` where it is none.

    A class, for a generator's context costs a third of what opening a file does, and a plan opens them all.
    """

    __slots__ = ("_descriptor", "_path")

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> tuple[int, os.stat_result]:
        self._descriptor = os.open(self._path, _READ)
        state = os.fstat(self._descriptor)
        if not stat.S_ISREG(state.st_mode):
            os.close(self._descriptor)
            raise OSError(errno.EINVAL, "no regular file any more")
        return self._descriptor, state

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _chunks(descriptor: int, before: os.stat_result) -> Iterator[bytes]:
    """Read a file that was just opened; `Busy` where it is another when it has been read."""
    left = before.st_size
    while left and (chunk := os.read(descriptor, min(left, _CHUNK))):
        left -= len(chunk)
        yield chunk
    after = os.fstat(descriptor)
    if left or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise Busy
