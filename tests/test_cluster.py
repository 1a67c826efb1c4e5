"""The same run on a Dask cluster of real processes: a scheduler and two workers on the loopback interface."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import CHILDREN

from ingest.run import Options, ingest_folder
from ingest.store import open_curated
from ingest.workers.children import child_environment
from ingest.workers.jobs import Limits

pytest.importorskip("prefect_dask", reason="the extra `dask` is not installed")
pytestmark = pytest.mark.slow

DASK = Path(sys.executable).with_name("dask")


class Cluster:
    """A scheduler and two workers, each with its children in a process group of its own."""

    def __init__(self, folder, environment):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        self.folder, self.environment = folder, environment
        port = self.address.rpartition(":")[2]
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        one = ("--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
        self.workers = [self.start("worker", self.address, "--name", name, *one) for name in ("one", "two")]

    def start(self, *command):
        with (self.folder / f"{'-'.join(command[:1])}.log").open("a") as log:
            return subprocess.Popen(
                [DASK, *command], env=self.environment, stdout=log, stderr=log, process_group=0
            )

    def kill(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self):
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def environment(prefect_server, tmp_path):
    (tmp_path / "marks").mkdir()
    environment = child_environment() | prefect_server.environment
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(CHILDREN)])
    return environment | {"POISON_MARKS": str(tmp_path / "marks")}


@pytest.fixture
def cluster(environment, tmp_path):
    cluster = Cluster(tmp_path, environment)
    yield cluster
    cluster.end()


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    for number in range(8):
        text = f"Harbour news {number}\n\nThe Joint Harbour Command (JHC) met. The JHC adjourned. POISON:slow"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    for kind in ("segfault", "memory"):
        (folder / f"3-{kind}.txt").write_text(f"POISON:{kind}", encoding="utf-8")
    return folder


def begin(environment, landing, curated, address):
    """Start the command, and wait until a batch is done."""
    arguments = ["--landing", landing, "--curated", curated, "--dask", address, "--quiet"]
    limits = ["--batch-bytes", "1", "--workers", "2", "--memory", "512M", "--timeout", "50"]
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.ingest", *map(str, arguments), *limits],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(curated.glob(".staging/run-*/batch-*/outcome.json")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    return process


def test_a_killed_worker_and_poison_cost_time_only(cluster, environment, landing, tmp_path, monkeypatch):
    with begin(environment, landing, tmp_path / "cluster", cluster.address) as process:
        cluster.kill(cluster.workers[0])
        out, err = process.communicate(timeout=400)
    assert process.returncode == 0, err
    assert out.startswith("Snapshot 1 published: 8 added, 2 refused.")
    monkeypatch.setenv("PYTHONPATH", str(CHILDREN))
    ingest_folder(Options(landing, tmp_path / "local", limits=Limits(50, 512 << 20)))
    local, remote = open_curated(tmp_path / "local"), open_curated(tmp_path / "cluster")
    for table in set(local.tables) - {"runs", "changes", "_files"}:
        assert [p.name for p in remote.paths(table)] == [p.name for p in local.paths(table)], table
    assert {row["source_path"]: row["reason"] for row in remote.arrow("rejects").to_pylist()} == {
        "3-segfault.txt": "crashed",
        "3-memory.txt": "out_of_memory",
    }


def test_a_lost_scheduler_ends_the_run_and_keeps_the_tables(cluster, environment, landing, tmp_path):
    curated = tmp_path / "curated"
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "old.txt").write_text("The council met.")
    ingest_folder(Options(tmp_path / "before", curated))
    began = time.monotonic()
    with begin(environment, landing, curated, cluster.address) as process:
        cluster.kill(cluster.scheduler)
        out, err = process.communicate(timeout=400)
    assert process.returncode == 1
    told = [line for line in err.splitlines() if line.startswith("ingest: the Dask cluster was lost")]
    assert told, err  # Dask's own log may come after it
    assert "the tables are as they were" in told[0]
    assert out.startswith("FAILED: the Dask cluster was lost")
    assert time.monotonic() - began < 240  # 30 s of them Dask's own for coming back
    assert open_curated(curated).manifest.snapshot == 1
