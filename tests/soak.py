"""Scheduled runs for an hour, fed, changed and killed meanwhile; what grows is told, and nothing may be lost.

Usage: python tests/soak.py [--minutes N] [--pause S] [--seed N]

A real Prefect server and `python -m flows.serve` with a cron of every minute stand for all that time; further
runs are triggered through the server's API, `--pause` seconds after the last one ended.  A second process
writes, changes and deletes documents in the landing folder, and a third kills workers, and now and then a
whole run, by SIGKILL.  Every half minute the memory, open files and threads of the standing processes are
noted, and the snapshots, staged files and processes that exist.  In the end one run more must leave the
tables that an undisturbed run over the landing folder makes, each run must have ended in the server's eyes,
and nothing may have grown.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from made_records import contents

from ingest.run import Options, ingest_folder
from ingest.workers.children import child_environment

ROOT = Path(__file__).parents[1]
TOWNS = ("Marlow Bay", "Port Ellery", "Northgate", "Lake Tessin", "Castle Dunmore", "Halden Point")
PEOPLE = ("Ilse Brandvold", "Tomas Rehnquist", "Marguerite Oyelaran", "Peter J. Holm", "Aiko Senda")
DOCUMENTS = 400
KEEP_SNAPSHOTS = 3
WAIT_S = 300
GROWTH = 1.3  # of a median over the last quarter of the time, against the second quarter
ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def article(dice):
    """A short report with names and a quotation; one in twenty is empty, and so refused."""
    if dice.random() < 0.05:
        return ""
    person, town = dice.choice(PEOPLE), dice.choice(TOWNS)
    lines = [f"News of {town} {dice.randrange(1000)}", "", f"{person} visited {town} on Tuesday.", ""]
    for _ in range(dice.randrange(1, 12)):
        lines += [f"“We shall repair {dice.randrange(90)} piers,” {person.split()[-1]} said in {town}.", ""]
    return "\n".join([*lines, "Login", ""])


def place(landing, number):
    """The file of a document, in a folder that is there."""
    file = landing / f"{number % 7}" / f"{number}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def feed(landing, seed):
    """Write, change and delete documents for ever, half of them as careless programs do it: in place."""
    dice = random.Random(seed)  # noqa: S311 - dice
    while True:
        file = place(landing, dice.randrange(DOCUMENTS))
        if dice.random() < 0.2:
            file.unlink(missing_ok=True)
        elif dice.random() < 0.5:
            file.write_text(article(dice), encoding="utf-8")
        else:
            part = file.with_suffix(".part")
            part.write_text(article(dice), encoding="utf-8")
            part.replace(file)
        time.sleep(dice.uniform(0, 1.0))


def processes():
    """Parent and command line of every process."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            found[int(folder.name)] = parent, command
    return found


def below(pid, all_processes):
    """Every process that descends from one."""
    children = [child for child, (parent, _) in all_processes.items() if parent == pid]
    return children + [deeper for child in children for deeper in below(child, all_processes)]


def kill(serve_pid, seed, log):
    """Kill a worker every few seconds, and sometimes the process of a run, for ever."""
    dice = random.Random(seed)  # noqa: S311 - dice
    while True:
        time.sleep(dice.uniform(2, 12))
        now = processes()
        runs = [pid for pid, (parent, line) in now.items() if parent == serve_pid and "spawn_main" in line]
        workers = [pid for pid in below(serve_pid, now) if "ingest.workers.worker" in now[pid][1]]
        kind, victims = ("run", runs) if dice.random() < 0.1 else ("worker", workers)
        if victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(victims), signal.SIGKILL)
                log.write(f"{kind}\n")
                log.flush()


@dataclass(frozen=True)
class Api:
    """The server's REST interface."""

    url: str

    def __call__(self, path, method="POST", **body):
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}/{path}", json.dumps(body).encode() if body else None, headers, method=method
        )
        last = time.monotonic() + WAIT_S
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
                    return json.loads(answer.read() or "null")
            except urllib.error.HTTPError as error:
                # A server whose database is busy says so, and asks to come again.
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > last:
                    raise
            time.sleep(1)

    def wait(self, look, what):
        """Look until something is seen."""
        last = time.monotonic() + WAIT_S
        while time.monotonic() < last:
            with contextlib.suppress(OSError):
                if seen := look():
                    return seen
            time.sleep(0.5)
        raise TimeoutError(f"{what} did not come in {WAIT_S} s")

    def flow_runs(self, *states):
        """All runs in some states."""
        found, more = [], True
        while more:
            of = {"flow_runs": {"state": {"type": {"any_": list(states)}}}}
            more = self("flow_runs/filter", limit=200, offset=len(found), **of)
            found += more
        return found


@dataclass
class Soak:
    """The folders, the processes that stand, and what was noted of them."""

    root: Path
    started: list[subprocess.Popen] = field(default_factory=list)
    notes: list[dict[str, float]] = field(default_factory=list)

    def __post_init__(self):
        self.landing, self.curated = self.root / "landing", self.root / "curated"
        dice = random.Random(0)  # noqa: S311 - dice
        for number in range(DOCUMENTS):
            place(self.landing, number).write_text(article(dice), encoding="utf-8")
        (self.root / "prefect").mkdir()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.api = Api(f"http://127.0.0.1:{port}/api")
        settings = {"PREFECT_HOME": str(self.root / "prefect"), "PREFECT_API_URL": self.api.url}
        quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        self.environment = child_environment() | settings | quiet | {"TMPDIR": str(self.root / "tmp")}
        (self.root / "tmp").mkdir()
        prefect = Path(sys.executable).with_name("prefect")
        server = [prefect, "server", "start", "--no-ui", "--host", "127.0.0.1", "--port", str(port)]
        self.server = self.start("server", *server)
        self.api.wait(lambda: self.api("health", "GET"), "Prefect's server")
        folders = ["--landing", self.landing, "--curated", self.curated]
        more = ["--prune", "--keep-snapshots", KEEP_SNAPSHOTS, "--workers", 2, "--batch-bytes", 20_000]
        serve = [sys.executable, "-m", "flows.serve", "--name", "soak", "--cron", "* * * * *"]
        self.serve = self.start("serve", *serve, *folders, *more)
        deployment = self.api.wait(lambda: self.api("deployments/name/ingest/soak", "GET"), "the deployment")
        self.deployment = deployment["id"]

    def start(self, name, *command):
        """Start a program that stays."""
        log = (self.root / f"{name}.log").open("w")
        command = [str(part) for part in command]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            process_group=0,
        )  # fmt: skip
        self.started.append(process)
        return process

    def note(self):
        """Note what may grow."""
        now = processes()
        mark = f"TMPDIR={self.root}".encode()
        noted = {"processes": sum(mark in environment_of(pid) for pid in now)}
        for name, process in (("server", self.server), ("serve", self.serve)):
            pids = [process.pid] + ([] if name == "serve" else below(process.pid, now))
            noted[f"{name}: resident MiB"] = sum(map(resident, pids))
            noted[f"{name}: open files"] = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
            noted[f"{name}: threads"] = sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids)
        snapshots = self.curated / ".snapshots"
        noted["snapshots"] = len(list(snapshots.glob("0*")))
        noted["files of the curated folder"] = sum(1 for path in self.curated.rglob("*") if path.is_file())
        noted["MiB of the curated folder"] = size(self.curated)
        noted["temporary files"] = sum(1 for _ in (self.root / "tmp").rglob("*"))
        self.notes.append(noted)

    def trigger(self):
        """Run the deployment once, beside its schedule; gives the id of the run."""
        created = self.api(f"deployments/{self.deployment}/create_flow_run", state={"type": "SCHEDULED"})
        return created["id"]

    def ended(self, flow_run_id):
        """Whether a run has ended."""
        return self.api(f"flow_runs/{flow_run_id}", "GET")["state_type"] in ENDS

    def go(self, minutes, pause, seed):
        """Let it run, and note."""
        me = [sys.executable, __file__, "--seed", seed]
        disturbers = [
            self.start("feed", *me, "--feed", self.landing),
            self.start("kills", *me, "--kill", self.serve.pid),
        ]
        end, noted = time.monotonic() + 60 * minutes, 0.0
        last, idle_since = self.trigger(), 0.0
        while time.monotonic() < end:
            time.sleep(1)
            if time.monotonic() - noted > 30:
                noted = time.monotonic()
                with contextlib.suppress(OSError):  # a process or a file went meanwhile
                    self.note()
            if not self.ended(last):
                idle_since = 0.0
            elif not idle_since:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > pause:
                last, idle_since = self.trigger(), 0.0
        for process in disturbers:
            stop(process)
        shutil.copyfile(self.root / "kills.log", self.root / "killed.txt")
        self.settle()

    def settle(self):
        """One run more, undisturbed, and no schedule after it."""
        for schedule in self.api(f"deployments/{self.deployment}", "GET")["schedules"]:
            self.api(f"deployments/{self.deployment}/schedules/{schedule['id']}", "DELETE")
        last = self.trigger()
        self.api.wait(lambda: self.ended(last), "the end of the last run")
        open_states = ("RUNNING", "PENDING", "SCHEDULED", "CANCELLING")
        self.api.wait(lambda: not self.api.flow_runs(*open_states), "the end of all runs")
        self.note()

    def stop(self):
        """Stop whatever stands."""
        for process in reversed(self.started):
            stop(process)


def stop(process):
    """End a process and what it started."""
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def environment_of(pid):
    """What a process was started with; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def resident(pid):
    """Memory of a process, in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def size(folder):
    """What a folder holds, in MiB; a file with many links counts once."""
    stats = {s.st_ino: s.st_size for s in (p.lstat() for p in folder.rglob("*") if p.is_file())}
    return sum(stats.values()) / 2**20


def quarter(notes, name, number):
    """The median of a figure over one quarter of the time."""
    part = notes[number * len(notes) // 4 : (number + 1) * len(notes) // 4] or notes
    return statistics.median(note[name] for note in part)


def judged(soak):
    """The table of what was noted, and the names of what has grown."""
    lines = [f"{'':32}{'2nd quarter':>12}{'last quarter':>14}{'most':>8}{'at the end':>12}"]
    grown = []
    for name in soak.notes[-1]:
        second, fourth = quarter(soak.notes, name, 1), quarter(soak.notes, name, 3)
        most, last = max(note[name] for note in soak.notes), soak.notes[-1][name]
        lines.append(f"{name:32}{second:>12.0f}{fourth:>14.0f}{most:>8.0f}{last:>12.0f}")
        if fourth > GROWTH * second + 2:
            grown.append(name)
    return "\n".join(lines), grown


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--minutes", type=float, default=60)
    parse.add_argument("--pause", type=float, default=5, help="seconds between the end of a run and the next")
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--feed", type=Path, help=argparse.SUPPRESS)
    parse.add_argument("--kill", type=int, help=argparse.SUPPRESS)
    arguments = parse.parse_args()
    if arguments.feed or arguments.kill:
        with contextlib.suppress(KeyboardInterrupt):
            feed(arguments.feed, arguments.seed) if arguments.feed else kill(
                arguments.kill, arguments.seed, sys.stdout
            )
        return
    root = Path(tempfile.mkdtemp(prefix="soak-"))
    soak = None
    try:
        soak = Soak(root)
        soak.go(arguments.minutes, arguments.pause, arguments.seed)
        runs = soak.api.flow_runs(*ENDS)
    finally:
        if soak is not None:
            soak.stop()
    ingest_folder(Options(soak.landing, root / "undisturbed", workers=1, prune=True))
    table, grown = judged(soak)
    ends = Counter(f"{run['state_type'].lower()} ({run['state_name']})" for run in runs)
    kills = Counter((root / "killed.txt").read_text().split())
    print(f"{len(runs)} runs in {arguments.minutes:g} minutes: {dict(ends)}; killed: {dict(kills)}\n{table}")  # noqa: T201
    assert contents(soak.curated) == contents(root / "undisturbed"), f"other tables: see {root}"
    assert not grown, f"{grown} grew by more than {GROWTH} times: see {root}"
    assert not list((soak.curated / ".staging").iterdir()), "rubbish is left"
    print("The tables are those of an undisturbed run; nothing grew.")  # noqa: T201
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
