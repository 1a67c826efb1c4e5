"""Turn raw news and policy documents into Parquet tables that an analyst can trust."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.errors import ConfigError, DocumentError, IngestError, StoreError
    from ingest.names.given import link_mentions, resolve_corpus
    from ingest.pipeline import process
    from ingest.records import Record
    from ingest.settings import Settings
    from ingest.store.read import Curated, open_curated, read_table
    from ingest.version import __version__

__all__ = [
    "ConfigError",
    "Curated",
    "DocumentError",
    "IngestError",
    "Record",
    "Settings",
    "StoreError",
    "__version__",
    "link_mentions",
    "open_curated",
    "process",
    "read_table",
    "resolve_corpus",
]

# Each is imported when it is first asked for: a worker needs no tables, a reader no models.
_HOMES = {
    "ConfigError": "ingest.errors",
    "Curated": "ingest.store.read",
    "DocumentError": "ingest.errors",
    "IngestError": "ingest.errors",
    "Record": "ingest.records",
    "Settings": "ingest.settings",
    "StoreError": "ingest.errors",
    "__version__": "ingest.version",
    "link_mentions": "ingest.names.given",
    "open_curated": "ingest.store.read",
    "process": "ingest.pipeline",
    "read_table": "ingest.store.read",
    "resolve_corpus": "ingest.names.given",
}


def __getattr__(name: str) -> object:
    """Find a public name in the module where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ingest' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Name what is public, for completion."""
    return sorted(__all__)
