"""The landing folder in an object store, on a real S3-speaking server: the same tables; what faults do."""

from __future__ import annotations

import gzip
import json
import logging
import resource
import shutil
import socket
import zipfile
from dataclasses import replace

import pytest
from object_store import Fault, new_bucket

from ingest import store
from ingest.errors import ConfigError, LandingError, StoreError
from ingest.objects import ObjectFolder
from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.tables import TABLES

PAGE = (
    "<html><head><title>{0}</title></head><body><h1>{0}</h1>"
    "<p>Anna Bell met Carl Dorn in {0}. “We go on,” Bell said on {0} day.</p></body></html>"
)
ODD = ["a b/ü#1.txt", "what?.txt", "100%.txt", "[x]/*.txt", "a+b=c.txt"]
pytestmark = pytest.mark.slow
PRIVATE = ("runs", "changes", "_objects", "_files")


@pytest.fixture
def url(server, tmp_path, monkeypatch):
    return f"{new_bucket(server, tmp_path, monkeypatch)}/landing"


def fill(folder):
    """Documents and containers of several kinds, refused ones, and what is skipped."""
    folder.mkdir()
    for number, name in enumerate(["one.html", "deep/er/two.html", *ODD]):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            PAGE.format(f"Town{number}") if name.endswith("html") else f"Eva Falk came {number} times."
        )
    (folder / "packed.txt.gz").write_bytes(gzip.compress(b"Gus Hale said \xe2\x80\x9cno\xe2\x80\x9d."))
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (folder / "large.txt").write_text("x" * 30_000)
    (folder / "empty.txt").write_text("")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "a.txt").write_text("nobody")
    (folder / "a.txt.tmp").write_text("nobody")
    records = [{"id": f"r{number}", "text": f"Ida Jay wrote {number} letters."} for number in range(3)]
    (folder / "many.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    with zipfile.ZipFile(folder / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", "Kim Lund sat in an archive.")
    return folder


def copy(folder, url):
    there = ObjectFolder(url)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            there.upload(str(path.relative_to(folder)), path)
    return there


def run(landing, curated, **options):
    return ingest_folder(
        Options(landing, curated, workers=1, settings=Settings(max_document_bytes=20_000), **options)
    )


def files(curated):
    """The bytes of all tables that do not tell of runs."""
    opened = store.open_curated(curated)
    return {
        name: [path.read_bytes() for path in opened.paths(name)] for name in TABLES if name not in PRIVATE
    }


def test_a_folder_and_its_copy_give_the_same_tables(url, server, tmp_path):
    """Byte for byte; into an object store too, and read from there."""
    folder = fill(tmp_path / "landing")
    copy(folder, url)
    run(folder, tmp_path / "a")
    assert len(store.read_table("documents", tmp_path / "a")) == 12
    bucket = url.removesuffix("/landing")
    server.faults(
        Fault("GET", delay_s=0.05), Fault("GET .*/one.html", times=1, status=503)
    )  # waited for, asked again
    summary = run(url, f"{bucket}/curated")
    assert files(f"{bucket}/curated") == files(tmp_path / "a")
    assert (
        summary.text().splitlines()[-1]
        == f"Try: import ingest; ingest.read_table('quotes', '{bucket}/curated')"
    )
    server.faults()
    again = run(url, f"{bucket}/curated")
    assert (again.changed, again.unchanged) == (False, 15)
    read = [one for one in server.seen() if one.startswith("GET") and "/landing/" in one]
    assert read == [], "what is as it was is not read"


def test_only_what_changed_is_read(url, server, tmp_path):
    folder = fill(tmp_path / "landing")
    there = copy(folder, url)
    run(url, tmp_path / "curated")
    (folder / "one.html").write_text(PAGE.format("Elsewhere"))
    there.upload("one.html", folder / "one.html")
    there.upload("many.jsonl", folder / "many.jsonl")  # another time, the same content
    there.remove("deep/er/two.html")
    server.faults()
    summary = run(url, tmp_path / "curated", prune=True)
    assert (summary.added, summary.updated, summary.removed) == (0, 1, 1)
    read = {
        one.rpartition("/landing/")[2]
        for one in server.seen()
        if one.startswith("GET") and "/landing/" in one
    }
    assert read == {"one.html"}
    (folder / "deep/er/two.html").unlink()
    run(folder, tmp_path / "other")
    assert files(tmp_path / "curated") == files(tmp_path / "other")


def test_an_object_that_cannot_be_read_costs_itself_alone(url, server, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    copy(fill(tmp_path / "landing"), url)
    server.faults(
        Fault("GET .*/one.html", status=403),
        Fault("GET .*/packed", status=503),
        Fault("GET .*/many.jsonl", cut_after=20),
        Fault("(GET|HEAD) .*/what", status=404),
    )
    summary = run(url, tmp_path / "curated")
    assert sorted(summary.busy) == ["many.jsonl", "packed.txt.gz"]
    refused = {reject.source_path: reject.reason for reject in summary.rejects}
    assert refused["one.html"] == "unreadable"
    assert "what?.txt" not in set(store.read_table("documents", tmp_path / "curated")["source_path"])
    server.faults()
    run(url, tmp_path / "curated")
    run(tmp_path / "landing", tmp_path / "undisturbed")
    assert files(tmp_path / "curated") == files(tmp_path / "undisturbed")
    server.faults(Fault("GET .*/packed", status=503))
    assert not run(url, tmp_path / "curated").busy, "what is known is not read"
    assert files(tmp_path / "curated") == files(tmp_path / "undisturbed")


def test_an_object_that_changed_since_it_was_listed(url, tmp_path, monkeypatch):
    """One of another length is left for the next run; one of the same is read, and looked at again."""
    folder = fill(tmp_path / "landing")
    there = copy(folder, url)
    listed = list(there.list())
    (folder / "one.html").write_text("")
    (folder / "what?.txt").write_text("Eva Falk came 0 times.")
    for name in ("one.html", "what?.txt"):
        there.upload(name, folder / name)
    with monkeypatch.context() as patched:
        patched.setattr(ObjectFolder, "list", lambda _self: iter(listed))
        assert run(url, tmp_path / "curated").busy == ("one.html",)
    run(url, tmp_path / "curated")
    run(folder, tmp_path / "undisturbed")
    assert files(tmp_path / "curated") == files(tmp_path / "undisturbed")


def test_a_store_that_is_gone_ends_the_run_and_takes_nothing_out(url, server, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    there = copy(fill(tmp_path / "landing"), url)
    run(url, tmp_path / "curated")
    before = files(tmp_path / "curated")
    there.upload("one.html", tmp_path / "landing" / "empty.txt")
    gone, busy = Fault(refuse=True), Fault(status=503)
    for fault in (gone, busy, replace(gone, skip=1), replace(busy, skip=1)):  # at the listing, and after it
        server.faults(fault)
        with pytest.raises(LandingError, match=r"cannot be reached: .*; the tables are as they were"):
            run(url, tmp_path / "curated", prune=True)
    server.faults()
    assert files(tmp_path / "curated") == before


def test_a_landing_folder_that_is_not_there(url, tmp_path):
    with pytest.raises(ConfigError, match="nothing lies in the landing folder s3://"):
        run(url, tmp_path / "curated")
    with pytest.raises(ConfigError, match="no such bucket"):
        run("s3://no-such-bucket-anywhere/landing", tmp_path / "curated")
    with pytest.raises(ConfigError, match="no kind of store 's4'"):
        run("s4://bucket/landing", tmp_path / "curated")
    with pytest.raises(ConfigError, match="lies inside the landing folder"):
        run(url, f"{url}/curated")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("AWS_MAX_ATTEMPTS", "few", "AWS_MAX_ATTEMPTS: 'few' is no whole number"),
        ("AWS_ENDPOINT_URL", "localhost:9000", "AWS_ENDPOINT_URL: 'localhost:9000' is no address"),
    ],
)
def test_settings_of_a_store_that_mean_nothing(variable, value, told, monkeypatch):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=f"^{told}"):
        ObjectFolder("s3://bucket/landing")


def test_a_store_that_lists_nothing_because_nobody_answers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for scheme in ("https", "ftp"):  # one is called when its folder is listed, the other at once
        url = f"{scheme}://127.0.0.1:{port}/x"
        with pytest.raises(LandingError, match=f"^{url} cannot be reached: .*(?i:connect).*; the tables are"):
            run(url, tmp_path / "curated")


def test_other_stores_that_fsspec_knows(tmp_path):
    folder = fill(tmp_path / "landing")
    run(f"file://{folder}", tmp_path / "file")
    copy(folder, "memory://landing")
    run("memory://landing", tmp_path / "memory")
    assert files(tmp_path / "memory") == files(tmp_path / "file")
    assert not run("memory://landing", tmp_path / "memory").changed


def test_what_finds_no_room_is_told_before_it_is_fetched(tmp_path, caplog):
    caplog.set_level(logging.INFO, "ingest")
    folder = fill(tmp_path / "landing")
    with (folder / "vast.jsonl").open("wb") as file:
        file.truncate(2 * shutil.disk_usage(folder).free)  # a hole, which takes no room itself
    with pytest.raises(
        StoreError, match=r"holds new documents for which .* needs [\d,.]+ MB at least, and has"
    ):
        run(f"file://{folder}", tmp_path / "curated")
    (told,) = (record for record in caplog.records if record.event == "fetching")
    assert told.facts["needed_bytes"] > told.facts["free_bytes"]


def test_a_disk_that_fills_up_ends_the_run_and_says_where(tmp_path):
    folder = fill(tmp_path / "landing")
    (folder / "many.jsonl").write_text(json.dumps({"text": "Ida Jay wrote. " * 900}) + "\n" * 200_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(
            StoreError, match=r"many.jsonl of 0.2 MB cannot be copied into .*: File too large; make"
        ):
            run(f"file://{folder}", tmp_path / "curated")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert run(f"file://{folder}", tmp_path / "curated").added == 10
