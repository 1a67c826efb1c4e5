"""Which documents are compared: those that share heavy features, about the same time.

Everything hangs on pairs and on the cells in which both stand, so that what a document changes is
found near it: the same pairs come out whether all of them are looked for, or those of some documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.arrays import among, counted, distinct, located, numbered, positions, stretches
from ingest.corpus.stories.cells import (
    BLOCK_BITS,
    BLOCKS,
    UNDATED,
    CellEntries,
    Spread,
    lots,
    parts_of,
    sizes,
)
from ingest.corpus.stories.linkage import WINDOW_DAYS
from ingest.corpus.stories.profiles import NO_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.corpus.arrays import Flags, Ints
    from ingest.corpus.stories.profiles import Profiles

SHARED_HEAVY = 2
"""Two documents are compared when they share so many heavy features, each in one part of a cell."""
ENTRIES_AT_ONCE = 16_384


@dataclass(frozen=True)
class _Dealt:
    """Heavy features of documents, dealt out to the parts of their cells.

    Attributes:
        documents: Index of the document of each entry.
        codes: The feature.
        cells: The cells, each a feature and the days, ascending.
        cell: Of each entry its cell, as an index of these.
        is_dated: Whether the document says when it was published.
        lots: The number by which the entry is dealt out to the parts of its cell.
        parts: Number of parts of the cell, a power of two.
        parts_of_all: The same, where the documents of all days are one cell.
    """

    documents: Ints
    codes: Ints
    cells: Ints
    cell: Ints
    is_dated: Flags
    lots: Ints
    parts: Ints
    parts_of_all: Ints


def candidate_pairs(
    profiles: Profiles, of: Flags, spread: Spread | None = None, every: CellEntries | None = None
) -> Ints:
    """Pairs that share heavy features and lie within the window, one of them at least among some documents.

    Args:
        profiles: The documents.
        of: Which documents' pairs are looked for.
        spread: What holds of all documents, where only those near some are given.
        every: The heavy features of these documents, if they are at hand.

    Returns:
        Indexes of both documents, the smaller first: shape (n, 2), sorted.
    """
    entries = _dealt(profiles, of, spread or Spread.of(profiles), every or CellEntries.of(profiles))
    asked = np.flatnonzero(of[entries.documents])
    pools = _Pools(entries, asked)
    kept = [np.zeros(0, np.int64)]
    for some in _batches(entries.documents[asked]):
        one, other = pools.partners(asked[some])
        x, y = entries.documents[one], entries.documents[other]
        near = (np.abs(profiles.days[x] - profiles.days[y]) <= WINDOW_DAYS) | (
            np.minimum(profiles.days[x], profiles.days[y]) == NO_DAY
        )
        once = (x != y) & (~of[y] | (x < y))
        x, y = x[near & once], y[near & once]
        keys, times = counted(np.minimum(x, y) * len(profiles) + np.maximum(x, y))
        kept.append(keys[times >= SHARED_HEAVY])
    keys = np.sort(np.concatenate(kept))
    return np.stack([keys // max(1, len(profiles)), keys % max(1, len(profiles))], axis=1)


def still_candidates(profiles: Profiles, pairs: Ints, every: CellEntries) -> Flags:
    """Which pairs of documents that lie within the window `candidate_pairs` would give.

    Args:
        profiles: The documents.
        pairs: Indexes of both documents of each pair.
        every: The heavy features of all documents.
    """
    there = distinct(pairs)
    entries = CellEntries.of(profiles, there)
    (left, one), (right, other) = (_entries_of(entries, len(profiles), side) for side in pairs.T)
    both, at_left, at_right = np.intersect1d(left, right, assume_unique=True, return_indices=True)
    one, other = one[at_left], other[at_right]
    dated = entries.is_dated[one] & entries.is_dated[other]
    wide = np.maximum(*(_parts_among(every.cells, entries.cells[side]) for side in (one, other)))
    if not dated.all():
        wide[~dated] = Spread.of(profiles).parts_of(entries.codes[one[~dated]])
    drawn = lots(profiles, entries.documents, entries.codes)
    same = (drawn[one] ^ drawn[other]) & (wide - 1) == 0
    return np.bincount(both[same] >> 32, minlength=len(pairs)) >= SHARED_HEAVY


def _entries_of(entries: CellEntries, count: int, documents: Ints) -> tuple[Ints, Ints]:
    """Entries of some documents: turn and feature packed into one ascending number, and where they stand."""
    starts = np.searchsorted(entries.documents, np.arange(count + 1))
    lengths = starts[documents + 1] - starts[documents]
    at = stretches(starts[documents], lengths)
    return np.repeat(np.arange(len(documents)), lengths) << 32 | entries.codes[at], at


def _parts_among(every: Ints, some: Ints) -> Ints:
    """Number of parts of some cells, or features, among those of all documents."""
    keys, index, _ = numbered(some)
    return parts_of(sizes(every, keys))[index]


def _dealt(profiles: Profiles, of: Flags, spread: Spread, every: CellEntries) -> _Dealt:
    """The heavy features of all documents; not those with which some documents cannot be compared."""
    entries, (cells, cell, counts) = (every, numbered(every.cells)) if of.all() else _near(every, of)
    is_dated, codes = entries.is_dated, entries.codes
    of_all = spread.parts_of(codes)
    parts = np.where(is_dated, parts_of(counts)[cell], of_all)
    drawn = lots(profiles, entries.documents, codes)
    return _Dealt(entries.documents, codes, cells, cell, is_dated, drawn, parts, of_all)


def _near(every: CellEntries, of: Flags) -> tuple[CellEntries, tuple[Ints, Ints, Ints]]:
    """Entries of cells beside those of some documents, whole cells; all of a feature, if one has no date.

    Returns:
        The entries; and what `numbered` tells of their cells.
    """
    own = distinct(every.cells[of[every.documents]])
    dated, undated = own[own & BLOCKS != UNDATED], own[own & BLOCKS == UNDATED]
    if len(undated):
        near = every.where(among(every.codes, distinct(own >> BLOCK_BITS)))
        return near, numbered(near.cells)
    cells = distinct(np.concatenate([own, dated - 1, dated + 1, own & ~BLOCKS | UNDATED]))
    at, cell = located(every.cells, cells)
    counts = np.bincount(cell, minlength=len(cells))
    held = counts > 0
    return every.where(at), (cells[held], (np.cumsum(held) - 1)[cell], counts[held])


class _Pools:
    """Entries by the part of the cell in which they stand, as far as they may be asked for."""

    def __init__(self, entries: _Dealt, asked: Ints) -> None:
        self._entries = entries
        cells = entries.cells
        beside = [cells + shift for shift in (-1, 0, 1)]
        undated = cells >> BLOCK_BITS << BLOCK_BITS | UNDATED
        self._beside = [positions(cells, wanted) for wanted in (*beside, undated)]
        self._by_cell = _Pool(entries.cell, entries.parts, entries.lots)
        self._by_cell.fill(*self._cells_beside(asked[entries.is_dated[asked]]))
        self._by_feature: _Pool | None = None
        undated = asked[~entries.is_dated[asked]]
        if len(undated):
            _, feature, _ = numbered(entries.codes)
            self._by_feature = _Pool(feature, entries.parts_of_all, entries.lots)
            self._by_feature.fill(undated, feature[undated])

    def partners(self, asked: Ints) -> tuple[Ints, Ints]:
        """Entries that stand in one part with those asked about, as pairs of indexes."""
        entries = self._entries
        found = [self._in_cells(asked[entries.is_dated[asked]])]
        if self._by_feature is not None:
            undated = asked[~entries.is_dated[asked]]
            found.append(self._by_feature.find(undated, self._by_feature.of[undated]))
        one, other = (np.concatenate(side) for side in zip(*found, strict=True))
        return one, other

    def _cells_beside(self, asked: Ints) -> tuple[Ints, Ints]:
        """Entries with a date, each with every cell there is in which documents are compared with its own."""
        cells = np.concatenate([beside[self._entries.cell[asked]] for beside in self._beside])
        there = cells >= 0
        return np.tile(asked, len(self._beside))[there], cells[there]

    def _in_cells(self, asked: Ints) -> tuple[Ints, Ints]:
        """Entries that stand in the same part as those asked about, in both their cells."""
        entries = self._entries
        one, other = self._by_cell.find(*self._cells_beside(asked))
        own = np.where(entries.is_dated[other], entries.parts[one], 1)
        same = (entries.lots[one] ^ entries.lots[other]) & (own - 1) == 0
        return one[same], other[same]


class _Pool:
    """Entries by cell and part.

    Attributes:
        of: Of each entry its cell, as an index of the cells.
    """

    def __init__(self, of: Ints, parts: Ints, lots: Ints) -> None:
        self.of = of
        self._parts = np.ones(int(of.max(initial=-1)) + 1, np.int64)
        self._parts[of] = parts
        self._lots = lots
        self._first_part = np.append(0, np.cumsum(self._parts))

    def fill(self, asked: Ints, cells: Ints) -> None:
        """Put the entries in order of their parts: those in which these will be looked for in these cells."""
        wanted = np.zeros(int(self._first_part[-1]), np.bool_)
        wanted[self._part(asked, cells)] = True
        part = self._part(np.arange(len(self.of)), self.of)
        there = np.flatnonzero(wanted[part])
        self._order = there[np.argsort(part[there], kind="stable")]
        self._starts = np.append(0, np.cumsum(np.bincount(part[there], minlength=len(wanted))))

    def find(self, asked: Ints, cells: Ints) -> tuple[Ints, Ints]:
        """All entries of these cells that stand in the part to which those asked about would be dealt out."""
        part = self._part(asked, cells)
        first, lengths = self._starts[part], self._starts[part + 1] - self._starts[part]
        return np.repeat(asked, lengths), self._order[stretches(first, lengths)]

    def _part(self, entries: Ints, cells: Ints) -> Ints:
        """The part of a cell to which an entry is dealt out, or would be."""
        part: Ints = self._first_part[cells] + (self._lots[entries] & (self._parts[cells] - 1))
        return part


def _batches(documents: Ints) -> Iterator[slice]:
    """Cut entries, which are in order of documents, into batches that hold all of a document."""
    start = 0
    while start < len(documents):
        end = min(start + ENTRIES_AT_ONCE, len(documents))
        if end < len(documents):
            end = int(np.searchsorted(documents, documents[end]))
        if end <= start:
            end = int(np.searchsorted(documents, documents[start], side="right"))
        yield slice(start, end)
        start = end
