"""Cells of documents: those of the same days with one heavy feature; a large cell is dealt out to parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from ingest.corpus.arrays import among, counted, distinct, positions
from ingest.corpus.linkage import WINDOW_DAYS
from ingest.corpus.profiles import NO_DAY

if TYPE_CHECKING:
    from ingest.corpus.arrays import Flags, Ints
    from ingest.corpus.profiles import Profiles

_Whole = TypeVar("_Whole", bound=np.integer)

CELL_DOCUMENTS = 64
"""A cell of more documents than this is dealt out to parts, by chance."""
BLOCK_BITS = 20
"""A cell's number: the feature, below it the block of days."""
BLOCKS = (1 << BLOCK_BITS) - 1
UNDATED = 0
"""The block of documents that do not say when they were published."""

_PART_BITS = 20
_FIRST_DAY = -800_000  # before all dates that there are


def blocks_of(days: Ints) -> Ints:
    """The block of days that each day lies in."""
    return np.where(days == NO_DAY, UNDATED, (days - _FIRST_DAY) // WINDOW_DAYS + 1)


@dataclass(frozen=True)
class Entries:
    """Heavy features of documents, each in its cell.

    Attributes:
        documents: Index of the document of each entry.
        cells: The feature and the days: a block as long as the window, or none.
    """

    documents: Ints
    cells: Ints

    @classmethod
    def of(cls, profiles: Profiles, some: Ints | None = None) -> Entries:
        """The heavy features of documents, or of some of them."""
        some = np.arange(len(profiles)) if some is None else some
        rows, block = profiles.heavy.take(some), blocks_of(profiles.days[some])
        owners = rows.owners
        return cls(some[owners], rows.values.astype(np.int64) << BLOCK_BITS | block[owners])

    @property
    def codes(self) -> Ints:
        """The feature of each entry."""
        return self.cells >> BLOCK_BITS

    @property
    def is_dated(self) -> Flags:
        """Whether the document of each entry says when it was published."""
        found: Flags = self.cells & BLOCKS != UNDATED
        return found

    def where(self, flags: Flags) -> Entries:
        """Some of the entries."""
        return Entries(self.documents[flags], self.cells[flags])


def sizes(every: npt.NDArray[_Whole], some: npt.NDArray[_Whole]) -> Ints:
    """How many entries each of some cells, or features, has; those are ascending."""
    return np.bincount(positions(some, every[among(every, some)]), minlength=len(some))


def parts_of(counts: Ints) -> Ints:
    """Into how many parts so many documents are dealt out, that none holds too many on average."""
    over = np.ceil(np.log2(np.maximum(1, counts / CELL_DOCUMENTS)))
    parts: Ints = 1 << over.astype(np.int64)
    return parts


def parts_of_each(every: Ints) -> Ints:
    """The number of parts of the cell, or feature, of each entry, all of whose entries are there."""
    found, counts = counted(every)
    large = counts > CELL_DOCUMENTS
    return np.append(parts_of(counts[large]), 1)[positions(found[large], every)]


def lots(profiles: Profiles, documents: Ints, codes: Ints) -> Ints:
    """The number by which each entry is dealt out, the same whatever other documents there are."""
    mixed = profiles.ids[documents] ^ codes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    drawn: Ints = (mixed * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(64 - _PART_BITS)).astype(np.int64)
    return drawn


@dataclass(frozen=True)
class Spread:
    """Features of documents that do not say when they were published: their cells are of all days.

    Attributes:
        features: The features, ascending.
        parts: Into how many parts the documents that have each are dealt out.
    """

    features: Ints
    parts: Ints

    @classmethod
    def of(cls, profiles: Profiles) -> Spread:
        """What holds of all documents of a corpus."""
        undated = profiles.heavy.take(np.flatnonzero(profiles.days == NO_DAY))
        features = distinct(undated.values)
        return cls(features.astype(np.int64), parts_of(sizes(profiles.heavy.values, features)))

    def parts_of(self, features: Ints) -> Ints:
        """The parts of each feature; 1 where no such document has it."""
        return np.append(self.parts, 1)[positions(self.features, features)]


def recut(before: Profiles, now: Profiles, came: Flags, went: Flags) -> tuple[Flags, Flags]:
    """Which documents stand in a cell of fewer parts than before, and which in one of more.

    Args:
        before: The documents before.
        now: The documents now.
        came: Those of now that were not there so.
        went: Those of before that are not there so.
    """
    gone, come = Entries.of(before, np.flatnonzero(went)), Entries.of(now, np.flatnonzero(came))
    every = Entries.of(now)
    fewer, more = np.zeros(len(now), np.bool_), np.zeros(len(now), np.bool_)
    changed = distinct(np.concatenate([gone.cells, come.cells]))
    for cells, key in (
        (changed[changed & BLOCKS != UNDATED], "cells"),
        (_features_of_undated(every, changed), "codes"),
    ):
        held = getattr(every, key)
        are = sizes(held, cells)
        were = are + sizes(getattr(gone, key), cells) - sizes(getattr(come, key), cells)
        steps = parts_of(are) - parts_of(were)
        of_those = every if key == "cells" else every.where(~every.is_dated)
        for found, moved in ((fewer, cells[steps < 0]), (more, cells[steps > 0])):
            found[of_those.documents[among(getattr(of_those, key), moved)]] = True
    return fewer, more


def _features_of_undated(every: Entries, cells: Ints) -> Ints:
    """The features of some cells that a document without a date has: its cell is that of all days."""
    undated = distinct(every.codes[~every.is_dated])
    return np.intersect1d(undated, distinct(cells >> BLOCK_BITS), assume_unique=True)
