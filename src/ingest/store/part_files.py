"""The files of one table: whether they are whole, what stands in them, and the frames that analysts get."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import ConfigError, StoreError
from ingest.store.files import MANIFEST
from ingest.tables import table
from ingest.tables.parts import RESTORE, open_part, reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow.compute as pc

    from ingest.tables.columns import Table
    from ingest.tables.parts import Part


def whole_parts(folder: Path, name: str, parts: Sequence[Part]) -> list[Path]:
    """The files of a table; copies of a curated folder are not always whole.

    Args:
        folder: The snapshot's folder.
        name: The table.
        parts: What the manifest says that it consists of.

    Raises:
        FileNotFoundError: The snapshot is gone.
        StoreError: A file is missing in a snapshot that is there, or has another size.
    """
    paths = [folder / name / part.name for part in parts]
    for path, part in zip(paths, parts, strict=True):
        try:
            size = path.stat().st_size
        except FileNotFoundError as error:
            if not (folder / MANIFEST).exists():
                raise
            raise StoreError(f"{path} is missing; {RESTORE}") from error
        if size != part.size:
            raise StoreError(f"{path} has {size} bytes instead of {part.size}; {RESTORE}")
    return paths


def read_part(path: Path, columns: Sequence[str], wanted: pc.Expression | None = None) -> pa.Table:
    """Read columns of a file, as far as it has them: an older version may have written it.

    Args:
        path: The file.
        columns: Columns to read.
        wanted: A condition on the rows.

    Raises:
        FileNotFoundError: It is gone.
        StoreError: It is damaged.
    """
    with reading(path):
        with open_part(path) as file:
            there = [column for column in columns if column in file.schema_arrow.names]
            if wanted is None:
                return file.read(columns=there)
        return pq.read_table(
            path, columns=there, filters=wanted, partitioning=None, page_checksum_verification=True
        )


def asked_columns(name: str, columns: Sequence[str] | None) -> list[str]:
    """Names of columns that the table has, all by default.

    Raises:
        ConfigError: There is no such table or column, or one name stands where a list belongs.
    """
    definition = table(name)
    if isinstance(columns, str):
        raise ConfigError(f"columns is one text; give a list of names: [{columns!r}]")
    return list(definition.names) if columns is None else [definition.column(c).name for c in columns]


def arrow_backed(rows: pa.Table) -> pd.DataFrame:
    """A data frame over the very columns of an Arrow table."""
    import pandas as pd  # noqa: PLC0415  # a run of the job never needs it, and it costs half a second

    frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def plain_frame(rows: pa.Table, definition: Table) -> pd.DataFrame:
    """A data frame of pandas' own types; whole numbers that may be missing as `Int32` or `Int64`."""
    import pandas as pd  # noqa: PLC0415  # as above

    kinds = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
    nullable = [
        field.name for field in rows.schema if field.type in kinds and definition.column(field.name).nullable
    ]
    plain = rows.drop_columns(nullable).to_pandas()
    frame: pd.DataFrame = pd.concat(
        [plain, rows.select(nullable).to_pandas(types_mapper=kinds.get)], axis="columns"
    )
    return frame.reindex(columns=rows.column_names)


def is_ascending(parts: Sequence[Part], *, strictly: bool) -> bool:
    """Whether each part goes on where the one before it ends."""
    return all(a.last < b.first or (not strictly and a.last == b.first) for a, b in pairwise(parts))
