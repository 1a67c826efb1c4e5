"""A run that ends in the middle leaves the old tables or the new ones, and the next run makes it good."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from conftest import CHILDREN

from ingest.errors import StoreError
from ingest.run import Options, ingest_folder, open_run
from ingest.store import open_curated
from ingest.workers.batches import WORKERS
from ingest.workers.children import child_environment

OF_THE_RUN = {"runs", "changes", "_files"}  # hold times, and the id of the run
STEPS_TRIED = 14


def article(number, town):
    return (
        f"Harbour news {number}\n\nThe mayor of {town}, Ilse Brandvold, spoke on Tuesday.\n\n"
        f"\u201cWe agree with the Joint Harbour Command (JHC),\u201d Brandvold said. The JHC was silent.\n"
    )


def tables(curated, *, with_log=False):
    opened = open_curated(curated)
    names = [name for name in opened.tables if with_log or name not in OF_THE_RUN]
    return {name: opened.arrow(name).to_pylist() for name in names}


def plain_tables(curated):
    """What a reader sees who knows nothing but folders."""
    return {name: pq.read_table(curated / name).num_rows for name in open_curated(curated).tables}


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A landing folder that has changed since its curated folder was made."""
    root = tmp_path_factory.mktemp("before")
    landing = root / "landing"
    landing.mkdir()
    for number, town in enumerate(("Marlow Bay", "Port Ellery", "Northgate")):
        (landing / f"{number}.txt").write_text(article(number, town), encoding="utf-8")
    ingest_folder(Options(landing, root / "curated", workers=1))
    (landing / "0.txt").unlink()
    (landing / "1.txt").write_text(article(1, "Castle Dunmore"), encoding="utf-8")
    (landing / "3.txt").write_text(article(3, "Lake Tessin") + "POISON:killgroup", encoding="utf-8")
    (landing / "empty.txt").touch()
    return root


@pytest.fixture(scope="module")
def killed_run(before, tmp_path_factory):
    """Start a run on a copy of the old state; kill it before a step."""
    marks = tmp_path_factory.mktemp("marks")
    environment = child_environment() | {"PYTHONPATH": str(CHILDREN), "POISON_MARKS": str(marks)}
    command = [sys.executable, str(CHILDREN / "killed_runs.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as server:

        def run(curated, step, *, poisoned=False):
            if not poisoned:
                (marks / "3.txt").touch()
            if not curated.exists():
                shutil.copytree(before / "curated", curated, symlinks=True)
            print(json.dumps([str(before / "landing"), str(curated), step]), file=server.stdin, flush=True)
            return json.loads(server.stdout.readline())

        yield run


@pytest.mark.slow
def test_kills_leave_the_old_or_the_new_tables(before, killed_run, tmp_path):
    old = tables(before / "curated", with_log=True)

    # In the middle of a document, from the worker: the first reading of 3.txt kills all.
    code, _ = killed_run(tmp_path / "staging", -1, poisoned=True)
    assert code == -signal.SIGKILL
    assert tables(tmp_path / "staging", with_log=True) == old
    assert killed_run(tmp_path / "staging", -1)[0] == 0

    code, steps = killed_run(tmp_path / "undisturbed", -1)
    assert code == 0
    new = tables(tmp_path / "undisturbed")
    assert new != {name: old[name] for name in new}
    assert tables(tmp_path / "staging") == new

    (swap,) = (i for i, step in enumerate(steps) if step.startswith("os.rename") and step.endswith("current"))
    assert swap < len(steps) - 5, "there is a clean-up after the swap"
    spread = {round(i * (len(steps) - 1) / (STEPS_TRIED - 1)) for i in range(STEPS_TRIED)}
    for step in sorted(spread | {swap, swap + 1, swap + 3}):
        curated = tmp_path / f"killed-{step}"
        code, _ = killed_run(curated, step)
        assert code == -signal.SIGKILL, steps[step]
        if step <= swap:
            assert tables(curated, with_log=True) == old, f"before {steps[step]}"
        else:
            assert tables(curated) == new, f"before {steps[step]}"
        assert plain_tables(curated), f"before {steps[step]}"

        code, _ = killed_run(curated, -1)
        assert code == 0
        assert tables(curated) == new, f"the run after a kill before {steps[step]}"
        assert not list((curated / ".staging").iterdir())
        shutil.rmtree(curated)


def small_landing(tmp_path):
    landing = tmp_path / "landing"
    landing.mkdir()
    (landing / "1.txt").write_text(article(1, "Northgate"), encoding="utf-8")
    return landing


RUN = (
    "import sys, pathlib; from ingest.run import Options, ingest_folder\n"
    "ingest_folder(Options(*map(pathlib.Path, sys.argv[1:])))\n"
)


def run_elsewhere(landing, curated, limit=None):
    """Do a run in another process, with fewer rights or less room than this one."""
    return subprocess.run(
        [sys.executable, "-c", RUN, str(landing), str(curated)],
        preexec_fn=limit,
        check=False,
        capture_output=True,
        text=True,
        env=child_environment(),
    )


def test_a_second_run_at_once_is_refused(tmp_path):
    landing = small_landing(tmp_path)
    asked = Options(landing, tmp_path / "curated", workers=1)
    with open_run(asked) as run:
        second = run_elsewhere(landing, tmp_path / "curated")
        assert second.returncode == 1
        assert f"another run holds {tmp_path / 'curated'} (process {os.getpid()})" in second.stderr
        with pytest.raises(StoreError, match="another run holds"), open_run(Options(landing, asked.curated)):
            pass
        summary = run.publish([WORKERS.read(folder) for folder in run.folders])
    assert summary.added == 1
    assert run_elsewhere(landing, tmp_path / "curated").returncode == 0


def without_override():
    """Take from root the right to write what its permissions forbid."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE


def test_a_read_only_folder_fails_the_run_and_keeps_the_tables(tmp_path):
    landing = small_landing(tmp_path)
    curated = tmp_path / "curated"
    ingest_folder(Options(landing, curated, workers=1))
    old = tables(curated, with_log=True)
    (landing / "2.txt").write_text(article(2, "Marlow Bay"), encoding="utf-8")
    folders = [curated / ".staging", curated / ".snapshots"]
    for folder in folders:
        folder.chmod(0o555)
    done = run_elsewhere(landing, curated, without_override)
    for folder in folders:
        folder.chmod(0o755)
    assert done.returncode == 1
    assert f"StoreError: cannot write {curated}" in done.stderr
    assert "Permission denied" in done.stderr
    assert tables(curated, with_log=True) == old


@pytest.mark.parametrize("room", [300, 4000, 20_000])
def test_a_full_disk_fails_the_run_and_keeps_the_tables(tmp_path, room):
    """No file may grow beyond a size: the job, a spool in the worker, or a part of a table."""
    landing = small_landing(tmp_path)
    curated = tmp_path / "curated"
    ingest_folder(Options(landing, curated, workers=1))
    old = tables(curated, with_log=True)
    (landing / "2.txt").write_text(article(2, "Marlow Bay") * 100, encoding="utf-8")

    done = run_elsewhere(landing, curated, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    assert done.returncode == 1
    assert "StoreError" in done.stderr
    assert "File too large" in done.stderr
    assert tables(curated, with_log=True) == old
    assert ingest_folder(Options(landing, curated, workers=1)).added == 1
