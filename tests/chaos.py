"""Runs that are disturbed at random, and the tables compared with those of an undisturbed run after each.

Usage: python tests/chaos.py [--runs N] [--prefect N] [--seed N]

A landing folder goes through a circle of states: documents come, change and go.  Each run brings one
curated folder to the next state, and is disturbed: it is killed, or a worker of it; the disk fails or is
slow; the clock jumps.  Then the current snapshot must be that of an undisturbed run over the new state or,
where the run came to grief, over the last one; now and then an undisturbed run follows, which must make all
good.  Snapshots are compared by the names of their parts, which are hashes of their content: nothing is
lost and nothing is doubled.  `--prefect N` does N more through the command, with Prefect's embedded server.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent / "children" / "chaos"))

import sitecustomize as chaos

from ingest.errors import IngestError
from ingest.names.authority import load_authority
from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.store.files import Manifest, current_number, snapshot_folder
from ingest.workers.children import child_environment

KINDS = {  # with the amount: a probability for each step, or seconds
    "kill_run": (0,),
    "kill_main": (0,),
    "kill_worker": (0,),
    "io_error": (0.004, 0.02, 0.1),
    "slow_disk": (0.05,),
    "clock_jump": (10.0, 1e7),
}
TOWNS = ("Marlow Bay", "Port Ellery", "Northgate", "Lake Tessin", "Castle Dunmore", "Halden Point")
STATES = 5
WORKERS = 2
SHARE_WITH_MORE_WORKERS = 0.3  # starting a worker is most of what such a run costs
SHARE_MADE_GOOD = 0.2
DONE, FAILED = 0, 3


def article(number, version):
    town = TOWNS[(number + version) % len(TOWNS)]
    return (
        f"Harbour news {number}\n\nThe mayor of {town}, Ilse Brandvold, spoke on Tuesday.\n\n"
        f"“We agree with the Joint Harbour Command (JHC),” Brandvold said. The JHC was silent.\n"
    )


def write_state(landing, state):
    """Documents of a state: two in seven change from state to state, one in seven comes and goes."""
    for number in range(14):
        file = landing / f"{number % 3}" / f"{number}.txt"
        if (number + state) % 7 == 0:
            file.unlink(missing_ok=True)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        version = state if (number + state) % 7 < 3 else 0
        new = "" if number == 5 else article(number, version)  # one is refused: it is empty
        if not file.exists() or file.read_text(encoding="utf-8") != new:
            file.write_text(new, encoding="utf-8")


def tables(curated):
    """The parts of every table of the current snapshot but logs and `_files`; None where there is none."""
    number = current_number(curated)
    if number is None:
        return None
    manifest = Manifest.read(snapshot_folder(curated, number))
    return {
        n: [p.name for p in parts]
        for n, parts in manifest.tables.items()
        if n not in {"runs", "changes", "_files"}
    }


class Disturbance(NamedTuple):
    """What happens to a run."""

    kind: str
    amount: float
    seed: float


UNDISTURBED = Disturbance("none", 0, 0)


def run_in_child(landing, curated, disturbance, workers):
    """Begin a run in a process group of its own; a fork, so that it imports nothing and loads no names."""
    pid = os.fork()
    if pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        return pid
    os.setpgid(0, 0)
    code = 1
    try:
        if disturbance.kind in chaos.DISTURBANCES:
            folder = str(curated.resolve())
            os.environ["CHAOS"] = " ".join(map(str, (*disturbance, folder)))
            os.environ["PYTHONPATH"] = str(Path(chaos.__file__).parent)
            chaos.install(*disturbance, folder)
        ingest_folder(
            Options(landing, curated, workers=workers, batch_bytes=600, prune=True, keep_snapshots=2)
        )
        code = DONE
    except IngestError:
        code = FAILED
    except BaseException:  # whatever else comes is told, and fails the whole
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def workers_of(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[2]) == pid and int(stat.parent.name) != pid:
                found.append(int(stat.parent.name))
    return found


def disturb(pid, kind, dice, usual_s):
    """Kill what the kind says, at a random moment of a run of the usual length."""
    if not kind.startswith("kill"):
        return
    time.sleep(dice.uniform(0, usual_s))
    with contextlib.suppress(ProcessLookupError):
        if kind == "kill_run":
            os.killpg(pid, signal.SIGKILL)
        elif kind == "kill_main":
            os.kill(pid, signal.SIGKILL)
        elif workers := workers_of(pid):
            os.kill(dice.choice(workers), signal.SIGKILL)


def ended(pid):
    """The exit code, once no process of the run is left."""
    _, status = os.waitpid(pid, 0)
    while workers_of(pid):
        time.sleep(0.01)
    return os.waitstatus_to_exitcode(status)


@dataclass
class Chaos:
    """One curated folder on its way through disturbed runs."""

    root: Path
    dice: random.Random
    state: int = 0
    usual_s: float = 1.0
    told: Counter[str] = field(default_factory=Counter)
    expected: list[dict[str, list[str]] | None] = field(default_factory=list)

    @property
    def landing(self):
        return self.root / "landing"

    @property
    def curated(self):
        return self.root / "curated"

    def undisturbed(self, curated):
        began = time.monotonic()
        assert ended(run_in_child(self.landing, curated, UNDISTURBED, WORKERS)) == DONE
        self.usual_s = time.monotonic() - began
        assert not list((curated / ".staging").iterdir()), "rubbish is left"
        return tables(curated)

    def prepare(self):
        """An undisturbed run into a new folder for each state."""
        for state in range(STATES):
            write_state(self.landing, state)
            self.expected.append(self.undisturbed(self.root / f"expected-{state}"))
        write_state(self.landing, self.state)
        assert self.undisturbed(self.curated) == self.expected[self.state]

    def step(self, begin=run_in_child):
        """One disturbed run to the next state."""
        kind = self.dice.choice(list(KINDS))
        amount = self.dice.choice(KINDS[kind])
        before = tables(self.curated)
        self.state = (self.state + 1) % STATES
        write_state(self.landing, self.state)
        workers = WORKERS if self.dice.random() < SHARE_WITH_MORE_WORKERS else 1
        pid = begin(self.landing, self.curated, Disturbance(kind, amount, self.dice.random()), workers)
        disturb(pid, kind, self.dice, self.usual_s)
        code = ended(pid)
        now, wanted = tables(self.curated), self.expected[self.state]
        told = f"{kind} {amount or ''}, exit code {code}"
        assert code in {DONE, FAILED, -signal.SIGKILL} or (begin is run_command and code == 1), told
        assert now == wanted if code == DONE else now in (before, wanted), told
        self.told[f"{kind}: {'done' if code == DONE else 'failed' if code > 0 else 'killed'}"] += 1
        if self.dice.random() < SHARE_MADE_GOOD:
            assert self.undisturbed(self.curated) == wanted, f"an undisturbed run after {told}"
            self.told["(undisturbed run after it)"] += 1


def run_command(landing, curated, disturbance, workers):
    """Begin a run through the command, with Prefect."""
    environment = child_environment() | {"PREFECT_HOME": str(curated.parent / "prefect")}
    environment.pop("PREFECT_API_URL", None)
    if disturbance.kind in chaos.DISTURBANCES:
        environment["CHAOS"] = " ".join(map(str, (*disturbance, curated.resolve())))
        environment["PYTHONPATH"] += os.pathsep + str(Path(chaos.__file__).parent)
    folders = ["--landing", str(landing), "--curated", str(curated), "--prune", "--keep-snapshots", "2"]
    command = [
        sys.executable,
        "-m",
        "flows.ingest",
        *folders,
        "--workers",
        str(workers),
        "--batch-bytes",
        "600",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=environment, process_group=0, **quiet).pid


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--runs", type=int, default=300)
    parse.add_argument("--prefect", type=int, default=0)
    parse.add_argument("--seed", type=int, default=1)
    arguments = parse.parse_args()
    load_authority(Settings())  # inherited by every run that is forked
    began, root = time.monotonic(), Path(tempfile.mkdtemp(prefix="chaos-"))
    world = Chaos(root, random.Random(arguments.seed))  # noqa: S311 - dice
    world.prepare()
    for number in range(arguments.runs):
        world.step()
        if number % 20 == 0:
            sys.stderr.write(f"{number + 1} disturbed runs: {dict(world.told)}\n")
    for number in range(arguments.prefect):
        world.usual_s = 15.0
        world.step(run_command)
        sys.stderr.write(f"{number + 1} disturbed runs with Prefect: {dict(world.told)}\n")
    disturbed = arguments.runs + arguments.prefect
    minutes = (time.monotonic() - began) / 60
    kinds = f"{disturbed} disturbed runs ({arguments.prefect} with Prefect) in {minutes:.0f} minutes"
    lines = [f"{kinds}; each left the old or the new tables"]
    lines += [f"  {times:>4} {what}" for what, times in sorted(world.told.items())]
    sys.stdout.write("\n".join(lines) + "\n")
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
