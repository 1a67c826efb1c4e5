"""The step of a publish that gives names their entities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.affected import affected, everything
from ingest.corpus.arrays import lookup
from ingest.corpus.names import COUNTED, count_entities, resolve_names
from ingest.corpus.totals import Documents, Totals, add_up, brought_forward, having, lacking, rows_of
from ingest.store.publish.difference import read_staged, relinked
from ingest.tables import ENTITIES, ENTITY_NAMES
from ingest.tables.parts import stacked
from ingest.tables.state import BLOCKS, LINKS, NAME_TOTALS, NAMES, SPELLING_TOTALS, SPELLINGS

if TYPE_CHECKING:
    from ingest.corpus.affected import Affected
    from ingest.corpus.names import Resolution
    from ingest.settings import Settings
    from ingest.store.publish.difference import Delta
    from ingest.store.publish.next_tables import NextTables
    from ingest.tables.columns import Table


@dataclass(frozen=True, slots=True)
class Linked:
    """What names are linked to now.

    Attributes:
        links: Rows of `_links`.
        shown: Those of what is a name.
        relinked: Ids of the names that mean something else than before, as `delta.relinked` tells.
        unmatched: Decisions that speak of no name of the corpus, in words.
    """

    links: pa.Table
    shown: pa.Table
    relinked: pa.Array
    unmatched: tuple[str, ...]


BROUGHT_FORWARD = (NAME_TOTALS, SPELLING_TOTALS, BLOCKS, LINKS, ENTITIES, ENTITY_NAMES)
"""Tables that are what they were, but for names of the blocks that a run changes."""


class NameStep:
    """Names resolved anew where a run can have changed them, and the tables that say so."""

    def __init__(self, tables: NextTables, delta: Delta, settings: Settings) -> None:
        """Begin.

        Args:
            tables: The tables of the next snapshot; `_names` and `_spellings` are written.
            delta: What the run brings.
            settings: Settings that names are resolved with.
        """
        self._tables = tables
        self._delta = delta
        self._settings = settings
        self._names = tables.paths("_names")
        self._spellings = tables.paths("_spellings")
        self._gone = pa.array([], pa.string())
        self._come = Documents(NAMES.schema().empty_table(), SPELLINGS.schema().empty_table())
        self._old: dict[str, pa.Table] = {
            table.name: table.schema().empty_table() for table in BROUGHT_FORWARD
        }

    def from_nothing(self) -> Linked:
        """Count and resolve all names."""
        totals = add_up(rows_of(NAMES, self._names), rows_of(SPELLINGS, self._spellings))
        found = everything(totals, self._settings)
        return self._made_of(totals, found, resolve_names(found, totals, self._settings), is_anew=True)

    def brought_forward(self) -> Linked:
        """Count and resolve the names that the documents of this run can have changed."""
        settings = self._settings
        self._old = {table.name: self._tables.read_old(table) for table in BROUGHT_FORWARD}
        before = Totals(self._old["_name_totals"], self._old["_spelling_totals"])
        self._come = Documents(self._staged(NAMES), self._staged(SPELLINGS))
        self._gone = self._names_of_gone()
        totals = brought_forward(before, self._gone, self._come, self._names, self._spellings)
        touched = pc.unique(pa.concat_arrays([self._come.name_ids(), self._gone]))
        found = affected(before, totals, self._old["_blocks"], touched, settings)
        return self._made_of(totals, found, resolve_names(found, totals, settings), is_anew=False)

    def write(self) -> None:
        """Write the tables."""
        for table in BROUGHT_FORWARD:
            self._tables.write(table, self._made[table.name])

    def _made_of(self, totals: Totals, found: Affected, resolution: Resolution, *, is_anew: bool) -> Linked:
        old_links = self._old["_links"]
        links = pa.concat_tables([lacking(old_links, found.ids), resolution.links]).combine_chunks()
        replaced = pc.unique(having(old_links, found.ids).column("entity_id"))
        shown = links.filter(links.column("is_name"))
        entities = self._counted(resolution.entities, old_links, shown, is_anew=is_anew)
        changed = relinked(self._tables.read_old(LINKS), links)
        spelt = [_others(self._old["entity_names"], replaced), resolution.entity_names]
        self._made = {
            "entities": pa.concat_tables([_others(self._old["entities"], replaced), entities]),
            "entity_names": pa.concat_tables(spelt),
            "_links": links,
            "_name_totals": totals.names,
            "_spelling_totals": totals.spellings,
            "_blocks": found.index,
        }
        return Linked(links, shown, changed, resolution.unmatched)

    def _counted(
        self, entities: pa.Table, old_links: pa.Table, shown: pa.Table, *, is_anew: bool
    ) -> pa.Table:
        """Count entities; those that have the names they had, by what their new documents add."""
        if is_anew:
            return count_entities(entities, shown, rows_of(NAMES, self._names, columns=COUNTED))
        again = entities.filter(pc.is_in(entities.column("entity_id"), self._regrouped(old_links, shown)))
        rest = _others(entities, again.column("entity_id"))
        names = _of_entities(shown, again)
        ids = names.column("name_id").combine_chunks()
        anew = count_entities(again, names, rows_of(NAMES, self._names, ids, COUNTED))
        added = count_entities(rest, _of_entities(shown, rest), [self._come.names])
        for name in ("document_count", "mention_count"):
            before = lookup(added.column("entity_id"), self._old["entities"], "entity_id", name)
            total = pc.add(added.column(name), pc.fill_null(before, 0))
            added = added.set_column(added.column_names.index(name), ENTITIES.schema().field(name), total)
        return pa.concat_tables([anew, added])

    def _regrouped(self, old_links: pa.Table, shown: pa.Table) -> pa.Array:
        """Entities that have got a name from another, or have lost documents."""
        was = lookup(old_links.column("name_id"), shown, "name_id", "entity_id")
        moved = pc.fill_null(pc.not_equal(old_links.column("entity_id"), was), fill_value=True)
        lost = pc.is_in(old_links.column("name_id"), self._gone)
        rows = old_links.filter(pc.or_(moved, lost))
        now = having(shown, rows.column("name_id").combine_chunks())
        ids = [
            rows.column("entity_id"),
            now.column("entity_id"),
            having(shown, self._gone).column("entity_id"),
        ]
        return pc.unique(pa.concat_arrays([column.combine_chunks() for column in ids]))

    def _names_of_gone(self) -> pa.Array:
        """Names that documents have whose rows do not stay."""
        gone = self._delta.gone
        if not len(gone):
            return pa.array([], pa.string())
        rows = self._tables.read_old(NAMES, ["document_id", "name_id"])
        return pc.unique(rows.filter(pc.is_in(rows.column("document_id"), gone)).column("name_id"))

    def _staged(self, table: Table) -> pa.Table:
        return stacked(table.schema(), map(read_staged, self._delta.staged_files(table.name)))


def _others(rows: pa.Table, entity_ids: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Rows of all entities but some."""
    ids = entity_ids.combine_chunks() if isinstance(entity_ids, pa.ChunkedArray) else entity_ids
    return rows.filter(pc.invert(pc.is_in(rows.column("entity_id"), ids)))


def _of_entities(links: pa.Table, entities: pa.Table) -> pa.Table:
    """Links to some entities."""
    return links.filter(pc.is_in(links.column("entity_id"), entities.column("entity_id").combine_chunks()))
