"""One bad document costs itself alone, whatever it does to the process that reads it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import zipfile
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import CHILDREN

from ingest.errors import ConfigError, IngestError
from ingest.run import Options, ingest_folder, open_run
from ingest.settings import Settings
from ingest.store import open_curated
from ingest.workers.batches import WORKERS
from ingest.workers.children import child_environment
from ingest.workers.jobs import Limits

REASONS = {
    "exception": "exception",
    "endless": "timeout",
    "memory": "out_of_memory",
    "exit": "crashed",
    "sysexit": "crashed",
    "segfault": "crashed",
    "abort": "crashed",
}


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    for number in range(6):
        text = (
            f"Harbour news {number}\n\nThe mayor of Port Ellery spoke.\n\n\u201cWe agree,\u201d she said.\n"
        )
        (folder / f"good-{number}.txt").write_text(text, encoding="utf-8")
    return folder


def options(landing, curated, **more):
    more.setdefault("limits", Limits(timeout_s=8, memory_bytes=512 << 20))
    return Options(landing, curated, **more)


def rows(curated, name):
    return open_curated(curated).arrow(name).to_pylist()


def workers_of(pid):
    """Worker processes of a process; a server that other tests share is none."""
    return [child for child in children_of(pid) if b"ingest.workers.worker" in _command_line(child)]


def _command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def children_of(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.usefixtures("poison")
def test_each_poison_costs_itself_alone(landing, tmp_path):
    ingest_folder(options(landing, tmp_path / "clean", workers=1))
    for kind in REASONS:
        # Between the good ones in the order of reading, so that the batch must go on after each.
        (landing / f"good-3-{kind}.txt").write_text(f"POISON:{kind} and more.")
    summary = ingest_folder(options(landing, tmp_path / "curated", workers=2))

    rejects = {row["source_path"]: row["reason"] for row in rows(tmp_path / "curated", "rejects")}
    assert rejects == {f"good-3-{kind}.txt": reason for kind, reason in REASONS.items()}
    assert (summary.added, summary.rejected) == (6, len(REASONS))
    for table in ("documents", "sections", "mentions", "entities", "quotes"):
        assert rows(tmp_path / "curated", table) == rows(tmp_path / "clean", table)
    assert workers_of(os.getpid()) == []


@pytest.mark.usefixtures("poison")
@pytest.mark.parametrize(("kind", "reason"), [("slow", "timeout"), ("large", "out_of_memory")])
def test_what_met_a_limit_is_tried_again_under_another(landing, tmp_path, kind, reason):
    with zipfile.ZipFile(landing / "box.zip", "w") as box:
        box.writestr("bad.txt", f"POISON:{kind} and more.")
        box.writestr("good.txt", "The council met.")
    (landing / "crash.txt").write_text("POISON:segfault and more.")
    (landing / "empty.txt").touch()
    tight = Limits(timeout_s=3 if kind == "slow" else 20, memory_bytes=512 << 20)
    first = ingest_folder(options(landing, tmp_path / "curated", limits=tight))
    assert {row.source_path: row.reason for row in first.rejects}["box.zip#bad.txt"] == reason
    again = ingest_folder(options(landing, tmp_path / "curated", limits=tight))
    assert (again.changed, again.unchanged) == (False, 10)
    wide = ingest_folder(options(landing, tmp_path / "curated", limits=Limits(20, 1 << 30)))
    assert (wide.added, wide.unchanged) == (1, 9), "the others would be refused under any limit"
    assert {row.source_path: row.reason for row in wide.rejects} == {
        "crash.txt": "crashed",
        "empty.txt": "empty",
    }


@pytest.mark.usefixtures("poison")
def test_an_unforeseen_exception_names_its_kind(landing, tmp_path):
    (landing / "bad.txt").write_text("POISON:exception")
    ingest_folder(options(landing, tmp_path / "curated"))
    (reject,) = rows(tmp_path / "curated", "rejects")
    assert reject["stage"] == "process"
    assert reject["detail"].startswith("ValueError: a mistake in a stage (at workers/worker.py, line ")


@pytest.mark.usefixtures("poison")
def test_a_death_that_does_not_come_again_rejects_nothing(landing, tmp_path):
    for number in (0, 3, 5):
        (landing / f"good-{number}-once.txt").write_text("POISON:once\n\nThe council met.")
    summary = ingest_folder(options(landing, tmp_path / "curated", workers=1))
    assert (summary.added, summary.rejects) == (9, ())


@pytest.mark.usefixtures("poison")
def test_what_was_killed_from_outside_is_tried_again(landing, tmp_path):
    (landing / "bad.txt").write_text("POISON:twice\n\nThe council met.")
    first = ingest_folder(options(landing, tmp_path / "curated", workers=1))
    assert [(row.source_path, row.reason) for row in first.rejects] == [("bad.txt", "killed")]
    again = ingest_folder(options(landing, tmp_path / "curated", workers=1))
    assert (again.added, again.unchanged, again.rejects) == (1, 6, ())


def test_an_idle_worker_that_is_killed_costs_nothing(landing, tmp_path):
    with open_run(options(landing, tmp_path / "curated", workers=1, batch_bytes=1)) as run:
        first, *others = run.folders
        assert len(others) == 5
        with ThreadPoolExecutor(1) as thread:
            results = [thread.submit(WORKERS.read, first).result()]
            (worker,) = workers_of(os.getpid())
            os.kill(worker, signal.SIGKILL)
            results += [thread.submit(WORKERS.read, folder).result() for folder in others]
            assert len(workers_of(os.getpid())) == 1
        summary = run.publish(results)
    assert (summary.added, summary.rejects) == (6, ())


@pytest.mark.usefixtures("poison")
def test_stop_ends_every_worker_and_what_waits(landing, tmp_path):
    (landing / "bad.txt").write_text("POISON:endless")
    slow = Limits(timeout_s=600, memory_bytes=512 << 20)
    with ThreadPoolExecutor(2) as threads:
        with open_run(options(landing, tmp_path / "curated", batch_bytes=1, limits=slow)) as run:
            run.begin()
            waiting = [threads.submit(WORKERS.read, folder) for folder in run.folders]
            waiting[-1].done()  # the good ones wait behind the endless one, which is read first
        for future in waiting:
            assert future.done() or isinstance(future.exception(), CancelledError)
        assert any(isinstance(future.exception(), CancelledError) for future in waiting)
    assert workers_of(os.getpid()) == []


@pytest.mark.usefixtures("poison")
def test_an_error_in_the_run_stops_its_workers(landing, tmp_path):
    (landing / "last.txt").write_text("POISON:endless")
    slow = Limits(timeout_s=600, memory_bytes=512 << 20)

    def interrupted():
        with open_run(options(landing, tmp_path / "curated", limits=slow, workers=1)) as run:
            run.begin()
            while run.progress().done < len(list(landing.iterdir())) - 1:
                pass
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert workers_of(os.getpid()) == []
    assert not list((tmp_path / "curated" / ".staging").iterdir())


def test_a_file_that_changes_after_the_plan_is_left_for_the_next_run(landing, tmp_path):
    asked = options(landing, tmp_path / "curated")
    with open_run(asked) as run:
        (landing / "good-2.txt").write_text("Changed while the run was on its way.")
        (landing / "good-4.txt").unlink()
        summary = run.publish([WORKERS.read(folder) for folder in run.folders])
    assert summary.busy == ("good-2.txt", "good-4.txt")
    assert (summary.added, summary.rejects) == (4, ())
    assert ingest_folder(asked).added == 1


def test_a_worker_that_cannot_start_fails_the_run_and_says_why(landing, tmp_path, monkeypatch):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "mmap.py").write_text("raise ImportError('no such thing here')")
    ingest_folder(options(landing, tmp_path / "curated"))
    (landing / "new.txt").write_text("The council met.")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    with pytest.raises(IngestError, match="no such thing here"):
        ingest_folder(options(landing, tmp_path / "curated"))
    assert open_curated(tmp_path / "curated").number == 1


def test_a_reject_that_the_worker_finds_keeps_its_stage_and_reason(landing, tmp_path):
    (landing / "blank.txt").write_text(" \n")
    (landing / "long.txt").write_text("word " * 1000)
    limit = Settings(max_document_bytes=2000)
    summary = ingest_folder(options(landing, tmp_path / "curated", settings=limit))
    assert {reject.source_path: reject.reason for reject in summary.rejects} == {
        "blank.txt": "empty",
        "long.txt": "too_large",
    }


@pytest.mark.parametrize(("option", "value"), [("workers", 0), ("keep_snapshots", 0), ("batch_bytes", 0)])
def test_options_out_of_range_are_refused(landing, tmp_path, option, value):
    with pytest.raises(ConfigError, match=option.replace("_", "-")):
        options(landing, tmp_path / "curated", **{option: value})


def test_folders_inside_each_other_are_refused(landing):
    with pytest.raises(ConfigError, match="inside"):
        options(landing, landing / "curated")


def test_a_missing_landing_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="not a folder"):
        options(tmp_path / "nowhere", tmp_path / "curated")


def test_a_worker_dies_with_its_parent(landing, tmp_path):
    """The parent is killed in a way that leaves it no last word."""
    (landing / "last.txt").write_text("POISON:endless")
    code = (
        "import sys, pathlib; from ingest.run import *; from ingest.workers.batches import WORKERS\n"
        "with open_run(Options(*map(pathlib.Path, sys.argv[1:]))) as run:\n"
        "    run.begin()\n"
        "    while run.progress().done < 1: pass\n"
        "    print('begun', flush=True)\n"
        "    [WORKERS.read(folder) for folder in run.folders]\n"
    )
    environment = child_environment() | {"PYTHONPATH": str(CHILDREN)}
    command = [sys.executable, "-c", code, str(landing), str(tmp_path / "curated")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout.readline() == b"begun\n"
        workers = [os.pidfd_open(pid) for pid in children_of(parent.pid)]
        assert workers
        parent.kill()
    for worker in workers:
        ended, _, _ = select.select([worker], [], [], 60)
        assert ended, "a worker outlives its parent"
        os.close(worker)
