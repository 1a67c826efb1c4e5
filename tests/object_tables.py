"""Tables in an object store: two states of a landing folder, and what has to lie in the store after each."""

from __future__ import annotations

from deltalake import DeltaTable
from made_records import STATES, Landing

from ingest import store
from ingest.errors import StoreError
from ingest.objects import ObjectFolder
from ingest.store.objects.lake import storage_options
from ingest.store.objects.mirror import object_name
from ingest.tables import TABLES, public_tables

PUBLIC = [table.name for table in public_tables()]


def landing_of(url, state):
    try:
        runs = store.open_curated(url).number
    except StoreError:
        runs = 0
    return Landing(url, dict(STATES[state]), runs=runs, keep_snapshots=2)


def delta(url, name):
    return DeltaTable(f"{url}/{name}", storage_options=storage_options())


def check_delta(url):
    """Each Delta table, read by itself, holds just the rows of the snapshot; and nothing else lies there."""
    opened = store.open_curated(url)
    for name in PUBLIC:
        table = delta(url, name)
        assert table.version() == opened.manifest.versions[name]
        rows = opened.arrow(name)
        plain = table.to_pyarrow_table().sort_by([(key, "ascending") for key in TABLES[name].key])
        assert plain.to_pylist() == rows.to_pylist()
    kept = [store.open_curated(url, number).manifest for number in opened.kept]
    used = {object_name(name, part) for one in kept for name, parts in one.tables.items() for part in parts}
    there = {info.name for info in ObjectFolder(url).list() if "/_delta_log/" not in info.name}
    manifests = {f"_ingest/snapshots/{number:06}.json" for number in opened.kept}
    assert there == used | manifests
