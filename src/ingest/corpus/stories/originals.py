"""Which documents tell one story: what a run touched is looked for, the rest stands as it was.

All hangs on the set of documents alone.  A feature's rarity is the one thing that depends on all of
them; it is taken in steps, so that few documents are touched by what others hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import among, id_numbers, positions
from ingest.corpus.stories.candidates import still_candidates
from ingest.corpus.stories.cells import CellEntries, recut
from ingest.corpus.stories.groups import alike_pairs, moved_ends, regroup
from ingest.corpus.stories.named import entities_named, entity_codes, holders_of_names
from ingest.corpus.stories.profiles import Entries, Profiles, make_profiles, name_entries
from ingest.corpus.stories.rarity import NAME, Frequencies, Rarity, changed, kinds_of
from ingest.corpus.stories.signatures import Signatures
from ingest.tables.state import FEATURES, PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest.corpus.arrays import Flags, Floats, Ids, Ints, Numbers


DOCUMENTS_AT_ONCE = 16_384
"""Features of so many documents are weighed at a time."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """All documents, and which of them a run brings.

    Attributes:
        signatures: Parts of `_signatures`.
        names: Parts of `_names`.
        links: Rows of `_links` that are names.
        entities: Rows of `entities`.
        documents: Rows of `_items` that are documents.
        staged: Ids of the documents that were read anew.
        relinked: Names that mean another entity than before, or one of another name or type, or none.
    """

    signatures: Sequence[Path]
    names: Sequence[Path]
    links: pa.Table
    entities: pa.Table
    documents: pa.Table
    staged: pa.Array
    relinked: pa.Array


@dataclass(frozen=True, slots=True)
class Known:
    """What the last publish found, as far as it holds: nothing, where other code or settings found it.

    Attributes:
        signatures: Parts of `_signatures` of the current snapshot.
        entities: Rows of its `entities`.
        features: Rows of its `_features`: one for each document that is no copy.
        pairs: Rows of its `_pairs`.
        documents: `document_id` of its documents, and their columns that tell of stories.
    """

    signatures: Sequence[Path]
    entities: pa.Table
    features: pa.Table
    pairs: pa.Table
    documents: pa.Table


class Originals:
    """The documents that are no copies, before and now; all numbers of documents are indexes of `ids`."""

    def __init__(self, corpus: Corpus, known: Known) -> None:
        """Begin."""
        self._corpus, self._known = corpus, known
        copied = corpus.documents.column("duplicate_of")
        self.ids: Ids = np.sort(id_numbers(corpus.documents.filter(pc.is_null(copied)).column("document_id")))
        self.before = Profiles.read(known.features)
        staged = np.sort(id_numbers(corpus.staged))
        self.was = positions(self.ids, self.before.ids)
        self.entered: Flags = (positions(self.before.ids, self.ids) < 0) | (positions(staged, self.ids) >= 0)
        self.left: Flags = (self.was < 0) | (positions(staged, self.before.ids) >= 0)
        self.signatures = Signatures.read(corpus.signatures, self.ids)
        self.gone = Signatures.read(known.signatures, self.before.ids[self.left])

    @cached_property
    def rarity(self) -> Rarity:
        """How rare each feature is now."""
        return Rarity.of(self._frequencies)

    @cached_property
    def rarity_before(self) -> Rarity:
        """How rare each feature was: what is there now, without what came and with what went."""
        now = self._frequencies
        came, came_quoted = self.signatures.count(np.flatnonzero(self.entered))
        went, went_quoted = self.gone.count(np.arange(len(self.gone.days)))
        codes = [self._quoted, came_quoted, went_quoted]
        signs = [np.full(len(c), sign) for c, sign in zip(codes, (1, -1, 1), strict=True)]
        others = _summed(np.concatenate(codes), np.concatenate(signs), self._known.entities)
        return Rarity.of(Frequencies(len(self.before), now.words - came + went, *others))

    @cached_property
    def _counted(self) -> tuple[Ints, Numbers]:
        return self.signatures.count(np.arange(len(self.ids)))

    @property
    def _quoted(self) -> Numbers:
        return self._counted[1]

    @cached_property
    def _frequencies(self) -> Frequencies:
        words, quoted = self._counted
        others = _summed(quoted, np.ones(len(quoted), np.int64), self._corpus.entities)
        return Frequencies(len(self.ids), words, *others)

    @cached_property
    def is_all_new(self) -> bool:
        """Whether nothing of before can stay: all weights change with the size of the corpus."""
        return not len(self.before) or self.rarity.octave != self.rarity_before.octave

    @cached_property
    def changed(self) -> tuple[Numbers, Numbers]:
        """Features of another level than before, and those that weigh more; not where `is_all_new`."""
        return changed(self.rarity_before, self.rarity)

    @cached_property
    def renamed(self) -> Flags:
        """Documents whose names have to be read: they came, or a name of theirs is linked otherwise."""
        if self.is_all_new:
            return np.ones(len(self.ids), np.bool_)
        found = self.entered.copy()
        found[holders_of_names(self._corpus.names, self.ids, self._corpus.relinked)] = True
        return found

    @cached_property
    def touched(self) -> Flags:
        """Documents with other features than before, or whose features weigh otherwise."""
        if self.is_all_new:
            return self.renamed
        found, raised = self.changed
        touched = self.renamed | self.signatures.holding(raised)
        at = self.was[self.before.features.any_of(among(self.before.features.values, found))]
        touched[at[at >= 0]] = True
        return touched

    @cached_property
    def profiles(self) -> Profiles:
        """The features of all documents: of those that are touched found anew."""
        at = np.flatnonzero(self.touched)
        names = self._names_of(at)
        made = [self.before.take(np.flatnonzero(self._stays))]
        for begin in range(0, len(at), DOCUMENTS_AT_ONCE):
            some = at[begin : begin + DOCUMENTS_AT_ONCE]
            own = [entries.between(some[0], some[-1]) for entries in names]
            entries = Entries.stacked([self.signatures.entries(some, self.rarity), *own])
            place = Entries(np.searchsorted(some, entries.documents), entries.codes, entries.mentions)
            made.append(make_profiles(self.ids[some], self.signatures.days[some], place, self.rarity))
        return Profiles.joined(made)

    @property
    def _stays(self) -> Flags:
        """Which documents of before are untouched."""
        stays: Flags = (self.was >= 0) & ~np.append(self.touched, False)[self.was]
        return stays

    def _names_of(self, some: Ints) -> list[Entries]:
        """Names of documents: read where they may have changed, else as they were."""
        corpus = self._corpus
        read, kept = some[self.renamed[some]], some[~self.renamed[some]]
        documents, entity, mentions = entities_named(
            corpus.names, corpus.links, corpus.entities, self.ids[read]
        )
        found = name_entries(read[documents], entity_codes(corpus.entities)[entity], mentions)
        before = self.before.take(positions(self.before.ids, self.ids[kept]))
        is_name = kinds_of(before.features.values) >= NAME
        owners = kept[before.features.owners[is_name]]
        return [found, Entries(owners, before.features.values[is_name], before.mentions[is_name])]

    @cached_property
    def pairs(self) -> tuple[Ints, Floats, Flags]:
        """Pairs of documents that are alike, their cosines, and the documents whose group may be another."""
        old = self._known.pairs
        ends = [self.was[old.column(name).to_numpy()] for name in ("document", "other")]
        were, cosines = np.stack(ends, axis=1), old.column("cosine").to_numpy()
        of, more = self.touched, np.zeros(len(self.ids), np.bool_)
        cells = CellEntries.of(self.profiles)
        if not self.is_all_new:
            fewer, more = recut(self.before, self.profiles, of, ~self._stays, cells)
            of = of | fewer
        kept = np.all((were >= 0) & ~np.append(of, False)[were], axis=1)
        parted = np.flatnonzero(kept & np.append(more, False)[were].any(axis=1))
        kept[parted] = still_candidates(self.profiles, were[parted], cells)
        found, alike = alike_pairs(self.profiles, self.rarity, of, cells)
        may_move = self.touched.copy()
        may_move[moved_ends(were[~kept], cosines[~kept], found, alike)] = True
        pairs = np.concatenate([were[kept], found])
        alike = np.concatenate([cosines[kept], alike])
        order = np.argsort(pairs[:, 0] * len(self.ids) + pairs[:, 1], kind="stable")  # both are in order
        return pairs[order], alike[order], may_move

    @cached_property
    def groups(self) -> tuple[list[list[int]], Flags]:
        """Groups of documents that tell one story, and for which documents they were looked for."""
        pairs, alike, of = self.pairs
        told = self._known.documents.filter(pc.is_valid(self._known.documents.column("story_id")))
        at = positions(self.ids, id_numbers(told.column("document_id")))
        labels = self.ids.copy()
        labels[at[at >= 0]] = id_numbers(told.column("story_id"))[at >= 0]
        return regroup(pairs, alike, self.profiles, labels, of)

    def state(self) -> dict[str, pa.Table]:
        """The rows of `_features` and `_pairs`, in their order."""
        pairs, alike, _ = self.pairs
        one, other = (pairs[:, side].astype(np.int32) for side in (0, 1))
        columns = {"document": one, "other": other, "cosine": alike}
        return {FEATURES.name: self.profiles.table(), PAIRS.name: pa.table(columns, PAIRS.schema())}


def _summed(codes: Numbers, counts: Ints, entities: pa.Table) -> tuple[Numbers, Ints]:
    """Features that are no words, ascending, and in how many documents each stands."""
    every = np.concatenate([codes, entity_codes(entities)])
    times = np.concatenate([counts, entities.column("document_count").to_numpy()])
    found, inverse = np.unique(every, return_inverse=True)
    sums = np.bincount(inverse, times, len(found)).astype(np.int64)
    return found[sums > 0], sums[sums > 0]
