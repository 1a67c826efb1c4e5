"""Tables in an object store, on a real S3-speaking server: what others read there, and what faults do."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace

import duckdb
import pyarrow.parquet as pq
import pytest
from made_records import STATES, Landing, contents
from object_store import Fault
from object_tables import PUBLIC, check_delta, delta, landing_of

from ingest import store
from ingest.errors import ConfigError, StoreError
from ingest.objects import ObjectFolder
from ingest.store.objects.lake import commit
from ingest.tables import TABLES, Column

pytestmark = pytest.mark.slow


def test_plain_readers_of_delta_lake_get_the_tables(url):
    landing_of(url, 0).run()
    landing_of(url, 1).run(prune=True)
    opened = store.open_curated(url)
    check_delta(url)
    for name in ("documents", "sections"):  # with columns of lists
        plain = delta(url, name).to_pandas()
        ours = opened.read(name)
        assert sorted(plain.iloc[:, 0]) == list(ours.iloc[:, 0])
    assert [list(topics) for topics in delta(url, "sections").to_pandas()["topics"]] == [[]] * len(
        opened.sections
    )
    quotes = delta(url, "quotes").to_pyarrow_dataset()  # noqa: F841 - DuckDB finds it by its name
    assert duckdb.sql("SELECT count(*) FROM quotes").fetchall() == [(len(opened.quotes),)]
    assert len(opened.sql("SELECT * FROM quotes")) == len(opened.quotes) > 0
    last = delta(url, "runs").history(1)[0]
    assert (last["runId"], last["snapshot"]) == (opened.manifest.run_id, 2)
    assert delta(url, "runs").transaction_version("document-ingest") == 2


def test_polars_reads_the_tables(url):
    polars = pytest.importorskip("polars")
    landing_of(url, 1).run()
    options = {"aws_endpoint_url": os.environ["AWS_ENDPOINT_URL"], "allow_http": "true"}
    frame = polars.read_delta(f"{url}/documents", storage_options=options)
    assert sorted(frame["source_path"]) == sorted(store.read_table("documents", url)["source_path"])
    assert frame["authors"].dtype == polars.List(polars.String)


OLDEST = {"minReaderVersion": 1, "minWriterVersion": 2}
"""What the first releases of Delta Lake read and write: Spark's, Trino's, and all that came after."""
PLAIN = {"string", "integer", "long", "double", "boolean", "timestamp"}
PHYSICAL = {"BYTE_ARRAY", "INT32", "INT64", "DOUBLE", "BOOLEAN"}
LOGICAL = {"NONE", "STRING", "LIST", "INT", "TIMESTAMP"}


def log_entries(folder, name):
    """All entries of a table's log, by kind."""
    logs = sorted(i.name for i in folder.list() if i.name.startswith(f"{name}/_delta_log/"))
    lines = (folder.read(path).splitlines() for path in logs if path.endswith(".json"))
    entries = [json.loads(line) for log in lines for line in log]
    return {
        kind: [entry[kind] for entry in entries if kind in entry] for kind in ("protocol", "metaData", "add")
    }


def test_the_tables_ask_for_nothing_that_the_oldest_readers_lack(url):
    """Spark and Trino are not here; this is what they go by."""
    landing_of(url, 0).run()
    landing_of(url, 1).run(prune=True)
    folder = ObjectFolder(url)
    for name in PUBLIC:
        log = log_entries(folder, name)
        assert log["protocol"] == [OLDEST], "no features: neither deletion vectors nor column mapping"
        for meta in log["metaData"]:
            assert meta["configuration"] == {"delta.checkpointInterval": "10"}
            assert (meta["format"]["provider"], meta["partitionColumns"]) == ("parquet", [])
            types = [field["type"] for field in json.loads(meta["schemaString"])["fields"]]
            assert {t if isinstance(t, str) else t["elementType"] for t in types} <= PLAIN
            assert {t["type"] for t in types if not isinstance(t, str)} <= {"array"}
        for added in log["add"]:
            assert added["partitionValues"] == {}
            assert added.get("deletionVector") is None
            assert re.fullmatch(r"part-[0-9a-f]{16}\.parquet", added["path"]), "relative, nothing to decode"
    for path in (path for name in PUBLIC for path in store.open_curated(url).paths(name)):
        with pq.ParquetFile(path) as file:
            columns = [file.schema.column(i) for i in range(len(file.schema))]
            assert {column.physical_type for column in columns} <= PHYSICAL
            assert {column.logical_type.type for column in columns} <= LOGICAL
            stored = [str(field.type) for field in file.schema_arrow]
            assert not [one for one in stored if "view" in one or "dictionary" in one or "large" in one]


def test_only_what_changed_is_written(url, server):
    landing_of(url, 0).run()
    versions = store.open_curated(url).manifest.versions
    server.faults()
    landing_of(url, 0).run()
    after = store.open_curated(url).manifest.versions
    assert {name for name in PUBLIC if after[name] != versions[name]} == {"runs"}
    parts = [one for one in server.seen() if one.startswith("PUT") and one.endswith(".parquet")]
    assert len(parts) == 1, parts


def test_many_publishes_leave_checkpoints_and_little_else(url, server):
    for state in (0, 1):
        landing_of(url, state).run(prune=True)
    states = [store.open_curated(url, number).manifest for number in (1, 2)]
    for number in range(10):
        assert commit(f"{url}/quotes", TABLES["quotes"], states[number % 2]) == number + 2
    assert any(info.name.endswith(".checkpoint.parquet") for info in ObjectFolder(url).list())
    server.faults()
    assert delta(url, "quotes").to_pyarrow_table().num_rows == 8
    assert sum(".json" in one for one in server.seen()) <= 4, "a reader reads what follows the checkpoint"


def test_a_new_machine_goes_on_where_the_other_stopped(url, elsewhere):
    landing_of(url, 0).run()
    elsewhere()
    published = landing_of(url, 0).run()
    assert (published.snapshot, published.changed) == (2, False)
    elsewhere("a third")
    landing_of(url, 1).run(prune=True)
    elsewhere()
    before = contents(url)
    assert not landing_of(url, 1).run(prune=True).changed, "what is newer in the store wins"
    assert contents(url) == before


KILLED_RESTORE = """
import os, signal, sys
from ingest import store

def die(event, details):
    if event == "os.rename" and str(details[1]).endswith("000002"):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
with store.open_writer(sys.argv[1]):
    pass
"""


@pytest.mark.parametrize("is_emptied", [False, True])
def test_a_machine_that_died_while_it_took_over_the_tables_goes_on(url, elsewhere, is_emptied):
    landing_of(url, 0).run()
    elsewhere()
    landing_of(url, 1).run(prune=True)
    before = contents(url)
    elsewhere("cache")
    died = subprocess.run([sys.executable, "-c", KILLED_RESTORE, url], check=False)
    assert died.returncode == -signal.SIGKILL
    there = ObjectFolder(url)
    for info in there.list() if is_emptied else ():
        there.remove(info.name)
    assert landing_of(url, 1).run(prune=True).snapshot == (1 if is_emptied else 3)
    assert contents(url) == before


def test_of_two_histories_that_of_the_store_wins(url, server, elsewhere, tmp_path, monkeypatch):
    landing_of(url, 0).run()
    server.faults(Fault("PUT .*_delta_log", refuse=True))
    with pytest.raises(StoreError, match="the tables there are as they were"):
        landing_of(url, 1).run(prune=True)
    server.faults()
    elsewhere()
    other = Landing(url, dict(STATES[0]), runs=50)
    other.files["new.txt"] = "Gus Hale came."
    other.run()
    monkeypatch.setenv("INGEST_CACHE", str(tmp_path / "cache"))
    with store.open_writer(url) as writer:
        assert "new.txt" in writer.known()
        assert writer.published == 2
    landing_of(url, 1).run(prune=True)
    assert sorted(store.read_table("documents", url)["source_path"]) == sorted(
        name for name in STATES[1] if name != "0.txt"
    )
    check_delta(url)


def test_columns_that_come_later_are_added_to_the_tables(url):
    landing_of(url, 0).run()
    table = TABLES["sections"]
    mood = Column("mood", "string", "How it reads.", nullable=True)
    later = replace(table, columns=(*table.columns, mood))
    opened = store.open_curated(url)
    version = commit(f"{url}/sections", later, opened.manifest)
    assert version == opened.manifest.versions["sections"] + 1
    assert delta(url, "sections").to_pandas()["mood"].isna().all()


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("s3://bucket", "name a folder inside the bucket"),
        ("gs://bucket/curated", "not to gs://"),
    ],
)
def test_places_that_cannot_hold_tables(place, complaint):
    with pytest.raises(ConfigError, match=complaint):
        store.open_curated(place)
