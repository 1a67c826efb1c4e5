"""Reading: one whole snapshot, whatever is published meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import ConfigError, StoreError
from ingest.places import place, tables_around
from ingest.store.context import Context, sentence
from ingest.store.files import Manifest, check_pointer, current_number, numbers, snapshot_folder
from ingest.store.objects.fetched import open_source
from ingest.store.part_files import (
    arrow_backed,
    asked_columns,
    is_ascending,
    plain_frame,
    read_part,
    whole_parts,
)
from ingest.store.sql import query
from ingest.tables import TABLES, public_tables, table
from ingest.tables.parts import conformed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ingest.places import Place
    from ingest.store.objects.fetched import Source
    from ingest.tables.parts import Part

ATTEMPTS = 10
CONTEXT_TABLES = {"m": "mentions", "q": "quotes"}
"""Where an id is found, by the letter after its document's id."""


@dataclass(frozen=True, slots=True)
class Curated:
    """One snapshot, open for reading.  It stays readable as long as it is kept.

    Each table is an attribute: `curated.quotes` is the table as a data frame, anew each time,
    over columns that are read once.  Of a large table take what you need:
    `curated.table("documents", columns=["document_id", "title"])`.

    Attributes:
        folder: The snapshot's folder; for one in an object store, the folder that its parts are brought to.
        manifest: What it holds.
        source: Where the parts come from, for a snapshot in an object store.

    >>> curated = open_curated("data/curated")
    >>> len(curated.documents), curated.quotes["text"].iloc[0]
    (12, 'We have two coasts and one sea,')
    """

    folder: Path
    manifest: Manifest
    source: Source | None = None
    _read: dict[str, dict[str, pa.ChunkedArray]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def number(self) -> int:
        """The snapshot's number."""
        return self.manifest.snapshot

    @property
    def curated(self) -> Path:
        """The folder that the snapshot lies in; of an object store, its cache on this machine."""
        return self.folder.parents[1]

    @property
    def place(self) -> Place:
        """What `open_curated` was given: the curated folder, or its URL."""
        return self.curated if self.source is None else self.source.url

    @property
    def kept(self) -> list[int]:
        """Numbers of the snapshots that can be opened now, ascending."""
        return numbers(self.curated) if self.source is None else self.source.numbers()

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(name for name in TABLES if not name.startswith("_"))

    def __repr__(self) -> str:
        counts = (f"{self.manifest.rows(t.name):,} {t.name}" for t in public_tables())
        return f"<{self.place}, snapshot {self.number}, {self.manifest.run_id}: {', '.join(counts)}>"

    def __getattr__(self, name: str) -> pd.DataFrame:
        """A table by its name."""
        if name.startswith("_") or name not in TABLES:
            raise AttributeError(f"there is no table {name!r}; there are {', '.join(self.tables)}")
        return self.table(name)

    def __dir__(self) -> list[str]:
        """Tables and methods, for completion."""
        return sorted({*object.__dir__(self), *self.tables})

    def snapshot(self, number: int) -> Curated:
        """Open another snapshot of the same folder.

        Args:
            number: Its number.

        Raises:
            StoreError: It is not kept; the message lists those that are.

        >>> open_curated("data/curated").snapshot(1).number
        1
        """
        return open_curated(self.place, number)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A table, sorted by its key, as a data frame of Arrow-backed columns.

        A column is read when it is first asked for, and kept.  The frame is the caller's own:
        what is written into it reaches no other.

        Args:
            name: A table.
            columns: Columns, all by default.

        Raises:
            ConfigError: There is no such table or column; the message lists those there are.
            StoreError: The snapshot has been removed meanwhile.

        >>> open_curated("data/curated").table("documents", ["source_path", "word_count"]).shape
        (12, 2)
        """
        wanted = asked_columns(name, columns)
        known = self._read.setdefault(name, {})
        if missing := [column for column in wanted if column not in known]:
            rows = self.arrow(name, missing)
            known.update(zip(missing, rows.columns, strict=True))
        return arrow_backed(pa.table({column: known[column] for column in wanted}))

    def sql(
        self, statement: str, parameters: Sequence[object] | Mapping[str, object] | None = None
    ) -> pd.DataFrame:
        """Answer a question in SQL over the tables of this snapshot (extra `sql`: DuckDB).

        Args:
            statement: One statement in DuckDB's dialect; each table is a view of its name.
            parameters: Values of `?` or `$name` in it.

        Returns:
            The rows as a data frame of Arrow-backed columns.

        Raises:
            ConfigError: DuckDB is missing, or refuses the statement; the message says why.

        >>> curated = open_curated("data/curated")
        >>> int(curated.sql("select count(*) as n from documents where word_count > ?", [100])["n"][0])
        11
        """
        files = {t.name: self.paths(t.name) for t in public_tables()}
        return arrow_backed(query(files, statement, parameters))

    def context(self, row_id: str) -> Context:
        """The sentence around a mention or a quotation.

        Args:
            row_id: A `mention_id` or a `quote_id`.

        Raises:
            ConfigError: There is no such row in this snapshot.

        >>> curated = open_curated("data/curated")
        >>> print(str(curated.context(curated.quotes["quote_id"].iloc[0]))[:58])
        “[We have two coasts and one sea,]” Ilse Brandvold, the fo
        """
        document_id, _, rest = row_id.partition("-")
        name = CONTEXT_TABLES.get(rest[:1], "mentions")
        places = self.rows(name, row_id, ["char_start", "char_end"]).to_pylist()
        if not places:
            raise ConfigError(
                f"there is no row {row_id!r} in snapshot {self.number}; give a mention_id or a quote_id"
            )
        document = self.rows("documents", document_id, ["source_path", "text"]).to_pylist()[0]
        return sentence(row_id, document["source_path"], document["text"], **places[0])

    def rows(self, name: str, key: str, columns: Sequence[str]) -> pa.Table:
        """The rows with one value in the first column of the key; only row groups that may hold it are read.

        Args:
            name: A table.
            key: The value, such as a `document_id` for `documents` or a `mention_id` for `mentions`.
            columns: Columns to read.

        Raises:
            ConfigError: There is no such table or column; the message lists those there are.
            StoreError: The snapshot has been removed meanwhile.

        >>> curated = open_curated("data/curated")
        >>> first = curated.documents["document_id"].iloc[0]
        >>> curated.rows("documents", first, ["source_path"]).num_rows
        1
        """
        holding = [part.name for part in self._parts(name) if part.first <= key <= part.last]
        return self.where(name, pc.field(table(name).key[0]) == key, columns, frozenset(holding))

    def where(
        self, name: str, wanted: pc.Expression, columns: Sequence[str], only: frozenset[str] | None = None
    ) -> pa.Table:
        """The rows of a table that meet a condition; only row groups that may hold some are read.

        Args:
            name: A table.
            wanted: The condition, on columns of the table.
            columns: Columns to read.
            only: Names of files to look into, all by default.

        Raises:
            ConfigError: There is no such table or column; the message lists those there are.
            StoreError: The snapshot has been removed meanwhile.

        >>> import pyarrow.compute as pc
        >>> curated = open_curated("data/curated")
        >>> curated.where("sections", pc.field("tag") == "title", ["text"]).num_rows
        10
        """
        there, definition = asked_columns(name, columns), table(name)
        parts = [part for part in self._parts(name) if only is None or part.name in only]
        schema = pa.schema([definition.schema().field(column) for column in there])
        found = (conformed(self._part(path, there, wanted), schema) for path in self._paths(name, parts))
        return pa.concat_tables([schema.empty_table(), *found])

    def paths(self, name: str) -> list[Path]:
        """The Parquet files of a table, for readers that take a list of files.

        Args:
            name: A table.

        Raises:
            ConfigError: There is no such table; the message lists those there are.
            StoreError: It lies in an object store, and cannot be fetched.

        >>> [path.suffix for path in open_curated("data/curated").paths("quotes")]
        ['.parquet']
        """
        return self._paths(table(name).name, self._parts(name))

    def _paths(self, name: str, parts: Sequence[Part]) -> list[Path]:
        if self.source is not None:
            return self.source.paths(name, parts)
        try:
            return whole_parts(self.folder, name, parts)
        except FileNotFoundError as error:
            raise self._gone() from error

    def _parts(self, name: str) -> tuple[Part, ...]:
        """Parts of a table; none where an older version published, which did not know it."""
        return self.manifest.tables.get(name, ())

    def arrow(
        self, name: str, columns: Sequence[str] | None = None, without: frozenset[str] = frozenset()
    ) -> pa.Table:
        """Read a table, sorted by its key, as an Arrow table.

        Args:
            name: A table.
            columns: Columns to read, all by default.
            without: Names of files to leave out, such as those of another snapshot.

        Raises:
            ConfigError: There is no such table or column; the message lists those there are.
            StoreError: The snapshot has been removed meanwhile.

        >>> open_curated("data/curated").arrow("entities", ["entity_name"]).column_names
        ['entity_name']
        """
        wanted = asked_columns(name, columns)
        definition = table(name)
        mixed = not is_ascending(self._parts(name), strictly=definition.layout == "documents")
        read = list(dict.fromkeys([*wanted, *definition.key])) if mixed else wanted
        parts = [part for part in self._parts(name) if part.name not in without]
        pieces = [self._part(path, read) for path in self._paths(name, parts)]
        schema = pa.schema([definition.schema().field(column) for column in read])
        rows = pa.concat_tables([schema.empty_table(), *(conformed(piece, schema) for piece in pieces)])
        if mixed:
            rows = rows.sort_by([(key, "ascending") for key in definition.key])
        return rows.select(wanted)

    def read(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a table, sorted by its key, as a data frame.

        Whole-number columns that may lack values come as pandas' `Int32` or `Int64`.  Arguments
        and errors as for `arrow`.

        >>> open_curated("data/curated").read("quotes", ["speaker_start"])["speaker_start"].dtype
        Int32Dtype()
        """
        return plain_frame(self.arrow(name, columns), table(name))

    def _part(self, path: Path, columns: Sequence[str], wanted: pc.Expression | None = None) -> pa.Table:
        try:
            return read_part(path, columns, wanted)
        except FileNotFoundError as error:
            raise self._gone() from error

    def _gone(self) -> StoreError:
        return StoreError(
            f"snapshot {self.number} of {self.place} is no longer kept; open it anew, "
            "or keep more with --keep-snapshots"
        )


def open_curated(path: str | Path = "data/curated", snapshot: int | None = None) -> Curated:
    """Open one snapshot of the curated tables.

    Args:
        path: The curated folder, or the URL of one in an object store (`s3://bucket/curated`).
        snapshot: A number; the current snapshot by default.

    Raises:
        StoreError: There are no tables yet, or they are damaged, or the store cannot be reached.
        ConfigError: There is no such snapshot, or the store needs a library that is not installed.

    >>> open_curated("data/curated").number
    1
    """
    curated = place(path)
    if isinstance(curated, str):
        return Curated(*open_source(curated, snapshot))
    for _ in range(ATTEMPTS):
        current = current_number(curated)
        if current is None:
            if outer := tables_around(curated):
                raise StoreError(f"{curated} lies among the tables of {outer}; name that folder")
            raise StoreError(f"{curated} holds no tables yet; fill it with `ingest run`")
        number = current if snapshot is None else snapshot
        folder = snapshot_folder(curated, number)
        try:
            if number <= current:
                return Curated(folder, Manifest.read(folder))
        except FileNotFoundError:
            if snapshot is None:
                continue  # replaced and removed since the pointer was read
        kept = ", ".join(str(n) for n in numbers(curated) if n <= current)
        raise ConfigError(f"{curated} has no snapshot {number}; kept are {kept}")
    check_pointer(curated, current)
    raise StoreError(f"{curated}: snapshots go faster than they can be opened; raise --keep-snapshots")


def read_table(
    name: str, path: str | Path = "data/curated", columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read a table of the current snapshot, in the middle of a publish too.

    Args:
        name: A table, such as `quotes`.
        path: The curated folder, or its URL.
        columns: Columns to read, all by default.

    Returns:
        The table, sorted by its key.

    Raises:
        ConfigError: There is no such table or column; the message lists those there are.
        StoreError: There are no tables yet.

    >>> read_table("documents", "data/curated", columns=["source_path"]).iloc[0, 0]
    'news/strait-talks.html'
    """
    for _ in range(ATTEMPTS - 1):
        curated = open_curated(path)
        try:
            return curated.read(name, columns)
        except StoreError:
            if open_curated(path).number == curated.number:
                raise
    return open_curated(path).read(name, columns)
