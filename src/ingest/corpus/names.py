"""Names over all documents: counted from the documents' own, resolved to entities."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.duplicates import lookup
from ingest.errors import StoreError
from ingest.names.decisions import load_decisions, unmatched
from ingest.names.resolve import CorpusName, CorpusSpelling, resolve
from ingest.parts import read_groups
from ingest.state_tables import LINKS
from ingest.tables import ENTITIES, ENTITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from ingest.names.resolve import Link
    from ingest.settings import Settings

PARTIAL_ROWS = 200_000
"""Partial sums are added up whenever so many rows of them have gathered."""

OWN_FORM = "self"
"""Method of a mention that is its name spelt out: what links the name links the spelling."""

BY_ITSELF = (OWN_FORM, "authority", "demonym", "decision")
"""Reasons that lie in the spelling, a list or a file: its evidence is the place where it stands."""

_ANY = pc.ScalarAggregateOptions(skip_nulls=False)  # the first row's value, be it null
_IDENTITY = ["name_id", "entity_type", "key", "authority_id"]
_SPELLING = ["name_id", "surface", "basis"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the corpus step says about names.

    Attributes:
        links: Rows of `_links`.
        entities: Rows of `entities`, the counts missing.
        entity_names: Rows of `entity_names`.
        unmatched: Decisions that speak of no name of the corpus, in words.
    """

    links: pa.Table
    entities: pa.Table
    entity_names: pa.Table
    unmatched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The distinct names of a corpus.

    Attributes:
        ids: Their ids.
        names: What `resolve` is told of them, in the same order.
        counted: Their spellings with counts.
        proofs: The spellings that some text proves, with the first such text.
    """

    ids: tuple[str, ...]
    names: tuple[CorpusName, ...]
    counted: pa.Table
    proofs: pa.Table


def read_names(names: Sequence[Path], spellings: Sequence[Path]) -> Names:
    """Count names and spellings over all documents.

    Args:
        names: Parts of `_names`.
        spellings: Parts of `_spellings`.

    Raises:
        StoreError: Two names share an id.
    """
    counted, proofs = _spelling_counts(spellings), _spelling_proofs(spellings)
    return _corpus_names(_distinct_names(names), counted, proofs)


def resolve_names(corpus: Names, settings: Settings) -> Resolution:
    """Resolve all names of the corpus.

    What the analyst has decided to be no name is in `links` alone.

    Args:
        corpus: The names.
        settings: Passed on to `names.resolve`.

    Raises:
        StoreError: `resolve` contradicts itself.
        ConfigError: A user's file is wrong.
    """
    links = resolve(corpus.names, settings)
    if len(links) != len(corpus.names):
        raise StoreError(f"resolve() gave {len(links)} links for {len(corpus.names)} names")
    shown = [(ident, link) for ident, link in zip(corpus.ids, links, strict=True) if link.is_name]
    missed = unmatched(load_decisions(settings.decisions_path), corpus.names)
    return Resolution(
        links=_links(corpus.ids, links),
        entities=_entities([link for _, link in shown]),
        entity_names=_entity_names(corpus, [ident for ident, _ in shown], [link for _, link in shown]),
        unmatched=tuple(
            f"{d.where}: {d.action} {' '.join(d.name)}: the corpus has no such name" for d in missed
        ),
    )


def _distinct_names(parts: Sequence[Path]) -> pa.Table:
    """Names with the display most documents use (then the longest, then the first), and counts."""
    key = [*_IDENTITY, "display"]
    counts = ["document_count", "mention_count"]

    def count(rows: pa.Table) -> pa.Table:
        counted = rows.group_by(key).aggregate([([], "count_all"), ("mention_count", "sum")])
        return counted.rename_columns([*key, *counts])

    def add(rows: pa.Table) -> pa.Table:
        added = rows.group_by(key).aggregate([(name, "sum") for name in counts])
        return added.rename_columns([*key, *counts])

    displays = _fold(parts, [*key, "mention_count"], count, add)
    displays = displays.append_column("length", pc.utf8_length(displays.column("display")))
    order = [("document_count", "descending"), ("length", "descending"), ("display", "ascending")]
    displays = displays.sort_by([("name_id", "ascending"), *order]).combine_chunks()
    names = displays.group_by(_IDENTITY, use_threads=False).aggregate(
        [("display", "first", _ANY), ("document_count", "sum"), ("mention_count", "sum")]
    )
    if pc.count_distinct(names.column("name_id")).as_py() != names.num_rows:
        raise StoreError("_names: two different names share a name_id")
    names = names.rename_columns([*_IDENTITY, "display", *counts])
    return names.sort_by([(column, "ascending") for column in ("entity_type", "key", "authority_id")])


def _spelling_counts(parts: Sequence[Path]) -> pa.Table:
    """Spellings with their counts and the first document that has each."""

    def count(rows: pa.Table) -> pa.Table:
        counted = rows.group_by(_SPELLING).aggregate([("mention_count", "sum"), ("document_id", "min")])
        return counted.rename_columns([*_SPELLING, "mention_count", "document_id"])

    return _fold(parts, [*_SPELLING, "mention_count", "document_id"], count, count)


def _spelling_proofs(parts: Sequence[Path]) -> pa.Table:
    """For each spelling that has evidence somewhere, the first in document order."""
    evidence = ["document_id", "evidence_start", "evidence_end"]

    def first(rows: pa.Table) -> pa.Table:
        proven = rows.filter(pc.is_valid(rows.column("evidence_start")))
        proven = proven.sort_by([(name, "ascending") for name in evidence]).combine_chunks()
        grouped = proven.group_by(_SPELLING, use_threads=False)
        found = grouped.aggregate([(name, "first", _ANY) for name in evidence])
        return found.rename_columns([*_SPELLING, *evidence])

    return _fold(parts, [*_SPELLING, *evidence], first, first)


def _fold(
    parts: Sequence[Path],
    columns: Sequence[str],
    partial: Callable[[pa.Table], pa.Table],
    add_up: Callable[[pa.Table], pa.Table],
) -> pa.Table:
    """Aggregate parts row group by row group; partial results are added up as they gather."""
    gathered: list[pa.Table] = []
    for rows in _groups(parts, columns):
        gathered.append(partial(rows))
        if sum(piece.num_rows for piece in gathered[1:]) > PARTIAL_ROWS:
            gathered = [add_up(pa.concat_tables(gathered))]
    return add_up(pa.concat_tables(gathered))


def _groups(parts: Iterable[Path], columns: Sequence[str]) -> Iterator[pa.Table]:
    for path in parts:
        yield from read_groups(path, columns)


def _corpus_names(distinct: pa.Table, counted: pa.Table, proofs: pa.Table) -> Names:
    """The argument of `resolve`, in the order of (entity_type, key, authority_id)."""
    spellings = _with_proofs(counted, proofs).sort_by([(name, "ascending") for name in _SPELLING])
    fields = ["name_id", "surface", "basis", "mention_count", "document_id", "proof_id", "start", "end"]
    rows = zip(*(spellings.column(name).to_pylist() for name in fields), strict=True)
    by_name = {
        ident: tuple(CorpusSpelling(*row[1:]) for row in group)
        for ident, group in groupby(rows, itemgetter(0))
    }
    ids = distinct.column("name_id").to_pylist()
    order = ["entity_type", "key", "authority_id", "display", "document_count", "mention_count"]
    facts = (distinct.column(name).to_pylist() for name in order)
    names = tuple(map(CorpusName, *facts, (by_name.get(ident, ()) for ident in ids)))
    return Names(tuple(ids), names, counted, proofs)


def _with_proofs(counted: pa.Table, proofs: pa.Table) -> pa.Table:
    """Add the evidence columns `proof_id`, `start`, `end` to counted spellings."""
    renamed = proofs.rename_columns([*_SPELLING, "proof_id", "start", "end"])
    return counted.join(renamed, _SPELLING, join_type="left outer")


def _links(ids: Sequence[str], links: Sequence[Link]) -> pa.Table:
    return pa.table(
        {
            "name_id": ids,
            "entity_id": [link.entity.entity_id for link in links],
            "entity_name": [link.entity.entity_name for link in links],
            "entity_type": [link.entity.entity_type for link in links],
            "basis": [link.basis for link in links],
            "is_name": [link.is_name for link in links],
        },
        LINKS.schema(),
    ).sort_by("name_id")


def _entities(links: Sequence[Link]) -> pa.Table:
    """Distinct entities, sorted by id, without counts.

    Raises:
        StoreError: Two links give one entity_id to different entities.
    """
    entities = {link.entity.entity_id: link.entity for link in links}
    for link in links:
        if entities[link.entity.entity_id] != link.entity:
            raise StoreError(
                f"resolve() gave two entities one id: {link.entity} and {entities[link.entity.entity_id]}"
            )
    found = [entities[ident] for ident in sorted(entities)]
    fields = ENTITIES.names[:5]
    types = [ENTITIES.schema().field(name).type for name in fields]
    return pa.table(
        {n: pa.array([getattr(e, n) for e in found], t) for n, t in zip(fields, types, strict=True)}
    )


def count_entities(entities: pa.Table, links: pa.Table, names: Sequence[Path]) -> pa.Table:
    """Add how many documents mention each entity, and how often.

    Args:
        entities: Entities sorted by id.
        links: Rows of `_links` of these entities.
        names: Parts of `_names`; all rows of a document stand in one row group.
    """
    of_name = pc.index_in(
        links.column("entity_id"), entities.column("entity_id").combine_chunks()
    ).combine_chunks()
    name_ids = links.column("name_id").combine_chunks()
    documents = np.zeros(entities.num_rows, np.int64)
    mentions = np.zeros(entities.num_rows, np.int64)
    for rows in _groups(names, ["document_id", "name_id", "mention_count"]):
        shown = pc.is_in(rows.column("name_id"), name_ids)
        mentioned = rows.filter(pc.and_(shown, pc.greater(rows.column("mention_count"), 0)))
        if not mentioned.num_rows:
            continue
        entity = of_name.take(pc.index_in(mentioned.column("name_id"), name_ids).combine_chunks()).to_numpy()
        document = mentioned.column("document_id").combine_chunks().dictionary_encode().indices.to_numpy()
        pairs = np.unique(document.astype(np.int64) * entities.num_rows + entity)
        documents += np.bincount(pairs % entities.num_rows, minlength=entities.num_rows)
        weights = mentioned.column("mention_count").to_numpy()
        mentions += np.bincount(entity, weights, minlength=entities.num_rows).astype(np.int64)
    counted = entities.append_column("document_count", pa.array(documents))
    return counted.append_column("mention_count", pa.array(mentions)).cast(ENTITIES.schema())


def _entity_names(corpus: Names, ids: Sequence[str], links: Sequence[Link]) -> pa.Table:
    """Spellings of entities.  A spelling that is a name's own form is linked as the name is."""
    counted = corpus.counted.filter(pc.is_in(corpus.counted.column("name_id"), pa.array(ids, pa.string())))
    rows = _with_proofs(counted, corpus.proofs)
    of_link = pa.table(
        {
            "name_id": pa.array(ids, pa.string()),
            "entity_id": pa.array([link.entity.entity_id for link in links], pa.string()),
            "link_basis": pa.array([link.basis for link in links], pa.string()),
            "link_id": pa.array([link.evidence_document_id for link in links], pa.string()),
            "link_start": pa.array([link.evidence_start for link in links], pa.int32()),
            "link_end": pa.array([link.evidence_end for link in links], pa.int32()),
        }
    )
    linked = {n: lookup(rows.column("name_id"), of_link, "name_id", n) for n in of_link.column_names[1:]}
    own = pc.equal(rows.column("basis"), OWN_FORM)

    def chosen(link_column: str, own_column: str) -> pa.ChunkedArray:
        return pc.if_else(own, linked[link_column], rows.column(own_column))

    spelt = pa.table(
        {
            "entity_id": linked["entity_id"],
            "surface": rows.column("surface"),
            "basis": chosen("link_basis", "basis"),
            "evidence_document_id": chosen("link_id", "proof_id"),
            "evidence_start": chosen("link_start", "start"),
            "evidence_end": chosen("link_end", "end"),
            "mention_count": rows.column("mention_count"),
        }
    )
    return _best_basis(spelt)


def _best_basis(spelt: pa.Table) -> pa.Table:
    """One row for each (entity, surface): what a text proves first, then the most frequent."""
    key = ["entity_id", "surface"]
    summed = spelt.group_by([*key, "basis"]).aggregate([("mention_count", "sum")])
    summed = summed.rename_columns([*key, "basis", "basis_count"])
    evidence = ["evidence_document_id", "evidence_start", "evidence_end"]
    first = spelt.sort_by([(name, "ascending") for name in evidence]).combine_chunks()
    first = first.group_by([*key, "basis"], use_threads=False).aggregate(
        [(name, "first", _ANY) for name in evidence]
    )
    first = first.rename_columns([*key, "basis", *evidence]).join(summed, [*key, "basis"], join_type="inner")
    itself = pc.is_in(first.column("basis"), pa.array(BY_ITSELF, pa.string()))
    first = first.append_column("itself", pc.cast(itself, pa.int8()))
    order = [("itself", "ascending"), ("basis_count", "descending"), ("basis", "ascending")]
    first = first.sort_by([*((name, "ascending") for name in key), *order]).combine_chunks()
    best = first.group_by(key, use_threads=False).aggregate(
        [("basis", "first", _ANY), *((name, "first", _ANY) for name in evidence), ("basis_count", "sum")]
    )
    return best.rename_columns(ENTITY_NAMES.names).cast(ENTITY_NAMES.schema())
