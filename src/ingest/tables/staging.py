"""From records to files: a spool that a worker appends to, sealed into one Arrow file per table.

A spool is a row of frames, each an eight-byte length and a pickled `DocumentRows`.  A process
that dies in the middle of a frame leaves all frames before it readable.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from ingest.garbage import without_collection
from ingest.tables import STAGED
from ingest.tables.rows import DocumentRows, Row, document_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.records import Record
    from ingest.tables.columns import Table

LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """A sealed batch of documents.

    Attributes:
        folder: Where its files lie: `<table>.arrow`, each sorted by its key.
        documents: Number of documents in it.
        rows: Rows of each table.
    """

    folder: Path
    documents: int
    rows: dict[str, int]


def append(spool: BinaryIO, record: Record) -> None:
    """Write one record to the end of a spool and flush it to the operating system.

    Args:
        spool: A file open for appending bytes.
        record: What `process()` returned.
    """
    frame = pickle.dumps(document_rows(record), protocol=pickle.HIGHEST_PROTOCOL)
    spool.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
    spool.flush()


def read_spool(path: Path) -> Iterator[DocumentRows]:
    """Read a spool up to its last whole frame.

    Args:
        path: The spool; this program wrote it, so its pickles are trusted.

    Yields:
        The rows of one document at a time, in the order in which they were appended.
    """
    with path.open("rb") as spool:
        while len(head := spool.read(LENGTH_BYTES)) == LENGTH_BYTES:
            frame = spool.read(int.from_bytes(head, "big"))
            if len(frame) < int.from_bytes(head, "big"):
                return
            yield pickle.loads(frame)  # noqa: S301  # written by append() in the same run


@without_collection
def seal(spool_path: Path, folder: Path) -> StagedBatch:
    """Turn a spool into one Arrow IPC file per table, sorted by key.

    A document that was appended twice (its worker died before it could say so) counts once;
    both frames hold the same rows.

    Args:
        spool_path: The spool.
        folder: Where the files go; made if need be.

    Returns:
        The batch.
    """
    documents = {rows.document_id: rows.tables for rows in read_spool(spool_path)}
    folder.mkdir(parents=True, exist_ok=True)
    in_order = [documents[ident] for ident in sorted(documents)]
    counts = {}
    for table in STAGED:
        rows = list(chain.from_iterable(tables[table.name] for tables in in_order))
        _write(table, rows, folder / f"{table.name}.arrow")
        counts[table.name] = len(rows)
    return StagedBatch(folder, len(in_order), counts)


def _write(table: Table, rows: Sequence[Row], path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415  # a worker appends from its first moment, and seals only at the end

    schema = table.staged_schema()
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        if rows:
            writer.write_batch(pa.record_batch(arrays, schema=schema))
