"""Which documents tell one story: pairs that are alike, and groups of them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.vectors import NO_DAY, counted, heaviest, ranks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.corpus.vectors import Floats, Ints, Vectors

WINDOW_DAYS = 4
"""Documents of one story were published within so many days; one that does not say when, may join."""
HEAVY = 24
"""Two documents are compared when they share features that are among so many heaviest of each: ..."""
SHARED_HEAVY = 2
"""... so many at least, for each of which ..."""
NEIGHBOURS = 32
"""... they stand no further apart among the documents that have it, in order of days."""
LEAST_ALIKE = 0.28
"""Two documents are alike from this cosine on, ..."""
LEAST_SHARED = 3
"""... and with so many features in common that are no names of places or nationalities."""
LEAST_AVERAGE = 0.08
"""Two groups are one story when all pairs between them are alike so much on average."""
PAIRS_AT_ONCE = 16_384
PAIRS_IN_A_TURN = 4_000_000


def find_stories(vectors: Vectors) -> list[list[int]]:
    """Group documents that tell one story.

    Pairs that share something rare are compared by the cosine of their vectors; groups grow from
    the most alike, as long as they are alike on average (average linkage, pairs that were not
    compared counting 0) and lie within the window.  A function of the set of documents: neither
    their order nor the history of runs matters.

    Args:
        vectors: The documents.

    Returns:
        Groups of two or more documents, as ascending indexes; in order of their first.
    """
    pairs = candidate_pairs(vectors)
    alike, shared = compare(vectors, pairs)
    kept = (alike >= LEAST_ALIKE) & (shared >= LEAST_SHARED)
    return _group(pairs[kept], alike[kept], vectors.days)


def candidate_pairs(vectors: Vectors) -> Ints:
    """Pairs of documents that share heavy features and lie within the window: shape (n, 2), sorted.

    Pairs are counted in several turns where they are many, each for a part of the documents.
    """
    postings = _postings(vectors)
    turns = 1 + sum(len(one) for one, _ in _neighbours(*postings)) // PAIRS_IN_A_TURN
    kept = [np.zeros(0, np.int64)]
    for turn in range(turns):
        gathered = [np.zeros(0, np.int64)]
        for one, other in _neighbours(*postings):
            low, high = np.minimum(one, other), np.maximum(one, other)
            mine = low % turns == turn
            gathered.append(low[mine] * len(vectors) + high[mine])
        keys, times = counted(np.concatenate(gathered))
        kept.append(keys[times >= SHARED_HEAVY])
    keys = np.sort(np.concatenate(kept))
    return np.stack([keys // max(1, len(vectors)), keys % max(1, len(vectors))], axis=1)


def _postings(vectors: Vectors) -> tuple[Ints, Ints, Ints]:
    """Documents, features and days of all heavy entries, by feature and day."""
    documents = np.repeat(np.arange(len(vectors)), np.diff(vectors.starts))
    heavy = heaviest(documents, vectors.weights, HEAVY)
    by_day = np.argsort(vectors.days, kind="stable")
    turn = np.empty_like(by_day)
    turn[by_day] = np.arange(len(by_day))
    width = max(1, len(vectors))
    packed = np.sort(vectors.features[heavy] * width + turn[documents[heavy]])
    documents = by_day[packed % width]
    return documents, packed // width, vectors.days[documents]


def _neighbours(documents: Ints, features: Ints, days: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of documents that stand near each other under a feature, one distance at a time."""
    for lag in range(1, NEIGHBOURS + 1):
        same = features[lag:] == features[:-lag]
        if not same.any():
            return
        near = same & ((days[lag:] - days[:-lag] <= WINDOW_DAYS) | (days[:-lag] == NO_DAY))
        yield documents[:-lag][near], documents[lag:][near]


def compare(vectors: Vectors, pairs: Ints) -> tuple[Floats, Ints]:
    """Compare pairs of documents.

    Returns:
        The cosine of each pair, and how many features of both are no names of places or nationalities.
    """
    alike = np.zeros(len(pairs), np.float32)
    shared = np.zeros(len(pairs), np.int64)
    for at in range(0, len(pairs), PAIRS_AT_ONCE):
        some = pairs[at : at + PAIRS_AT_ONCE]
        left, left_at = _entries(vectors, some[:, 0])
        right, right_at = _entries(vectors, some[:, 1])
        where = np.searchsorted(right, left)
        where[where == len(right)] = 0
        both = right[where] == left if len(right) else np.zeros(len(left), np.bool_)
        one, other = left_at[both], right_at[where[both]]
        owner = left[both] // _width(vectors)
        products = vectors.weights[one].astype(np.float64) * vectors.weights[other]
        alike[at : at + len(some)] = np.bincount(owner, products, len(some))
        strong = vectors.is_strong[one].astype(np.float64)
        shared[at : at + len(some)] = np.bincount(owner, strong, len(some)).astype(np.int64)
    return alike, shared


def _width(vectors: Vectors) -> int:
    return int(vectors.features.max(initial=0)) + 1


def _entries(vectors: Vectors, documents: Ints) -> tuple[Ints, Ints]:
    """Keys of (place in `documents`, feature), ascending, and where each entry stands."""
    lengths = np.diff(vectors.starts)[documents]
    owners = np.repeat(np.arange(len(documents)), lengths)
    at = np.repeat(vectors.starts[documents], lengths) + ranks(owners)
    return owners * _width(vectors) + vectors.features[at], at


def _group(pairs: Ints, alike: Floats, days: Ints) -> list[list[int]]:
    """Average linkage over the pairs that are alike, within the window."""
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
