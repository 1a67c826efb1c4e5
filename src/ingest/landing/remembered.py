"""Files whose bytes need not be read again: those that are as they were when they were last hashed.

What tells is the inode, the size, and the times of the last change of content and of anything at all.  The
latter is the kernel's: nobody can set it, so a file that was copied, restored or moved with its old time of
content is another one.  Two changes within one tick of the file system's clock look like one.  So a file is
remembered only if both times lay well back when it was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.tables.state import FILES

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from ingest.landing.walk import Entry

SETTLED_NS = 60 * 10**9
"""A file has settled when nothing was changed for so long: longer than a tick of any file system's clock, and
than a page that a program has mapped may wait before it is written."""

_STATE = ("inode", "size_bytes", "modified_ns", "changed_ns")
_UNKNOWN = (-1, -1, -1, -1)
_BITS = (1 << 63) - 1


class FileState(NamedTuple):
    """A file as it was when it was hashed; a row of `_files`."""

    source_path: str
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int
    content_sha256: str


class Remembered:
    """Files of which the store knows the bytes, as long as they are as they were."""

    def __init__(self, rows: pa.Table | None = None) -> None:
        """Begin.

        Args:
            rows: Rows of `_files`, their hashes left out; of none by default.
        """
        self._rows = FILES.schema().empty_table() if rows is None else rows

    def same(self, found: Sequence[Entry]) -> list[bool]:
        """Which files are as they were."""
        if not self._rows.num_rows:
            return [False] * len(found)
        names = pa.array([entry.source_path for entry in found], pa.string())
        states = np.array([_numbers(entry.state) if entry.state else _UNKNOWN for entry in found], np.int64)
        at = pc.fill_null(
            pc.index_in(names, self._rows.column("source_path").combine_chunks()), -1
        ).to_numpy()
        same = at >= 0
        for column, values in zip(_STATE, states.reshape(-1, len(_STATE)).T, strict=True):
            same &= self._rows.column(column).to_numpy()[at] == values
        flags: list[bool] = same.tolist()
        return flags


def state_of(source_path: str, state: os.stat_result, content_sha256: str, now_ns: int) -> FileState | None:
    """What to remember of a file that was hashed; None if it has not settled.

    Args:
        source_path: Its name.
        state: What the file system told before it was read.
        content_sha256: The hash of its bytes.
        now_ns: The time, before that.
    """
    if now_ns - max(state.st_mtime_ns, state.st_ctime_ns) < SETTLED_NS:
        return None
    return FileState(source_path, *_numbers(state), content_sha256)


def _numbers(state: os.stat_result) -> tuple[int, int, int, int]:
    """What tells a state, as numbers that have room in a column: years after 2262, say, lose a bit."""
    return (
        state.st_ino & _BITS,
        state.st_size & _BITS,
        state.st_mtime_ns & _BITS,
        state.st_ctime_ns & _BITS,
    )
