"""Documents of nearly the same text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import (
    Rows,
    among,
    counted,
    distinct,
    id_numbers,
    id_strings,
    lookup,
    positions,
    ranks,
    stretches,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from ingest.corpus.arrays import Flags, Floats, Ids, Ints, Numbers
    from ingest.corpus.stories.originals import Corpus, Known, Originals
    from ingest.corpus.stories.signatures import Signatures

LEAST_RESEMBLANCE = 0.5
"""Two texts are nearly the same from this share of common runs of words on."""
FIRSTS = 4
"""A document is compared with so many that share a run of words with it, the first by path."""
LEAST_COMMON = 4
"""Two texts that are nearly the same have more hashes in common: of 64 some 40, of 8 five."""
LEAST_SHINGLES = 8
"""Shorter texts are compared by no sketch."""
SKETCH_SIZE = 64
DOCUMENTS_AT_ONCE = 16_384
"""So many documents are compared with others at a time."""
EARLY = 4096
"""So many documents, the first by path, are asked first who has a hash."""
PAIRS_AT_ONCE = 16_384
_PLACE_BITS = 31
NEAR_COLUMNS = ["document_id", "near_duplicate_of", "near_duplicate_score"]


@dataclass(frozen=True)
class _Hashes:
    """Hashes of documents: the document, by its index, and the hash of each entry."""

    owners: Ints
    values: Numbers

    def sharing(self, wanted: Numbers) -> _Hashes:
        """The entries with one of these hashes."""
        kept = among(self.values, wanted)
        return _Hashes(self.owners[kept], self.values[kept])

    def joined(self, other: _Hashes) -> _Hashes:
        """These entries and others."""
        return _Hashes(
            np.concatenate([self.owners, other.owners]), np.concatenate([self.values, other.values])
        )


@dataclass(frozen=True)
class _Sketches:
    """The smallest hashes of each document; of texts that are too short, none."""

    rows: Rows

    @classmethod
    def of(cls, signatures: Signatures) -> _Sketches:
        """The sketches of documents."""
        shingles = signatures.shingles
        lengths = np.where(shingles.lengths >= LEAST_SHINGLES, shingles.lengths, 0)
        if lengths.sum() == len(shingles.values):
            return cls(shingles)
        values = shingles.values[stretches(shingles.starts[:-1], lengths)]
        return cls(Rows(np.append(0, np.cumsum(lengths)), values))

    def of_some(self, documents: Ints) -> _Hashes:
        """The entries of some documents."""
        rows = self.rows.take(documents)
        return _Hashes(documents[rows.owners], rows.values)

    def sharing(self, wanted: Numbers) -> _Hashes:
        """The entries with one of these hashes."""
        at = np.flatnonzero(among(self.rows.values, wanted))
        return _Hashes(np.searchsorted(self.rows.starts, at, side="right") - 1, self.rows.values[at])

    def firsts(self, wanted: Numbers, early: Ints) -> _Hashes:
        """Entries with one of these hashes: of each hash the first by path, so many as are compared, or more.

        What many documents share, the first of all share as well; so only of other hashes all are gathered.

        Args:
            wanted: The hashes.
            early: The first documents by path.
        """
        found = self.of_some(early).sharing(wanted)
        hashes, times = counted(found.values)
        frequent = hashes[times >= FIRSTS]
        return found.sharing(frequent).joined(self.sharing(np.setdiff1d(wanted, frequent)))


def near_duplicates(corpus: Corpus, known: Known, originals: Originals) -> pa.Table:
    """Find documents whose text is nearly that of another with a smaller path; copies are left out.

    Looked at are documents that came, and those that share a hash with one that came or went, where
    that is, or was, among the first of those that have it; what is known of the others holds.

    Returns:
        `document_id`, `near_duplicate_of` and `near_duplicate_score`, one row for each such document.
    """
    ids = originals.ids
    sketches = _Sketches.of(originals.signatures)
    early = _early(ids, corpus.documents)
    look = originals.entered.copy()
    if not look.all():
        look[_beside_changed(sketches, early, corpus, known, originals)] = True
    looking = np.flatnonzero(look)
    pieces = [
        looking[at : at + DOCUMENTS_AT_ONCE] for at in range(0, max(1, len(looking)), DOCUMENTS_AT_ONCE)
    ]
    made = pa.concat_tables(_nearest(sketches, early, ids, some, corpus.documents) for some in pieces)
    before = known.documents.select(NEAR_COLUMNS)
    before = before.filter(pc.is_valid(before.column("near_duplicate_of")))
    at = positions(ids, id_numbers(before.column("document_id")))
    stays = (at >= 0) & ~np.append(look, True)[at]
    return pa.concat_tables([before.filter(pa.array(stays)).cast(made.schema), made])


def _early(ids: Ids, documents: pa.Table) -> Ints:
    """The first of the documents by path, as indexes of `ids`."""
    if not documents.num_rows:  # of none, pyarrow 18 selects with an error
        return np.zeros(0, np.int64)
    first = pc.select_k_unstable(documents, EARLY, [("source_path", "ascending")])
    at = np.sort(positions(ids, id_numbers(documents.column("document_id").take(first))))
    return at[at >= 0]


def _beside_changed(
    sketches: _Sketches, early: Ints, corpus: Corpus, known: Known, originals: Originals
) -> Ints:
    """Documents that share a hash with one that came or went, and that is among the first to have it."""
    ids, gone = originals.ids, originals.before.ids[originals.left]
    came = sketches.of_some(np.flatnonzero(originals.entered))
    went = _Sketches.of(originals.gone).of_some(np.arange(len(gone)))
    went = _Hashes(went.owners + len(ids), went.values)
    wanted = distinct(np.concatenate([came.values, went.values]))
    both = sketches.firsts(wanted, early).joined(went)
    is_changed = np.append(originals.entered, np.ones(len(gone), np.bool_))
    paths = pa.concat_tables(
        [t.select(["document_id", "source_path"]) for t in (corpus.documents, known.documents)]
    )
    place = _places(np.concatenate([ids, gone]), distinct(both.owners), paths)
    places = place[both.owners] << 1 | is_changed[both.owners]
    packed = np.sort(both.values.astype(np.int64) << _PLACE_BITS | places)
    values = packed >> _PLACE_BITS
    firsts = (packed & 1 > 0) & (ranks(values) < FIRSTS)
    return distinct(sketches.sharing(distinct(values[firsts]).astype(np.uint32)).owners)


def _nearest(sketches: _Sketches, early: Ints, ids: Ids, looking: Ints, documents: pa.Table) -> pa.Table:
    """The first document by path of which each of some has nearly the text."""
    look = np.zeros(len(ids), np.bool_)
    look[looking] = True
    own = sketches.of_some(looking)
    others = sketches.firsts(distinct(own.values), early)
    kept = ~look[others.owners]
    shared = own.joined(_Hashes(others.owners[kept], others.values[kept]))
    involved = distinct(shared.owners)
    place = _places(ids, involved, documents)
    at_place = np.zeros(len(involved), np.int64)
    at_place[place[involved]] = involved
    pairs = at_place[_candidates(place[shared.owners], shared.values, look[at_place])]
    there = distinct(pairs)
    scores = resemblance(_matrix(sketches.of_some(there), there), np.searchsorted(there, pairs))
    kept = scores >= LEAST_RESEMBLANCE
    later, first, scores = pairs[kept, 1], pairs[kept, 0], scores[kept]
    order = np.lexsort((place[first], later))
    nearest = order[ranks(later[order]) == 0]
    return pa.table(
        {
            "document_id": id_strings(ids[later[nearest]]),
            "near_duplicate_of": id_strings(ids[first[nearest]]),
            "near_duplicate_score": pa.array(np.round(scores[nearest].astype(np.float64), 3)),
        }
    )


def _places(ids: Ids, some: Ints, documents: pa.Table) -> Ints:
    """The place by path of some documents among these, at their indexes; equal for one document."""
    wanted = pa.chunked_array([id_strings(ids[some])])
    paths = lookup(wanted, documents, "document_id", "source_path")
    places = np.zeros(len(ids), np.int64)
    places[some] = pc.rank(paths.combine_chunks(), tiebreaker="dense").to_numpy().astype(np.int64) - 1
    return places


def _candidates(owners: Ints, values: Numbers, look: Flags) -> Ints:
    """Pairs (earlier, later) in path order that share hashes, each the first few with one of them.

    Args:
        owners: Whose each hash is, by place in the order of paths.
        values: The hashes.
        look: Whether the later one is looked at, by place.
    """
    count = max(1, len(look))
    packed = np.sort(values.astype(np.int64) * count + owners)
    owner = packed % count
    place = ranks(packed // count)
    at = np.flatnonzero(look[owner])
    gathered = [np.zeros(0, np.int64)]
    for first in range(FIRSTS):
        at = at[place[at] > first]
        gathered.append(owner[at - place[at] + first] * count + owner[at])
    keys, times = counted(np.concatenate(gathered))
    keys = keys[times >= LEAST_COMMON]
    return np.stack([keys // count, keys % count], axis=1)


def _matrix(hashes: _Hashes, documents: Ints) -> npt.NDArray[np.uint64]:
    """One row of ascending hashes for each of the documents, filled up with numbers that are none."""
    packed = np.sort(np.searchsorted(documents, hashes.owners) << 32 | hashes.values)
    owners = packed >> 32
    matrix = np.full((len(documents), SKETCH_SIZE), 1 << 32, np.uint64)
    matrix[owners, ranks(owners)] = packed & 0xFFFFFFFF
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
        distinct_so_far = np.cumsum(is_hash & ~again, axis=1)
        within = distinct_so_far <= SKETCH_SIZE
        common = (again & within).sum(axis=1)
        whole = np.minimum(distinct_so_far[:, -1], SKETCH_SIZE)
        scores[at : at + len(some)] = common / np.maximum(whole, 1)
    return scores
