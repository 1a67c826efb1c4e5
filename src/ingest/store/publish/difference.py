"""What a run brings, against what is there: items that come, stay and go."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import differing, lookup
from ingest.corpus.duplicates import duplicates
from ingest.errors import StoreError
from ingest.reasons import REASONS
from ingest.settings import Fingerprints, Settings, fingerprints
from ingest.tables import CHANGE_LOG, DOCUMENTS, ITEMS, REJECTS
from ingest.tables.parts import constant, stacked
from ingest.tables.rows import document_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from ingest.items import Container, ObjectState
    from ingest.landing.remembered import FileState
    from ingest.records import Reject


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What the log says of a run.

    Attributes:
        run_id: Its id; sorts by start.
        started_at: When it started, with a time zone.
        seen: Landing items it looked at, those being written left out.
        unchanged: Items it left as they were.
        read_bytes: Bytes of the documents it read.
        lost_workers: Worker processes that died.
        cpu_s: CPU seconds by stage, `plan` and those of the workers; what is not measured is missing.
    """

    run_id: str
    started_at: datetime
    seen: int
    unchanged: int
    read_bytes: int = 0
    lost_workers: int = 0
    cpu_s: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishInput:
    """What a run brings.

    Attributes:
        staged: Folders of sealed batches; no document stands in two of them.
        rejects: Items refused in this run.
        removed: Paths to take out: their files are gone, or their container holds them no longer.
        run: For the log.
        settings: Settings the documents were read with.
        made_with: Their fingerprints when the run was planned; taken now by default.
        files: What to remember of files that were hashed; what is known of others stays.
        containers: What to remember of the containers.
        limited_fingerprint: Fingerprint of items that were refused because they met a limit.
        objects: What to remember of objects.
    """

    staged: tuple[Path, ...]
    rejects: tuple[Reject, ...]
    removed: tuple[str, ...]
    run: RunInfo
    settings: Settings
    containers: tuple[Container, ...] = ()
    limited_fingerprint: str = ""
    objects: tuple[ObjectState, ...] = ()
    made_with: Fingerprints | None = None
    files: tuple[FileState, ...] = ()


class Delta:
    """Items by what happens to them."""

    def __init__(
        self,
        given: PublishInput,
        old_items: pa.Table,
        old_rejects: pa.Table,
        old_kept: Callable[[], pa.Table],
    ) -> None:
        """Begin.

        Args:
            given: What the run brings.
            old_items: `_items` of the current snapshot.
            old_rejects: `rejects` of it.
            old_kept: Reads `document_id` and `kept_by` of its documents, which few runs want.
        """
        self.made_with = given.made_with or fingerprints(given.settings)
        self._given = given
        self._old_items = old_items
        self._old_rejects = old_rejects
        self._old_kept = old_kept

    @cached_property
    def staged(self) -> pa.Table:
        """The documents that this run brings, as items without `duplicate_of`."""
        is_held = pc.greater(pc.list_value_length(self._read.column("kept_by")), 0)
        mark = pc.if_else(is_held, self.made_with.kept, self.made_with.documents)
        rows = self._read.drop_columns("kept_by").append_column("fingerprint", mark)
        return rows.append_column("is_reject", constant(False, rows)).cast(_BARE_ITEMS)  # noqa: FBT003  # as constant

    @cached_property
    def as_before(self) -> pa.Array:
        """Ids of the documents that were read again for another `--keep`, and are what they were."""
        ids = self._read.column("document_id")
        again = [
            pc.equal(self._read.column(name), lookup(ids, self._old_items, "document_id", name))
            for name in ("content_sha256", "text_sha256")
        ]
        marks = lookup(ids, self._old_items, "document_id", "fingerprint")
        again.append(pc.starts_with(marks, self.made_with.documents))
        same = pc.fill_null(reduce(pc.and_, again), fill_value=False)
        if not pc.any(same).as_py():
            return ids.slice(0, 0).combine_chunks()
        kept = lookup(ids, self._old_kept(), "document_id", "kept_by")
        same = pc.and_(same, pc.equal(_as_text(self._read.column("kept_by")), _as_text(kept)))
        return ids.filter(pc.fill_null(same, fill_value=False)).combine_chunks()

    @cached_property
    def _read(self) -> pa.Table:
        columns = ["document_id", "source_path", "content_sha256", "text_sha256", "kept_by"]
        schema = pa.schema([DOCUMENTS.schema().field(name) for name in columns])
        return stacked(schema, (read_staged(path).select(columns) for path in self.staged_files("documents")))

    @cached_property
    def refused(self) -> pa.Table:
        """The items that this run refuses and that were not known as refused, in `_items`' form."""
        paths = pa.array([reject.source_path for reject in self._given.rejects], pa.string())
        before = self._old_rejects.filter(
            pc.is_in(self._old_rejects.column("source_path"), paths)
        ).to_pylist()
        known = self._old_items.filter(pc.is_in(self._old_items.column("source_path"), paths)).to_pylist()
        marks = {row["source_path"]: row["fingerprint"] for row in known}
        same = {
            tuple(row.values())
            for row in before
            if marks[row["source_path"]] == self._mark_of_reject(row["reason"])
        }
        fresh = [reject for reject in self._given.rejects if _reject_row(reject) not in same]
        rows = [
            (
                document_id(reject.source_path),
                reject.source_path,
                reject.content_sha256,
                None,
                self._mark_of_reject(reject.reason),
                True,
            )
            for reject in fresh
        ]
        return pa.Table.from_pylist(
            [dict(zip(_BARE_ITEMS.names, row, strict=True)) for row in rows], _BARE_ITEMS
        )

    @cached_property
    def removed(self) -> pa.Table:
        """The items that this run takes out, as they are known."""
        paths = pa.array(self._given.removed, pa.string())
        return self._old_items.filter(pc.is_in(self._old_items.column("source_path"), paths))

    @cached_property
    def touched(self) -> pa.Array:
        """Ids of all items that this run brings, replaces or takes out."""
        return self._of_all("document_id")

    @cached_property
    def gone(self) -> pa.Array:
        """Ids of the documents whose rows of the current snapshot do not stay."""
        documents = self._old_documents.column("document_id")
        return documents.filter(pc.is_in(documents, self.touched)).combine_chunks()

    @cached_property
    def come(self) -> pa.Table:
        """The items that this run brings, in order of their ids and without `duplicate_of`."""
        return stacked(_BARE_ITEMS, (self.staged, self.refused)).sort_by("document_id")

    @cached_property
    def items(self) -> pa.Table:
        """All items after this run."""
        known = self._old_items.select(_BARE_ITEMS.names)
        kept = known.filter(pc.invert(pc.is_in(known.column("document_id"), self.touched)))
        items = stacked(_BARE_ITEMS, (kept, self.come))
        copies = duplicates(items.filter(pc.invert(items.column("is_reject"))))
        return items.append_column("duplicate_of", lookup(items.column("document_id"), copies, *_COPY))

    @cached_property
    def recopied(self) -> pa.Array:
        """Ids of documents whose `duplicate_of` is not what it was."""
        were = self._old_items.filter(pc.is_valid(self._old_items.column("duplicate_of")))
        ids, copied = self.items.column("document_id"), pc.is_valid(self.items.column("duplicate_of"))
        are = self.items.filter(pc.or_(copied, pc.is_in(ids, were.column("document_id").combine_chunks())))
        return differing(were, are, "document_id", ["duplicate_of"])

    @cached_property
    def rejects(self) -> pa.Table:
        """All refused items after this run."""
        stay = pc.invert(pc.is_in(self._old_rejects.column("source_path"), self._of_all("source_path")))
        fresh = set(self.refused.column("source_path").to_pylist())
        rows = [_reject_row(reject) for reject in self._given.rejects if reject.source_path in fresh]
        table = pa.Table.from_pylist(
            [dict(zip(REJECTS.names, row, strict=True)) for row in rows], REJECTS.schema()
        )
        return stacked(REJECTS.schema(), (self._old_rejects.filter(stay), table))

    @cached_property
    def changes(self) -> pa.Table:
        """The rows of `changes` for this run."""
        staged = self.staged.filter(pc.invert(pc.is_in(self.staged.column("document_id"), self.as_before)))
        known = pc.is_in(
            staged.column("document_id"), self._old_documents.column("document_id").combine_chunks()
        )
        pieces = (
            (staged, pc.if_else(known, "updated", "added")),
            (self.refused, constant("rejected", self.refused)),
            (self.removed, constant("removed", self.removed)),
        )
        rows = (
            items.select(["source_path", "document_id"]).append_column("change", kind)
            for items, kind in pieces
        )
        runs = (r.add_column(0, "run_id", constant(self._given.run.run_id, r)) for r in rows)
        return stacked(CHANGE_LOG.schema(), runs)

    def staged_files(self, name: str) -> list[Path]:
        """Staged files of a table, those without rows left out."""
        files = (folder / f"{name}.arrow" for folder in self._given.staged)
        return [path for path in files if read_staged(path).num_rows]

    def check_accounts(self) -> None:
        """Check that what was seen is what was read, refused or left alone.

        Raises:
            StoreError: It is not.
        """
        run, refused = self._given.run, len(self._given.rejects)
        if run.seen != run.unchanged + self.staged.num_rows + refused:
            raise StoreError(
                f"{run.seen} items were seen, but {run.unchanged} unchanged, {self.staged.num_rows} read "
                f"and {refused} refused; nothing was published"
            )

    @cached_property
    def _old_documents(self) -> pa.Table:
        return self._old_items.filter(pc.invert(self._old_items.column("is_reject")))

    def _mark_of_reject(self, code: str) -> str:
        """The fingerprint under which a refused item need not be tried again."""
        return self._given.limited_fingerprint if REASONS[code].is_of_limits else self.made_with.documents

    def _of_all(self, column: str) -> pa.Array:
        tables = (self.staged, self.refused, self.removed)
        return pa.concat_arrays([rows.column(column).combine_chunks() for rows in tables])


_BARE_ITEMS = pa.schema([ITEMS.schema().field(name) for name in ITEMS.names[:-1]])
_COPY = ("document_id", "duplicate_of")


def _as_text(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join(lists.cast(pa.list_(pa.string())), "\n")


def _reject_row(reject: Reject) -> tuple[object, ...]:
    return tuple(getattr(reject, name) for name in REJECTS.names)


def read_staged(path: Path) -> pa.Table:
    """Map a staged file into memory."""
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def relinked(before: pa.Table, now: pa.Table) -> pa.Array:
    """Names that mean another entity than before, or one of another name or type, or none.

    Args:
        before: `_links` of the current snapshot.
        now: `_links` of the next.
    """
    at = pc.index_in(now.column("name_id"), before.column("name_id").combine_chunks())
    columns: Sequence[str] = ("entity_id", "entity_name", "entity_type", "is_name")
    differs = [pc.not_equal(now.column(name), before.column(name).take(at)) for name in columns]
    return now.column("name_id").filter(reduce(pc.or_, differs)).combine_chunks()
