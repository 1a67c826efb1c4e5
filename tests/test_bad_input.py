"""Bad documents: each gives a sound record or a named reason, at a cost that grows with its size only."""

from __future__ import annotations

import codecs
import gc
import gzip
import os
import time

import pytest
from bad_inputs import HTML, TEXT, all_kinds, packed, page, repeated
from invariants import check

from ingest.clean import clean
from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.extract import extract
from ingest.pipeline import process
from ingest.reasons import REASONS
from ingest.run import Options, open_run
from ingest.settings import Settings
from ingest.store import open_curated
from ingest.workers.batches import WORKERS
from ingest.workers.jobs import Limits

KINDS = [pytest.param(path, build, id=path) for path, build in all_kinds()]
SMALL, LARGE = 5_000, 20_000
# Four times the size: linear work takes 4 times as long, quadratic work 16 times.  Between the two lies room
# for what sorts, and for a busy machine.
MOST_GROWTH = 8.5
NOISE_S = 0.03


def outcome(content, path, settings=None):
    """The record, or the reason for which there is none."""
    try:
        return process(content, path, settings or Settings())
    except DocumentError as error:
        return REASONS[error.reason].code


@pytest.mark.parametrize(("path", "build"), KINDS)
def test_a_sound_record_or_a_named_reason(path, build):
    for content, name in ((build(2_000), path), (packed(build)(500), path + ".gz"), (build(0), path)):
        record = outcome(content, name)
        if not isinstance(record, str):
            check(record)


def cpu_seconds(path, content):
    gc.collect()
    start = time.process_time()
    outcome(content, path)
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize(("path", "build"), KINDS)
def test_cost_grows_with_size_only(path, build):
    small, large = build(SMALL), build(LARGE)
    cpu_seconds(path, small)  # loads what is loaded once
    for _ in range(3):
        growth = cpu_seconds(path, large) / max(NOISE_S, cpu_seconds(path, small))
        if growth < MOST_GROWTH:
            return
    pytest.fail(f"four times the size costs {growth:.0f} times the CPU time")


REFUSED = {
    "empty.txt": (b"", "empty"),
    "white space.txt": (b" \n\t\r\n" * 1000, "empty"),
    "only a byte order mark.txt": (codecs.BOM_UTF8, "empty"),
    "only invisible characters.html": ("\u200b\ufeff\u00ad" * 100, "empty"),
    "page without text.html": (b"<html><body><script>x</script><img src=x></body></html>", "empty"),
    "NUL.txt": (b"text\0text", "binary"),
    "NULs.txt": (bytes(10_000), "binary"),
    "controls.txt": (bytes(range(1, 9)) * 100, "binary"),
    "lone surrogate.txt": (b"lone \xed\xa0\x80 surrogate", "undecodable"),
    "UTF-16 cut in the middle.txt": (codecs.BOM_UTF16_LE + "text".encode("utf-16-le")[:-1], "truncated"),
    "UTF-16 lone surrogate.txt": (codecs.BOM_UTF16_LE + b"\x00\xd8a\0", "undecodable"),
    "UTF-32 beyond Unicode.txt": (codecs.BOM_UTF32_LE + b"\0\0\x11\0", "undecodable"),
    "JPEG.html": (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100), "unsupported_type"),
    "PDF.html": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "unsupported_type"),
    "zip.txt": (b"PK\x03\x04" + bytes(100), "unsupported_type"),
    "unpacked gzip name.txt": (gzip.compress(b"text"), "unsupported_type"),
    "unknown suffix.doc": (b"text", "unsupported_type"),
    "gzip bomb.txt.gz": (gzip.compress(bytes(80 << 20), mtime=0), "too_large"),
    "gzip of gzip bomb.txt.gz": (gzip.compress(gzip.compress(bytes(80 << 20))), "unsupported_type"),
    "truncated.txt.gz": (gzip.compress(b"text " * 100)[:-9], "truncated"),
    "bad checksum.txt.gz": (gzip.compress(b"text")[:-8] + bytes(8), "corrupt"),
    "no gzip.txt.gz": (b"plain text", "corrupt"),
    "gzip of nothing.txt.gz": (gzip.compress(b""), "empty"),
    "too large.txt": (b"x" * (65 << 20), "too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    content, reason = REFUSED[name]
    assert outcome(content.encode() if isinstance(content, str) else content, name) == reason


MARKS = [
    ("utf-8-sig", codecs.BOM_UTF8, "utf-8"),
    ("utf-16", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("utf-16", codecs.BOM_UTF16_BE, "utf-16-be"),
    ("utf-32", codecs.BOM_UTF32_LE, "utf-32-le"),
    ("utf-32", codecs.BOM_UTF32_BE, "utf-32-be"),
]


@pytest.mark.parametrize(("encoding", "mark", "codec"), MARKS)
@pytest.mark.parametrize("path", ["a.txt", "a.html", "a.md"])
def test_byte_order_marks_of_every_kind(encoding, mark, codec, path):
    text = "The council met – at last – on Monday.\n\nIt agreed."
    record = process(mark + text.encode(codec), path)
    check(record)
    assert record.raw.encoding == encoding
    assert record.text.startswith("The council met – at last")


@pytest.mark.slow
def test_deep_nesting():
    check(process(HTML["unclosed div"](200_000 * len("<div>")), "a.html"))


@pytest.mark.slow
def test_a_million_letters_and_a_hundred_thousand_links():
    check(process(TEXT["one word"](1_000_000), "a.txt"))
    assert not isinstance(outcome(HTML["links"](100_000 * 30), "a.html"), str)


SENTENCE = "The ministers met on Monday, and agreed to go on with the plan. "
# Shapes of large pages: one element, tens of thousands of them, one inside the other.
LARGE_PAGES = {
    "one element": page(SENTENCE, "<div>", "</div>"),
    "line breaks": page(f"{SENTENCE}<br>", "<div>", "</div>"),
    "small blocks": page("<p>Seven</p>"),
    "one in the other": page(f"<div class='part a'>{SENTENCE}"),
    "rows": page("<tr><td>1</td><td>two words</td><td>3</td></tr>", "<table>", "</table>"),
    "tables in tables": page("<table><tr><td>x "),
    "links": page("<p><a href='/x'>More</a></p>"),
    "inline elements": page("<b>a</b> <i class='x'>b</i> ", "<p>", "</p>"),
}


def extraction_seconds(content):
    gc.collect()
    start = time.process_time()
    clean(extract(decode(content, "a.html", Settings())))
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE_PAGES)
def test_large_pages_cost_by_their_size(name):
    """From 150 to 600 kB; five megabytes of the costliest take 16 s of a busy processor."""
    small, large = LARGE_PAGES[name](150_000), LARGE_PAGES[name](600_000)
    extraction_seconds(small)
    for _ in range(3):
        growth = extraction_seconds(large) / max(NOISE_S, extraction_seconds(small))
        if growth < MOST_GROWTH:
            return
    pytest.fail(f"four times the size costs {growth:.0f} times the CPU time")


GOOD = "Harbour news\n\nThe mayor of Port Ellery spoke on Tuesday.\n\n“We agree,” she said.\n"


@pytest.mark.slow
def test_in_one_run_each_costs_itself_alone(tmp_path):
    landing = tmp_path / "landing"
    landing.mkdir()
    expected = {}
    for name, (content, reason) in REFUSED.items():
        if len(content) < 1 << 20:
            (landing / name).write_bytes(content.encode() if isinstance(content, str) else content)
            expected[name] = reason
    # Longer than any limit allows: stopped by time or by memory, whichever comes first.
    (landing / "one line.txt").write_bytes(repeated("the ministers of Veldmark met on Monday and ")(50 << 20))
    os.mkfifo(landing / "pipe.txt")
    (landing / "loop").symlink_to(".")
    (landing / "round.txt").symlink_to("round.txt")
    (landing / "outside.txt").symlink_to("/etc/hostname")
    expected |= {"pipe.txt": "unsupported_type", "round.txt": "unreadable", "outside.txt": "outside_landing"}
    odd_names = [b"two\nlines.txt", b"not utf-8 \xff\xe9.txt", b"back\\slash.txt"]
    for name in (b"a.txt", b"zz.txt", b"vanishes.txt", b"grows.txt", *odd_names):
        (landing / os.fsdecode(name)).write_text(GOOD, encoding="utf-8")
    limits = Limits(timeout_s=20, memory_bytes=512 << 20)
    with open_run(Options(landing, tmp_path / "curated", workers=2, limits=limits)) as run:
        (landing / "vanishes.txt").unlink()
        with (landing / "grows.txt").open("a", encoding="utf-8") as file:
            file.write("More.\n")
        run.begin()
        summary = run.publish([WORKERS.read(folder) for folder in run.folders])
    opened = open_curated(tmp_path / "curated")
    rejects = {row["source_path"]: row["reason"] for row in opened.arrow("rejects").to_pylist()}
    documents = {row["source_path"] for row in opened.arrow("documents").to_pylist()}
    assert rejects.pop("one line.txt") in {"timeout", "out_of_memory"}
    assert rejects == expected
    assert documents == {
        "a.txt",
        "zz.txt",
        r"two\x0alines.txt",
        r"not utf-8 \xff\xe9.txt",
        r"back\x5cslash.txt",
    }
    assert set(summary.busy) == {"vanishes.txt", "grows.txt"}
