"""Tables in an object store, on a real S3-speaking server: what others read there, and what faults do."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import duckdb
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from made_records import STARTED, Landing, contents
from object_store import WRITES, Fault, gone_after, new_bucket

from ingest import store
from ingest.errors import ConfigError, FolderHeldError, StoreError
from ingest.objects import ObjectFolder
from ingest.settings import DEFAULT_SETTINGS
from ingest.store import lease
from ingest.store.lake import commit, storage_options
from ingest.store.mirror import object_name
from ingest.tables import TABLES, Column, public_tables

STATES = (
    {f"{i}.txt": f"Anna Bell met Carl Dorn{'x' * i}.\n\nLogin" for i in range(8)},
    {f"{i}.txt": f"Dorn said “no {i}”.\n\nEva Falk." for i in range(4, 12)} | {"0.txt": "!refused"},
)
pytestmark = pytest.mark.slow
PUBLIC = [table.name for table in public_tables()]


@pytest.fixture
def url(server, tmp_path, monkeypatch):
    return f"{new_bucket(server, tmp_path, monkeypatch)}/curated"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Go on as on another machine, which has a cache of its own."""

    def move(name="elsewhere"):
        monkeypatch.setenv("INGEST_CACHE", str(tmp_path / name))

    return move


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


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """What the tables hold in each state, from undisturbed runs into a folder."""
    folder = tmp_path_factory.mktemp("wanted") / "curated"
    held = []
    for state in (0, 1):
        landing_of(folder, state).run(prune=True)
        held.append(contents(folder))
    return held


def test_the_server_is_gone_in_the_middle_of_a_publish(url, server, wanted, monkeypatch):
    """Whatever was the last request that it answered, or did and did not answer."""
    landing_of(url, 0).run()
    server.faults()
    landing_of(url, 1).run(prune=True)
    writes = server.writes()
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    old = 1
    for last in (2, writes // 3, writes * 2 // 3, writes - 2):
        new = 1 - old
        server.faults(*gone_after(last))
        landing = Landing(url, dict(STATES[new]), runs=100 + last, keep_snapshots=2)
        with pytest.raises(StoreError):
            landing.run(prune=True)
        server.faults()
        assert contents(url) in (wanted[old], wanted[new]), f"after {last} of {writes} writes"
        landing.run(prune=True)
        assert contents(url) == wanted[new]
        old = new
    check_delta(url)


def test_what_could_not_be_published_is_published_by_the_next_run(url, server, wanted, caplog):
    landing_of(url, 0).run()
    server.faults(Fault(r"PUT .*_ingest/snapshots/", refuse=True))
    with pytest.raises(StoreError, match="the tables there are as they were"):
        landing_of(url, 1).run(prune=True)
    server.faults()
    assert contents(url) == wanted[0]
    with caplog.at_level("INFO", "ingest"), store.open_writer(url) as writer:
        assert writer.published == 2, "it needs nothing from the landing folder"
    (told,) = (record for record in caplog.records if record.event == "caught_up")
    assert told.getMessage() == "published snapshot 2, which an earlier run left unpublished"
    assert (told.levelname, told.facts["snapshot"]) == ("WARNING", 2)
    assert contents(url) == wanted[1]


def test_answers_that_are_lost_are_no_conflicts(url, server, wanted):
    """The server has done what was asked, and the client asks again."""
    landing_of(url, 0).run()
    server.faults(
        *(
            Fault(f"PUT .*{what}", times=1, lose_answer=True)
            for what in ("lock", "snapshots/", "quotes/_delta")
        )
    )
    landing_of(url, 1).run(prune=True)
    server.faults()
    assert contents(url) == wanted[1]
    check_delta(url)


def test_a_server_that_is_slow_or_busy_now_and_then(url, server, wanted):
    landing_of(url, 0).run()
    server.faults(
        Fault(WRITES, skip=4, times=1, status=503),
        Fault("PUT .*_delta_log", skip=2, times=1, status=503),
        Fault("GET .*snapshots", times=1, status=503),
        Fault(WRITES, delay_s=0.1),
    )
    landing_of(url, 1).run(prune=True)
    server.faults()
    assert contents(url) == wanted[1]


def test_a_server_that_is_busy_all_the_time_ends_the_run(url, server, wanted):
    landing_of(url, 0).run()
    server.faults(Fault(status=503))
    with pytest.raises(StoreError, match=r"s3://.*SlowDown"):
        Landing(url, dict(STATES[1]), runs=5).run(prune=True)
    with pytest.raises(StoreError, match="SlowDown"):
        store.read_table("quotes", url)
    server.faults()
    assert contents(url) == wanted[0]


def test_a_part_that_breaks_off_is_fetched_again_or_refused(url, server):
    landing_of(url, 1).run()
    server.faults(Fault("GET .*/quotes/part", times=1, cut_after=50))
    assert len(store.read_table("quotes", url)) == 8
    server.faults(Fault("GET .*/sections/part", cut_after=50))
    with pytest.raises(StoreError):
        store.read_table("sections", url)
    server.faults()
    assert len(store.read_table("sections", url)) == 16


def test_a_damaged_object_is_named(url):
    landing_of(url, 1).run()
    (part,) = store.open_curated(url).manifest.tables["quotes"]
    there = ObjectFolder(url)
    there.remove(f"quotes/{part.name}")
    there.create(f"quotes/{part.name}", b"x" * part.size)
    with pytest.raises(StoreError, match=rf"^s3://.*/quotes/{part.name} is damaged"):
        store.read_table("quotes", url)


def test_a_snapshot_that_is_no_longer_kept_says_so(url):
    landing_of(url, 0).run()
    first = store.open_curated(url)
    for state in (1, 0):
        landing = landing_of(url, state)
        landing.files["1.txt"] = "Another."
        landing.run(prune=True)
    with pytest.raises(StoreError, match="no longer kept; open it anew"):
        first.read("documents")
    assert store.open_curated(url).kept == [2, 3]
    assert len(store.open_curated(url).snapshot(2).quotes) == 8


def test_an_emptied_store_is_filled_again(url, wanted, elsewhere):
    """The cache has all that was in it."""
    landing_of(url, 0).run()
    there = ObjectFolder(url)
    for info in there.list():
        there.remove(info.name)
    Landing(url, dict(STATES[1]), runs=1).run(prune=True)
    elsewhere()
    assert contents(url) == wanted[1]
    check_delta(url)


HOLD = """
import sys
from ingest import store
from ingest.store import lease
lease.LIFETIME_S = float(sys.argv[2])
with store.open_writer(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(url, lifetime_s):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url, str(lifetime_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_is_refused_wherever_it_runs(url, elsewhere):
    with hold(url, 300) as holder:
        with pytest.raises(FolderHeldError, match=rf"process {holder.pid}"):
            landing_of(url, 0).run()
        elsewhere()
        with pytest.raises(FolderHeldError, match=rf"another run holds s3://.*process {holder.pid} on "):
            landing_of(url, 0).run()
        holder.kill()
    with pytest.raises(FolderHeldError, match="its hold is void 300 s after that sign"):
        landing_of(url, 0).run()
    elsewhere("cache")
    landing_of(url, 0).run()  # the machine of the killed run knows that it is dead


def test_the_hold_of_a_killed_run_is_void_after_a_while(url, elsewhere):
    with hold(url, 1) as holder:
        time.sleep(1.5)
        elsewhere()
        with pytest.raises(FolderHeldError):  # it is renewed as long as its process lives
            landing_of(url, 0).run()
        holder.kill()
    time.sleep(1.2)
    landing_of(url, 0).run()


def test_a_run_that_lost_its_hold_publishes_nothing(url, monkeypatch, wanted, elsewhere):
    landing_of(url, 0).run()
    monkeypatch.setattr(lease, "LIFETIME_S", 0.5)
    with store.open_writer(url) as writer:
        ObjectFolder(url).remove(lease.LOCK)
        time.sleep(0.3)
        elsewhere()
        landing_of(url, 1).run(prune=True)
        info = store.RunInfo("run-x", STARTED, 0, 0)
        with pytest.raises(StoreError, match=r"the hold of .* was lost"):
            writer.publish(store.PublishInput((), (), ("1.txt",), info, DEFAULT_SETTINGS))
    assert contents(url) == wanted[1]
    assert not landing_of(url, 1).run(prune=True).changed, "and takes away what the lost one has left"
    check_delta(url)


def test_a_store_that_ignores_conditions_is_refused(url, server):
    server.faults(Fault("PUT .*lock.json", unconditional=True))
    with pytest.raises(StoreError, match="ignores the condition"):
        Landing(url, dict(STATES[0])).run()


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
