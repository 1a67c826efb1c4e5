"""One table as a Delta Lake table: its files are the very parts of the snapshot, and a publish is one commit.

Nothing is written anew for it, so what any reader of Delta Lake gets is what was checked and published here,
and none of the traps of rewriting apply (types that pandas cannot read in lists, dictionary columns, rows
doubled by a crash).  A commit says which files come and which go; it is tried once, at the version that was
looked at, so that of two writers one is told.

Needs the extra `s3`, so it is imported where tables go to an object store, and nowhere else.
"""

from __future__ import annotations

import json
import os
import re
import time
from typing import TYPE_CHECKING

import pyarrow as pa
from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import (
    AddAction,
    CommitProperties,
    PostCommitHookProperties,
    RemoveAction,
    Transaction,
    create_table_with_add_actions,
)

from ingest.errors import StoreError

if TYPE_CHECKING:
    from ingest.store.files import Manifest
    from ingest.tables.columns import Table
    from ingest.tables.parts import Part

APP = "document-ingest"
"""Under this name each table's log tells the number of the snapshot that its latest commit belongs to."""

_DECORATION = re.compile("\x1b\\[[0-9;]*m|\u21b3")
"""Colours and arrows of Delta Lake's messages."""
CHECKPOINT_INTERVAL = 10
"""Commits after which a table's log is summed up, so that readers need not read all of it."""
_CONFIGURATION = {"delta.checkpointInterval": str(CHECKPOINT_INTERVAL)}


def commit(url: str, table: Table, manifest: Manifest, *, is_new: bool = False) -> int:
    """Make the parts of a snapshot the files of a table, by one commit, or by none where they are already.

    Args:
        url: The table's folder; the parts lie in it.
        table: Its definition.
        manifest: The snapshot.
        is_new: Whether there is no such table yet.

    Returns:
        The version of the table that has these files.

    Raises:
        StoreError: The log cannot be read or written, or somebody else wrote to it at the same time.
    """
    try:
        there = None if is_new else _open(url)
        try:
            return _create(url, table, manifest) if there is None else _exchange(there, table, manifest)
        except DeltaError:
            # Perhaps it is done and the answer was lost: who asks again is told that it is too late.
            there = _open(url)
            if there is None or _sizes(there).keys() != _wanted(table, manifest).keys():
                raise
            return there.version()
    except (DeltaError, OSError) as error:
        words = " ".join(_DECORATION.sub(" ", str(error)).split())
        raise StoreError(f"{url}: {words}; the tables there are as they were") from error


def _open(url: str) -> DeltaTable | None:
    try:
        return DeltaTable(url, storage_options=storage_options())
    except TableNotFoundError:
        return None


def _create(url: str, table: Table, manifest: Manifest) -> int:
    create_table_with_add_actions(
        url,
        _schema(table),
        [_added(table.key[0], part) for part in manifest.tables[table.name]],
        mode="error",
        name=table.name,
        description=f"One row per {table.row}.",
        configuration=_CONFIGURATION,
        storage_options=storage_options(),
        commit_properties=_properties(manifest),
        post_commithook_properties=_hooks(0),
    )
    return 0


def _exchange(there: DeltaTable, table: Table, manifest: Manifest) -> int:
    """Take out the files that are no parts of the snapshot, and add those that are missing."""
    schema = _schema(table)
    known = {field.name for field in there.schema().fields}
    if fresh := [field for field in schema.fields if field.name not in known]:
        there.alter.add_columns(fresh, commit_properties=_properties(manifest))
        there.update_incremental()
    sizes, wanted = _sizes(there), _wanted(table, manifest)
    if wanted.keys() == sizes.keys():
        return there.version()
    now_ms = int(time.time() * 1000)
    stale = [name for name in sizes if name not in wanted]
    gone = [RemoveAction(name, True, now_ms, sizes[name], {}) for name in stale]  # noqa: FBT003 - rows change
    come = [_added(table.key[0], part) for name, part in wanted.items() if name not in sizes]
    version = there.version() + 1  # or none, for the commit is tried once
    there.create_write_transaction(
        [*come, *gone],
        "append",
        schema,
        commit_properties=_properties(manifest),
        post_commithook_properties=_hooks(version),
    )
    return version


def _sizes(there: DeltaTable) -> dict[str, int]:
    """The files of a table, with their bytes."""
    active = pa.table(there.get_add_actions(flatten=True))
    return dict(zip(active["path"].to_pylist(), active["size_bytes"].to_pylist(), strict=True))


def _wanted(table: Table, manifest: Manifest) -> dict[str, Part]:
    return {part.name: part for part in manifest.tables[table.name]}


def _schema(table: Table) -> Schema:
    """The schema as a log tells it: columns that come later are missing in older files, so none is sure."""
    schema = table.schema()
    fields = [pa.field(field.name, field.type, nullable=True, metadata=field.metadata) for field in schema]
    return Schema.from_arrow(pa.schema(fields, schema.metadata))


def storage_options() -> dict[str, str]:
    """What Delta Lake's own client is told beyond the `AWS_...` variables that it reads itself."""
    attempts = int(os.environ.get("AWS_MAX_ATTEMPTS") or 5)
    options = {"max_retries": str(max(0, attempts - 1)), "retry_timeout": "60s"}
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    if endpoint:
        options["aws_endpoint_url"] = endpoint
    if endpoint.startswith("http://"):
        options["allow_http"] = "true"
    return options


def _added(key: str, part: Part) -> AddAction:

    stats: dict[str, object] = {"numRecords": part.rows}
    if part.rows:
        stats |= {"minValues": {key: part.first}, "maxValues": {key: part.last}, "nullCount": {key: 0}}
    return AddAction(
        path=part.name,
        size=part.size,
        partition_values={},
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=json.dumps(stats, ensure_ascii=False),
    )


def _hooks(version: int) -> PostCommitHookProperties:
    """After a commit: a checkpoint where one is due, and then no log entries that are older than a month."""
    is_due = (version + 1) % CHECKPOINT_INTERVAL == 0
    return PostCommitHookProperties(create_checkpoint=is_due, cleanup_expired_logs=is_due)


def _properties(manifest: Manifest) -> CommitProperties:
    return CommitProperties(
        custom_metadata={"runId": manifest.run_id, "snapshot": manifest.snapshot},
        max_commit_retries=0,
        app_transactions=[Transaction(APP, manifest.snapshot)],
    )
