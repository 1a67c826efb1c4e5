"""Documents as sparse vectors of entities, rare words and quoted words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.constraints import id_array
from ingest.parts import read_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Ids: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bytes_]]
Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float32]
Flags: TypeAlias = npt.NDArray[np.bool_]

NO_DAY = -1_000_000
"""The day of a document that does not say when it was published: before all others."""

WORD_BITS = 22
"""Bits of a word's hash that make its feature: two words of a corpus seldom share one."""
MOST_OF_KIND = 32
"""Features of each kind that are kept of a document, the heaviest."""

TYPE_WEIGHTS = {"LOCATION": 0.5, "NORP": 0.2}
"""Places and nationalities are named in reports of all kinds; a name of another type counts 1."""
WORD_WEIGHT = 0.6
QUOTED_WEIGHT = 0.3
NAME_PRIOR = (20.0, 1.0)
WORD_PRIOR = (20.0, 20.0)
"""A feature of `d` among `n` documents weighs log((n + a) / (d + b)), (a, b) its prior: a name counts
from the first document, an ordinary word only when the corpus has shown that it is rare."""


@dataclass(frozen=True)
class Vectors:
    """Documents as unit vectors, in compressed rows.

    Attributes:
        ids: Ids of the documents, ascending.
        days: Days since 1970-01-01 of their publication, or `NO_DAY`.
        starts: Where each document's entries begin, and their number at the end.
        features: Feature of each entry, ascending within a document.
        weights: Weight of each entry; the squares of a document's weights add up to 1.
        is_strong: Whether an entry tells events apart: all but names of places and nationalities.
        entity_count: Features below this number are entities, by their place in `entities`.
        word_rarity: How rare each word is, by the low bits of its hash.
    """

    ids: Ids
    days: Ints
    starts: Ints
    features: Ints
    weights: Floats
    is_strong: Flags
    entity_count: int
    word_rarity: Floats

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.ids)

    def id_at(self, index: int) -> str:
        """The id of a document."""
        return bytes(self.ids[index]).decode("ascii")


@dataclass(frozen=True)
class _Entries:
    """Entries of one kind: document, feature and weight of each, in order of document and feature."""

    documents: Ints
    features: Ints
    weights: Floats

    def heaviest(self) -> _Entries:
        """The heaviest of each document."""
        kept = heaviest(self.documents, self.weights, MOST_OF_KIND)
        return _Entries(self.documents[kept], self.features[kept], self.weights[kept])


def read_vectors(
    signatures: Sequence[Path], names: Sequence[Path], links: pa.Table, entities: pa.Table, without: pa.Array
) -> Vectors:
    """Make the vectors of all documents.

    Args:
        signatures: Parts of `_signatures`.
        names: Parts of `_names`.
        links: Rows of `_links` that are names.
        entities: Rows of `entities`, sorted by id; entity `i` is feature `i`.
        without: Ids of documents to leave out: copies, for which their original stands.
    """
    ids, days = _documents(signatures, without)
    rarity = _word_rarity(signatures, ids)
    shared = (
        _entity_entries(names, links, entities, ids),
        _word_entries(signatures, ids, entities.num_rows, rarity),
        _quoted_entries(signatures, ids, entities.num_rows + (1 << WORD_BITS)),
    )
    documents = np.concatenate([entries.documents for entries in shared])
    features = np.concatenate([entries.features for entries in shared])
    weights = np.concatenate([entries.weights for entries in shared])
    order = np.argsort(documents * (int(features.max(initial=0)) + 1) + features)
    documents, features, weights = documents[order], features[order], weights[order]
    norms = np.sqrt(np.bincount(documents, weights.astype(np.float64) ** 2, len(ids)))
    starts = np.searchsorted(documents, np.arange(len(ids) + 1))
    is_place = np.zeros(len(features), np.bool_)
    below = features < entities.num_rows
    is_place[below] = _type_weights(entities)[features[below]] < 1
    unit = (weights / norms[documents]).astype(np.float32)
    return Vectors(ids, days, starts, features, unit, ~is_place, entities.num_rows, rarity)


def ranks(groups: Ints) -> Ints:
    """The place of each element in its run of equal ones, from 0."""
    if not len(groups):
        return np.zeros(0, np.int64)
    begins = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    lengths = np.diff(np.append(begins, len(groups)))
    return np.arange(len(groups)) - np.repeat(begins, lengths)


def heaviest(documents: Ints, weights: Floats, most: int) -> Ints:
    """Where the heaviest entries of each document stand, so many at most; of equal ones the first.

    Everything that orders them is packed into one number, for numbers are sorted in a fraction of the
    time that it takes to compare by several keys.

    Args:
        documents: Of each entry, ascending.
        weights: Of each entry.
        most: How many to give of a document.
    """
    if not len(documents):
        return np.zeros(0, np.int64)
    place = ranks(documents)
    levels, level = np.unique(-weights, return_inverse=True)
    width = int(place.max()) + 1
    packed = np.sort((documents * len(levels) + level) * width + place)
    owners = packed // (len(levels) * width)
    kept = ranks(owners) < most
    found: Ints = np.searchsorted(documents, owners[kept]) + packed[kept] % width
    return found


def distinct(values: Ints) -> Ints:
    """The distinct values, ascending; by sorting, which for many is faster than NumPy's hash table."""
    return counted(values)[0]


def counted(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values, ascending, and how often each stands there."""
    ordered = np.sort(values)
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    return ordered[begins], np.diff(np.append(begins, len(ordered)))


def _documents(signatures: Sequence[Path], without: pa.Array) -> tuple[Ids, Ints]:
    columns = ["document_id", "published_day"]
    rows = pa.concat_tables(rows for path in signatures for rows in read_groups(path, columns))
    rows = rows.filter(pc.invert(pc.is_in(rows.column("document_id"), without))).combine_chunks()
    days = pc.fill_null(rows.column("published_day"), NO_DAY).to_numpy().astype(np.int64)
    return id_array(rows.column("document_id")), days


def _at(ids: Ids, column: pa.ChunkedArray) -> Ints:
    """Index of each document among `ids`; -1 where it is not there."""
    wanted = id_array(column)
    at = np.searchsorted(ids, wanted)
    at[at == len(ids)] = 0
    if not len(ids):
        return np.full(len(wanted), -1, np.int64)
    return np.where(ids[at] == wanted, at, -1).astype(np.int64)


def _rarity(documents: int, frequency: npt.NDArray[np.integer], prior: tuple[float, float]) -> Floats:
    rarity: Floats = np.log((documents + prior[0]) / (frequency + prior[1])).clip(0).astype(np.float32)
    return rarity


def _type_weights(entities: pa.Table) -> Floats:
    return np.array(
        [TYPE_WEIGHTS.get(kind, 1.0) for kind in entities.column("entity_type").to_pylist()], np.float32
    )


def _entity_entries(names: Sequence[Path], links: pa.Table, entities: pa.Table, ids: Ids) -> _Entries:
    of_name = pc.index_in(links.column("entity_id"), entities.column("entity_id").combine_chunks())
    known, of_name = links.column("name_id").combine_chunks(), of_name.combine_chunks().to_numpy()
    keys, mentions = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    width = max(1, entities.num_rows)
    for path in names:
        for rows in read_groups(path, ["document_id", "name_id", "mention_count"]):
            name = pc.fill_null(pc.index_in(rows.column("name_id"), known), -1).to_numpy()
            document = _at(ids, rows.column("document_id"))
            counts = rows.column("mention_count").to_numpy()
            there = (name >= 0) & (document >= 0) & (counts > 0)
            keys.append(document[there] * width + of_name[name[there]])
            mentions.append(counts[there].astype(np.int64))
    pairs, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    counts = np.bincount(inverse, np.concatenate(mentions), len(pairs))
    documents, features = pairs // width, pairs % width
    frequency = np.bincount(features, minlength=entities.num_rows)
    weights = (_rarity(len(ids), frequency, NAME_PRIOR) * _type_weights(entities))[features]
    weights *= 1 + np.log(np.maximum(counts, 1)).astype(np.float32)
    return _Entries(documents, features, weights).heaviest()


def _word_rarity(signatures: Sequence[Path], ids: Ids) -> Floats:
    """How rare each word is; 0 for one that no document has, or only one."""
    frequency = np.zeros(1 << WORD_BITS, np.int32)
    for _, words in _hashes(signatures, "words", ids):
        found, times = counted(words)
        frequency[found] += times
    of_frequency = _rarity(len(ids), np.arange(frequency.max(initial=0) + 1), WORD_PRIOR)
    of_frequency[:2] = 0  # a word that no other document has
    return of_frequency[frequency]


def _word_entries(signatures: Sequence[Path], ids: Ids, offset: int, rarity: Floats) -> _Entries:
    """The rarest words of each document that others have too."""
    found = [_Entries(*_no_entries())]
    for documents, words in _hashes(signatures, "words", ids):
        kept = rarity[words] > 0
        some, shared = documents[kept], words[kept]
        found.append(_Entries(some, shared + offset, WORD_WEIGHT * rarity[shared]).heaviest())
    return _stacked(found)


def _quoted_entries(signatures: Sequence[Path], ids: Ids, offset: int) -> _Entries:
    """Runs of quoted words that several documents have."""
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64)), *_hashes(signatures, "quoted", ids, bits=32)]
    documents, hashes = (np.concatenate(columns) for columns in zip(*found, strict=True))
    _, inverse, frequency = np.unique(hashes, return_inverse=True, return_counts=True)
    weights = QUOTED_WEIGHT * _rarity(len(ids), frequency, NAME_PRIOR)[inverse]
    kept = frequency[inverse] > 1
    return _Entries(documents[kept], inverse[kept] + offset, weights[kept]).heaviest()


def _hashes(
    signatures: Sequence[Path], column: str, ids: Ids, bits: int = WORD_BITS
) -> Iterator[tuple[Ints, Ints]]:
    """Documents and the hashes in a column of theirs, one row group at a time."""
    for path in signatures:
        for rows in read_groups(path, ["document_id", column]):
            document = _at(ids, rows.column("document_id"))
            lists = rows.column(column).combine_chunks()
            owners = np.repeat(document, pc.list_value_length(lists).to_numpy())
            values = lists.flatten().to_numpy().astype(np.int64) & ((1 << bits) - 1)
            there = owners >= 0
            pairs = distinct(owners[there] << bits | values[there])  # words may share what is left of a hash
            yield pairs >> bits, pairs & ((1 << bits) - 1)


def _no_entries() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)


def _stacked(found: Sequence[_Entries]) -> _Entries:
    return _Entries(
        np.concatenate([entries.documents for entries in found]),
        np.concatenate([entries.features for entries in found]),
        np.concatenate([entries.weights for entries in found]),
    )
