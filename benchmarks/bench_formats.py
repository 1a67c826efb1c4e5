"""Measure what planning a run over one large container, or over many files, costs: memory, CPU, a second run.

Usage: python benchmarks/bench_formats.py [--megabytes 200 1000] [--kinds jsonl jsonl.gz warc warc.gz]
       python benchmarks/bench_formats.py --kinds files --files 100000 1000000

Each container holds fictional articles of about 4 kB.  A plan runs in a process of its own: it hashes the
container, has a worker look into it, and gives the items that workers would read.  Then it runs again with
what the first one found, as over an unchanged container.  Nothing else of a run sees the container as a
whole: a worker reads one item at a time.  `files` are briefs of 0.1 kB, a thousand in a folder.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROSE = (
    "the harbour board of Port Ellery met on Tuesday and agreed to spend more on a new breakwater than "
    "anyone had asked for while the mayor said nothing until the fishing fleet came in from the north again"
)
WORDS = PROSE.split()
KINDS = ("jsonl", "jsonl.gz", "warc", "warc.gz")
FOLDER_FILES = 1000
ARTICLE_WORDS = 700
PLAN = """
import resource, sys, time
from pathlib import Path
from ingest.workers.batches import WORKERS
from ingest.workers.children import keep_small
from ingest.containers.index import Spool
from ingest.items import Before
from ingest.workers.jobs import Limits
from ingest.landing import plan
from ingest.workers.planner import Planner
from ingest.settings import DEFAULT_SETTINGS
from ingest.store.writer import Known

keep_small()
root, folder = Path(sys.argv[1]), Path(sys.argv[2])
(folder / "job").mkdir(exist_ok=True)

def planned(known, states, spool):
    before = Before(known, "f", states)
    planner = Planner(folder / "job", before, DEFAULT_SETTINGS, Limits(), Spool(folder / spool))
    began = time.process_time()
    found = plan(root, before, DEFAULT_SETTINGS, planner.look)
    return found, time.process_time() - began + planner.cpu_ns / 1e9

WORKERS.open(1)
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found, first = planned({}, {}, "spool")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
files = {} if found.containers else found.items
known = {one.source_path: Known(one.content_sha256, "f", False) for one in files}
again, second = planned(known, {one.source_path: one for one in found.containers}, "spool2")
assert not again.items and again.unchanged == len(found.items)
WORKERS.stop()
worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(len(found.items), idle // 1024, peak // 1024, worker // 1024, round(first, 2), round(second, 2))
"""


def articles(rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Endless articles: an id, a title and a text."""
    number = 0
    while True:
        number += 1
        yield f"a-{number}", f"Harbour news {number}", " ".join(rng.choices(WORDS, k=ARTICLE_WORDS)) + "."


def json_line(ident: str, title: str, text: str) -> bytes:
    """A record as a line."""
    url = f"https://post.example/{ident}"
    return json.dumps({"id": ident, "title": title, "text": text, "url": url}).encode() + b"\n"


def warc_record(ident: str, title: str, text: str) -> bytes:
    """A response with a page."""
    page = f"<html><title>{title}</title><body><h1>{title}</h1><p>{text}</p></body></html>".encode()
    payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://post.example/{ident}\r\n"
        f"WARC-Date: 2024-05-04T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:{ident}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


def write(path: Path, kind: str, size: int) -> None:
    """Write a container of so many bytes, counted unpacked; WARC is packed by the record, as usual."""
    made = json_line if kind.startswith("jsonl") else warc_record
    written = 0
    with gzip.open(path, "wb", compresslevel=1) if kind == "jsonl.gz" else path.open("wb") as file:
        for article in articles(random.Random(7)):  # noqa: S311 - the same text each time
            record = made(*article)
            file.write(gzip.compress(record, 1, mtime=0) if kind == "warc.gz" else record)
            written += len(record)
            if written >= size:
                break


def write_files(landing: Path, count: int) -> None:
    """Write so many briefs."""
    for number in range(count):
        folder = landing / f"{number // FOLDER_FILES:04}"
        folder.mkdir(exist_ok=True)
        brief = f"Harbour news {number}\n\n{' '.join(WORDS[:16])}, ship {number}.\n"
        (folder / f"{number % FOLDER_FILES:03}.txt").write_text(brief, encoding="utf-8")


def main() -> None:
    """Print a row for each container, or for each folder of files."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--megabytes", type=int, nargs="+", default=[200, 1000])
    parse.add_argument("--kinds", nargs="+", choices=(*KINDS, "files"), default=KINDS)
    parse.add_argument("--files", type=int, nargs="+", default=[100_000])
    arguments = parse.parse_args()
    print("| container | MB unpacked | items | MiB above idle | bytes an item | worker MiB | CPU s | again |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in arguments.kinds:
        for size in arguments.files if kind == "files" else arguments.megabytes:
            with tempfile.TemporaryDirectory() as folder:
                landing = Path(folder) / "landing"
                landing.mkdir()
                if kind == "files":
                    write_files(landing, size)
                else:
                    write(landing / f"news.{kind}", kind, size * 1_000_000)
                command = [sys.executable, "-c", PLAN, str(landing), folder]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                count, idle, peak, worker, first, second = map(float, done.stdout.split())
                row = (
                    *(kind, "-" if kind == "files" else size, f"{count:,.0f}", f"{peak - idle:.0f}"),
                    *(f"{(peak - idle) * (1 << 20) / count:.0f}", f"{worker:.0f}"),
                    *(f"{first:.1f}", f"{second:.1f}"),
                )
                print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    main()
