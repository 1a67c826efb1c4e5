"""What names of a corpus are resolved to: links, entities, and the spellings of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import lookup
from ingest.corpus.totals import ANY
from ingest.errors import StoreError
from ingest.names.resolve import resolve
from ingest.names.resolve.decisions import load_decisions, unmatched
from ingest.tables import ENTITIES, ENTITY_NAMES
from ingest.tables.state import LINKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.corpus.affected import Affected
    from ingest.corpus.totals import Totals
    from ingest.names.resolve import Link
    from ingest.settings import Settings

OWN_FORM = "self"
"""Method of a mention that is its name spelt out: what links the name links the spelling."""

COUNTED = ("document_id", "name_id", "mention_count")
"""Columns of `_names` by which entities are counted."""

BY_ITSELF = (OWN_FORM, "authority", "demonym", "decision")
"""Reasons that lie in the spelling, a list or a file: its evidence is the place where it stands."""


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


def resolve_names(affected: Affected, totals: Totals, settings: Settings) -> Resolution:
    """Resolve names that share no block with others.

    What the analyst has decided to be no name is in `links` alone.

    Args:
        affected: The names.
        totals: Totals of the corpus.
        settings: Passed on to `names.resolve`.

    Raises:
        StoreError: `resolve` contradicts itself.
        ConfigError: A user's file is wrong.
    """
    ids, names = tuple(affected.names), tuple(affected.names.values())
    links = resolve(names, settings, affected.around)
    if len(links) != len(names):
        raise StoreError(f"resolve() gave {len(links)} links for {len(names)} names")
    shown = [(ident, link) for ident, link in zip(ids, links, strict=True) if link.is_name]
    missed = unmatched(load_decisions(settings.decisions_path), names)
    return Resolution(
        links=_links(ids, links),
        entities=_entities([link for _, link in shown]),
        entity_names=_entity_names(totals, [ident for ident, _ in shown], [link for _, link in shown]),
        unmatched=tuple(
            f"{d.where}: {d.action} {' '.join(d.name)}: the corpus has no such name" for d in missed
        ),
    )


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


def count_entities(entities: pa.Table, links: pa.Table, names: Iterable[pa.Table]) -> pa.Table:
    """Add how many documents mention each entity, and how often.

    Args:
        entities: Entities sorted by id.
        links: Rows of `_links` of these entities.
        names: Rows of `_names`, of which `COUNTED` are read; all those of a document stand in one table.
    """
    of_name = pc.index_in(
        links.column("entity_id"), entities.column("entity_id").combine_chunks()
    ).combine_chunks()
    name_ids = links.column("name_id").combine_chunks()
    documents = np.zeros(entities.num_rows, np.int64)
    mentions = np.zeros(entities.num_rows, np.int64)
    for rows in names:
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


def _entity_names(totals: Totals, ids: Sequence[str], links: Sequence[Link]) -> pa.Table:
    """Spellings of entities.  A spelling that is a name's own form is linked as the name is."""
    rows = totals.of(pa.array(ids, pa.string())).spellings
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
            "evidence_document_id": chosen("link_id", "evidence_document_id"),
            "evidence_start": chosen("link_start", "evidence_start"),
            "evidence_end": chosen("link_end", "evidence_end"),
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
        [(name, "first", ANY) for name in evidence]
    )
    first = first.rename_columns([*key, "basis", *evidence]).join(summed, [*key, "basis"], join_type="inner")
    itself = pc.is_in(first.column("basis"), pa.array(BY_ITSELF, pa.string()))
    first = first.append_column("itself", pc.cast(itself, pa.int8()))
    order = [("itself", "ascending"), ("basis_count", "descending"), ("basis", "ascending")]
    first = first.sort_by([*((name, "ascending") for name in key), *order]).combine_chunks()
    best = first.group_by(key, use_threads=False).aggregate(
        [("basis", "first", ANY), *((name, "first", ANY) for name in evidence), ("basis_count", "sum")]
    )
    return best.rename_columns(ENTITY_NAMES.names).cast(ENTITY_NAMES.schema())
