"""What the store costs: publishing, publishing again without a change, adding a few documents.

    python benchmarks/bench_store.py                          2,000 and 20,000 documents
    python benchmarks/bench_store.py --sizes 2000 20000 100000
    python benchmarks/bench_store.py --sizes 2000 --objects   into an object store too: moto, on loopback

Each publish runs in a process of its own over batches that were staged before, so its CPU time
and its peak memory are the store's alone.  Documents are generated: 800 words, 40 mentions of
names whose number grows with the corpus, 5 quotations, 3 dropped lines.  Arrow's allocator is the
system's, unless ARROW_DEFAULT_MEMORY_POOL says otherwise: the default (mimalloc) peaks 100 MB higher.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from ingest.layout import lay_out
from ingest.metadata import Metadata, RawDocument
from ingest.places import Place, place
from ingest.records import Block, Dropped, Mention, Name, Quote, Record, SectionPlan
from ingest.tables import staging

WORDS = 800
LINES = 20
BATCH_DOCUMENTS = 512
ADDED = 100


def main() -> None:
    """Measure and print a table."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000])
    parse.add_argument("--objects", action="store_true", help="publish into an object store too")
    parse.add_argument("--publish", nargs=3, metavar=("CURATED", "STAGED", "RUN"), help=argparse.SUPPRESS)
    arguments = parse.parse_args()
    if arguments.publish:
        _publish(place(arguments.publish[0]), Path(arguments.publish[1]), arguments.publish[2])
        return
    print("| documents | step | CPU s | peak MB | snapshot MB | files |")
    print("|---|---|---|---|---|---|")
    for size in arguments.sizes:
        folder = Path(tempfile.mkdtemp(prefix="bench-store-"))
        try:
            _stage_all(size, folder)
            _measure(size, folder, str(folder / "curated"))
            if arguments.objects:
                _measure_objects(size, folder)
        finally:
            shutil.rmtree(folder)


def _stage_all(size: int, folder: Path) -> None:
    (folder / "none").mkdir()
    _stage(range(size), folder / "first")
    _stage(range(size, size + ADDED), folder / "more")


def _measure_objects(size: int, folder: Path) -> None:
    """The same into an object store; requests are the lines of the server's log."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    os.environ |= {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": "us-east-1",
        "INGEST_CACHE": str(folder / "cache"),
    }
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    log = folder / "requests"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-p", str(port)], stdout=out, stderr=out
        )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        urllib.request.urlopen(urllib.request.Request(f"{address}/bench", method="PUT")).close()  # noqa: S310 - ours
        _measure(size, folder, "s3://bench/curated", log)
    finally:
        server.terminate()
        server.wait()


def _measure(size: int, folder: Path, curated: str, log: Path | None = None) -> None:
    for run, step in enumerate(("first", "none", "more")):
        before = _requests(log)
        command = [sys.executable, __file__, "--publish", curated, str(folder / step), f"run-{run:05}"]
        environment = {"ARROW_DEFAULT_MEMORY_POOL": "system"} | os.environ
        done = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)
        name = {"first": "first publish", "none": "no change", "more": f"{ADDED} more"}[step]
        size_mb = f"{done['bytes']:.0f} | {done['files']}"
        name += f", object store, {_requests(log) - before} requests" if log else ""
        print(f"| {size:,} | {name} | {done['cpu']:.2f} | {done['peak']:.0f} | {size_mb} |")


def _requests(log: Path | None) -> int:
    return log.read_text().count("HTTP/1.1") if log else 0


def _publish(curated: Place, staged: Path, run: str) -> None:
    from ingest import store  # noqa: PLC0415  # counted with the publish that needs it
    from ingest.settings import DEFAULT_SETTINGS  # noqa: PLC0415

    folders = tuple(sorted(staged.iterdir()))
    started = time.process_time()
    with store.open_writer(curated) as writer:
        known = len(writer.known())
        new = sum(int((folder / "documents").read_text()) for folder in folders)
        info = store.RunInfo(run, datetime.now(UTC), known + new, known)
        writer.publish(store.PublishInput(folders, (), (), info, DEFAULT_SETTINGS))
    cpu = time.process_time() - started
    parts = [part for parts in store.open_curated(curated).manifest.tables.values() for part in parts]
    result = {
        "cpu": cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bytes": sum(part.size for part in parts) / 1024**2,
        "files": len(parts),
    }
    print(json.dumps(result))


def _stage(numbers: range, folder: Path) -> None:
    """Stage in a process of its own: this one stays small."""
    folder.mkdir()
    for start in range(numbers.start, numbers.stop, BATCH_DOCUMENTS):
        batch = folder / f"batch-{start:08}"
        batch.mkdir()
        chosen = range(start, min(start + BATCH_DOCUMENTS, numbers.stop))
        with (batch / "rows.spool").open("ab") as spool:
            for number in chosen:
                staging.append(spool, _record(number))
        staging.seal(batch / "rows.spool", batch)
        (batch / "rows.spool").unlink()
        (batch / "documents").write_text(str(len(chosen)))


def _record(number: int) -> Record:
    rng = random.Random(number)  # noqa: S311  # the same documents each time
    blocks, dropped, at = [], [], 0
    lines = [_line(rng) for _ in range(LINES)] + ["Login", "Share", "Subscribe"]
    for line in lines:
        span = (at, at + len(line))
        if " " in line:
            blocks.append(Block("paragraph", *span, line))
        else:
            dropped.append(Dropped(line, "login", line.lower(), *span))
        at += len(line) + 1
    source = "\n".join(lines)
    layout = lay_out([SectionPlan("body", "generated", tuple(blocks[i : i + 4])) for i in range(0, LINES, 4)])
    names: dict[str, int] = {}
    mentions = tuple(
        Mention(*m.span(), m.group(), "PERSON", names.setdefault(m.group(), len(names)), "self")
        for m in re.finditer("Given[0-9]+ Family[0-9]+", layout.text)
    )
    quotes = tuple(
        Quote(i, "direct", s.char_start, s.char_start + 90, s.text[:90], speaker_name_index=i)
        for i, s in enumerate(layout.sections)
    )
    path = f"{number % 100:02}/{number:07}.txt"
    return Record(
        RawDocument(path, sha256(source.encode()).hexdigest(), "text/plain", "utf-8", source),
        Metadata(title=f"Document {number}", source_name="Bench"),
        source,
        layout.text,
        layout.source_map,
        layout.sections,
        tuple(Name(name.casefold(), name, "PERSON") for name in names),
        mentions,
        quotes,
        tuple(dropped),
        (),
    )


_LEXICON = [sha256(str(i).encode()).hexdigest()[: 2 + i % 9] for i in range(20_000)]


def _line(rng: random.Random) -> str:
    """Words, and two names of people: few are in many documents, most in one or two."""
    words = rng.choices(_LEXICON, k=WORDS // LINES - 4)
    for at in (5, 20):
        person = int(rng.paretovariate(0.6)) % 10_000_000
        words.insert(at, f"Given{person % 3_000} Family{person}")
    return " ".join(words)


if __name__ == "__main__":
    main()
