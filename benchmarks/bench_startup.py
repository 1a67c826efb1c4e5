"""Measure what a run costs beside the documents themselves.

Usage: python benchmarks/bench_startup.py startup | scale | scale-short | process

startup  a run over the sample documents against an empty Prefect flow started in the ordinary way, in turns
scale    peak memory of a run over 2,000 and over 20,000 documents (ten minutes), then a second run over the
         20,000 unchanged files against the empty flow, in turns
scale-short  the same with documents of 60 words (two minutes)
process  `process()` on plain text of 5 kB: documents per CPU second
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
EMPTY_FLOW = "from prefect import flow\n\n@flow\ndef empty():\n    return 1\n\nempty()\n"
ENGINE = """
import resource, sys
from ingest.workers.children import keep_small
keep_small()
from pathlib import Path
from ingest.run import Options, ingest_folder
ingest_folder(Options(Path(sys.argv[1]), Path(sys.argv[2])))
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    print(resource.getrusage(who).ru_maxrss // 1024)
"""


def timed(command: list[str], **environment: str) -> tuple[float, float]:
    """Run a command to its end; give wall and CPU seconds, those of its children with them."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=os.environ | environment)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def generate(folder: Path, count: int, sections: int = 3) -> Path:
    """Write fictional documents."""
    numbers = [str(count), "--sections", str(sections)]
    subprocess.run([sys.executable, ROOT / "benchmarks/generate.py", folder, *numbers], check=True)
    return folder


def ingest(landing: Path, curated: Path) -> list[str]:
    """The command of a run."""
    return [
        sys.executable,
        "-m",
        "flows.ingest",
        "--landing",
        str(landing),
        "--curated",
        str(curated),
        "--quiet",
    ]


def against_empty_flow(work: Path, name: str, landing: Path, curated: list[Path]) -> None:
    """Time a run and an empty flow in turns, in one warm Prefect home."""
    script = work / "empty_flow.py"
    script.write_text(EMPTY_FLOW, encoding="utf-8")
    home = {"PREFECT_HOME": str(work / "home"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    home["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] = "300"  # this machine may be busy
    empty, ours = [sys.executable, str(script)], []
    timed(empty, **home)  # makes the database
    baseline = []
    for folder in curated:
        baseline.append(timed(empty, **home))
        ours.append(timed(ingest(landing, folder), **home))
    for kind, column in (("wall", 0), ("CPU", 1)):
        flow, run = median(t[column] for t in baseline), median(t[column] for t in ours)
        print(f"{name}, {kind}: {run / flow:.2f} of an empty flow ({run - flow:+.1f} s), {len(ours)} turns")


def startup(work: Path) -> None:
    """The samples into a new folder each time."""
    against_empty_flow(work, "samples", ROOT / "data/landing", [work / f"curated-{n}" for n in range(5)])


def scale(work: Path, sections: int = 3) -> None:
    """The peak of the parent and of the largest worker, then a run that finds nothing new."""
    peaks = []
    for count in (2_000, 20_000):
        landing = generate(work / f"landing-{count}", count, sections)
        command = [sys.executable, "-c", ENGINE, str(landing), str(work / f"curated-{count}")]
        done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
        peaks.append([int(line) for line in done.stdout.split()])
        print(f"{count} documents: parent {peaks[-1][0]} MiB, largest worker {peaks[-1][1]} MiB", flush=True)
    small, large = peaks
    print(f"ratio: parent {large[0] / small[0]:.2f}, worker {large[1] / small[1]:.2f}, ", end="")
    print(f"all together {sum(large) / sum(small):.2f}", flush=True)
    against_empty_flow(work, "20,000 unchanged files", landing, [work / "curated-20000"] * 3)


def scale_short(work: Path) -> None:
    """As `scale`, with documents of 60 words."""
    scale(work, sections=0)


def process_speed(work: Path) -> None:
    """Documents per CPU second, models and word lists loaded."""
    from ingest import process  # noqa: PLC0415 - the other measurements are of other processes

    files = sorted(generate(work / "landing", 400).rglob("*.txt"))
    documents = [(file.read_bytes(), file.name) for file in files]
    for document in documents[:50]:
        process(*document)
    started = time.process_time()
    for document in documents:
        process(*document)
    seconds = time.process_time() - started
    size = sum(len(content) for content, _ in documents) / len(documents)
    print(f"process(): {len(documents) / seconds:.0f} documents of {size:.0f} bytes per CPU second")


MEASUREMENTS = {"startup": startup, "scale": scale, "scale-short": scale_short, "process": process_speed}


def main() -> None:
    """Read the argument and measure."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("what", choices=MEASUREMENTS)
    what = parse.parse_args().what
    with tempfile.TemporaryDirectory() as work:
        MEASUREMENTS[what](Path(work))


if __name__ == "__main__":
    main()
