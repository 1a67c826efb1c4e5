"""Walk many sorted files side by side, one stretch of document ids at a time, in bounded memory."""

from __future__ import annotations

import mmap
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.constraints import id_array
from ingest.parts import conformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.columns import Table

RANGE_BYTES = 4 * 1024 * 1024
ID_BITS = 64
FIRST_ID, AFTER_LAST_ID = b"", b"g"  # all hexadecimal digits lie between


class Source(Protocol):
    """A sorted file of rows of one table."""

    weight: int
    """Bytes of its rows in memory, nearly."""

    def between(self, low: bytes, high: bytes) -> list[pa.Table]:
        """Rows of documents with `low` <= id < `high`; called with ascending stretches."""


class StagedSource:
    """A staged Arrow file, mapped into memory; pages that were read are given back at once."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.weight = path.stat().st_size
        self._rows = pa.ipc.open_file(pa.py_buffer(self._map)).read_all()
        ids = id_array(self._rows.column("document_id"))
        starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))  # the first row starts one
        self._ids, self._starts = ids[starts], np.append(starts, len(ids))
        self._forget_pages()

    def between(self, low: bytes, high: bytes) -> list[pa.Table]:
        """See `Source`."""
        start, end = self._starts[np.searchsorted(self._ids, [low, high])]
        if start == end:
            return []
        rows = self._rows.take(pa.array(np.arange(start, end)))  # a copy: a slice would hold on to the map
        self._forget_pages()
        return [rows]

    def _forget_pages(self) -> None:
        """Give mapped pages back to the system: they would count as memory of this process."""
        self._map.madvise(mmap.MADV_DONTNEED)


class PartSource:
    """A published part; its row groups are sorted, so only those of a stretch are read."""

    def __init__(self, path: Path, columns: Sequence[str], stack: ExitStack) -> None:
        self._file = stack.enter_context(pq.ParquetFile(path))
        self._columns = list(columns)
        groups = [self._file.metadata.row_group(i) for i in range(self._file.num_row_groups)]
        self.weight = sum(group.total_byte_size for group in groups)
        at = self._file.schema_arrow.names.index("document_id")
        ends = [_group_ends(group.column(at)) for group in groups]
        self._spans = [(i, *end) for i, end in enumerate(ends) if end is not None]
        self._last: tuple[int, pa.Table] = (-1, None)

    def between(self, low: bytes, high: bytes) -> list[pa.Table]:
        """See `Source`."""
        return [self._slice(i, low, high) for i, first, last in self._spans if first < high and last >= low]

    def _slice(self, group: int, low: bytes, high: bytes) -> pa.Table:
        if self._last[0] != group:
            self._last = (group, self._file.read_row_group(group, columns=self._columns))
        rows = self._last[1]
        start, end = (int(i) for i in np.searchsorted(id_array(rows.column("document_id")), [low, high]))
        return rows.slice(start, end - start)


def _group_ends(column: pq.ColumnChunkMetaData) -> tuple[bytes, bytes] | None:
    if not column.num_values:
        return None
    statistics = column.statistics
    return statistics.min.encode(), statistics.max.encode()


def merged(table: Table, staged: Sequence[Path], parts: Sequence[Path], gone: pa.Array) -> Iterator[pa.Table]:
    """Merge staged files and parts into one run of rows in key order.

    Args:
        table: Whose rows they are.
        staged: Arrow files of new rows; no document stands in two of them.
        parts: Published parts.
        gone: Ids of documents whose rows in `parts` are left out.

    Yields:
        Rows with the staged columns, sorted by key; all rows of a document in one piece.
    """
    schema = table.staged_schema()
    with ExitStack() as stack:
        fresh = [StagedSource(path) for path in staged]
        old = [PartSource(path, schema.names, stack) for path in parts]
        sources: list[Source] = [*fresh, *old]
        for low, high in _stretches(sum(source.weight for source in sources)):
            kept = [without(rows, gone) for source in old for rows in source.between(low, high)]
            pieces = [*kept, *(rows for source in fresh for rows in source.between(low, high))]
            pieces = [conformed(piece, schema) for piece in pieces if piece.num_rows]
            if pieces:
                yield _in_order(table, pa.concat_tables(pieces).combine_chunks(), len(pieces))


def without(rows: pa.Table, gone: pa.Array) -> pa.Table:
    """Leave out the rows of documents that are gone."""
    if not len(gone):
        return rows
    return rows.filter(pa.compute.invert(pa.compute.is_in(rows.column("document_id"), gone)))


def _in_order(table: Table, rows: pa.Table, pieces: int) -> pa.Table:
    if pieces == 1:
        return rows
    return rows.take(pa.compute.sort_indices(rows, [(name, "ascending") for name in table.key]))


def _stretches(weight: int) -> list[tuple[bytes, bytes]]:
    """Cut the space of ids into equal stretches, so many that each holds about RANGE_BYTES."""
    count = 1
    while count * RANGE_BYTES < weight:
        count *= 2
    bounds = [f"{(i << ID_BITS) // count:016x}".encode() for i in range(1, count)]
    return list(zip([FIRST_ID, *bounds], [*bounds, AFTER_LAST_ID], strict=True))
