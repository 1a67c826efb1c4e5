"""What holds of every row that is published; whole columns at a time."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import StoreError

if TYPE_CHECKING:
    from ingest.tables.columns import Table

ID_BYTES = 16


def check_columns(table: Table, rows: pa.Table) -> None:
    """Check that no value is missing and none lies outside its vocabulary.

    Raises:
        StoreError: The message names the table, the column and a value.
    """
    for column in table.columns:
        values = rows.column(column.name)
        if not column.nullable and values.null_count:
            raise StoreError(f"{table.name}.{column.name}: {values.null_count} rows lack a value; none may")
        if column.allowed:
            found = set(pc.unique(values).drop_null().to_pylist())
            if strangers := sorted(found.difference(column.allowed)):
                allowed = ", ".join(column.allowed)
                raise StoreError(f"{table.name}.{column.name}: {strangers[0]!r} is none of {allowed}")


def check_key_order(table: Table, rows: pa.Table) -> None:
    """Check that rows are sorted by the table's key and that no key stands twice.

    Raises:
        StoreError: The message shows the first key that is not greater than the one before.
    """
    if rows.num_rows < 2:  # noqa: PLR2004  # one row is in order
        return
    keys = [rows.column(name) for name in table.key]
    later = [(pc.greater(k[1:], k[:-1]), pc.equal(k[1:], k[:-1])) for k in keys]
    ascending = reduce(
        lambda rest, k: pc.or_(k[0], pc.and_(k[1], rest)), reversed(later), pa.scalar(value=False)
    )
    wrong = pc.index(ascending, value=False).as_py()
    if wrong >= 0:
        shown = ", ".join(repr(k[wrong + 1].as_py()) for k in keys)
        raise StoreError(f"{table.name}: the key {shown} stands twice or out of order")


def id_array(ids: pa.ChunkedArray | pa.Array) -> np.ndarray[tuple[int], np.dtype[np.bytes_]]:
    """View a column of 16-character ids as a NumPy array of bytes, which compares and searches fast.

    Raises:
        StoreError: A value is missing or is not 16 characters long.
    """
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    if len(whole) == 0:
        return np.empty(0, f"S{ID_BYTES}")
    lengths = pc.min_max(pc.binary_length(whole)).as_py()
    if whole.null_count or lengths != {"min": ID_BYTES, "max": ID_BYTES}:
        raise StoreError(f"an id is missing or not {ID_BYTES} characters long: {lengths}")
    starts = np.frombuffer(whole.buffers()[1], np.int32, 1, whole.offset * 4)
    return np.frombuffer(whole.buffers()[2], f"S{ID_BYTES}", len(whole), int(starts[0]))
