"""Rows of one snapshot as plain dictionaries: some documents' or all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.store.read import Curated

Row = dict[str, Any]


def rows_where(
    opened: Curated, name: str, column: str, values: Sequence[str], columns: Sequence[str] | None = None
) -> list[Row]:
    """Read the rows whose column holds one of some values; row groups that hold none are skipped.

    Args:
        opened: A snapshot.
        name: A table.
        column: A column of it.
        values: What the column may hold.
        columns: Columns to read, all by default.

    Returns:
        The rows, sorted by the table's key.

    Raises:
        StoreError: An older version wrote the snapshot without a column that it needs.
    """
    definition = table(name)
    wanted = list(columns or definition.names)
    read = list(dict.fromkeys([*wanted, *definition.key]))
    found = opened.where(name, pc.field(column).isin(pa.array(values, pa.string())), read)
    ordered = found.sort_by([(key, "ascending") for key in definition.key])
    rows: list[Row] = ordered.select(wanted).to_pylist()
    return rows
