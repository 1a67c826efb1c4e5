"""Snapshots: what a publish leaves, what readers get, who may write; in a folder and in an object store."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from made_records import FILES, STARTED, Landing, contents, file_bytes, make_record, stage

from ingest import store
from ingest.errors import ConfigError, StoreError
from ingest.settings import DEFAULT_SETTINGS
from ingest.tables import TABLES, Column, public_tables


@pytest.fixture(params=["folder", pytest.param("object store", marks=pytest.mark.slow)])
def landing(request, tmp_path):
    """A landing folder whose tables lie in a folder, and one whose tables lie in an object store."""
    is_folder = request.param == "folder"
    curated = tmp_path / "curated" if is_folder else f"{request.getfixturevalue('s3_bucket')}/curated"
    return Landing(curated, dict(FILES))


def counts(curated):
    opened = store.open_curated(curated)
    return {name: opened.manifest.rows(name) for name in opened.tables}


def test_a_first_run_makes_every_table_readable(on_disk):
    published = on_disk.run()
    assert (published.snapshot, published.changed, published.added, published.rejected) == (1, True, 3, 1)
    assert published.rows == counts(on_disk.curated)
    assert published.top_rules == (("login", 2),)
    for table in public_tables():
        plain = pd.read_parquet(on_disk.curated / table.name)
        assert list(plain.columns) == list(table.names)
        assert len(plain) == published.rows[table.name]
        assert len(store.read_table(table.name, on_disk.curated)) == published.rows[table.name]
        assert len(list((on_disk.curated / table.name).iterdir())) == 1


def test_rows_lead_back_to_the_text(landing):
    landing.run()
    texts = store.read_table("documents", landing.curated).set_index("document_id")["text"]
    for name in ("sections", "mentions", "quotes"):
        frame = store.read_table(name, landing.curated)
        words = "surface" if name == "mentions" else "text"
        assert len(frame)
        for row in frame.itertuples():
            assert texts[row.document_id][row.char_start : row.char_end] == getattr(row, words)


def test_a_second_run_changes_nothing_and_says_so(landing):
    landing.run()
    before = file_bytes(landing.curated)
    published = landing.run()
    assert not published.changed
    assert (published.added, published.updated, published.removed, published.rejected) == (0, 0, 0, 0)
    assert file_bytes(landing.curated) == before
    runs = store.read_table("runs", landing.curated)
    assert list(runs["unchanged"]) == [0, 4]
    assert list(runs["added"]) == [3, 0]


def test_unchanged_parts_are_the_same_files(on_disk):
    on_disk.run()
    first = store.open_curated(on_disk.curated)
    on_disk.run()
    second = store.open_curated(on_disk.curated)
    assert [p.stat().st_ino for p in first.paths("documents")] == [
        p.stat().st_ino for p in second.paths("documents")
    ]


def test_a_changed_file_replaces_its_rows(landing):
    landing.run()
    landing.files["a/two.txt"] = "Eva Falk came."
    published = landing.run()
    assert (published.added, published.updated) == (0, 1)
    texts = store.read_table("documents", landing.curated).set_index("source_path")["text"]
    assert texts["a/two.txt"] == "Eva Falk came."
    assert set(store.read_table("entities", landing.curated)["entity_name"]) >= {"Eva Falk"}


def test_a_removed_file_stays_unless_pruned(landing):
    landing.run()
    del landing.files["a/two.txt"]
    assert not landing.run().changed
    assert landing.run(prune=True).removed == 1
    assert set(store.read_table("documents", landing.curated)["source_path"]) == {"a/one.txt", "b/three.txt"}


def test_a_document_that_is_now_refused_loses_its_rows_and_comes_back(landing):
    landing.run()
    whole = contents(landing.curated)
    source, landing.files["a/one.txt"] = landing.files["a/one.txt"], "!broken"
    assert landing.run().rejected == 1
    assert "a/one.txt" in set(store.read_table("rejects", landing.curated)["source_path"])
    assert len(store.read_table("mentions", landing.curated)) == 1
    assert not landing.run().changed, "a known reject is not tried again"
    landing.files["a/one.txt"] = source
    landing.run()
    assert contents(landing.curated) == whole
    changes = store.read_table("changes", landing.curated)
    assert list(changes[changes.source_path == "a/one.txt"]["change"]) == ["added", "rejected", "added"]


def test_the_same_reject_given_again_is_no_change(landing):
    landing.run()
    with store.open_writer(landing.curated) as writer:
        rejects = tuple(store.read_table("rejects", landing.curated).itertuples(index=False))
        info = store.RunInfo("run-x", STARTED, 1, 0)
        published = writer.publish(store.PublishInput((), rejects, (), info, DEFAULT_SETTINGS))
    assert not published.changed


def test_old_snapshots_are_kept_and_can_be_opened(landing):
    landing.keep_snapshots = 3
    for i in range(5):
        landing.files[f"new-{i}.txt"] = f"Number {i}"
        landing.run()
    assert store.open_curated(landing.curated).number == 5
    assert len(store.open_curated(landing.curated, snapshot=3).read("documents")) == 6
    with pytest.raises(ConfigError, match="no snapshot 2; kept are 3, 4, 5"):
        store.open_curated(landing.curated, snapshot=2)
    with pytest.raises(ConfigError, match="no snapshot 6"):
        store.open_curated(landing.curated, snapshot=6)


def test_an_open_snapshot_stays_what_it_was(landing):
    landing.run()
    opened = store.open_curated(landing.curated)
    before = opened.read("documents")
    landing.files["c.txt"] = "Later."
    landing.run()
    pd.testing.assert_frame_equal(opened.read("documents"), before)


def test_reading_before_the_first_run_says_what_to_do(landing):
    with pytest.raises(StoreError, match="holds no tables yet"):
        store.read_table("quotes", landing.curated)


def test_unknown_names_list_the_known_ones(landing):
    landing.run()
    with pytest.raises(ConfigError, match="no table 'quote'; there are documents"):
        store.read_table("quote", landing.curated)
    with pytest.raises(ConfigError, match=r"give a list of names: \['text'\]"):
        store.read_table("quotes", landing.curated, columns="text")
    with pytest.raises(ConfigError, match="no column 'txt'; it has quote_id"):
        store.read_table("quotes", landing.curated, columns=["txt"])
    assert list(store.read_table("quotes", landing.curated, columns=["text", "quote_id"])) == [
        "text",
        "quote_id",
    ]


def test_offsets_that_may_be_missing_stay_whole_numbers(landing):
    landing.run()
    assert str(store.read_table("mentions", landing.curated)["evidence_start"].dtype) == "Int32"


def test_a_second_writer_is_told_who_holds_the_folder(on_disk):
    on_disk.run()
    code = (
        "import sys, pathlib; from ingest import store\n"
        "with store.open_writer(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, on_disk.curated],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=rf"process {holder.pid}"), store.open_writer(on_disk.curated):
            pytest.fail("two writers")
        holder.kill()
        holder.wait()
    assert not on_disk.run().changed, "the lock died with its holder"


def test_what_a_dead_run_left_is_cleared_away(on_disk):
    on_disk.run()
    before = contents(on_disk.curated)
    (on_disk.curated / ".staging" / "run-dead" / "batch").mkdir(parents=True)
    (on_disk.curated / ".snapshots" / "000002").mkdir()
    (on_disk.curated / ".snapshots" / "current.next").symlink_to("000002")
    (on_disk.curated / "quotes").unlink()
    with store.open_writer(on_disk.curated) as writer:
        assert [writer.staging_dir] == list((on_disk.curated / ".staging").iterdir())
    assert list((on_disk.curated / ".staging").iterdir()) == []
    assert not (on_disk.curated / ".snapshots" / "000002").exists()
    assert contents(on_disk.curated) == before
    on_disk.files["c.txt"] = "More."
    assert on_disk.run().snapshot == 2


def test_something_in_a_link_s_place_is_left_alone_and_named(on_disk):
    (on_disk.curated / "quotes").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"quotes is in the way"):
        on_disk.run()


def test_rows_of_an_older_version_get_null_in_a_new_column(landing, monkeypatch):
    landing.run()
    new = Column("mood", "string", "How it reads.", nullable=True)
    before = {name: TABLES[name] for name in ("runs", "sections")}
    for name, table in before.items():
        monkeypatch.setitem(TABLES, name, replace(table, columns=(*table.columns, new)))
        assert store.read_table(name, landing.curated)["mood"].isna().all()
    strict = replace(before["sections"], columns=(*before["sections"].columns, replace(new, nullable=False)))
    monkeypatch.setitem(TABLES, "sections", strict)
    with pytest.raises(StoreError, match="lack the column mood"):
        store.read_table("sections", landing.curated)


def test_at_least_one_snapshot_stays(on_disk):
    on_disk.keep_snapshots = 0
    with pytest.raises(ConfigError, match="keep_snapshots: 0 is too small"):
        on_disk.run()


def test_a_failed_publish_can_be_tried_again_by_the_same_writer(landing):
    landing.run()
    with store.open_writer(landing.curated) as writer:
        info = store.RunInfo("run-x", STARTED, 0, 0)
        with pytest.raises(StoreError, match="1 items were seen"):
            writer.publish(store.PublishInput((), (), (), replace(info, seen=1), DEFAULT_SETTINGS))
        assert writer.publish(store.PublishInput((), (), (), info, DEFAULT_SETTINGS)).snapshot == 2
        assert (
            writer.publish(
                store.PublishInput((), (), ("a/two.txt",), replace(info, run_id="run-y"), DEFAULT_SETTINGS)
            ).removed
            == 1
        )
    assert len(store.read_table("documents", landing.curated)) == 2


def test_wrong_accounts_publish_nothing(landing):
    landing.run()
    info = store.RunInfo("run-x", STARTED, 9, 2)
    said = "9 items were seen, but 2 unchanged, 0 read and 0 refused"
    with store.open_writer(landing.curated) as writer, pytest.raises(StoreError, match=said):
        writer.publish(store.PublishInput((), (), (), info, DEFAULT_SETTINGS))
    assert store.open_curated(landing.curated).number == 1


def test_a_document_staged_twice_publishes_nothing(landing):
    landing.run()
    with store.open_writer(landing.curated) as writer:
        folders = (writer.staging_dir / "a", writer.staging_dir / "b")
        for folder in folders:
            stage([make_record("x.txt", "Twice.")], folder)
        info = store.RunInfo("run-x", STARTED, 2, 0)
        with pytest.raises(StoreError, match="stands twice"):
            writer.publish(store.PublishInput(folders, (), (), info, DEFAULT_SETTINGS))
    assert store.open_curated(landing.curated).number == 1


def test_where_there_are_no_hard_links_parts_are_copied(on_disk, monkeypatch):
    def refuse(*_args, **_options):
        raise OSError(errno.EPERM, "no links here")

    on_disk.run()
    before = contents(on_disk.curated)
    monkeypatch.setattr(os, "link", refuse)
    on_disk.run()
    monkeypatch.undo()
    assert contents(on_disk.curated) == before
    assert store.open_curated(on_disk.curated).paths("documents")[0].stat().st_nlink == 1


def run_as_child(code, *arguments):
    """Run code that prints the StoreError it meets."""
    setting = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", setting + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


PUBLISH = """
import os, pathlib, resource
from ingest.errors import StoreError
from made_records import Landing
files = {f"{i}.txt": f"Anna Bell {os.urandom(20_000).hex()}" for i in range(9)}
landing = Landing(pathlib.Path(sys.argv[1]), files, runs=100)
"""


def test_a_full_disk_is_a_clear_error_and_the_old_tables_stay(on_disk):
    on_disk.run()
    before = contents(on_disk.curated, logs=True)
    code = PUBLISH + (
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n    landing.run()\n"
        "except (StoreError, OSError) as error:\n    print(type(error).__name__, error)\n"
    )
    # The limit also stops the batch's own file; each size of limit stops another step.
    said = run_as_child(code, on_disk.curated)
    assert "File too large" in said
    code = code.replace("100_000, 100_000", "300_000, 300_000")
    said = run_as_child(
        code.replace("for i in range(9)", "for i in range(24)").replace("run()", "run(batch=2)"),
        on_disk.curated,
    )
    assert said.startswith("StoreError cannot write")
    assert "the tables are as they were" in said
    assert contents(on_disk.curated, logs=True) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user, whom the folder refuses")
def test_a_read_only_folder_is_a_clear_error_for_others_than_root(on_disk, tmp_path):
    on_disk.run()
    for folder in [tmp_path, *tmp_path.parents]:
        if folder == Path("/"):
            break
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o055)
    code = PUBLISH + (
        "os.setgid(65534); os.setuid(65534)\n"
        "try:\n    landing.run()\nexcept StoreError as error:\n    print(error)\n"
    )
    assert "Permission denied" in run_as_child(code, on_disk.curated)


@pytest.mark.slow
def test_readers_at_work_during_publishes_see_whole_snapshots(on_disk):
    """Each state has equal rows in documents and sections, and all files say the same number."""
    on_disk.files = {f"{i:02}.txt": "State 0." for i in range(20)}
    on_disk.run()
    code = (
        "import sys, pathlib; from ingest import store\n"
        "path = pathlib.Path(sys.argv[1]); stop = pathlib.Path(sys.argv[2]); reads = 0\n"
        "while reads < 5 or not stop.exists():\n"
        "    reads += 1\n"
        "    opened = store.open_curated(path)\n"
        "    texts = [set(opened.read(name)['text']) for name in ('documents', 'sections')]\n"
        "    assert texts[0] == texts[1] and len(texts[0]) == 1, texts\n"
        "    assert len(store.read_table('documents', path, ['document_id'])) == 20\n"
        "print(reads)"
    )
    stop = on_disk.curated / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", code, on_disk.curated, stop], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    time.sleep(0.5)
    for state in range(1, 13):
        on_disk.files = dict.fromkeys(on_disk.files, f"State {state}.")
        on_disk.run()
    stop.touch()
    outputs = [reader.communicate(timeout=120)[0] for reader in readers]
    assert all(reader.returncode == 0 for reader in readers)
    assert all(int(output) >= 5 for output in outputs)
