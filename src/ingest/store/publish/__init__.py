"""The next snapshot: staged rows, kept rows and the corpus step put together."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import differing, id_numbers, lookup
from ingest.corpus.conservation import check_batch
from ingest.corpus.stories import STORY_COLUMNS, find_stories
from ingest.corpus.stories.said import Touched, statement_ids
from ingest.errors import ConfigError, StoreError
from ingest.settings import fingerprints
from ingest.store.files import Manifest
from ingest.store.publish.difference import Delta, PublishInput, read_staged
from ingest.store.publish.linked import BROUGHT_FORWARD, Linked, NameStep
from ingest.store.publish.looks import write_looks
from ingest.store.publish.next_tables import NextTables
from ingest.store.publish.rebuild import Change, Stale
from ingest.store.publish.references import check_references
from ingest.store.publish.story_step import corpus_of, known_of, write_state, write_stories
from ingest.tables import (
    CHANGE_LOG,
    DOCUMENTS,
    HIDDEN_MENTIONS,
    ITEMS,
    MENTIONS,
    QUOTES,
    REJECTS,
    RUNS,
    TABLES,
)
from ingest.tables.parts import read_groups, stacked
from ingest.tables.ranges import without
from ingest.tables.state import FEATURES, PAIRS
from ingest.version import PIPELINE_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ingest.corpus.stories import Stories
    from ingest.tables.columns import Table

TOP_RULES = 10


@dataclass(frozen=True, slots=True)
class Published:
    """What a publish did.

    Attributes:
        snapshot: Number of the snapshot that is now current.
        changed: Whether any table but the logs differs from the one before.
        added: Documents that are new.
        updated: Documents whose rows were replaced.
        as_before: Documents that were read again and have the rows that they had.
        removed: Items taken out.
        rejected: Items refused in this run.
        rows: Rows of each public table now.
        top_rules: The rules that dropped most runs of text, with their numbers.
        unmatched_decisions: The analyst's decisions that speak of no name, in words.
    """

    snapshot: int
    changed: bool
    added: int
    updated: int
    as_before: int
    removed: int
    rejected: int
    rows: dict[str, int]
    top_rules: tuple[tuple[str, int], ...]
    unmatched_decisions: tuple[str, ...]


class Snapshot:
    """The next snapshot in the making."""

    def __init__(self, given: PublishInput, old: Manifest | None, old_folder: Path, folder: Path) -> None:
        """Begin.

        Args:
            given: What the run brings.
            old: The current manifest; None before the first publish.
            old_folder: The current snapshot's folder.
            folder: The folder to fill; it exists.
        """
        self._began_s = time.process_time()
        self._corpus_s = 0.0
        self._given = given
        self._old = old
        self._folder = folder
        self._tables = NextTables(old, old_folder, folder)
        self._unmatched: tuple[str, ...] = ()
        kept = partial(self._tables.read_old, DOCUMENTS, ["document_id", "kept_by"])
        self._delta = Delta(given, self._tables.read_old(ITEMS), self._tables.read_old(REJECTS), kept)

    def build(self, number: int) -> tuple[Manifest, Published]:
        """Write all tables and the manifest.

        Raises:
            StoreError: A check failed.
            ConfigError: A file of the user's is not what it was when the run was planned.
        """
        delta = self._delta
        for folder in self._given.staged:
            check_batch(folder)
        delta.check_accounts()
        with self._tables:
            counts = self._write_tables()
            check_references(self._tables)
        self._check_settings()
        manifest = Manifest(number, self._given.run.run_id, delta.made_with.corpus, self._tables.every_part())
        manifest.write(self._folder)
        rows = {table.name: self._tables.rows(table) for table in TABLES.values() if table.is_public}
        return manifest, Published(
            snapshot=number,
            changed=self._tables.is_changed(),
            **counts,
            as_before=len(delta.as_before),
            rejected=len(self._given.rejects),
            rows=rows,
            top_rules=self._top_rules(),
            unmatched_decisions=self._unmatched,
        )

    def _write_tables(self) -> dict[str, int]:
        """Write all tables; give the number of documents that were added, updated and removed."""
        delta = self._delta
        if (
            self._old is None
            or self._old.tables.keys() != TABLES.keys()
            or len(delta.touched)
            or (self._old.fingerprint != delta.made_with.corpus)
        ):
            self._build_items()
            linked = self._build_names()
            self._build_mentions(linked)
            before, stories, changed = self._build_documents(linked)
            self._build_quotes(linked, stories, changed)
            write_stories(self._tables, before, stories, changed)
            self._check_items()
        else:
            self._tables.take_over()
        write_looks(self._tables, self._given, delta.items)
        kinds = delta.changes.column("change").to_pylist()
        counts = {kind: kinds.count(kind) for kind in ("added", "updated", "removed")}
        self._tables.extend(CHANGE_LOG, delta.changes)
        self._tables.extend(RUNS, self._run(counts))
        return counts

    def _build_items(self) -> None:
        """Write what documents alone decide."""
        self._tables.write(REJECTS, self._delta.rejects)
        self._build_state_of_items()
        for name in _OF_DOCUMENTS:
            self._rebuild(TABLES[name], [], lambda rows: rows)

    def _build_state_of_items(self) -> None:
        delta = self._delta

        def fill(rows: pa.Table) -> pa.Table:
            copies = lookup(rows.column("document_id"), delta.items, "document_id", "duplicate_of")
            return rows.append_column("duplicate_of", copies)

        stale = (Stale("document_id", delta.recopied),)
        self._tables.rebuild(ITEMS, Change(self._stage_again(ITEMS, delta.come), delta.touched, stale, fill))

    def _build_names(self) -> Linked:
        """Resolve names and write what they are linked to."""
        if self._is_brought_forward((FEATURES, PAIRS)):
            self._tables.read_ahead(FEATURES)  # the largest that the search for stories asks for
        step = NameStep(self._tables, self._delta, self._given.settings)
        forward = self._is_brought_forward(BROUGHT_FORWARD)
        with self._corpus_work():
            linked = step.brought_forward() if forward else step.from_nothing()
        step.write()
        self._unmatched = linked.unmatched
        return linked

    def _is_brought_forward(self, tables: Sequence[Table]) -> bool:
        """Whether the current snapshot's tables were made as this run would make them."""
        old = self._old
        return (
            old is not None
            and old.fingerprint == self._delta.made_with.corpus
            and all(table.name in old.tables for table in tables)
        )

    def _build_documents(self, linked: Linked) -> tuple[pa.Table, Stories, pa.Array]:
        """Find which documents are copies and which tell one story, and write them with that.

        Returns:
            What was told before, what was found, and the ids of the documents that came or went or of which
            it is new.
        """
        delta, tables = self._delta, self._tables
        before = tables.read_old(DOCUMENTS, ["document_id", "source_path", *STORY_COLUMNS])
        holds = self._is_brought_forward((FEATURES, PAIRS))
        with self._corpus_work():
            corpus = corpus_of(tables, delta, linked.shown, linked.relinked)
            stories = find_stories(corpus, known_of(tables, before, holds=holds))
        retells = differing(before, stories.documents, "document_id", STORY_COLUMNS)

        told = stories.documents.append_column("duplicate_of", corpus.documents.column("duplicate_of"))
        ids = id_numbers(told.column("document_id"))
        order = np.argsort(ids)
        ids = ids[order]

        def fill(rows: pa.Table) -> pa.Table:
            at = pa.array(order[np.searchsorted(ids, id_numbers(rows.column("document_id")))])
            for name in ("duplicate_of", *STORY_COLUMNS):
                rows = rows.append_column(name, told.column(name).take(at))
            return rows

        stale = [Stale("document_id", ids) for ids in (delta.recopied, retells)]
        write_state(tables, stories)
        self._rebuild(DOCUMENTS, stale, fill)
        return before, stories, pa.concat_arrays([delta.touched, delta.recopied, retells])

    def _build_mentions(self, linked: Linked) -> None:
        back = self._hide_mentions(linked.links)
        link_mention = _linker(
            linked.shown,
            "name_id",
            entity_id="entity_id",
            entity_name="entity_name",
            entity_type="entity_type",
        )

        def shown(rows: pa.Table) -> pa.Table:
            rows = link_mention(rows)
            return rows.filter(pc.is_valid(rows.column("entity_id")))

        self._rebuild(MENTIONS, [Stale("name_id", linked.relinked)], shown, back)

    def _build_quotes(self, linked: Linked, stories: Stories, changed: pa.Array) -> None:
        before = self._tables.read_old(QUOTES, ["quote_id", "same_statement_id"])
        were = before.filter(pc.is_valid(before.column("same_statement_id")))
        touched = Touched(changed, linked.relinked, stories.changed)
        with self._corpus_work():
            statements = statement_ids(self._tables.paths("_said"), stories, linked.shown, touched, were)
        gone = pc.invert(pc.is_in(were.column("quote_id"), statements.column("quote_id").combine_chunks()))
        unlinked = were.filter(gone)
        relinks = differing(before, statements, "quote_id", ["same_statement_id"])
        restated = pa.concat_arrays([relinks, unlinked.column("quote_id").combine_chunks()])
        link = _linker(
            linked.shown, "speaker_name_id", speaker_entity_id="entity_id", speaker_name="entity_name"
        )

        def fill(rows: pa.Table) -> pa.Table:
            said = lookup(rows.column("quote_id"), statements, "quote_id", "same_statement_id")
            return link(rows).append_column("same_statement_id", said)

        self._rebuild(QUOTES, [Stale("speaker_name_id", linked.relinked), Stale("quote_id", restated)], fill)

    def _rows_to_come(self, table: Table, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Rows that a table laid out by documents will have, before they are written."""
        places = self._tables.places(table)
        for part in places.parts:
            for rows in read_groups(places.old / part.name, columns):
                yield without(rows, self._delta.gone)
        for path in self._delta.staged_files(table.name):
            yield read_staged(path).select(list(columns))

    def _hide_mentions(self, links: pa.Table) -> tuple[Path, ...]:
        """Take the mentions of what is no name aside, and bring those back that are names again.

        They are kept, since a decision can be taken back and no document is read anew for that.

        Returns:
            A staged file with the mentions to bring back, or none.
        """
        hidden = links.filter(pc.invert(links.column("is_name"))).column("name_id").combine_chunks()
        before = without(self._tables.read_old(HIDDEN_MENTIONS), self._delta.gone)
        schema = HIDDEN_MENTIONS.schema()
        if not len(hidden):
            self._tables.write(HIDDEN_MENTIONS, schema.empty_table())
            return self._stage_again(MENTIONS, before)
        sources = chain([before], self._rows_to_come(MENTIONS, schema.names))
        found = (rows.filter(pc.is_in(rows.column("name_id"), hidden)) for rows in sources)
        self._tables.write(HIDDEN_MENTIONS, stacked(schema, found))
        shown = before.filter(pc.invert(pc.is_in(before.column("name_id"), hidden)))
        return self._stage_again(MENTIONS, shown)

    def _stage_again(self, table: Table, rows: pa.Table) -> tuple[Path, ...]:
        """Stage rows that no worker has staged, which are in order of their documents."""
        if not rows.num_rows:
            return ()
        path = self._folder.with_name(f"{self._folder.name}-{table.name}.arrow")
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.staged_schema()) as writer:
            writer.write_table(rows.cast(table.staged_schema()))
        return (path,)

    @contextlib.contextmanager
    def _corpus_work(self) -> Iterator[None]:
        """Count the time of the block as work on all documents together."""
        began_s = time.process_time()
        yield
        self._corpus_s += time.process_time() - began_s

    def _rebuild(
        self,
        table: Table,
        stale: list[Stale],
        fill: Callable[[pa.Table], pa.Table],
        more: tuple[Path, ...] = (),
    ) -> None:
        staged = (*self._delta.staged_files(table.name), *more)
        self._tables.rebuild(table, Change(staged, self._delta.gone, tuple(stale), fill))

    def _check_items(self) -> None:
        items, documents, rejects = (
            self._tables.rows(ITEMS),
            self._tables.rows(TABLES["documents"]),
            self._tables.rows(REJECTS),
        )
        if documents + rejects != items:
            raise StoreError(
                f"{items} items, but {documents} documents and {rejects} rejects; nothing was published"
            )

    def _check_settings(self) -> None:
        """Check that what the user gave is what the run was planned with: nothing reads it after this."""
        if fingerprints(self._given.settings) != self._delta.made_with:
            raise ConfigError(
                "a file that the options name was written while this run read documents; the tables are as "
                "they were; run again"
            )

    def _run(self, counts: dict[str, int]) -> pa.Table:
        run = self._given.run
        items = self._delta.items
        row = {
            "run_id": run.run_id,
            "started_at": run.started_at,
            "finished_at": datetime.now(UTC),
            "status": "completed",
            "pipeline_version": PIPELINE_VERSION,
            "config_sha256": self._delta.made_with.corpus,
            "seen": run.seen,
            **counts,
            "unchanged": run.unchanged + len(self._delta.as_before),
            "rejected": len(self._given.rejects),
            "duplicate_count": items.num_rows - items.column("duplicate_of").null_count,
            **{column: self._tables.rows(TABLES[name]) for column, name in _COUNTED.items()},
            "read_bytes": run.read_bytes,
            "lost_workers": run.lost_workers,
            **{f"{stage}_s": seconds for stage, seconds in run.cpu_s.items()},
            "publish_s": time.process_time() - self._began_s,
            "corpus_s": self._corpus_s,
        }
        return pa.Table.from_pylist([row], RUNS.schema())

    def _top_rules(self) -> tuple[tuple[str, int], ...]:
        pieces = (rows for path in self._tables.paths("dropped") for rows in read_groups(path, ["rule"]))
        counts = pa.concat_tables(pieces).group_by("rule").aggregate([([], "count_all")])
        counts = counts.sort_by([("count_all", "descending"), ("rule", "ascending")]).slice(0, TOP_RULES)
        return tuple((row["rule"], row["count_all"]) for row in counts.to_pylist())


def _linker(links: pa.Table, key: str, **columns: str) -> Callable[[pa.Table], pa.Table]:
    """Add columns of the entity that a row's name is linked to."""
    names = links.column("name_id").combine_chunks()

    def fill(rows: pa.Table) -> pa.Table:
        at = pc.index_in(rows.column(key), names)
        for name, source in columns.items():
            rows = rows.append_column(name, links.column(source).take(at))
        return rows

    return fill


_OF_DOCUMENTS = ("_names", "_spellings", "_signatures", "_said", "sections", "topics", "dropped", "edits")
"""Tables that documents alone decide."""

_COUNTED = {
    "document_count": "documents",
    "reject_count": "rejects",
    "section_count": "sections",
    "mention_count": "mentions",
    "entity_count": "entities",
    "quote_count": "quotes",
    "dropped_count": "dropped",
    "edit_count": "edits",
}
