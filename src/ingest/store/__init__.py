"""The store: immutable snapshots of all tables, one atomic swap."""

from ingest.store.publish import Published
from ingest.store.publish.difference import PublishInput, RunInfo
from ingest.store.read import Curated, open_curated, read_table
from ingest.store.writer import Known, Writer, as_store_error, by_path, open_writer

__all__ = [
    "Curated",
    "Known",
    "PublishInput",
    "Published",
    "RunInfo",
    "Writer",
    "as_store_error",
    "by_path",
    "open_curated",
    "open_writer",
    "read_table",
]
