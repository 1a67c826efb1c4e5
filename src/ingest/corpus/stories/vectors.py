"""Documents as sparse vectors of entities, rare words and quoted words, and how alike two are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.corpus.arrays import ranks
from ingest.corpus.stories.profiles import raw_weights
from ingest.corpus.stories.rarity import NATIONALITY, PLACE, kinds_of

if TYPE_CHECKING:
    from ingest.corpus.arrays import Flags, Floats, Ints, Numbers
    from ingest.corpus.stories.profiles import Profiles
    from ingest.corpus.stories.rarity import Rarity

PAIRS_AT_ONCE = 16_384
_CODE_BITS = 32
_DIGITS = 6


@dataclass(frozen=True)
class Vectors:
    """Documents as unit vectors, in compressed rows.

    Attributes:
        starts: Where each document's entries begin, and their number at the end.
        features: Feature of each entry, ascending within a document.
        weights: Weight of each entry; the squares of a document's weights add up to 1.
        is_strong: Whether an entry tells events apart: all but names of places and nationalities.
    """

    starts: Ints
    features: Numbers
    weights: Floats
    is_strong: Flags


def weighed(profiles: Profiles, rarity: Rarity) -> Vectors:
    """The vectors of documents."""
    features = profiles.features
    weights = raw_weights(features.values, profiles.mentions, rarity)
    norms = np.sqrt(np.bincount(features.owners, weights.astype(np.float64) ** 2, len(profiles)))
    unit = weights / np.maximum(np.repeat(norms, features.lengths), np.finfo(np.float64).tiny)
    is_strong = ~np.isin(kinds_of(features.values), (PLACE, NATIONALITY))
    return Vectors(features.starts, features.values, unit.astype(np.float32), is_strong)


def compare(vectors: Vectors, pairs: Ints) -> tuple[Floats, Ints]:
    """Compare pairs of documents.

    Returns:
        The cosine of each pair, rounded, and how many features of both are no names of places or
        nationalities.
    """
    alike = np.zeros(len(pairs), np.float64)
    shared = np.zeros(len(pairs), np.int64)
    for at in range(0, len(pairs), PAIRS_AT_ONCE):
        some = pairs[at : at + PAIRS_AT_ONCE]
        left, left_at = _entries(vectors, some[:, 0])
        right, right_at = _entries(vectors, some[:, 1])
        where = np.searchsorted(right, left)
        where[where == len(right)] = 0
        both = right[where] == left if len(right) else np.zeros(len(left), np.bool_)
        one, other = left_at[both], right_at[where[both]]
        owner = left[both] >> _CODE_BITS
        products = vectors.weights[one].astype(np.float64) * vectors.weights[other]
        alike[at : at + len(some)] = np.bincount(owner, products, len(some))
        strong = vectors.is_strong[one].astype(np.float64)
        shared[at : at + len(some)] = np.bincount(owner, strong, len(some)).astype(np.int64)
    return np.round(alike, _DIGITS), shared


def _entries(vectors: Vectors, documents: Ints) -> tuple[Ints, Ints]:
    """Entries of documents: turn and feature packed into one ascending number, and where they stand."""
    lengths = vectors.starts[documents + 1] - vectors.starts[documents]
    owners = np.repeat(np.arange(len(documents)), lengths)
    at = np.repeat(vectors.starts[documents], lengths) + ranks(owners)
    return owners << _CODE_BITS | vectors.features[at], at
