"""A container that hangs or kills who looks into it costs itself alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from containers_of import Folder, json_lines, packed, record, zipped
from made_records import file_bytes
from test_flow_isolation import workers_of

from ingest.run import Options, open_run
from ingest.workers.batches import WORKERS
from ingest.workers.jobs import Limits

LIMITS = Limits(timeout_s=6, memory_bytes=512 << 20)
REASONS = {
    "endless": "timeout",
    "memory": "out_of_memory",
    "segfault": "crashed",
    "exit": "crashed",
    "exception": "exception",
}


@pytest.fixture
def folder(poison, tmp_path):  # noqa: ARG001 - what it sets up is in the environment
    folder = Folder(tmp_path)
    folder.put(a__jsonl=json_lines(record(1), record(2)), z__txt=b"The council of Port Ellery met.")
    return folder


def poisoned(kind):
    """Four records; whoever looks for the third meets the poison."""
    return json_lines(record(3), record(4, note=f"CONTAINER:{kind}"), record(5), record(6))


def test_each_poison_costs_what_stands_behind_it(folder):
    folder.put(**{f"b_{kind}__jsonl": poisoned(kind) for kind in REASONS})
    folder.put(b_packed__jsonl__gz=packed(poisoned("abort")))
    summary = folder.run(limits=LIMITS)
    reasons = {f"b_{kind}.jsonl": reason for kind, reason in REASONS.items()} | {
        "b_packed.jsonl.gz": "crashed"
    }
    assert folder.rejects() == reasons
    before_it = {f"{path}#a-{number}" for path in reasons for number in (3, 4)}
    assert set(folder.documents()) == {"a.jsonl#a-1", "a.jsonl#a-2", "z.txt"} | before_it
    assert summary.lost_workers == 7, "one for the endless one, two for each that crashed"
    assert workers_of(os.getpid()) == []
    again = folder.run(limits=LIMITS)
    assert (again.changed, again.unchanged, again.lost_workers) == (False, 3 + 3 * len(reasons), 0)


def test_a_reject_tells_what_happened(folder):
    folder.put(b__zip=zipped({"x.txt": b"CONTAINER:segfault", "y.txt": b"One more."}))
    folder.run(limits=LIMITS)
    assert folder.rejects() == {"b.zip": "crashed"}
    (reject,) = folder.rows("rejects")
    assert (reject["stage"], reject["detail"]) == ("landing", "ended its worker process by SIGSEGV")


def test_what_met_the_time_limit_is_tried_again_under_another(folder):
    folder.put(b__jsonl=poisoned("slow"))
    folder.run(limits=Limits(timeout_s=3, memory_bytes=512 << 20))
    assert folder.rejects() == {"b.jsonl": "timeout"}
    summary = folder.run(limits=Limits(timeout_s=20, memory_bytes=512 << 20))
    assert (summary.added, folder.rejects()) == (2, {})


def test_a_death_that_does_not_come_again_costs_nothing(folder):
    folder.put(b__jsonl__gz=packed(poisoned("once")))
    summary = folder.run(limits=LIMITS)
    assert (summary.added, summary.rejects, summary.lost_workers) == (7, (), 1)
    undisturbed = Folder(folder.root / "undisturbed")
    for path in (folder.root / "landing").iterdir():
        shutil.copy(path, undisturbed.root / "landing")
    assert undisturbed.run(limits=LIMITS).lost_workers == 0
    assert file_bytes(folder.root / "curated") == file_bytes(undisturbed.root / "curated")


def test_what_is_killed_from_outside_is_tried_again_by_the_next_run(folder):
    folder.put(b__jsonl=poisoned("twice"))
    first = folder.run(limits=LIMITS)
    assert (first.added, folder.rejects()) == (5, {"b.jsonl": "killed"})
    again = folder.run(limits=LIMITS)
    assert (again.added, folder.rejects()) == (2, {})


def test_a_bad_copy_takes_nothing_out(folder):
    folder.put(b__jsonl=json_lines(*map(record, range(3, 9))))
    folder.run(limits=LIMITS)
    folder.put(b__jsonl=poisoned("abort"))
    summary = folder.run(limits=LIMITS)
    assert (summary.updated, summary.removed) == (1, 0)
    assert {f"b.jsonl#a-{number}" for number in range(3, 9)} <= set(folder.documents())


def test_the_process_that_planned_reads_the_documents(folder):
    options = Options(folder.root / "landing", folder.root / "curated", workers=1)
    with open_run(options) as run:
        (planner,) = workers_of(os.getpid())
        with ThreadPoolExecutor(1) as thread:
            summary = run.publish([*thread.map(WORKERS.read, run.folders)])
        assert workers_of(os.getpid()) == [planner]
    assert (summary.added, summary.lost_workers) == (3, 0)


def test_patience_ends_a_process_that_stands_still_and_none_that_goes_on():
    code = (
        "import time; from ingest.workers.bounds import Patience\n"
        "with Patience(1) as patience:\n"
        "    for _ in range(30): time.sleep(0.1); patience.renew()\n"
        "    print('went on', flush=True)\n"
        "    time.sleep(60)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, "went on\n")
    assert "Timeout (" in found.stderr
