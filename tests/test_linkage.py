"""Groups of documents that are joined round after round are those of average linkage."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from ingest.corpus.stories import linkage
from ingest.corpus.stories.linkage import find_groups
from ingest.corpus.stories.profiles import NO_DAY
from ingest.signature import GOLDEN


def grown_one_by_one(pairs, alike, days, ids):
    """Average linkage as it is defined: of all groups the two that are most alike are joined, and again."""
    groups = [[document] for document in sorted({*pairs.ravel().tolist()})]
    scores = {tuple(pair): Fraction(str(score)) for pair, score in zip(pairs.tolist(), alike, strict=True)}

    def key(one, other):
        total = sum(scores.get((min(i, j), max(i, j)), 0) for i in one for j in other)
        lot = int(ids[one[0]] ^ ids[other[0]]) * int(GOLDEN) % 2**64  # by chance
        return -total / (len(one) * len(other)), lot, one[0], other[0], one, other

    while True:
        dated = [[day for day in days[group] if day != NO_DAY] for group in groups]
        near = [
            key(groups[i], groups[j])
            for i, j in combinations(range(len(groups)), 2)
            if np.ptp(dated[i] + dated[j] or [0]) <= linkage.WINDOW_DAYS
        ]
        score, *_, one, other = min(near, default=(0, [], []))
        if -score < Fraction(str(linkage.LEAST_AVERAGE)):
            return sorted(group for group in groups if len(group) > 1)
        groups = sorted([*(group for group in groups if group not in (one, other)), sorted(one + other)])


@pytest.mark.parametrize("seed", range(20))
def test_groups_are_those_of_average_linkage(seed):
    rng = np.random.default_rng(seed)
    count = 16
    days = np.where(rng.random(count) < 0.2, NO_DAY, rng.integers(0, 9, count))
    pairs = np.array([pair for pair in combinations(range(count), 2) if rng.random() < 0.4])
    alike = rng.choice([0.3, 0.4, 0.5, 1.0], len(pairs)) if seed % 2 else rng.random(len(pairs)).round(6)
    ids = np.sort(rng.integers(0, 1 << 63, count).astype(np.uint64))
    groups = find_groups(pairs, alike, days, ids)
    assert groups == grown_one_by_one(pairs, alike, days, ids)
    assert groups
