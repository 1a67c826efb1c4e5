"""What the next run is told of containers, objects and files, so that it need not read them again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import lookup
from ingest.tables.state import CONTAINERS, FILES, OBJECTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.items import Container
    from ingest.landing.remembered import FileState
    from ingest.store.publish.difference import PublishInput
    from ingest.store.publish.next_tables import NextTables


def write_looks(tables: NextTables, given: PublishInput, items: pa.Table) -> None:
    """Write the tables of containers, objects and files.

    Args:
        tables: The tables of both snapshots.
        given: What the run brings.
        items: Rows of `_items` of the next snapshot.
    """
    containers, objects = ([asdict(one) for one in some] for some in (given.containers, given.objects))
    tables.write(CONTAINERS, pa.Table.from_pylist(containers, CONTAINERS.schema()))
    tables.write(OBJECTS, pa.Table.from_pylist(objects, OBJECTS.schema()))
    files = tables.read_old(FILES)
    rows = file_rows(files, given.files, items, given.containers)
    if given.files or rows.num_rows < files.num_rows:
        tables.write(FILES, rows)
    else:
        tables.keep(FILES)


def file_rows(
    before: pa.Table, hashed: Sequence[FileState], items: pa.Table, containers: Sequence[Container]
) -> pa.Table:
    """Bring `_files` forward.

    Args:
        before: Its rows in the current snapshot.
        hashed: Files that the run has hashed.
        items: Rows of `_items` of the next snapshot.
        containers: Its containers.

    Returns:
        Its rows in the next snapshot, in any order: those whose hash is that of an item or a container there.
    """
    schema = FILES.schema()
    columns = zip(*hashed, strict=True) if hashed else ([] for _ in schema)
    fresh = pa.table(
        [pa.array(values, field.type) for field, values in zip(schema, columns, strict=True)], schema
    )
    stay = pc.invert(pc.is_in(before.column("source_path"), fresh.column("source_path").combine_chunks()))
    rows = pa.concat_tables([before.filter(stay), fresh])
    read_whole = pa.table(
        {
            "source_path": pa.array([one.source_path for one in containers], pa.string()),
            "content_sha256": pa.array([one.content_sha256 for one in containers], pa.string()),
        }
    )
    held = [
        lookup(rows.column("source_path"), by, "source_path", "content_sha256") for by in (items, read_whole)
    ]
    return rows.filter(pc.equal(rows.column("content_sha256"), pc.coalesce(*held)))
