"""One writer at a time to tables in an object store, wherever it runs."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from made_records import STARTED, STATES, Landing, contents
from object_store import Fault
from object_tables import check_delta, landing_of

from ingest import store
from ingest.errors import FolderHeldError, StoreError
from ingest.objects import ObjectFolder
from ingest.settings import DEFAULT_SETTINGS
from ingest.store.objects import lease

pytestmark = pytest.mark.slow


HOLD = """
import sys
from ingest import store
from ingest.store.objects import lease
lease.LIFETIME_S = float(sys.argv[2])
with store.open_writer(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(url, lifetime_s):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url, str(lifetime_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_is_refused_wherever_it_runs(url, elsewhere):
    with hold(url, 300) as holder:
        with pytest.raises(FolderHeldError, match=rf"process {holder.pid}"):
            landing_of(url, 0).run()
        elsewhere()
        with pytest.raises(FolderHeldError, match=rf"another run holds s3://.*process {holder.pid} on "):
            landing_of(url, 0).run()
        holder.kill()
    with pytest.raises(FolderHeldError, match="its hold is void 300 s after that sign"):
        landing_of(url, 0).run()
    elsewhere("cache")
    landing_of(url, 0).run()  # the machine of the killed run knows that it is dead


def test_the_hold_of_a_killed_run_is_void_after_a_while(url, elsewhere):
    with hold(url, 1) as holder:
        time.sleep(1.5)
        elsewhere()
        with pytest.raises(FolderHeldError):  # it is renewed as long as its process lives
            landing_of(url, 0).run()
        holder.kill()
    time.sleep(1.2)
    landing_of(url, 0).run()


def test_a_run_that_lost_its_hold_publishes_nothing(url, monkeypatch, wanted, elsewhere):
    landing_of(url, 0).run()
    monkeypatch.setattr(lease, "LIFETIME_S", 0.5)
    with store.open_writer(url) as writer:
        ObjectFolder(url).remove(lease.LOCK)
        time.sleep(0.3)
        elsewhere()
        landing_of(url, 1).run(prune=True)
        info = store.RunInfo("run-x", STARTED, 0, 0)
        with pytest.raises(StoreError, match=r"the hold of .* was lost"):
            writer.publish(store.PublishInput((), (), ("1.txt",), info, DEFAULT_SETTINGS))
    assert contents(url) == wanted[1]
    assert not landing_of(url, 1).run(prune=True).changed, "and takes away what the lost one has left"
    check_delta(url)


def test_a_store_that_ignores_conditions_is_refused(url, server):
    server.faults(Fault("PUT .*lock.json", unconditional=True))
    with pytest.raises(StoreError, match="ignores the condition"):
        Landing(url, dict(STATES[0])).run()
