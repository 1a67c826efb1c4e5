"""Cells of documents: those of the same days with one heavy feature; a large cell is dealt out to parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from ingest.corpus.arrays import among, distinct, located, positions
from ingest.corpus.stories.linkage import WINDOW_DAYS
from ingest.corpus.stories.profiles import NO_DAY
from ingest.signature import GOLDEN

if TYPE_CHECKING:
    from ingest.corpus.arrays import Flags, Ints
    from ingest.corpus.stories.profiles import Profiles

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
class CellEntries:
    """Heavy features of documents, each in its cell.

    Attributes:
        documents: Index of the document of each entry.
        cells: The feature and the days: a block as long as the window, or none.
    """

    documents: Ints
    cells: Ints

    @classmethod
    def of(cls, profiles: Profiles, some: Ints | None = None) -> CellEntries:
        """The heavy features of documents, or of some of them."""
        rows, days, documents = profiles.heavy, profiles.days, np.arange(len(profiles))
        if some is not None:
            rows, days, documents = rows.take(some), days[some], some
        cells = rows.values.astype(np.int64) << BLOCK_BITS | np.repeat(blocks_of(days), rows.lengths)
        return cls(np.repeat(documents, rows.lengths), cells)

    @property
    def codes(self) -> Ints:
        """The feature of each entry."""
        return self.cells >> BLOCK_BITS

    @property
    def is_dated(self) -> Flags:
        """Whether the document of each entry says when it was published."""
        found: Flags = self.cells & BLOCKS != UNDATED
        return found

    def where(self, some: Flags | Ints) -> CellEntries:
        """Some of the entries."""
        return CellEntries(self.documents[some], self.cells[some])


def sizes(every: npt.NDArray[_Whole], some: npt.NDArray[_Whole]) -> Ints:
    """How many entries each of some cells, or features, has; those are ascending."""
    return np.bincount(located(every, some)[1], minlength=len(some))


def parts_of(counts: Ints) -> Ints:
    """Into how many parts so many documents are dealt out, that none holds too many on average."""
    over = np.ceil(np.log2(np.maximum(1, counts / CELL_DOCUMENTS)))
    parts: Ints = 1 << over.astype(np.int64)
    return parts


def lots(profiles: Profiles, documents: Ints, codes: Ints) -> Ints:
    """The number by which each entry is dealt out, the same whatever other documents there are."""
    mixed = profiles.ids[documents] ^ codes.astype(np.uint64) * GOLDEN
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


def recut(
    before: Profiles, now: Profiles, came: Flags, went: Flags, every: CellEntries
) -> tuple[Flags, Flags]:
    """Which documents stand in a cell of fewer parts than before, and which in one of more.

    Args:
        before: The documents before.
        now: The documents now.
        came: Those of now that were not there so.
        went: Those of before that are not there so.
        every: The heavy features of all of now.
    """
    gone, come = CellEntries.of(before, np.flatnonzero(went)), CellEntries.of(now, np.flatnonzero(came))
    undated = every.where(~every.is_dated)
    fewer, more = np.zeros(len(now), np.bool_), np.zeros(len(now), np.bool_)
    changed = distinct(np.concatenate([gone.cells, come.cells]))
    cells = changed[changed & BLOCKS != UNDATED]
    steps = _steps(cells, every.cells, gone.cells, come.cells)
    # The cell of a document without a date is that of all days: its feature.
    codes = np.intersect1d(distinct(undated.codes), distinct(changed >> BLOCK_BITS), assume_unique=True)
    code_steps = _steps(codes, every.codes, gone.codes, come.codes)
    for found, cut, code_cut in (
        (fewer, steps < 0, code_steps < 0),
        (more, steps > 0, code_steps > 0),
    ):
        found[every.documents[among(every.cells, cells[cut])]] = True
        found[undated.documents[among(undated.codes, codes[code_cut])]] = True
    return fewer, more


def _steps(some: Ints, held: Ints, gone: Ints, come: Ints) -> Ints:
    """How many parts more each of some cells, or features, has than before what is gone and what came."""
    are = sizes(held, some)
    steps: Ints = parts_of(are) - parts_of(are + sizes(gone, some) - sizes(come, some))
    return steps
