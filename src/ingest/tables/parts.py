"""Parquet parts of a table: written in one canonical way, read a stretch at a time.

Equal rows give equal bytes: rows come in key order, row groups and parts are cut by the rows
alone (never by how they arrived), one schema object serves all, no pandas metadata is written.
Each page has a checksum, which whoever reads a part here holds it against.
A part's name holds the hash of its content, so no name is ever used for two contents.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from hashlib import file_digest
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.errors import StoreError
from ingest.tables.columns import arrow_type
from ingest.tables.constraints import check_columns, check_key_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ingest.tables.columns import Table

MEBIBYTE = 1024 * 1024
GROUP_BYTES = 4 * MEBIBYTE
"""A row group is closed when its rows are so large in memory, ..."""
GROUP_ROWS = 65_536
"""... or so many."""
PART_BYTES = 64 * MEBIBYTE
"""A part is closed when its file has this size."""
SMALL_BYTES = 2 * MEBIBYTE
"""Parts below this size are merged with whatever a run brings: a small table is one file."""
FULL_BYTES = 32 * MEBIBYTE
"""A part of this size stays until its rows change."""
ROW_OVERHEAD = 64
HASHES, HASH_BYTES = arrow_type("hashes"), 4
RESTORE = (
    "copy the curated folder again, or point .snapshots/current to an older snapshot without this part, or "
    "publish into a new folder"
)
"""What to do about a part that is not as it was written: a part that stays is one file for many snapshots."""
UNREPEATED = ("text", "content_sha256", "text_sha256", "cosine", "source_path", "inode", "changed_ns")
"""Columns whose values hardly ever repeat: a dictionary would be made in vain."""


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a table, as the manifest lists it.

    Attributes:
        name: File name, `part-<hash of the content>.parquet`.
        rows: Rows in it.
        size: Bytes of the file.
        first: First value of the first key column, as text; empty in a part without rows.
        last: Last value of it.
    """

    name: str
    rows: int
    size: int
    first: str
    last: str

    @property
    def is_small(self) -> bool:
        """Whether it is merged with others whenever it can be."""
        return self.size < SMALL_BYTES

    @property
    def is_full(self) -> bool:
        """Whether it is never merged with others."""
        return self.size >= FULL_BYTES


class PartWriter:
    """Writes rows that come in key order into as few parts as their size allows."""

    def __init__(self, table: Table, folder: Path) -> None:
        """Begin.

        Args:
            table: Whose rows they are.
            folder: Where the parts go; made if need be.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._table = table
        self._schema = table.schema()
        self._folder = folder
        self._pending = self._schema.empty_table()
        self._last_key = self._pending.select(list(table.key))
        self._file: _PartFile | None = None
        self._parts: list[Part] = []

    def write(self, rows: pa.Table) -> None:
        """Take rows that follow all rows before in the order of the key.

        For a table laid out by documents, all rows of a document come in one call.

        Raises:
            StoreError: A row breaks a rule of its column, or the order.
        """
        if not rows.num_rows:
            return
        check_columns(self._table, rows)
        rows = rows.cast(self._schema)
        keys = rows.select(list(self._table.key))
        check_key_order(self._table, pa.concat_tables([self._last_key, keys]))
        self._last_key = keys.slice(rows.num_rows - 1)
        pending = pa.concat_tables([self._pending, rows]).combine_chunks()
        start = 0
        for end in self._cuts(pending):
            self._emit(pending.slice(start, end - start))
            start = end
        rest = pending.slice(start)
        self._pending = (
            rest.take(pa.array(np.arange(rest.num_rows))) if start else rest
        )  # let go of the whole

    def close(self) -> tuple[Part, ...]:
        """Write what is left; a table without any rows still gets one part, for its schema.

        Returns:
            The parts, in key order.
        """
        if self._pending.num_rows:
            self._emit(self._pending)
        if self._file is not None:
            self._parts.append(self._file.close())
            self._file = None
        return tuple(self._parts)

    def _emit(self, group: pa.Table) -> None:
        if self._file is None:
            self._file = _PartFile(self._table, self._folder, len(self._parts))
        if self._file.write(group) >= PART_BYTES:
            self._parts.append(self._file.close())
            self._file = None

    def _cuts(self, rows: pa.Table) -> Iterator[int]:
        """Ends of the full row groups in `rows`; the rows after the last wait for more."""
        weights = np.cumsum(_row_weights(rows))
        ends = _document_ends(rows) if self._table.layout == "documents" else None
        start, before = 0, 0
        while True:
            full = int(np.searchsorted(weights, before + GROUP_BYTES)) + 1
            end = min(full, start + GROUP_ROWS)
            if ends is not None:
                at = int(np.searchsorted(ends, end))
                end = int(ends[at]) if at < len(ends) else rows.num_rows + 1
            if end > rows.num_rows:
                return
            yield end
            start, before = end, int(weights[end - 1])


def write_empty(table: Table, folder: Path) -> tuple[Part, ...]:
    """Write the part that shows the schema of a table without rows."""
    folder.mkdir(parents=True, exist_ok=True)
    file = _PartFile(table, folder, 0)
    file.write(table.schema().empty_table())
    return (file.close(),)


class _PartFile:
    """One open part."""

    def __init__(self, table: Table, folder: Path, number: int) -> None:
        self._path = folder / f"writing-{number}"
        self._key = table.key[0]
        self._rows = 0
        self._ends: list[str] = []
        schema = table.schema()
        repeated = [name for name in table.names if name not in (*UNREPEATED, table.key[-1])]
        self._sink = pa.OSFile(str(self._path), "wb")
        self._writer = pq.ParquetWriter(
            self._sink,
            schema,
            compression="zstd",
            use_dictionary=repeated,
            version="2.6",
            write_page_checksum=True,
        )

    def write(self, group: pa.Table) -> int:
        """Write one row group; return the bytes of the file so far."""
        self._writer.write_table(group, row_group_size=max(1, group.num_rows))
        if group.num_rows:
            keys = group.column(self._key)
            self._ends += [str(keys[0]), str(keys[-1])]
            self._rows += group.num_rows
        return int(self._sink.tell())

    def close(self) -> Part:
        """Finish the file, flush it to the disk and give it its name."""
        self._writer.close()
        self._sink.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
            name = f"part-{file_digest(file, 'sha256').hexdigest()[:16]}.parquet"
            size = file.tell()
        self._path.rename(self._path.with_name(name))
        first, last = (self._ends[0], self._ends[-1]) if self._ends else ("", "")
        return Part(name, self._rows, size, first, last)


def _row_weights(rows: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Bytes of each row in memory, nearly: a function of the row alone."""
    weights = np.full(rows.num_rows, ROW_OVERHEAD, np.int64)
    for column in rows.columns:
        if pa.types.is_string(column.type):
            weights += pc.fill_null(pc.binary_length(column), 0).to_numpy()
        elif column.type == HASHES:
            weights += HASH_BYTES * pc.list_value_length(column).to_numpy()
    return weights


def _document_ends(rows: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Indexes that follow the last row of each document."""
    ids = rows.column("document_id")
    differs = pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    return np.append(np.flatnonzero(differs) + 1, rows.num_rows)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Name the part that is read in the block, should it be damaged.

    Raises:
        StoreError: It is.
    """
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system's own: it is gone, say
        raise StoreError(f"{path} is damaged ({' '.join(str(error).split())}); {RESTORE}") from error


def open_part(path: Path) -> pq.ParquetFile:
    """Open a part so that each page is held against its checksum: a bit that has turned is no other value."""
    return pq.ParquetFile(path, page_checksum_verification=True)


def column_names(path: Path) -> list[str]:
    """The columns that a part has: an older version may have written it; errors as for `reading`."""
    with reading(path):
        names: list[str] = pq.read_schema(path).names
        return names


def read_groups(path: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Read a part row group by row group; one without any gives one table without rows; errors as above."""
    with reading(path), open_part(path) as file:
        if not file.num_row_groups:
            yield file.schema_arrow.empty_table().select(list(columns))
        for index in range(file.num_row_groups):
            yield file.read_row_group(index, columns=list(columns))


def conformed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give rows the form of `schema`; a column that an older version did not write becomes null.

    Raises:
        StoreError: A column that may not be null is missing.
    """
    for field in schema:
        if field.name not in rows.column_names:
            if not field.nullable and rows.num_rows:
                raise StoreError(
                    f"rows of an older version, or of a damaged part, lack the column {field.name}; let the "
                    "run read all documents again, or publish into a new folder"
                )
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema)


def stacked(schema: pa.Schema, pieces: Iterable[pa.Table]) -> pa.Table:
    """Put tables on top of each other, in the form of `schema`."""
    whole = pa.concat_tables([schema.empty_table(), *(conformed(piece, schema) for piece in pieces)])
    return whole.combine_chunks()


def constant(value: str | bool, rows: pa.Table) -> pa.Array:  # noqa: FBT001  # a value, no switch
    """A column of one value, as long as `rows`."""
    return pa.repeat(pa.scalar(value), rows.num_rows)
