"""Which documents tell one story: pairs that are alike, and groups of them."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.arrays import distinct, numbered
from ingest.corpus.candidates import WINDOW_DAYS, candidate_pairs
from ingest.corpus.profiles import NO_DAY
from ingest.corpus.vectors import compare, weighed

if TYPE_CHECKING:
    from ingest.corpus.arrays import Flags, Floats, Ids, Ints
    from ingest.corpus.profiles import Profiles
    from ingest.corpus.rarity import Rarity

LEAST_ALIKE = 0.28
"""Two documents are alike from this cosine on, ..."""
LEAST_SHARED = 3
"""... and with so many features in common that are no names of places or nationalities."""
LEAST_AVERAGE = 0.1
"""Two groups are one story when all pairs between them are alike so much on average."""


_NO_SPAN = (math.inf, -math.inf)


def alike_pairs(profiles: Profiles, rarity: Rarity, of: Flags) -> tuple[Ints, Floats]:
    """Find pairs of documents that are alike, one of them at least among some documents.

    Args:
        profiles: All documents.
        rarity: How rare each feature is.
        of: Which documents' pairs are looked for.

    Returns:
        Indexes of both documents of each pair, the smaller first, in order; and their cosine.
    """
    pairs = candidate_pairs(profiles, of)
    there = distinct(pairs)
    vectors = weighed(profiles.take(there), rarity)
    alike, shared = compare(vectors, np.searchsorted(there, pairs))
    kept = (alike >= LEAST_ALIKE) & (shared >= LEAST_SHARED)
    return pairs[kept], alike[kept]


def moved_ends(were: Ints, alike_before: Floats, are: Ints, alike: Floats) -> Ints:
    """Documents with a pair that came, went, or is alike otherwise than before; some come several times.

    Args:
        were: Pairs of before, in any order; a document that is no more is -1.
        alike_before: How much they were.
        are: Pairs of the same documents now.
        alike: How much they are.
    """
    pairs, scores = np.concatenate([were, are]), np.concatenate([alike_before, alike])
    order = np.lexsort((scores, pairs[:, 1], pairs[:, 0]))
    pairs, scores = pairs[order], scores[order]
    again = np.zeros(len(pairs) + 1, np.bool_)  # whether a pair is the one before it
    again[1:-1] = (
        (pairs[1:] == pairs[:-1]).all(axis=1) & (scores[1:] == scores[:-1]) & (pairs[1:] >= 0).all(axis=1)
    )
    moved = pairs[~(again[1:] | again[:-1])]
    return moved[moved >= 0]


def regroup(
    pairs: Ints, alike: Floats, days: Ints, labels: Ids, touched: Flags
) -> tuple[list[list[int]], Flags]:
    """Group those documents whose groups may be others than before.

    Looked at are the groups with a document that is touched, beside all groups with which a pair connects
    them; what connects two of the latter is left out, for it did not join them before.  Where those do not
    join, nothing is changed in them or beyond: up to where a pair would join it, a group grows alone.
    Where one joins, it is looked at as well.

    Args:
        pairs: Documents that are alike.
        alike: How much.
        days: When each document was published.
        labels: Groups of before: the same number for the same group.
        touched: Documents that are new, or of which a pair came, went, or is alike otherwise.

    Returns:
        The groups, as `find_groups` gives them, and the documents that were looked at: the others stand in
        the groups of before.
    """
    _, group, _ = numbered(labels)
    sides = group[pairs]
    is_open = np.zeros(len(labels), np.bool_)  # by group
    is_open[group[touched]] = True
    while True:
        inside = is_open[group]
        at_open = is_open[sides].any(axis=1)
        near = np.zeros(len(labels), np.bool_)
        near[sides[at_open].ravel()] = True
        there = at_open | (near[sides[:, 0]] & (sides[:, 0] == sides[:, 1]))
        found = find_groups(pairs[there], alike[there], days)
        joined = [one for one in found if inside[one].any() and not inside[one].all()]
        if not joined:
            return [one for one in found if inside[one[0]]], inside
        for one in joined:
            is_open[group[one]] = True


def find_groups(pairs: Ints, alike: Floats, days: Ints) -> list[list[int]]:
    """Group documents that tell one story.

    Groups grow from the most alike, as long as they are alike on average (average linkage, pairs that
    were not compared counting 0) and lie within the window.  What no pair connects has no influence
    on each other.

    Args:
        pairs: Documents that are alike.
        alike: How much.
        days: When each document was published.

    Returns:
        Groups of two or more documents, as ascending indexes; in order of their first.
    """
    growth = _Growth(days)
    for (one, other), score in zip(pairs.tolist(), alike.tolist(), strict=True):
        growth.connect(one, other, score)
    return growth.groups()


class _Growth:
    """Groups of documents while they grow together."""

    def __init__(self, days: Ints) -> None:
        self._days = days
        self._members: dict[int, list[int]] = {}
        self._spans: dict[int, tuple[float, float]] = {}  # first and last day, for those that have one
        self._links: dict[int, dict[int, float]] = defaultdict(dict)  # what all pairs of two groups add up to
        self._heap: list[tuple[float, int, int]] = []

    def connect(self, one: int, other: int, score: float) -> None:
        """Add a pair of documents that are alike."""
        for document in (one, other):
            if document not in self._members:
                day = int(self._days[document])
                self._members[document] = [document]
                self._spans[document] = _NO_SPAN if day == NO_DAY else (day, day)
        self._links[one][other] = self._links[other][one] = score
        self._heap.append((-score, one, other))

    def groups(self) -> list[list[int]]:
        """Join groups, the most alike first, until no two can be joined."""
        heapq.heapify(self._heap)
        group = len(self._days)
        while self._heap:
            _, one, other = heapq.heappop(self._heap)
            if one in self._members and other in self._members:
                span = _joint_span(self._spans[one], self._spans[other])
                if span is not None:
                    self._join(one, other, group, span)
                    group += 1
        return sorted(sorted(group) for group in self._members.values() if len(group) > 1)

    def _join(self, one: int, other: int, group: int, span: tuple[float, float]) -> None:
        members, spans, links = self._members, self._spans, self._links
        members[group] = joint = members.pop(one) + members.pop(other)
        spans[group] = span
        sums, more = links.pop(one), links.pop(other)
        del sums[other], more[one]
        for third, total in more.items():
            sums[third] = sums.get(third, 0.0) + total
        for third, total in sums.items():
            of_third = links[third]
            of_third.pop(one, None)
            of_third.pop(other, None)
            if _joint_span(spans[third], span) is None:
                continue  # nor will it ever be joined with what they become
            of_third[group] = links[group][third] = total
            average = total / (len(joint) * len(members[third]))
            if average >= LEAST_AVERAGE:
                heapq.heappush(self._heap, (-average, third, group))


def _joint_span(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float] | None:
    """The days from the first to the last of two groups; None where they are too many for a story."""
    first, last = min(one[0], other[0]), max(one[1], other[1])
    return None if last - first > WINDOW_DAYS else (first, last)
