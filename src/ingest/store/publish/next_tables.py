"""The tables of the next snapshot while it is made, beside those of the current one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from ingest.store.publish.rebuild import Change, Places, extend, link, rebuild, write_whole
from ingest.tables import TABLES
from ingest.tables.parts import column_names, read_groups, stacked, write_empty
from ingest.tables.state import CONTAINERS, FILES, OBJECTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path
    from types import TracebackType

    from ingest.store.files import Manifest
    from ingest.tables.columns import Table
    from ingest.tables.parts import Part


_LOOKS = (FILES, OBJECTS)
"""What tells that files and objects are as they were: they may look otherwise, and hold the same."""


class NextTables:
    """What the current snapshot has, and what the next one has so far.

    Tables that are written whole are written by a thread beside: to encode rows takes as long as to find
    what comes next.  Whoever asks for the parts of a table waits for them; the block's end waits for all.
    """

    def __init__(self, old: Manifest | None, old_folder: Path, folder: Path) -> None:
        """Begin.

        Args:
            old: The current manifest; None before the first publish.
            old_folder: The current snapshot's folder.
            folder: The folder to fill; it exists.
        """
        self._parts: dict[str, tuple[Part, ...]] = {}
        self._written: dict[str, Future[tuple[Part, ...]]] = {}
        self._ahead: dict[str, Future[pa.Table]] = {}
        self._beside = ThreadPoolExecutor(1)
        self._old = old
        self._old_folder = old_folder
        self._folder = folder

    def __enter__(self) -> Self:
        """Begin to write."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nobody behind who writes."""
        self._beside.shutdown(cancel_futures=error is not None)

    def parts(self, name: str) -> tuple[Part, ...]:
        """The parts of a table now."""
        if name in self._written:
            self._parts[name] = self._written.pop(name).result()
        return self._parts[name]

    def every_part(self) -> dict[str, tuple[Part, ...]]:
        """The parts of all tables now."""
        return {table.name: self.parts(table.name) for table in TABLES.values()}

    def rows(self, table: Table) -> int:
        """How many rows a table has now."""
        return sum(part.rows for part in self.parts(table.name))

    def paths(self, name: str) -> list[Path]:
        """Where the parts of a table lie now."""
        return [self._folder / name / part.name for part in self.parts(name)]

    def places(self, table: Table) -> Places:
        """Where a table lies in both snapshots."""
        return Places(self._old_parts(table.name), self._old_folder / table.name, self._folder / table.name)

    def read_ahead(self, table: Table) -> None:
        """Begin to read a table of the current snapshot: `read_old` will be asked for all of it."""
        parts = self._old_parts(table.name)
        self._ahead[table.name] = self._beside.submit(_read, table, parts, self._old_folder, None)

    def read_old(self, table: Table, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of the current snapshot; a column that it lacks is null."""
        if columns is None and table.name in self._ahead:
            return self._ahead.pop(table.name).result()
        return _read(table, self._old_parts(table.name), self._old_folder, columns)

    def read_new(self, table: Table, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows that this snapshot has so far."""
        return _read(table, self.parts(table.name), self._folder, columns)

    def write(self, table: Table, rows: pa.Table, *, is_sorted: bool = False) -> None:
        """Write a table whole; its rows may come in any order, unless it is said that they are sorted."""
        self._written[table.name] = self._beside.submit(
            write_whole, table, rows, self._folder / table.name, is_sorted=is_sorted
        )

    def rebuild(self, table: Table, change: Change) -> None:
        """Write what a change brings or concerns of a table laid out by documents; take over the rest."""
        parts = self._parts[table.name] = rebuild(table, self.places(table), change)
        if any(not part.is_small for part in set(parts).difference(self._old_parts(table.name))):
            pa.default_memory_pool().release_unused()  # of what has passed through, which was not little

    def extend(self, table: Table, rows: pa.Table) -> None:
        """Add rows to a log."""
        self._parts[table.name] = extend(table, self.places(table), rows)

    def take_over(self) -> None:
        """Take over all tables as they are, but for logs and what is remembered of files and objects."""
        for table in TABLES.values():
            if table.layout != "log" and table not in (CONTAINERS, *_LOOKS):
                self.keep(table)

    def keep(self, table: Table) -> None:
        """Take over a table as it is."""
        places = self.places(table)
        link(places.parts, places)
        self._parts[table.name] = places.parts or write_empty(table, places.new)

    def is_changed(self) -> bool:
        """Whether any table but logs and the looks of files has other parts than before: other rows."""
        tables = [table.name for table in TABLES.values() if table.layout != "log" and table not in _LOOKS]
        return self._old is None or any(self._old_parts(name) != self.parts(name) for name in tables)

    def _old_parts(self, name: str) -> tuple[Part, ...]:
        """Parts of a table; none before the first publish, or where another version knew no such table."""
        return self._old.tables.get(name, ()) if self._old else ()


def _read(table: Table, parts: Sequence[Part], folder: Path, columns: Sequence[str] | None) -> pa.Table:
    wanted = table.names if columns is None else columns
    schema = pa.schema([table.schema().field(name) for name in wanted])
    paths = [folder / table.name / part.name for part in parts]
    there = ((path, [n for n in wanted if n in column_names(path)]) for path in paths)
    return stacked(schema, (rows for path, names in there for rows in read_groups(path, names)))
