"""Which documents tell one story: pairs that are alike, and groups of them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.arrays import distinct, numbered
from ingest.corpus.candidates import WINDOW_DAYS, candidate_pairs
from ingest.corpus.profiles import NO_DAY
from ingest.corpus.vectors import compare, weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.corpus.arrays import Flags, Floats, Ids, Ints
    from ingest.corpus.profiles import Profiles
    from ingest.corpus.rarity import Rarity

LEAST_ALIKE = 0.28
"""Two documents are alike from this cosine on, ..."""
LEAST_SHARED = 3
"""... and with so many features in common that are no names of places or nationalities."""
LEAST_AVERAGE = 0.1
"""Two groups are one story when all pairs between them are alike so much on average."""


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


def regroup(
    pairs: Ints, alike: Floats, days: Ints, labels: Ids, touched: Flags
) -> tuple[list[list[int]], Flags]:
    """Group those documents whose groups may be others than before.

    Looked at are the groups with a document that is touched, beside all groups with which a pair connects
    them.  Where those do not join, nothing is changed in them or beyond: up to where a pair would join
    it, a group grows alone.  Where one joins, it is looked at as well.

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
    is_open = np.zeros(len(labels), np.bool_)  # by group
    is_open[group[touched]] = True
    while True:
        inside = is_open[group]
        near = is_open.copy()
        near[group[pairs[inside[pairs].any(axis=1)].ravel()]] = True
        there = near[group][pairs].all(axis=1)
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
    members: dict[int, list[int]] = {}
    links: dict[int, dict[int, float]] = defaultdict(dict)
    heap: list[tuple[float, int, int]] = []
    for (one, other), score in zip(pairs.tolist(), alike.tolist(), strict=True):
        members[one], members[other] = [one], [other]
        links[one][other] = links[other][one] = score
        heap.append((-score, one, other))
    heapq.heapify(heap)
    next_group = len(days)
    while heap:
        score, one, other = heapq.heappop(heap)
        if one not in members or other not in members or -score < LEAST_AVERAGE:
            continue
        joint = sorted(members[one] + members[other])
        if not _is_within_window(joint, days):
            continue
        del members[one], members[other]
        sums = links.pop(one)
        for third, total in links.pop(other).items():
            sums[third] = sums.get(third, 0.0) + total
        members[next_group] = joint
        for third in sorted(sums.keys() & members.keys()):
            links[third].pop(one, None)
            links[third].pop(other, None)
            links[third][next_group] = links[next_group][third] = sums[third]
            average = sums[third] / (len(joint) * len(members[third]))
            heapq.heappush(heap, (-average, third, next_group))
        next_group += 1
    return sorted(group for group in members.values() if len(group) > 1)


def _is_within_window(documents: Sequence[int], days: Ints) -> bool:
    dated = days[list(documents)]
    dated = dated[dated != NO_DAY]
    return not len(dated) or int(dated.max() - dated.min()) <= WINDOW_DAYS
