"""Which documents are compared: those that share heavy features, about the same time.

Everything hangs on pairs and on the cells in which both stand, so that what a document changes is
found near it: the same pairs come out whether all of them are looked for, or those of some documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.arrays import among, counted, distinct, numbered, positions, stretches
from ingest.corpus.linkage import WINDOW_DAYS
from ingest.corpus.profiles import NO_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.corpus.arrays import Flags, Ints, Numbers
    from ingest.corpus.profiles import Profiles

SHARED_HEAVY = 2
"""Two documents are compared when they share so many heavy features, ..."""
CELL_DOCUMENTS = 64
"""... each in one cell: documents of the same days with a feature; of more than so many chance decides."""
ENTRIES_AT_ONCE = 16_384

_BLOCK_BITS, _PART_BITS = 20, 20
_FIRST_DAY = -800_000  # before all dates that there are
_BLOCKS = (1 << _BLOCK_BITS) - 1
_UNDATED = 0


@dataclass(frozen=True)
class _Entries:
    """Heavy features of documents, each in its cell.

    Attributes:
        documents: Index of the document of each entry.
        codes: The feature.
        cells: The feature and the days: a block as long as the window, or none.
        is_dated: Whether the document says when it was published.
        lots: The number by which the entry is dealt out to the parts of its cell.
        parts: Number of parts of the cell, a power of two.
        parts_of_all: The same, where the documents of all days are one cell.
    """

    documents: Ints
    codes: Ints
    cells: Ints
    is_dated: Flags
    lots: Ints
    parts: Ints
    parts_of_all: Ints


def candidate_pairs(profiles: Profiles, of: Flags) -> Ints:
    """Pairs that share heavy features and lie within the window, one of them at least among some documents.

    Args:
        profiles: The documents.
        of: Which documents' pairs are looked for.

    Returns:
        Indexes of both documents, the smaller first: shape (n, 2), sorted.
    """
    entries = _entries(profiles, of)
    asked = np.flatnonzero(of[entries.documents])
    pools = _Pools(entries)
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


def recut(before: Profiles, now: Profiles, came: Flags, went: Flags) -> Flags:
    """Which documents stand in a cell of other parts than before.

    Args:
        before: The documents before.
        now: The documents now.
        came: Those of now that were not there so.
        went: Those of before that are not there so.
    """
    changed = ((before, went), (now, came))
    codes = distinct(np.concatenate([p.heavy.take(np.flatnonzero(flags)).values for p, flags in changed]))
    old, new = (_heavy(profiles, codes) for profiles in (before, now))
    cells = distinct(np.concatenate([old[2][went[old[0]]], new[2][came[new[0]]]]))
    cells = cells[cells & _BLOCKS != _UNDATED]
    moved = cells[_parts_of(old[2], cells) != _parts_of(new[2], cells)]
    found = np.zeros(len(now), np.bool_)
    found[new[0][positions(moved, new[2]) >= 0]] = True
    undated = new[2] & _BLOCKS == _UNDATED
    features = distinct(new[1][undated])
    features = features[_parts_of(old[1], features) != _parts_of(new[1], features)]
    found[new[0][undated & (positions(features, new[1]) >= 0)]] = True
    return found


def _entries(profiles: Profiles, of: Flags) -> _Entries:
    """The heavy features of all documents; not those with which some documents cannot be compared."""
    wanted = None if of.all() else distinct(profiles.heavy.take(np.flatnonzero(of)).values)
    documents, code, cells = _heavy(profiles, wanted)
    is_dated = cells & _BLOCKS != _UNDATED
    of_all = np.ones(len(code), np.int64) if is_dated.all() else _parts(code)
    if wanted is not None:
        own = distinct(cells[of[documents]])
        dated = own[own & _BLOCKS != _UNDATED]
        beside = [own, dated - 1, dated + 1, own & ~_BLOCKS | _UNDATED]
        kept = positions(distinct(np.concatenate(beside)), cells) >= 0
        kept |= positions(own[own & _BLOCKS == _UNDATED] >> _BLOCK_BITS, code) >= 0
        documents, code, cells, is_dated, of_all = (
            x[kept] for x in (documents, code, cells, is_dated, of_all)
        )
    parts = np.where(is_dated, _parts(cells), of_all)
    return _Entries(documents, code, cells, is_dated, _lots(profiles, documents, code), parts, of_all)


def _heavy(profiles: Profiles, codes: Numbers | None) -> tuple[Ints, Ints, Ints]:
    """Document, code and cell of each heavy feature, or of those of these codes."""
    values = profiles.heavy.values
    kept = np.arange(len(values)) if codes is None else np.flatnonzero(among(values, codes))
    documents = np.searchsorted(profiles.heavy.starts, kept, side="right") - 1
    code, days = values[kept].astype(np.int64), profiles.days
    block = np.where(days == NO_DAY, _UNDATED, (days - _FIRST_DAY) // WINDOW_DAYS + 1)
    return documents, code, code << _BLOCK_BITS | block[documents]


def _parts(cells: Ints) -> Ints:
    """Into how many parts the cell of each entry is dealt out, that none holds too many on average."""
    found, sizes = counted(cells)
    large = sizes > CELL_DOCUMENTS
    return np.append(_parts_for(sizes[large]), 1)[positions(found[large], cells)]


def _parts_of(cells: Ints, some: Ints) -> Ints:
    """Number of parts of some cells, which are ascending."""
    at = positions(some, cells)
    return _parts_for(np.bincount(at[at >= 0], minlength=len(some)))


def _parts_for(sizes: Ints) -> Ints:
    over = np.ceil(np.log2(np.maximum(1, sizes / CELL_DOCUMENTS)))
    parts: Ints = 1 << over.astype(np.int64)
    return parts


def _lots(profiles: Profiles, documents: Ints, codes: Ints) -> Ints:
    """A number by chance for each entry, the same whatever other documents there are."""
    mixed = profiles.ids[documents] ^ codes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    lots: Ints = (mixed * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(64 - _PART_BITS)).astype(np.int64)
    return lots


class _Pools:
    """Entries by the part of the cell in which they stand."""

    def __init__(self, entries: _Entries) -> None:
        self._entries = entries
        self._by_cell = _Pool(entries.cells, entries.parts, entries.lots)
        cells = self._by_cell.cells
        beside = [cells + shift for shift in (-1, 0, 1)]
        undated = cells >> _BLOCK_BITS << _BLOCK_BITS | _UNDATED
        self._beside = [positions(cells, wanted) for wanted in (*beside, undated)]
        self._by_feature: _Pool | None = None

    def partners(self, asked: Ints) -> tuple[Ints, Ints]:
        """Entries that stand in one part with those asked about, as pairs of indexes."""
        entries = self._entries
        dated, undated = asked[entries.is_dated[asked]], asked[~entries.is_dated[asked]]
        found = [self._in_cells(dated, beside[self._by_cell.of[dated]]) for beside in self._beside]
        if len(undated):
            if self._by_feature is None:
                self._by_feature = _Pool(entries.codes, entries.parts_of_all, entries.lots)
            found.append(self._by_feature.find(undated, self._by_feature.of[undated]))
        one, other = (np.concatenate(side) for side in zip(*found, strict=True))
        return one, other

    def _in_cells(self, asked: Ints, cells: Ints) -> tuple[Ints, Ints]:
        """Entries of these cells that stand in the same part as those asked about, in both their cells."""
        entries = self._entries
        there = cells >= 0
        one, other = self._by_cell.find(asked[there], cells[there])
        own = np.where(entries.is_dated[other], entries.parts[one], 1)
        same = (entries.lots[one] ^ entries.lots[other]) & (own - 1) == 0
        return one[same], other[same]


class _Pool:
    """Entries by cell and part.

    Attributes:
        cells: The cells, ascending.
        of: Of each entry its cell, as an index of these.
    """

    def __init__(self, cells: Ints, parts: Ints, lots: Ints) -> None:
        self.cells, self.of, _ = numbered(cells)
        self._parts = np.ones(len(self.cells), np.int64)
        self._parts[self.of] = parts
        self._lots = lots
        self._first_part = np.append(0, np.cumsum(self._parts))
        part = self._first_part[self.of] + (lots & (parts - 1))
        self._order = np.argsort(part, kind="stable")
        self._starts = np.append(0, np.cumsum(np.bincount(part, minlength=int(self._first_part[-1]))))

    def find(self, asked: Ints, cells: Ints) -> tuple[Ints, Ints]:
        """All entries of these cells that stand in the part to which those asked about would be dealt out."""
        part = self._first_part[cells] + (self._lots[asked] & (self._parts[cells] - 1))
        first, lengths = self._starts[part], self._starts[part + 1] - self._starts[part]
        return np.repeat(asked, lengths), self._order[stretches(first, lengths)]


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
