"""Files that are not read again, since they are as they were: and every way in which one only looks so."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pyarrow as pa
import pytest
from test_landing import SETTINGS, Seen, put

from ingest import landing, store
from ingest.containers.index import Inventory, Spool, look_into
from ingest.items import Before, Container
from ingest.landing import plan, remembered
from ingest.landing.remembered import FileState, Remembered
from ingest.run import Options, ingest_folder
from ingest.store.publish.looks import file_rows
from ingest.tables.state import FILES

walk = sys.modules["ingest.landing.walk"]  # its function has its name in the room
LONG_AGO = 1_700_000_000
OLD, NEW = b"The Tarn mill opens.", b"The Tarn mill burns."


@pytest.fixture
def settled(monkeypatch):
    """Files settle at once."""
    monkeypatch.setattr(remembered, "SETTLED_NS", 0)


@pytest.fixture
def read(monkeypatch):
    """Names of the files that were read for their hash."""
    names = []
    hashed = landing.hashed

    def watched(path, most=None):
        names.append(os.path.basename(path))  # noqa: PTH119
        return hashed(path, most)

    monkeypatch.setattr(landing, "hashed", watched)
    return names


def look(root, files=(), known=None, containers=None, settings=SETTINGS):
    """Plan a run that remembers files; give the plan."""
    before, no_spool = Before(known or {}, "f", containers or {}), Spool(root / "no" / "such" / "folder")
    columns = zip(*files, strict=True) if files else ([] for _ in FILES.names)
    rows = pa.table(dict(zip(FILES.names, columns, strict=True)), FILES.schema())
    into = lambda path, item: look_into(Inventory(path, item, before, settings, no_spool))  # noqa: E731
    return plan(root, before, settings, into, Remembered(rows.drop_columns("content_sha256")))


def known_of(result):
    return {one.source_path: Seen(one.content_sha256) for one in result.files}


def again(root, before, **options):
    return look(root, before.files, known_of(before), **options)


@pytest.mark.usefixtures("settled")
def test_a_file_that_is_as_it_was_is_not_read(tmp_path, read):
    put(tmp_path, "a.txt", "b/c.html", content=OLD)
    first = look(tmp_path)
    assert read == ["a.txt", "c.html"]
    second = again(tmp_path, first)
    assert read == ["a.txt", "c.html"]
    assert (second.unchanged, second.items, second.files) == (2, (), ())


def written_over(path):
    path.write_bytes(NEW)


def written_over_with_its_old_time(path):
    state = path.stat()
    path.write_bytes(NEW)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def replaced_by_a_copy_with_its_old_time(path):
    state, copy = path.stat(), path.with_name(".copy")
    copy.write_bytes(NEW)
    os.utime(copy, ns=(state.st_atime_ns, state.st_mtime_ns))
    copy.rename(path)


def restored_from_long_ago(path):
    path.unlink()
    path.write_bytes(NEW)
    os.utime(path, (LONG_AGO, LONG_AGO))


def moved_over(path):
    other = path.with_name(".other")
    other.write_bytes(NEW)
    os.utime(other, (LONG_AGO, LONG_AGO))
    other.rename(path)


@pytest.mark.parametrize(
    "change",
    [
        written_over,
        written_over_with_its_old_time,
        replaced_by_a_copy_with_its_old_time,
        restored_from_long_ago,
        moved_over,
    ],
)
@pytest.mark.usefixtures("settled")
def test_a_file_of_other_bytes_is_read_whatever_its_size_and_time(change, tmp_path):
    put(tmp_path, "a.txt", "b.txt", content=OLD)
    os.utime(tmp_path / "a.txt", (LONG_AGO, LONG_AGO))
    first = look(tmp_path)
    change(tmp_path / "a.txt")
    second = again(tmp_path, first)
    assert [item.source_path for item in second.items] == ["a.txt"]
    assert second.unchanged == 1


def test_a_file_is_read_again_until_it_has_settled(tmp_path, read):
    put(tmp_path, "a.txt", content=OLD)
    os.utime(tmp_path / "a.txt", (LONG_AGO, LONG_AGO))
    assert look(tmp_path).files == (), "the time of its bytes is old, but it was put there a moment ago"
    assert look(tmp_path).files == ()
    assert read == ["a.txt", "a.txt"]


@pytest.mark.parametrize(
    ("seconds_later", "is_remembered"), [(-3600, False), (0, False), (59, False), (61, True), (3600, True)]
)
def test_what_a_clock_says_that_jumps(seconds_later, is_remembered, tmp_path, monkeypatch):
    put(tmp_path, "a.txt", content=OLD)
    now = (tmp_path / "a.txt").stat().st_ctime_ns + seconds_later * 10**9
    monkeypatch.setattr(landing.time, "time_ns", lambda: now)
    assert bool(look(tmp_path).files) is is_remembered


@pytest.mark.usefixtures("settled")
def test_a_file_from_the_future_is_read_each_time(tmp_path, read):
    put(tmp_path, "a.txt", content=OLD)
    os.utime(tmp_path / "a.txt", (10**10, 10**10))  # more nanoseconds than a column has room for
    assert look(tmp_path).files == ()
    put(tmp_path, "b.txt", content=OLD)
    second = look(tmp_path)
    assert [one.source_path for one in second.files] == ["b.txt"]
    again(tmp_path, second)
    assert read == ["a.txt", "a.txt", "b.txt", "a.txt"]


@pytest.mark.usefixtures("settled")
def test_a_link_is_read_each_time(tmp_path, read):
    put(tmp_path, "b.txt", content=OLD)
    (tmp_path / "a.txt").symlink_to("b.txt")
    first = look(tmp_path)
    assert [one.source_path for one in first.files] == ["b.txt"]
    again(tmp_path, first)
    assert read == ["a.txt", "b.txt", "a.txt"]


@pytest.mark.usefixtures("settled")
def test_a_container_that_is_as_it_was_is_neither_read_nor_looked_into(tmp_path, read):
    put(tmp_path, "a.jsonl", content=b'{"id": "1", "text": "The Tarn mill opens."}\n')
    first = look(tmp_path)
    (state,) = first.containers
    known = {item.source_path: Seen(item.content_sha256) for item in first.items}
    second = look(tmp_path, first.files, known, {"a.jsonl": state})
    assert (second.unchanged, second.containers, second.items) == (1, (state,), ())
    assert read == ["a.jsonl"]


@pytest.mark.usefixtures("settled")
def test_a_file_that_is_too_large_by_now_is_refused_unread(tmp_path, read):
    put(tmp_path, "a.txt", content=OLD)
    first = look(tmp_path)
    second = again(tmp_path, first, settings=replace(SETTINGS, max_document_bytes=5))
    assert [(one.reason, one.content_sha256) for one in second.rejects] == [("too_large", None)]
    assert read == ["a.txt"]


@pytest.mark.usefixtures("settled")
def test_what_another_version_read_is_read_by_the_workers_alone(tmp_path, read):
    put(tmp_path, "a.txt", content=OLD)
    first = look(tmp_path)
    (item,) = look(tmp_path, first.files, {"a.txt": Seen(first.files[0].content_sha256, "other")}).items
    assert item.content_sha256 == first.files[0].content_sha256
    assert read == ["a.txt"]


def test_only_hashes_that_an_item_or_a_container_has_are_remembered():
    files = [FileState(f"{name}.txt", 1, 2, 3, 4, f"hash of {name}") for name in "abcd"]
    before = pa.table(dict(zip(FILES.names, zip(*files[:2], strict=True), strict=True)), FILES.schema())
    items = {"a.txt": "hash of a", "b.txt": "another", "c.txt": None}
    rows = pa.table({"source_path": list(items), "content_sha256": pa.array(items.values(), pa.string())})
    containers = [Container("d.txt", "hash of d", "f", 3)]
    found = file_rows(before, files[2:], rows, containers)
    assert found.column("source_path").to_pylist() == ["a.txt", "d.txt"]
    later = files[0]._replace(inode=9)
    found = file_rows(before, [later], rows, containers)
    assert found.to_pylist() == [later._asdict()], "what was hashed last holds"


@pytest.fixture
def runs(tmp_path):
    """Run over a landing folder; give what is remembered then."""

    def run(**options):
        ingest_folder(Options(tmp_path / "landing", tmp_path / "curated", workers=1, **options))
        opened = store.open_curated(tmp_path / "curated")
        return opened.arrow(FILES.name).column("source_path").to_pylist()

    put(tmp_path / "landing", "a.txt", "b.txt", "c.unknown", content=OLD)
    return run


def texts(folder):
    rows = store.read_table("documents", folder / "curated")
    return dict(zip(rows["source_path"], rows["text"], strict=True))


@pytest.mark.usefixtures("settled")
def test_runs_read_what_is_new(runs, tmp_path, read):
    assert runs() == ["a.txt", "b.txt", "c.unknown"]
    put(tmp_path / "landing", "d.txt", content=NEW)
    assert runs() == ["a.txt", "b.txt", "c.unknown", "d.txt"]
    assert read == ["a.txt", "b.txt", "c.unknown", "d.txt"]
    (tmp_path / "landing" / "a.txt").unlink()
    (tmp_path / "landing" / "b.txt").write_bytes(NEW)
    assert runs(prune=True) == ["b.txt", "c.unknown", "d.txt"]
    assert texts(tmp_path) == {"b.txt": NEW.decode(), "d.txt": NEW.decode()}


@pytest.mark.usefixtures("settled")
def test_verify_reads_every_file(runs, tmp_path, monkeypatch):
    """As where a file system keeps no time of change of its own: there a change can hide."""
    told = walk.STANDING
    for module in (walk, remembered):
        monkeypatch.setattr(module, "STANDING", lambda state: (*told(state)[:3], 0))
    runs()
    written_over_with_its_old_time(tmp_path / "landing" / "a.txt")
    runs()
    assert texts(tmp_path)["a.txt"] == OLD.decode()
    runs(verify=True)
    assert texts(tmp_path)["a.txt"] == NEW.decode()
