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

from ingest.landing.walk import STANDING
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
"""What a column has room for: years after 2262, say, lose a bit."""


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
            rows: Rows of `_files`, their hashes left out, of none by default; with the `fingerprint` of each
                that is a document, if these are known.
        """
        self._rows = FILES.schema().empty_table() if rows is None else rows

    def same(self, found: Sequence[Entry], marks: Sequence[str]) -> tuple[list[bool], list[bool]]:
        """Which files are as they were; and which of these are documents with one of these fingerprints."""
        rows, none = self._rows, [False] * len(found)
        if not rows.num_rows:
            return none, none
        names = pa.array([entry.source_path for entry in found], pa.string())
        numbers = (number & _BITS for entry in found for number in entry.standing or _UNKNOWN)
        states = np.fromiter(numbers, np.int64, len(found) * len(_STATE)).reshape(-1, len(_STATE))
        at = pc.fill_null(pc.index_in(names, rows.column("source_path").combine_chunks()), -1).to_numpy()
        same = at >= 0
        for column, values in zip(_STATE, states.T, strict=True):
            same &= rows.column(column).to_numpy()[at] == values
        if "fingerprint" not in rows.column_names:
            return same.tolist(), none
        current = pc.is_in(rows.column("fingerprint"), pa.array(marks, pa.string())).to_numpy()
        return same.tolist(), (same & current[at]).tolist()


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
    inode, size, modified, changed = (number & _BITS for number in STANDING(state))
    return FileState(source_path, inode, size, modified, changed, content_sha256)
