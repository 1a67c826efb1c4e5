"""Documents of nearly the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.vectors import counted, ranks
from ingest.parts import read_groups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from ingest.corpus.vectors import Floats, Ints

LEAST_RESEMBLANCE = 0.5
"""Two texts are nearly the same from this share of common runs of words on."""
FIRSTS = 4
"""A document is compared with so many that share a run of words with it, the first by path."""
LEAST_COMMON = 4
"""Two texts that are nearly the same have more hashes in common: of 64 some 40, of 8 five."""
LEAST_SHINGLES = 8
"""Shorter texts are compared by no sketch."""
SKETCH_SIZE = 64
HASH_BITS = 32
PAIRS_AT_ONCE = 16_384


def near_duplicates(signatures: Sequence[Path], items: pa.Table) -> pa.Table:
    """Find documents whose text is nearly that of another with a smaller path.

    Args:
        signatures: Parts of `_signatures`.
        items: `document_id`, `source_path`, `duplicate_of` of all documents; copies are left out.

    Returns:
        `document_id`, `near_duplicate_of` and `near_duplicate_score`, one row for each such document.
    """
    originals = items.filter(pc.is_null(items.column("duplicate_of"))).sort_by("source_path")
    ids = originals.column("document_id").combine_chunks()
    owners, values, sizes = _sketches(signatures, ids)
    pairs = _candidates(owners, values)
    sketches = _matrix(owners, values, sizes)
    scores = resemblance(sketches, pairs)
    kept = scores >= LEAST_RESEMBLANCE
    later, first, scores = pairs[kept, 1], pairs[kept, 0], scores[kept]
    order = np.lexsort((first, later))
    nearest = order[ranks(later[order]) == 0]
    return pa.table(
        {
            "document_id": ids.take(pa.array(later[nearest])),
            "near_duplicate_of": ids.take(pa.array(first[nearest])),
            "near_duplicate_score": pa.array(np.round(scores[nearest].astype(np.float64), 3)),
        }
    )


def _sketches(signatures: Sequence[Path], ids: pa.Array) -> tuple[Ints, npt.NDArray[np.uint32], Ints]:
    """Places in path order and their hashes, sorted; and how many hashes each has."""
    owners, values = [np.zeros(0, np.int64)], [np.zeros(0, np.uint32)]
    for path in signatures:
        for rows in read_groups(path, ["document_id", "shingles"]):
            at = pc.fill_null(pc.index_in(rows.column("document_id"), ids), -1).to_numpy()
            lists = rows.column("shingles").combine_chunks()
            lengths = pc.list_value_length(lists).to_numpy()
            at = np.where(lengths < LEAST_SHINGLES, -1, at)
            owner = np.repeat(at, lengths)
            owners.append(owner[owner >= 0].astype(np.int64))
            values.append(lists.flatten().to_numpy()[owner >= 0])
    packed = np.sort(np.concatenate(owners) << HASH_BITS | np.concatenate(values))
    owner = packed >> HASH_BITS
    value = (packed & ((1 << HASH_BITS) - 1)).astype(np.uint32)
    return owner, value, np.bincount(owner, minlength=len(ids))


def _candidates(owners: Ints, values: npt.NDArray[np.uint32]) -> Ints:
    """Pairs (earlier, later) in path order that share hashes, each the first few with one of them."""
    count = int(owners.max(initial=0)) + 1
    packed = np.sort(values.astype(np.int64) * count + owners)
    owner, value = packed % count, packed // count
    place = ranks(value)
    gathered = [np.zeros(0, np.int64)]
    for first in range(FIRSTS):
        heads = np.flatnonzero(place == first)
        at = np.searchsorted(value[heads], value)
        at[at == len(heads)] = 0
        if not len(heads):
            break
        partner = heads[at]
        later = (value[partner] == value) & (place > first)
        gathered.append(owner[partner[later]] * count + owner[later])
    keys, times = counted(np.concatenate(gathered))
    keys = keys[times >= LEAST_COMMON]
    return np.stack([keys // count, keys % count], axis=1)


def _matrix(owners: Ints, values: npt.NDArray[np.uint32], sizes: Ints) -> npt.NDArray[np.uint64]:
    """One row of ascending hashes for each document, filled up with numbers that are none."""
    matrix = np.full((len(sizes), SKETCH_SIZE), 1 << 32, np.uint64)
    matrix[owners, ranks(owners)] = values
    return matrix


def resemblance(sketches: npt.NDArray[np.uint64], pairs: Ints) -> Floats:
    """Estimate the share of common shingles from bottom-k sketches (Broder 1997).

    Of the smallest `SKETCH_SIZE` hashes of both documents together: the part that both have.
    Exact where neither has more.
    """
    scores = np.zeros(len(pairs), np.float32)
    for at in range(0, len(pairs), PAIRS_AT_ONCE):
        some = pairs[at : at + PAIRS_AT_ONCE]
        both = np.sort(np.concatenate([sketches[some[:, 0]], sketches[some[:, 1]]], axis=1), axis=1)
        is_hash = both < 1 << 32
        again = np.zeros(both.shape, np.bool_)
        again[:, 1:] = (both[:, 1:] == both[:, :-1]) & is_hash[:, 1:]
        distinct = np.cumsum(is_hash & ~again, axis=1)
        within = distinct <= SKETCH_SIZE
        common = (again & within).sum(axis=1)
        whole = np.minimum(distinct[:, -1], SKETCH_SIZE)
        scores[at : at + len(some)] = common / np.maximum(whole, 1)
    return scores
