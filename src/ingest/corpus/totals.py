"""Distinct names and their spellings, counted over all documents and brought forward from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import StoreError
from ingest.names.resolve.distinct import CorpusName, CorpusSpelling
from ingest.tables.parts import read_groups
from ingest.tables.state import NAME_TOTALS, NAMES, SPELLING_TOTALS, SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from ingest.tables.columns import Table

PARTIAL_ROWS = 200_000
"""Partial sums are added up whenever so many rows of them have gathered."""

ANY = pc.ScalarAggregateOptions(skip_nulls=False)  # the first row's value, be it null
_IDENTITY = ["name_id", "entity_type", "key", "authority_id"]
_SHOWN = [*_IDENTITY, "display"]
_SPELLING = ["name_id", "surface", "basis"]
_PROOF = ["evidence_document_id", "evidence_start", "evidence_end"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Names and spellings of a corpus, or of some of its names.

    Attributes:
        names: Rows of `_name_totals`.
        spellings: Rows of `_spelling_totals`.
    """

    names: pa.Table
    spellings: pa.Table

    def of(self, name_ids: pa.Array) -> Totals:
        """What they say of some names."""
        return Totals(having(self.names, name_ids), having(self.spellings, name_ids))

    def without(self, name_ids: pa.Array) -> Totals:
        """What they say of all names but some."""
        return Totals(lacking(self.names, name_ids), lacking(self.spellings, name_ids))

    def ids(self) -> pa.Array:
        """Ids of the names."""
        return pc.unique(self.names.column("name_id"))


NOTHING = Totals(NAME_TOTALS.schema().empty_table(), SPELLING_TOTALS.schema().empty_table())


def having(rows: pa.Table, name_ids: pa.Array) -> pa.Table:
    """Rows of some names."""
    return rows.filter(pc.is_in(rows.column("name_id"), name_ids))


def lacking(rows: pa.Table, name_ids: pa.Array) -> pa.Table:
    """Rows of all names but some."""
    return rows.filter(pc.invert(pc.is_in(rows.column("name_id"), name_ids)))


def rows_of(
    table: Table,
    paths: Iterable[Path],
    name_ids: pa.Array | None = None,
    columns: Sequence[str] | None = None,
) -> Iterator[pa.Table]:
    """Rows of the parts of a table, row group by row group; of some names or columns, if these are given."""
    for path in paths:
        for rows in read_groups(path, columns or table.names):
            yield rows if name_ids is None else having(rows, name_ids)


def add_up(names: Iterable[pa.Table], spellings: Iterable[pa.Table], before: Totals = NOTHING) -> Totals:
    """Count names and spellings.

    Args:
        names: Rows of `_names`.
        spellings: Rows of `_spellings` of the same documents.
        before: Totals of other documents.

    Raises:
        StoreError: Two names share an id.
    """
    displays = _fold(names, before.names, _displays, _displays_added)
    identities = displays.group_by(_IDENTITY).aggregate([])
    if pc.count_distinct(identities.column("name_id")).as_py() != identities.num_rows:
        raise StoreError("_names: two different names share a name_id")
    spelt = _fold(spellings, before.spellings, _spelt, _spelt_added)
    return Totals(
        displays.select(NAME_TOTALS.names).cast(NAME_TOTALS.schema()),
        spelt.select(SPELLING_TOTALS.names).cast(SPELLING_TOTALS.schema()),
    )


def _fold(
    pieces: Iterable[pa.Table],
    before: pa.Table,
    partial: Callable[[pa.Table], pa.Table],
    added: Callable[[pa.Table], pa.Table],
) -> pa.Table:
    """Aggregate piece by piece; partial results are added up as they gather."""
    gathered = [before.replace_schema_metadata(None)]
    for rows in pieces:
        gathered.append(partial(rows))
        if sum(piece.num_rows for piece in gathered[1:]) > PARTIAL_ROWS:
            gathered = [added(_stacked(gathered))]
    return added(_stacked(gathered))


def _stacked(pieces: Sequence[pa.Table]) -> pa.Table:
    names = pieces[0].column_names
    return pa.concat_tables([piece.select(names) for piece in pieces], promote_options="permissive")


def _displays(rows: pa.Table) -> pa.Table:
    counted = rows.group_by(_SHOWN).aggregate([([], "count_all"), ("mention_count", "sum")])
    return counted.rename_columns([*_SHOWN, "document_count", "mention_count"])


def _displays_added(rows: pa.Table) -> pa.Table:
    counts = ["document_count", "mention_count"]
    added = rows.group_by(_SHOWN).aggregate([(name, "sum") for name in counts])
    return added.rename_columns([*_SHOWN, *counts])


def _spelt(rows: pa.Table) -> pa.Table:
    """Spellings of some documents, each with the first that has it and the first that proves it."""
    proof = pc.if_else(pc.is_valid(rows.column("evidence_start")), rows.column("document_id"), None)
    return _spelt_added(rows.append_column("evidence_document_id", proof))


def _spelt_added(rows: pa.Table) -> pa.Table:
    counted = rows.group_by(_SPELLING).aggregate([("mention_count", "sum"), ("document_id", "min")])
    counted = counted.rename_columns([*_SPELLING, "mention_count", "document_id"])
    proven = rows.filter(pc.is_valid(rows.column("evidence_document_id")))
    proven = proven.sort_by([(name, "ascending") for name in _PROOF]).combine_chunks()
    proofs = proven.group_by(_SPELLING, use_threads=False).aggregate(
        [(name, "first", ANY) for name in _PROOF]
    )
    proofs = proofs.rename_columns([*_SPELLING, *_PROOF])
    return counted.join(proofs, _SPELLING, join_type="left outer")


def corpus_names(totals: Totals) -> dict[str, CorpusName]:
    """What `resolve` is told of names, by id; in the order of (entity_type, key, authority_id).

    A name is shown as most documents do (then the longest, then the first).
    """
    spellings = totals.spellings.sort_by([(name, "ascending") for name in _SPELLING])
    fields = ["name_id", "surface", "basis", "mention_count", "document_id", *_PROOF]
    rows = zip(*(spellings.column(name).to_pylist() for name in fields), strict=True)
    spelt = {
        ident: tuple(CorpusSpelling(*row[1:]) for row in group)
        for ident, group in groupby(rows, itemgetter(0))
    }
    displays = totals.names.append_column("length", pc.utf8_length(totals.names.column("display")))
    order = [("document_count", "descending"), ("length", "descending"), ("display", "ascending")]
    displays = displays.sort_by([("name_id", "ascending"), *order]).combine_chunks()
    distinct = displays.group_by(_IDENTITY, use_threads=False).aggregate(
        [("display", "first", ANY), ("document_count", "sum"), ("mention_count", "sum")]
    )
    distinct = distinct.sort_by([(column, "ascending") for column in _IDENTITY[1:]])
    facts = [*_IDENTITY[1:], "display_first", "document_count_sum", "mention_count_sum"]
    ids = distinct.column("name_id").to_pylist()
    told = (distinct.column(name).to_pylist() for name in facts)
    names = map(CorpusName, *told, (spelt.get(ident, ()) for ident in ids))
    return dict(zip(ids, names, strict=True))


@dataclass(frozen=True, slots=True)
class Documents:
    """Rows of documents that come or go.

    Attributes:
        names: Their rows of `_names`.
        spellings: Their rows of `_spellings`.
    """

    names: pa.Table
    spellings: pa.Table

    def name_ids(self) -> pa.Array:
        """Ids of the names that they have."""
        return pc.unique(self.names.column("name_id"))


def brought_forward(
    before: Totals, gone: pa.Array, come: Documents, names: Iterable[Path], spellings: Iterable[Path]
) -> Totals:
    """Bring totals forward to what they are after a run.

    Names of documents that go are counted anew, for what was first can be first no longer; to the others
    is added what the documents have that come.

    Args:
        before: The totals so far.
        gone: Names that documents have which go.
        come: What the documents have that come.
        names: Parts of `_names` now.
        spellings: Parts of `_spellings` now.
    """
    again = len(gone) > 0
    touched = pc.unique(pa.concat_arrays([come.name_ids(), gone]))
    added = add_up(
        chain([lacking(come.names, gone)], rows_of(NAMES, names, gone) if again else ()),
        chain([lacking(come.spellings, gone)], rows_of(SPELLINGS, spellings, gone) if again else ()),
        before.of(touched).without(gone),
    )
    rest = before.without(touched)
    return Totals(
        pa.concat_tables([rest.names, added.names]), pa.concat_tables([rest.spellings, added.spellings])
    )
