"""The next parts of one table: what is unchanged is linked, the rest is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.parts import Part, PartWriter, read_groups, stacked, write_empty
from ingest.ranges import merged
from ingest.store.files import link_or_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from ingest.columns import Table

SMALL_LOG_BYTES = 4 * 1024 * 1024
"""A log's part is merged with new rows up to this size, so that little is held in memory."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a table lies.

    Attributes:
        parts: Its parts in the current snapshot.
        old: Its folder there.
        new: Its folder in the next snapshot.
    """

    parts: tuple[Part, ...]
    old: Path
    new: Path


@dataclass(frozen=True, slots=True)
class Stale:
    """Rows that cannot stay as they are: those with one of `values` in `column`."""

    column: str
    values: pa.Array


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a table laid out by documents.

    Attributes:
        staged: Arrow files of new rows, none empty.
        gone: Documents whose rows so far are left out.
        stale: What makes a part be written anew, beside rows of `gone`.
        fill: Adds the columns of the corpus step to staged columns.
    """

    staged: tuple[Path, ...]
    gone: pa.Array
    stale: tuple[Stale, ...]
    fill: Callable[[pa.Table], pa.Table]


def rebuild(table: Table, places: Places, change: Change) -> tuple[Part, ...]:
    """Make the next parts of a table laid out by documents.

    Small parts and the staged rows become one; a larger part is written anew only where it
    holds a stale row.

    Returns:
        The next snapshot's parts, in key order.
    """
    parts = places.parts
    causes = [cause for cause in (Stale("document_id", change.gone), *change.stale) if len(cause.values)]
    stale = {part.name for part in parts if _is_stale(table, places.old / part.name, causes)}
    small = [part for part in parts if part.is_small]
    pool = small if change.staged or len(small) > 1 or stale.intersection(p.name for p in small) else []
    alone = [part for part in parts if part.name in stale and part not in pool]
    link([part for part in parts if part not in pool and part not in alone], places)
    made = _merge(table, places, change, change.staged, pool) if pool or change.staged else ()
    for part in alone:
        made += _merge(table, places, change, (), [part])
    kept = (part for part in parts if part not in pool and part not in alone)
    return tuple(sorted((*kept, *made), key=lambda part: part.first)) or write_empty(table, places.new)


def link(parts: Sequence[Part], places: Places) -> None:
    """Link parts into the next snapshot."""
    places.new.mkdir(parents=True, exist_ok=True)
    for part in parts:
        link_or_copy(places.old / part.name, places.new / part.name)


def write_whole(table: Table, rows: pa.Table, new: Path) -> tuple[Part, ...]:
    """Write a table that is made anew from all documents; its rows may come in any order."""
    writer = PartWriter(table, new)
    writer.write(rows.sort_by([(key, "ascending") for key in table.key]))
    return writer.close() or write_empty(table, new)


def extend(table: Table, places: Places, rows: pa.Table) -> tuple[Part, ...]:
    """Add rows to a log."""
    if places.parts and not rows.num_rows:
        link(places.parts, places)
        return places.parts
    small = [part for part in places.parts if part.size < SMALL_LOG_BYTES]
    large = [part for part in places.parts if part not in small]
    link(large, places)
    before = (piece for part in small for piece in read_groups(places.old / part.name, table.names))
    return (*large, *write_whole(table, stacked(table.schema(), (*before, rows)), places.new))


def _merge(
    table: Table, places: Places, change: Change, staged: Sequence[Path], parts: Sequence[Part]
) -> tuple[Part, ...]:
    writer = PartWriter(table, places.new)
    for rows in merged(table, staged, [places.old / part.name for part in parts], change.gone):
        writer.write(change.fill(rows).select(list(table.names)))
    return writer.close()


def _is_stale(table: Table, path: Path, causes: Sequence[Stale]) -> bool:
    """Whether a part holds stale rows, or was written with other columns by another version."""
    if pq.read_schema(path).names != list(table.names):
        return True
    columns = list(dict.fromkeys(cause.column for cause in causes))
    return any(
        pc.any(pc.is_in(rows.column(cause.column), cause.values)).as_py()
        for rows in read_groups(path, columns)
        for cause in causes
    )
