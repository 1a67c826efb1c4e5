"""Whether what rows refer to is there: every reference of the column definitions, before a publish.

A reference breaks in two ways: a row that is written refers to nothing, or a row that others refer to goes.
So of a table that refers only the parts written anew are read; its other parts are read where what they
refer to has lost rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import StoreError
from ingest.tables import TABLES
from ingest.tables.parts import read_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ingest.store.publish.next_tables import NextTables
    from ingest.tables.columns import Column, Table

SHOWN = 3
"""Values that an error shows."""


def check_references(tables: NextTables) -> None:
    """Check that every value of a column that refers to another is found there.

    Args:
        tables: The tables of the next snapshot, all written, beside those of the current one.

    Raises:
        StoreError: The message names the table, the column and some of the values.
    """
    for target, referring in REFERRING.items():
        other, _, key = target.partition(".")
        ids = _Ids(_files(tables, TABLES[other]), key)
        files = [_files(tables, table) for table, _ in referring]
        used = [_used(of.fresh, column.name) for of, (_, column) in zip(files, referring, strict=True)]
        lacking = ids.lacking(pc.unique(pa.concat_arrays(used)))  # of all columns at once: one look-up
        for (table, column), values, of in zip(referring, used, files, strict=True):
            broken = _among(values, lacking)
            if len(ids.lost):
                broken = pa.concat_arrays([broken, _among(_used(of.kept, column.name), ids.lost)])
            if len(broken):
                raise _error(table, column, broken)


@dataclass(frozen=True, slots=True)
class _Files:
    """The parts of a table: of the next snapshot alone, of both, of the current one alone."""

    fresh: list[Path]
    kept: list[Path]
    left: list[Path]


def _files(tables: NextTables, table: Table) -> _Files:
    places = tables.places(table)
    before, now = ({part.name for part in parts} for parts in (places.parts, tables.parts(table.name)))
    return _Files(
        [places.new / name for name in sorted(now - before)],
        [places.new / name for name in sorted(now & before)],
        [places.old / name for name in sorted(before - now)],
    )


class _Ids:
    """The values of a column that others refer to, read as far as they are asked for."""

    def __init__(self, files: _Files, key: str) -> None:
        self._files = files
        self._key = key

    def lacking(self, values: pa.Array) -> pa.Array:
        """Those of `values` that are not there."""
        left = _without(values, self._fresh)
        return _without(left, self._kept) if len(left) else left

    @cached_property
    def lost(self) -> pa.Array:
        """Those of the current snapshot that the next one has no longer."""
        return _without(self._read(self._files.left), self._fresh)

    @cached_property
    def _fresh(self) -> pa.Array:
        return self._read(self._files.fresh)

    @cached_property
    def _kept(self) -> pa.Array:
        return self._read(self._files.kept)

    def _read(self, paths: list[Path]) -> pa.Array:
        return _stacked(_groups(paths, self._key))


def _used(paths: list[Path], column: str) -> pa.Array:
    """What a column refers to: each value once for a row group that has it."""
    return _stacked(pc.unique(group).drop_null() for group in _groups(paths, column))


def _groups(paths: list[Path], column: str) -> Iterator[pa.Array]:
    return (rows.column(column).combine_chunks() for path in paths for rows in read_groups(path, [column]))


def _stacked(groups: Iterable[pa.Array]) -> pa.Array:
    return pa.concat_arrays([pa.array([], pa.string()), *groups])


def _among(values: pa.Array, some: pa.Array) -> pa.Array:
    return values.filter(pc.is_in(values, some)) if len(some) else values.slice(0, 0)


def _without(values: pa.Array, known: pa.Array) -> pa.Array:
    return values.filter(pc.invert(pc.is_in(values, known)))


def _error(table: Table, column: Column, broken: pa.Array) -> StoreError:
    values = sorted(set(broken.to_pylist()))
    shown = ", ".join(values[:SHOWN]) + (", ..." if len(values) > SHOWN else "")
    return StoreError(
        f"{table.name}.{column.name}: {len(values)} values are not in {column.references} ({shown}); nothing "
        "was published. No document does this: keep the folder, report it, and publish into a new one, where "
        "every row is made anew"
    )


def _referring() -> dict[str, list[tuple[Table, Column]]]:
    found: dict[str, list[tuple[Table, Column]]] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.references:
                found.setdefault(column.references, []).append((table, column))
    return found


REFERRING = _referring()
"""Columns that refer to another, by what they refer to: `table.column`."""
