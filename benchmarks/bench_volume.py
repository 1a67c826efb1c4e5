"""What a run costs, all in all, as the landing folder grows.

    python benchmarks/bench_volume.py table                        1,000 and 10,000 documents
    python benchmarks/bench_volume.py table --sizes 1000 10000 100000 --turns 3
    python benchmarks/bench_volume.py scaling --documents 10000     one worker, then two

`table` runs the command itself, with Prefect's embedded server, three times over each landing folder: all of
it, nothing new, 100 more documents.  The last two are run in turns, all sizes within a minute or two of each
other, always over what the first run has left; what is shown is the median of the turns, and of the ratios
that each turn gives.  The first run waits a minute, since files that were written a moment ago are not
remembered.  Documents are those of `generate.py --news`; `--alike` takes the other
ones, which are all on the same matters, so that everything is compared with everything.

Bookkeeping is all CPU time of all processes but for two things: the stages of `process()`, with signatures
for the search for stories, and the work on all documents together (`runs.corpus_s`: resolving names, finding
stories, near-duplicates and statements).  So it holds the start of Python and Prefect, Prefect's server,
planning and hashing, what passes between processes, checks, and all writing and merging of Parquet files.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench_startup import ingest, timed

from ingest.landing.remembered import SETTLED_NS
from ingest.stopwatch import PIPELINE_STAGES, SIGNATURE_STAGE, WORKER_STAGES
from ingest.store import open_curated
from ingest.store.files import Manifest, snapshot_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
ADDED = 100
WORKER = "ingest.workers.worker"
LOOK_EVERY_S = 0.5
MEBIBYTE = 1024 * 1024
ENGINE = """
import sys, time
from pathlib import Path
from ingest.workers.children import keep_small
keep_small()
from ingest.workers.batches import WORKERS
from ingest.run import Options, open_run
options = Options(Path(sys.argv[1]), Path(sys.argv[2]), workers=int(sys.argv[3]))
with open_run(options) as run:
    began = time.monotonic()
    run.begin()
    results = [run.note(WORKERS.read(folder)) for folder in run.folders]
    read = time.monotonic()
    run.publish(results)
    print(read - began, time.monotonic() - began)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of a run, CPU seconds of all its processes, peak memory of it and of a worker in MiB."""

    wall: float
    cpu: float
    parent: float
    worker: float


class Peaks:
    """The highest memory of a run and of its workers, looked at now and then: the system keeps the mark."""

    def __init__(self) -> None:
        self.parent = self.worker = 0.0

    def look(self, curated: Path) -> None:
        """Look at all processes once."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                words = (folder / "cmdline").read_bytes().decode().split("\0")
                if WORKER in words and self._serves(folder, curated):
                    self.worker = max(self.worker, high_water(folder))
                elif str(curated) in words and "flows.ingest" in words:
                    self.parent = max(self.parent, high_water(folder))

    @staticmethod
    def _serves(folder: Path, curated: Path) -> bool:
        parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        return str(curated) in (Path("/proc") / parent / "cmdline").read_bytes().decode().split("\0")

    @contextlib.contextmanager
    def watched(self, curated: Path) -> Iterator[None]:
        """Look again and again while the block lasts."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(LOOK_EVERY_S):
                self.look(curated)

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def high_water(process: Path) -> float:
    """Peak memory of a process in MiB."""
    lines = (process / "status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def table(sizes: list[int], sections: int, turns: int, *, alike: bool) -> None:
    """Measure every size; then print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        home = {"PREFECT_HOME": str(Path(folder) / "home")}
        measured = [Volume(Path(folder) / str(size), size, home) for size in sizes]
        timed(ingest(ROOT / "data/landing", Path(folder) / "warm"), **home)  # makes Prefect's database
        for volume in measured:
            volume.measure_all(sections, alike=alike)
        for _ in range(turns):
            for volume in measured:
                volume.measure_more()
    print("| documents | run | wall s | CPU s | times 1st size | peak MiB: run, worker |")
    print("|---|---|---|---|---|---|")
    for step in ("all", "nothing new", f"{ADDED} more"):
        for volume in measured:
            cost, times = volume.cost(step), volume.times(step, measured[0])
            ratio = f"{times.wall:.2f} wall, {times.cpu:.2f} CPU"
            peaks = f"{cost.parent:.0f}, {cost.worker:.0f}" if cost.worker else f"{cost.parent:.0f}"
            print(f"| {volume.size:,} | {step} | {cost.wall:.1f} | {cost.cpu:.1f} | {ratio} | {peaks} |")
    for title, rows in (("CPU s of the first run", "stages"), ("parts", "parts")):
        print(f"\n| {title} | {' | '.join(f'{volume.size:,}' for volume in measured)} |")
        print("|---" * (1 + len(measured)) + "|")
        for name in getattr(measured[0], rows):
            print(f"| {name} | {' | '.join(getattr(volume, rows)[name] for volume in measured)} |")


class Volume:
    """Runs over a landing folder of one size."""

    def __init__(self, folder: Path, size: int, home: dict[str, str]) -> None:
        self.size = size
        self.costs: dict[str, list[Cost]] = {}
        self.stages: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self._home = home
        self._landing, self._curated, self._aside = (folder / n for n in ("landing", "curated", "aside"))

    def measure_all(self, sections: int, *, alike: bool) -> None:
        """All documents."""
        generate(self._landing, self.size + ADDED, sections, alike=alike)
        later = sorted(path for path in self._landing.rglob("*") if path.is_file())[-ADDED:]
        for path in later:
            aside = self._aside / path.relative_to(self._landing)
            aside.parent.mkdir(parents=True, exist_ok=True)
            path.rename(aside)
        time.sleep(SETTLED_NS / 1e9)
        self._run("all", self._curated)
        self._tell_stages()
        self._tell_parts()

    def measure_more(self) -> None:
        """Nothing new, then some more, in a copy of what all documents have given."""
        copy = self._curated.with_name("copy")
        shutil.copytree(self._curated, copy, symlinks=True, copy_function=os.link)
        self._run("nothing new", copy)
        shutil.copytree(self._aside, self._landing, dirs_exist_ok=True)
        self._run(f"{ADDED} more", copy)
        self._tell_change(copy)
        for path in self._aside.rglob("*.*"):
            (self._landing / path.relative_to(self._aside)).unlink()
        shutil.rmtree(copy)

    def cost(self, step: str) -> Cost:
        """What a step costs: the median of its turns."""
        return Cost(*map(median, zip(*map(astuple, self.costs[step]), strict=True)))

    def times(self, step: str, first: Volume) -> Cost:
        """How many times as much as for another size: the median of what each turn gives."""
        pairs = zip(self.costs[step], first.costs[step], strict=True)
        ratios = [(one.wall / other.wall, one.cpu / other.cpu) for one, other in pairs]
        return Cost(*map(median, zip(*ratios, strict=True)), parent=0, worker=0)

    def _run(self, step: str, curated: Path) -> None:
        peaks = Peaks()
        with peaks.watched(curated):
            wall, cpu = timed([*ingest(self._landing, curated), "--no-report"], **self._home)
        self.costs.setdefault(step, []).append(cost := Cost(wall, cpu, peaks.parent, peaks.worker))
        print(f"{self.size:,} documents, {step}: {cost}", file=sys.stderr, flush=True)

    def _tell_stages(self) -> None:
        (run,) = open_curated(self._curated).arrow("runs").to_pylist()
        whole, analysis = self.cost("all").cpu, run["corpus_s"]
        for stage, words in WORKER_STAGES.items():
            self.stages[f"{stage}: {words}"] = f"{run[f'{stage}_s']:.1f}"
            if stage in PIPELINE_STAGES | SIGNATURE_STAGE:
                analysis += run[f"{stage}_s"]
        self.stages["plan"] = f"{run['plan_s']:.1f}"
        self.stages["corpus: names, stories, statements"] = f"{run['corpus_s']:.1f}"
        self.stages["publish beside that"] = f"{run['publish_s'] - run['corpus_s']:.1f}"
        measured = sum(run[f"{stage}_s"] for stage in WORKER_STAGES) + run["plan_s"] + run["publish_s"]
        self.stages["Prefect, its server, starting processes"] = f"{whole - measured:.1f}"
        self.stages["bookkeeping, share of all"] = f"{1 - analysis / whole:.1%}"

    def _tell_parts(self) -> None:
        manifest = Manifest.read(snapshot_folder(self._curated, 1))
        parts = [part for parts in manifest.tables.values() for part in parts]
        largest = max(parts, key=lambda part: part.size)
        self.parts["files, of all tables"] = f"{len(parts)}"
        self.parts["MiB"] = f"{sum(part.size for part in parts) / MEBIBYTE:.0f}"
        self.parts["largest file, MiB"] = f"{largest.size / MEBIBYTE:.0f}"

    def _tell_change(self, curated: Path) -> None:
        """What a run over some more documents wrote anew, and what it took over as it was."""
        before, now = (Manifest.read(snapshot_folder(curated, number)) for number in (1, 2))
        old = {part.name for parts in before.tables.values() for part in parts}
        parts = [part for parts in now.tables.values() for part in parts]
        written = [part for part in parts if part.name not in old]
        added = f"after {ADDED} more"
        self.parts[f"files {added}"] = f"{len(parts)}"
        self.parts[f"of these taken over {added}"] = f"{len(parts) - len(written)}"
        self.parts[f"MiB written anew {added}"] = f"{sum(part.size for part in written) / MEBIBYTE:.0f}"


def generate(folder: Path, count: int, sections: int, *, alike: bool) -> None:
    """Write documents."""
    kind = [] if alike else ["--news"]
    command = [sys.executable, ROOT / "benchmarks/generate.py", folder, str(count), *kind]
    subprocess.run([*command, "--sections", str(sections)], check=True)


def scaling(documents: int, sections: int) -> None:
    """Read and publish with one worker, then with two: without Prefect, then by the command itself."""
    with tempfile.TemporaryDirectory() as work:
        landing = Path(work) / "landing"
        generate(landing, documents, sections, alike=False)
        walls = []
        for workers in (1, 2):
            command = [sys.executable, "-c", ENGINE, landing, Path(work) / f"engine-{workers}", str(workers)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
            read, published = (float(word) for word in done.stdout.split())
            whole = _command_s(landing, Path(work) / f"command-{workers}", workers)
            walls.append((read, published, whole))
            print(f"{workers} worker(s): read {read:.1f} s, published {published:.1f} s, ", end="")
            print(f"the command {whole:.1f} s", flush=True)
    times = [one / two for one, two in zip(*walls, strict=True)]
    print(f"{documents:,} documents: reading {times[0]:.2f} times as fast, ", end="")
    print(f"with publishing {times[1]:.2f} times, the whole command {times[2]:.2f} times")


def _command_s(landing: Path, curated: Path, workers: int) -> float:
    """Wall time of the command, Prefect and its server included."""
    began = time.monotonic()
    command = [sys.executable, "-m", "flows.ingest", "--quiet", "--no-report", "--workers", str(workers)]
    command += ["--landing", str(landing), "--curated", str(curated)]
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - began


def main() -> None:
    """Read the arguments and measure."""
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parse.add_subparsers(dest="command", required=True)
    tabled, scaled = commands.add_parser("table"), commands.add_parser("scaling")
    tabled.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    tabled.add_argument("--turns", type=int, default=1, help="how often to measure what is not the first run")
    tabled.add_argument("--alike", action="store_true", help="documents on the same few matters")
    scaled.add_argument("--documents", type=int, default=10_000)
    for one in (tabled, scaled):
        one.add_argument("--sections", type=int, default=3, help="length of documents: 3 is 800 words")
    arguments = parse.parse_args()
    began = time.monotonic()
    if arguments.command == "table":
        table(arguments.sizes, arguments.sections, arguments.turns, alike=arguments.alike)
    else:
        scaling(arguments.documents, arguments.sections)
    print(f"({time.monotonic() - began:.0f} s)", file=sys.stderr)


if __name__ == "__main__":
    main()
