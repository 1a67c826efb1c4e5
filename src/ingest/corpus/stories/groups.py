"""Which documents tell one story: pairs that are alike, and groups of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.arrays import among, distinct, numbered
from ingest.corpus.stories.candidates import candidate_pairs
from ingest.corpus.stories.cells import UNDATED, Spread, blocks_of
from ingest.corpus.stories.linkage import find_groups
from ingest.corpus.stories.vectors import compare, weighed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.corpus.arrays import Flags, Floats, Ids, Ints
    from ingest.corpus.stories.cells import CellEntries
    from ingest.corpus.stories.profiles import Profiles
    from ingest.corpus.stories.rarity import Rarity

LEAST_ALIKE = 0.28
"""Two documents are alike from this cosine on, ..."""
LEAST_SHARED = 3
"""... and with so many features in common that are no names of places or nationalities."""
DOCUMENTS_AT_ONCE = 8_192
"""Pairs of so many documents are held at a time, and those of the days beside."""


def alike_pairs(
    profiles: Profiles, rarity: Rarity, of: Flags, every: CellEntries | None = None
) -> tuple[Ints, Floats]:
    """Find pairs of documents that are alike, one of them at least among some documents.

    Args:
        profiles: All documents.
        rarity: How rare each feature is.
        of: Which documents' pairs are looked for.
        every: The heavy features of all documents, if they are at hand.

    Returns:
        Indexes of both documents of each pair, the smaller first, in order; and their cosine.
    """
    found: list[tuple[Ints, Floats]] = [(np.zeros((0, 2), np.int64), np.zeros(0))]
    done, spread = np.zeros(len(profiles), np.bool_), Spread.of(profiles)
    for some, near in _stretches(profiles.days, of):
        if len(near) == len(profiles):
            pairs = candidate_pairs(profiles, some, spread, every)
        else:
            pairs = near[candidate_pairs(profiles.take(near), some[near], spread)]
        pairs = pairs[~done[pairs].any(axis=1)]
        there = distinct(pairs)
        alike, shared = compare(weighed(profiles.take(there), rarity), np.searchsorted(there, pairs))
        kept = (alike >= LEAST_ALIKE) & (shared >= LEAST_SHARED)
        found.append((pairs[kept], alike[kept]))
        done |= some
    pairs, alike = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return pairs[order], alike[order]


def _stretches(days: Ints, of: Flags) -> Iterator[tuple[Flags, Ints]]:
    """Cut some documents into stretches of days, each with all documents in cells of these days or beside.

    One that does not say when it was published may be compared with any.
    """
    blocks, every = blocks_of(days), np.arange(len(days))
    for documents in (every[of & (blocks == UNDATED)], every[of & (blocks != UNDATED)]):
        ordered = documents[np.argsort(days[documents], kind="stable")]
        for at in range(0, len(ordered), DOCUMENTS_AT_ONCE):
            some = np.zeros(len(days), np.bool_)
            some[ordered[at : at + DOCUMENTS_AT_ONCE]] = True
            own = distinct(blocks[some])
            beside = distinct(np.concatenate([own - 1, own, own + 1, [UNDATED]]))
            yield some, every if UNDATED in own else every[among(blocks, beside)]


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
    pairs: Ints, alike: Floats, profiles: Profiles, labels: Ids, touched: Flags
) -> tuple[list[list[int]], Flags]:
    """Group those documents whose groups may be others than before.

    Looked at are the groups with a document that is touched, beside all groups with which a pair connects
    them; what connects two of the latter is left out, for it did not join them before.  Where those do not
    join, nothing is changed in them or beyond: up to where a pair would join it, a group grows alone.
    Where one joins, it is looked at as well.

    Args:
        pairs: Documents that are alike.
        alike: How much.
        profiles: All documents.
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
        found = find_groups(pairs[there], alike[there], profiles.days, profiles.ids)
        joined = [one for one in found if inside[one].any() and not inside[one].all()]
        if not joined:
            return [one for one in found if inside[one[0]]], inside
        for one in joined:
            is_open[group[one]] = True
