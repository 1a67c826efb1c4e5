"""Reading: one whole snapshot, whatever is published meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import StoreError
from ingest.parts import conformed
from ingest.store.files import Manifest, current_number, numbers, snapshot_folder
from ingest.tables import TABLES, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ingest.parts import Part

ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Curated:
    """One snapshot, open for reading.  It stays readable as long as it is kept.

    Attributes:
        folder: The snapshot's folder.
        manifest: What it holds.
    """

    folder: Path
    manifest: Manifest

    @property
    def snapshot(self) -> int:
        """Its number."""
        return self.manifest.snapshot

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(name for name in TABLES if not name.startswith("_"))

    def paths(self, name: str) -> list[Path]:
        """The Parquet files of a table, for readers that take a list of files.

        Raises:
            ConfigError: There is no such table.
        """
        return [self.folder / table(name).name / part.name for part in self.manifest.tables[name]]

    def arrow(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a table, sorted by its key, as an Arrow table.

        Args:
            name: A table.
            columns: Columns to read, all by default.

        Raises:
            ConfigError: There is no such table or column; the message lists those there are.
            StoreError: The snapshot has been removed meanwhile.
        """
        definition = table(name)
        wanted = (
            [definition.column(c).name for c in columns] if columns is not None else list(definition.names)
        )
        parts = self.manifest.tables[name]
        mixed = not _ascending(parts, strictly=definition.layout == "documents")
        read = list(dict.fromkeys([*wanted, *definition.key])) if mixed else wanted
        try:
            pieces = [_read(path, read) for path in self.paths(name)]
        except FileNotFoundError as error:
            raise StoreError(
                f"snapshot {self.snapshot} of {self.folder.parent.parent} is no longer kept; open it anew, "
                "or keep more with --keep-snapshots"
            ) from error
        schema = pa.schema([definition.schema().field(column) for column in read])
        rows = pa.concat_tables([conformed(piece, schema) for piece in pieces])
        if mixed:
            rows = rows.sort_by([(key, "ascending") for key in definition.key])
        return rows.select(wanted)

    def read(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a table, sorted by its key, as a data frame.

        Whole-number columns that may lack values come as pandas' `Int32` or `Int64`.  Arguments
        and errors as for `arrow`.
        """
        import pandas as pd  # noqa: PLC0415  # a run of the job never needs it, and it costs half a second

        rows = self.arrow(name, columns)
        kinds = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
        nullable = [
            field.name
            for field in rows.schema
            if field.type in kinds and table(name).column(field.name).nullable
        ]
        plain = rows.drop_columns(nullable).to_pandas()
        frame: pd.DataFrame = pd.concat(
            [plain, rows.select(nullable).to_pandas(types_mapper=kinds.get)], axis="columns"
        )
        return frame.reindex(columns=rows.column_names)


def open_curated(path: str | Path = "data/curated", snapshot: int | None = None) -> Curated:
    """Open one snapshot of the curated tables.

    Args:
        path: The curated folder.
        snapshot: A number; the current snapshot by default.

    Raises:
        StoreError: There is no such snapshot, or none yet.
    """
    curated = Path(path)
    for _ in range(ATTEMPTS):
        current = current_number(curated)
        if current is None:
            raise StoreError(f"{curated} holds no tables yet; fill it with `python -m flows.ingest`")
        number = current if snapshot is None else snapshot
        folder = snapshot_folder(curated, number)
        try:
            if number <= current:
                return Curated(folder, Manifest.read(folder))
        except FileNotFoundError:
            if snapshot is None:
                continue  # replaced and removed since the pointer was read
        kept = ", ".join(str(n) for n in numbers(curated) if n <= current)
        raise StoreError(f"{curated} has no snapshot {number}; kept are {kept}")
    raise StoreError(f"{curated}: snapshots go faster than they can be opened; raise --keep-snapshots")


def read_table(
    name: str, path: str | Path = "data/curated", columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read a table of the current snapshot, in the middle of a publish too.

    Args:
        name: A table, such as `quotes`.
        path: The curated folder.
        columns: Columns to read, all by default.

    Returns:
        The table, sorted by its key.

    Raises:
        ConfigError: There is no such table or column; the message lists those there are.
        StoreError: There are no tables yet.
    """
    for _ in range(ATTEMPTS - 1):
        curated = open_curated(path)
        try:
            return curated.read(name, columns)
        except StoreError:
            if open_curated(path).snapshot == curated.snapshot:
                raise
    return open_curated(path).read(name, columns)


def _read(path: Path, columns: Sequence[str]) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            return file.read(columns=columns)
    except pa.ArrowInvalid as error:
        raise StoreError(f"{path} is damaged ({error}); restore it, or open an older snapshot") from error


def _ascending(parts: Sequence[Part], *, strictly: bool) -> bool:
    return all(a.last < b.first or (not strictly and a.last == b.first) for a, b in pairwise(parts))
