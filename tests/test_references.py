"""What rows refer to is there before a snapshot is published: each reference of the column definitions."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from made_records import Landing

from ingest.errors import StoreError
from ingest.store import open_curated
from ingest.store.publish import Snapshot
from ingest.store.publish.next_tables import NextTables
from ingest.store.publish.references import REFERRING, check_references
from ingest.tables import ENTITIES, MENTIONS, TABLES

REFERENCES = [(table, column) for referring in REFERRING.values() for table, column in referring]


@pytest.fixture(scope="module")
def snapshot(curated_stories):
    """A published snapshot: its manifest and its folder."""
    opened = open_curated(curated_stories)
    return opened.manifest, opened.paths("quotes")[0].parents[1]


@pytest.fixture
def tables(snapshot, tmp_path):
    """The tables of a next snapshot that is the same; a test writes one of them anew."""
    manifest, folder = snapshot
    made = NextTables(manifest, folder, tmp_path)
    made.take_over()
    for name in ("_containers", "_objects", "_files", "runs", "changes"):
        table = TABLES[name]
        made.write(table, made.read_old(table))
    return made


def test_every_reference_of_the_definitions_is_checked():
    defined = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns if c.references}
    assert {f"{table.name}.{column.name}" for table, column in REFERENCES} == defined
    assert len(defined) > 15


def test_a_whole_snapshot_passes(tables):
    check_references(tables)


def test_a_table_that_cannot_be_written_is_told_to_whoever_asks_for_it(tables):
    rows = tables.read_old(ENTITIES)
    names = pa.nulls(rows.num_rows, pa.string())
    tables.write(ENTITIES, rows.set_column(rows.column_names.index("entity_name"), "entity_name", names))
    with pytest.raises(StoreError, match=r"entities\.entity_name: \d+ rows lack a value"):
        tables.every_part()


@pytest.mark.parametrize(
    ("table", "column"), REFERENCES, ids=[f"{table.name}.{column.name}" for table, column in REFERENCES]
)
def test_a_row_that_refers_to_nothing_is_told(table, column, tables):
    rows = tables.read_old(table)
    if not rows.num_rows:
        pytest.skip(f"the stories of the tests have no row of {table.name}")
    values = pa.array(["nowhere", *rows.column(column.name).to_pylist()[1:]], pa.string())
    tables.write(table, rows.set_column(rows.column_names.index(column.name), column.name, values))
    told = rf"{table.name}\.{column.name}: 1 values are not in {column.references} \(nowhere\); nothing was"
    with pytest.raises(StoreError, match=told):
        check_references(tables)


@pytest.mark.parametrize("target", REFERRING)
def test_a_row_that_others_still_refer_to_is_told(target, tables):
    other, _, key = target.partition(".")
    rows = tables.read_old(TABLES[other])
    values = (tables.read_old(table).column(column.name).drop_null() for table, column in REFERRING[target])
    used = next(column[0] for column in values if len(column))
    tables.write(TABLES[other], rows.filter(pc.not_equal(rows.column(key), used)))
    with pytest.raises(StoreError, match=rf"1 values are not in {other}\.{key} \({used}\)"):
        check_references(tables)


def test_a_publish_that_breaks_a_reference_leaves_the_tables_as_they_were(tmp_path, monkeypatch):
    landing = Landing(tmp_path / "curated", {"a.txt": "Anna Bell met Carl Dorn."})
    landing.run()
    finish = Snapshot._check_items

    def lose_an_entity(snapshot):
        finish(snapshot)
        rows = snapshot._tables.read_new(ENTITIES)
        snapshot._tables.write(ENTITIES, rows.filter(pc.not_equal(rows.column("entity_name"), "Carl Dorn")))

    monkeypatch.setattr(Snapshot, "_check_items", lose_an_entity)
    landing.files["b.txt"] = "Eve Falk left."
    with pytest.raises(StoreError, match=rf"{MENTIONS.name}\.entity_id: 1 values .* publish into a new one"):
        landing.run()
    assert open_curated(landing.curated).number == 1
    monkeypatch.undo()
    assert landing.run().snapshot == 2
