"""What the search for stories keeps of each document: the features that tell what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import Rows, distinct, id_numbers, id_strings, ranks
from ingest.tables.state import FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from ingest.corpus.arrays import Ids, Ints, Numbers
    from ingest.corpus.stories.rarity import Rarity

NO_DAY = -1_000_000
"""The day of a document that does not say when it was published: before all others."""
MOST_OF_KIND = 32
"""Words and runs of quoted words that are kept of a document, the heaviest."""
MOST_NAMES = 64
"""Names that are kept of a document, those that it mentions most."""
HEAVY = 24
"""So many features of a document, the heaviest, say with which others it is compared."""

_WEIGHT_BITS = 31
_MOST = np.int64((1 << _WEIGHT_BITS) - 1)


@dataclass(frozen=True)
class Profiles:
    """Documents by their features.

    Attributes:
        ids: Ids of the documents, ascending.
        days: Days since 1970-01-01 of their publication, or `NO_DAY`.
        features: Codes of each document's features, ascending.
        mentions: How often it mentions the name that a feature stands for; 1 for another feature.
        heavy: The heaviest features of each, ascending.
    """

    ids: Ids
    days: Ints
    features: Rows
    mentions: Numbers
    heavy: Rows

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.ids)

    def id_at(self, index: int) -> str:
        """The id of a document."""
        return f"{int(self.ids[index]):016x}"

    @classmethod
    def read(cls, table: pa.Table) -> Profiles:
        """Documents from rows of `_features`."""
        days = pc.fill_null(table.column("published_day"), NO_DAY).to_numpy().astype(np.int64)
        features, mentions, heavy = (Rows.of(table.column(n)) for n in ("features", "mentions", "heavy"))
        return cls(id_numbers(table.column("document_id")), days, features, mentions.values, heavy)

    def table(self) -> pa.Table:
        """The rows of `_features`."""
        is_dated = self.days != NO_DAY
        columns = {
            "document_id": id_strings(self.ids),
            "published_day": pa.array(self.days.astype(np.int32), mask=~is_dated),
            "features": _lists(self.features),
            "mentions": _lists(Rows(self.features.starts, self.mentions)),
            "heavy": _lists(self.heavy),
        }
        return pa.table(columns, FEATURES.schema())

    def take(self, which: Ints) -> Profiles:
        """Some of the documents."""
        mentions = Rows(self.features.starts, self.mentions).take(which)
        return Profiles(
            self.ids[which],
            self.days[which],
            self.features.take(which),
            mentions.values,
            self.heavy.take(which),
        )

    @classmethod
    def joined(cls, several: Sequence[Profiles]) -> Profiles:
        """All documents of several, in order of their ids."""
        whole = cls(
            np.concatenate([some.ids for some in several]),
            np.concatenate([some.days for some in several]),
            Rows.stacked([some.features for some in several]),
            np.concatenate([some.mentions for some in several]),
            Rows.stacked([some.heavy for some in several]),
        )
        if (whole.ids[1:] > whole.ids[:-1]).all():
            return whole
        return whole.take(np.argsort(whole.ids))


@dataclass(frozen=True)
class Entries:
    """Features of documents: document, code and mentions of each, in order of document."""

    documents: Ints
    codes: Numbers
    mentions: Numbers

    @classmethod
    def stacked(cls, found: Sequence[Entries]) -> Entries:
        """Entries of several kinds or files, one after another."""
        nothing = np.zeros(0, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.uint32)
        columns = zip(nothing, *((f.documents, f.codes, f.mentions) for f in found), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    def between(self, first: int, last: int) -> Entries:
        """The entries of the documents from one to another."""
        begin, end = np.searchsorted(self.documents, [first, last + 1])
        return Entries(self.documents[begin:end], self.codes[begin:end], self.mentions[begin:end])


def word_entries(documents: Ints, words: Rows, rarity: Rarity) -> Entries:
    """The rarest words, or quoted words, of each document.

    Args:
        documents: Whose words they are, ascending.
        words: Codes of the words of each.
        rarity: How rare they are.
    """
    owners, codes = words.owners, words.values
    kept = rarity.weights(codes) > 0
    pairs = owners[kept] << 32 | codes[kept]
    pairs = distinct(pairs)  # words may share what is left of a hash
    owners, codes = pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.uint32)
    best = heaviest(owners, rarity.weights(codes), MOST_OF_KIND)
    return Entries(documents[owners[best]], codes[best], np.ones(len(best), np.uint32))


def name_entries(documents: Ints, codes: Numbers, mentions: Ints) -> Entries:
    """The names that each document mentions most; entries come in any order, names several times."""
    keys, inverse = np.unique(documents << 32 | codes, return_inverse=True)
    sums = np.bincount(inverse, mentions, len(keys)).astype(np.int64)
    best = heaviest(keys >> 32, sums, MOST_NAMES)
    keys, sums = keys[best], sums[best]
    return Entries(keys >> 32, (keys & 0xFFFFFFFF).astype(np.uint32), sums.astype(np.uint32))


def make_profiles(ids: Ids, days: Ints, entries: Entries, rarity: Rarity) -> Profiles:
    """Documents from their features, whose `documents` are indexes of `ids`."""
    order = np.argsort(entries.documents << 32 | entries.codes, kind="stable")
    documents, codes, mentions = entries.documents[order], entries.codes[order], entries.mentions[order]
    best = np.sort(heaviest(documents, raw_weights(codes, mentions, rarity), HEAVY))
    return Profiles(
        ids,
        days,
        Rows.grouped(documents, codes, len(ids)),
        mentions,
        Rows.grouped(documents[best], codes[best], len(ids)),
    )


def raw_weights(codes: Numbers, mentions: Numbers, rarity: Rarity) -> npt.NDArray[np.float32]:
    """What features weigh in a document, before its vector has length 1."""
    weights: npt.NDArray[np.float32] = rarity.weights(codes) * (1 + np.log(mentions.astype(np.float32)))
    return weights


def heaviest(documents: Ints, weights: npt.NDArray[np.generic], most: int) -> Ints:
    """Where the heaviest entries of each document stand, so many at most; of equal ones the first.

    Everything that orders them is packed into one number, for numbers are sorted in a fraction of the
    time that it takes to compare by several keys.

    Args:
        documents: Of each entry, ascending.
        weights: Of each entry; none is negative.
        most: How many to give of a document.
    """
    if not len(documents):
        return np.zeros(0, np.int64)
    place = ranks(documents)
    width = int(place.max()) + 1
    lightness = _MOST - weights.astype(np.float32).view(
        np.int32
    )  # bits of positive numbers are in their order
    packed = np.sort(((documents << _WEIGHT_BITS) + lightness) * width + place)
    owners = packed // width >> _WEIGHT_BITS
    kept = ranks(owners) < most
    found: Ints = np.searchsorted(documents, owners[kept]) + packed[kept] % width
    return found


def _lists(rows: Rows) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(rows.starts.astype(np.int32)), pa.array(rows.values))
