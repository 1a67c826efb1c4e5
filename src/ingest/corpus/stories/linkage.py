"""Groups grown by average linkage, many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.arrays import distinct
from ingest.corpus.stories.profiles import NO_DAY
from ingest.signature import GOLDEN

if TYPE_CHECKING:
    from ingest.corpus.arrays import Flags, Floats, Ids, Ints

WINDOW_DAYS = 4
"""Documents of one story were published within so many days; one that does not say when, may join."""
LEAST_AVERAGE = 0.1
"""Two groups are one story when all pairs between them are alike so much on average."""

_UNITS = 1_000_000
"""Cosines have six digits; as whole numbers they add up to the same in whatever order."""
_FAR = 1 << 40


def find_groups(pairs: Ints, alike: Floats, days: Ints, ids: Ids) -> list[list[int]]:
    """Group documents that tell one story.

    Groups grow from the most alike, as long as they are alike on average (average linkage, pairs that
    were not compared counting 0) and lie within the window.  What no pair connects has no influence
    on each other.

    Two groups that are to each other the most alike may be joined before others that are more alike: no
    group becomes more alike to what they become than it was to one of them, so in the end the groups are the
    same (reducibility, Bruynooghe 1977).  So all such are joined at once, round after round.

    Args:
        pairs: Documents that are alike; each pair once, the smaller index first.
        alike: How much.
        days: When each document was published.
        ids: Numbers that are the same whatever other documents there are: they decide between equals.

    Returns:
        Groups of two or more documents, as ascending indexes; in order of their first.
    """
    documents = distinct(pairs)
    one, other = np.searchsorted(documents, pairs).T
    growth = _Growth.of(days[documents], ids[documents])
    links = _Links(one, other, np.rint(alike * _UNITS).astype(np.int64))
    while len(links.sums):
        links = growth.joined(links)
    return [documents[group].tolist() for group in growth.groups()]


@dataclass(frozen=True)
class _Links:
    """Pairs of groups by their heads, the smaller first, and what all pairs of their documents add up to."""

    one: Ints
    other: Ints
    sums: Ints

    def where(self, flags: Flags) -> _Links:
        return _Links(self.one[flags], self.other[flags], self.sums[flags])

    def moved(self, heads: Ints) -> _Links:
        """The same between the groups that now have these heads."""
        one, other = heads[self.one], heads[self.other]
        keys = np.minimum(one, other) * len(heads) + np.maximum(one, other)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        sums = np.add.reduceat(self.sums[order], begins) if len(begins) else self.sums
        one, other = np.divmod(keys[begins], max(1, len(heads)))
        return _Links(one, other, sums).where(one != other)


@dataclass(frozen=True)
class _Growth:
    """Groups of documents, each known by its head: its document with the smallest index.

    Attributes:
        ids: Id of each document.
        heads: Of each document the head of a group that it has joined; its own where it heads one.
        sizes: By head, the number of documents.
        first: By head, the day of the earliest.
        last: By head, the day of the latest.
    """

    ids: Ids
    heads: Ints
    sizes: Ints
    first: Ints
    last: Ints

    @classmethod
    def of(cls, days: Ints, ids: Ids) -> _Growth:
        """Documents that stand alone."""
        undated, count = days == NO_DAY, len(days)
        first, last = np.where(undated, _FAR, days), np.where(undated, -_FAR, days)
        return cls(ids, np.arange(count), np.ones(count, np.int64), first, last)

    def joined(self, links: _Links) -> _Links:
        """Join groups that are to each other the most alike; give the links that may join more.

        Two that lie too far apart, or of which one has nothing left to be joined with, will never be one.
        """
        first = np.minimum(self.first[links.one], self.first[links.other])
        last = np.maximum(self.last[links.one], self.last[links.other])
        links = links.where(last - first <= WINDOW_DAYS)
        average = links.sums / (self.sizes[links.one] * self.sizes[links.other])
        enough = average >= LEAST_AVERAGE * _UNITS
        near = links.where(enough)
        one, other = self._nearest(near, average[enough])
        if not len(one):
            return near
        self.heads[other] = one
        self.sizes[one] += self.sizes[other]
        self.first[one] = np.minimum(self.first[one], self.first[other])
        self.last[one] = np.maximum(self.last[one], self.last[other])
        is_open = np.zeros(len(self.heads), np.bool_)
        is_open[near.one], is_open[near.other] = True, True
        return links.where(is_open[links.one] & is_open[links.other]).moved(self.heads)

    def _nearest(self, near: _Links, average: Floats) -> tuple[Ints, Ints]:
        """Pairs of which each is the nearest to the other; of equals, chance decides."""
        most = np.zeros(len(self.heads))
        for side in (near.one, near.other):
            np.maximum.at(most, side, average)
        top = (average == most[near.one]) | (
            average == most[near.other]
        )  # only these may be the nearest of one
        near, average = near.where(top), average[top]
        lots = (self.ids[near.one] ^ self.ids[near.other]) * GOLDEN
        order = np.lexsort((near.other, near.one, lots, -average))
        one, other = near.one[order], near.other[order]
        best = np.full(len(self.heads), len(order))
        turn = np.arange(len(order))
        for side in (one, other):
            np.minimum.at(best, side, turn)
        mutual = (best[one] == turn) & (best[other] == turn)
        return one[mutual], other[mutual]

    def groups(self) -> list[Ints]:
        """The documents of each group of two or more, in order of their first."""
        heads = self.heads
        while (heads[heads] != heads).any():
            heads = heads[heads]
        order = np.argsort(heads, kind="stable")
        bounds = np.flatnonzero(np.diff(heads[order])) + 1
        return [group for group in np.split(order, bounds) if len(group) > 1]
