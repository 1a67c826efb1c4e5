"""The next parts of one table: what is unchanged is linked, the rest is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from ingest.store.files import link_or_copy
from ingest.store.publish.difference import read_staged
from ingest.tables.parts import Part, PartWriter, column_names, read_groups, stacked, write_empty
from ingest.tables.ranges import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from ingest.tables.columns import Table

SMALL_LOG_BYTES = 4 * 1024 * 1024
"""A log's part is merged with new rows up to this size, so that little is held in memory."""
GROWTH = 2
"""A part is merged with new rows when it has at most so many times their number."""


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

    The staged rows become one part with those that `merged_with` tells; a full part is written anew
    only where it holds a stale row.

    Returns:
        The next snapshot's parts, in key order.
    """
    parts = places.parts
    causes = [cause for cause in (Stale("document_id", change.gone), *change.stale) if len(cause.values)]
    stale = [part for part in parts if _is_stale(table, places.old / part.name, causes)]
    pool = merged_with(sum(read_staged(path).num_rows for path in change.staged), parts, stale)
    alone = [part for part in stale if part not in pool]
    kept = [part for part in parts if part not in pool and part not in alone]
    link(kept, places)
    made = _merge(table, places, change, change.staged, pool) if pool or change.staged else ()
    for part in alone:
        made += _merge(table, places, change, (), [part])
    return tuple(sorted((*kept, *made), key=lambda part: part.first)) or write_empty(table, places.new)


def merged_with(new_rows: int, parts: Sequence[Part], stale: Sequence[Part]) -> list[Part]:
    """Choose the parts that become one with new rows.

    Those are small parts, parts that must be written anyway, and others that are not much larger than
    all that is written with them.  So each part that stays has more than twice the rows of the next: few
    are there at any time; and a row is written again mostly when its part grows by half.

    Args:
        new_rows: Rows that a run brings.
        parts: The parts there are.
        stale: Those that must be written anew.
    """
    open_parts = [part for part in parts if not part.is_full]
    needed = [part for part in open_parts if part in stale]
    small = [part for part in open_parts if part.is_small and part not in needed]
    if not new_rows and not needed and len(small) < 2:  # noqa: PLR2004  # one alone stays
        return []
    pool, rows = needed + small, new_rows + sum(part.rows for part in needed + small)
    for part in sorted((part for part in open_parts if part not in pool), key=lambda part: part.rows):
        if part.rows <= GROWTH * rows:
            pool.append(part)
            rows += part.rows
    return pool


def link(parts: Sequence[Part], places: Places) -> None:
    """Link parts into the next snapshot."""
    places.new.mkdir(parents=True, exist_ok=True)
    for part in parts:
        link_or_copy(places.old / part.name, places.new / part.name)


def write_whole(table: Table, rows: pa.Table, new: Path, *, is_sorted: bool = False) -> tuple[Part, ...]:
    """Write a table that is made anew from all documents.

    Args:
        table: The table.
        rows: Its rows.
        new: Its folder in the next snapshot.
        is_sorted: Whether they come in order of the key; else they are sorted first.
    """
    writer = PartWriter(table, new)
    writer.write(rows if is_sorted else rows.sort_by([(key, "ascending") for key in table.key]))
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
    if column_names(path) != list(table.names):
        return True
    columns = list(dict.fromkeys(cause.column for cause in causes))
    return any(
        pc.any(pc.is_in(rows.column(cause.column), cause.values)).as_py()
        for rows in read_groups(path, columns)
        for cause in causes
    )
