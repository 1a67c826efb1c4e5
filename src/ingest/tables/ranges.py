"""Walk many sorted files side by side, one stretch of document ids at a time, in bounded memory."""

from __future__ import annotations

import mmap
import resource
from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.tables.constraints import id_array
from ingest.tables.parts import conformed, open_part, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.tables.columns import Table

RANGE_BYTES = 4 * 1024 * 1024
SOURCES_AT_ONCE = 16
"""Staged files whose pages are in memory at a time: the system maps 64 kB around each byte that is read."""
SPARE_DESCRIPTORS = 256
ID_BITS = 64
FIRST_ID, AFTER_LAST_ID = b"", b"g"  # all hexadecimal digits lie between


class StagedSource:
    """A staged Arrow file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.weight = path.stat().st_size
        self._rows = pa.ipc.open_file(pa.py_buffer(self._map)).read_all()
        ids = id_array(self._rows.column("document_id"))
        starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))  # the first row starts one
        self._ids, self._starts = ids[starts], np.append(starts, len(ids))
        self.forget_pages()

    def between(self, low: bytes, high: bytes) -> pa.Table:
        """Rows of documents with `low` <= id < `high`."""
        start, end = self._starts[np.searchsorted(self._ids, [low, high])]
        return self._rows.slice(start, end - start)

    def forget_pages(self) -> None:
        """Give mapped pages back to the system: they would count as memory of this process."""
        self._map.madvise(mmap.MADV_DONTNEED)


class PartSource:
    """A published part; its row groups are sorted, so only those of a stretch are read."""

    def __init__(self, path: Path, columns: Sequence[str], stack: ExitStack) -> None:
        self._path = path
        self._columns = list(columns)
        with reading(path):
            self._file = stack.enter_context(open_part(path))
            groups = [self._file.metadata.row_group(i) for i in range(self._file.num_row_groups)]
            at = self._file.schema_arrow.names.index("document_id")
            ends = [_group_ends(group.column(at)) for group in groups]
        self.weight = sum(group.total_byte_size for group in groups)
        self._spans = [(i, *end) for i, end in enumerate(ends) if end is not None]
        self._last: tuple[int, pa.Table] = (-1, None)

    def between(self, low: bytes, high: bytes) -> list[pa.Table]:
        """Rows of documents with `low` <= id < `high`; called with ascending stretches."""
        return [self._slice(i, low, high) for i, first, last in self._spans if first < high and last >= low]

    def _slice(self, group: int, low: bytes, high: bytes) -> pa.Table:
        if self._last[0] != group:
            with reading(self._path):
                self._last = (group, self._file.read_row_group(group, columns=self._columns))
        rows = self._last[1]
        start, end = (int(i) for i in np.searchsorted(id_array(rows.column("document_id")), [low, high]))
        return rows.slice(start, end - start)


def _group_ends(column: pq.ColumnChunkMetaData) -> tuple[bytes, bytes] | None:
    if not column.num_values:
        return None
    statistics = column.statistics
    if statistics is None or not statistics.has_min_max:
        raise pa.ArrowInvalid("a row group does not say which documents it holds")
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
        _allow_open_files(len(staged) + len(parts))
        fresh = [StagedSource(path) for path in staged]
        old = [PartSource(path, schema.names, stack) for path in parts]
        weight = sum(source.weight for source in fresh) + sum(source.weight for source in old)
        for low, high in _stretches(weight):
            kept = (without(rows, gone) for source in old for rows in source.between(low, high))
            pieces = [conformed(rows, schema) for rows in kept if rows.num_rows]
            for at in range(0, len(fresh), SOURCES_AT_ONCE):
                pieces += _copied(fresh[at : at + SOURCES_AT_ONCE], low, high)
            if pieces:
                yield _in_order(table, pa.concat_tables(pieces).combine_chunks())


def _copied(sources: Sequence[StagedSource], low: bytes, high: bytes) -> list[pa.Table]:
    """Copy rows out of mapped files, and give their pages back at once."""
    pieces = [rows for source in sources if (rows := source.between(low, high)).num_rows]
    if not pieces:
        return []
    copy = pa.concat_tables(pieces).combine_chunks()
    for source in sources:
        source.forget_pages()
    return [copy]


def _allow_open_files(count: int) -> None:
    """Each mapped file holds a descriptor: raise this process's own limit as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + SPARE_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and wanted > soft:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def without(rows: pa.Table, gone: pa.Array) -> pa.Table:
    """Leave out the rows of documents that are gone."""
    if not len(gone):
        return rows
    return rows.filter(pa.compute.invert(pa.compute.is_in(rows.column("document_id"), gone)))


def _in_order(table: Table, rows: pa.Table) -> pa.Table:
    return rows.take(pa.compute.sort_indices(rows, [(name, "ascending") for name in table.key]))


def _stretches(weight: int) -> list[tuple[bytes, bytes]]:
    """Cut the space of ids into equal stretches, so many that each holds about RANGE_BYTES."""
    count = 1
    while count * RANGE_BYTES < weight:
        count *= 2
    bounds = [f"{(i << ID_BITS) // count:016x}".encode() for i in range(1, count)]
    return list(zip([FIRST_ID, *bounds], [*bounds, AFTER_LAST_ID], strict=True))
