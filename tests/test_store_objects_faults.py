"""Tables in an object store that is gone, slow or busy, loses answers, or was damaged or emptied."""

from __future__ import annotations

import pytest
from made_records import STATES, Landing, contents
from object_store import WRITES, Fault, gone_after
from object_tables import check_delta, landing_of

from ingest import store
from ingest.errors import StoreError
from ingest.objects import ObjectFolder

pytestmark = pytest.mark.slow


def test_the_server_is_gone_in_the_middle_of_a_publish(url, server, wanted, monkeypatch):
    """Whatever was the last request that it answered, or did and did not answer."""
    landing_of(url, 0).run()
    server.faults()
    landing_of(url, 1).run(prune=True)
    writes = server.writes()
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    old = 1
    for last in (2, writes // 3, writes * 2 // 3, writes - 2):
        new = 1 - old
        server.faults(*gone_after(last))
        landing = Landing(url, dict(STATES[new]), runs=100 + last, keep_snapshots=2)
        with pytest.raises(StoreError):
            landing.run(prune=True)
        server.faults()
        assert contents(url) in (wanted[old], wanted[new]), f"after {last} of {writes} writes"
        landing.run(prune=True)
        assert contents(url) == wanted[new]
        old = new
    check_delta(url)


def test_what_could_not_be_published_is_published_by_the_next_run(url, server, wanted, caplog):
    landing_of(url, 0).run()
    server.faults(Fault(r"PUT .*_ingest/snapshots/", refuse=True))
    with pytest.raises(StoreError, match="the tables there are as they were"):
        landing_of(url, 1).run(prune=True)
    server.faults()
    assert contents(url) == wanted[0]
    with caplog.at_level("INFO", "ingest"), store.open_writer(url) as writer:
        assert writer.published == 2, "it needs nothing from the landing folder"
    (told,) = (record for record in caplog.records if record.event == "caught_up")
    assert told.getMessage() == "published snapshot 2, which an earlier run left unpublished"
    assert (told.levelname, told.facts["snapshot"]) == ("WARNING", 2)
    assert contents(url) == wanted[1]


def test_answers_that_are_lost_are_no_conflicts(url, server, wanted):
    """The server has done what was asked, and the client asks again."""
    landing_of(url, 0).run()
    server.faults(
        *(
            Fault(f"PUT .*{what}", times=1, lose_answer=True)
            for what in ("lock", "snapshots/", "quotes/_delta")
        )
    )
    landing_of(url, 1).run(prune=True)
    server.faults()
    assert contents(url) == wanted[1]
    check_delta(url)


def test_a_server_that_is_slow_or_busy_now_and_then(url, server, wanted):
    landing_of(url, 0).run()
    server.faults(
        Fault(WRITES, skip=4, times=1, status=503),
        Fault("PUT .*_delta_log", skip=2, times=1, status=503),
        Fault("GET .*snapshots", times=1, status=503),
        Fault(WRITES, delay_s=0.1),
    )
    landing_of(url, 1).run(prune=True)
    server.faults()
    assert contents(url) == wanted[1]


def test_a_server_that_is_busy_all_the_time_ends_the_run(url, server, wanted):
    landing_of(url, 0).run()
    server.faults(Fault(status=503))
    with pytest.raises(StoreError, match=r"s3://.*SlowDown"):
        Landing(url, dict(STATES[1]), runs=5).run(prune=True)
    with pytest.raises(StoreError, match="SlowDown"):
        store.read_table("quotes", url)
    server.faults()
    assert contents(url) == wanted[0]


def test_a_part_that_breaks_off_is_fetched_again_or_refused(url, server):
    landing_of(url, 1).run()
    server.faults(Fault("GET .*/quotes/part", times=1, cut_after=50))
    assert len(store.read_table("quotes", url)) == 8
    server.faults(Fault("GET .*/sections/part", cut_after=50))
    with pytest.raises(StoreError):
        store.read_table("sections", url)
    server.faults()
    assert len(store.read_table("sections", url)) == 16


def test_a_damaged_object_is_named(url):
    landing_of(url, 1).run()
    (part,) = store.open_curated(url).manifest.tables["quotes"]
    there = ObjectFolder(url)
    there.remove(f"quotes/{part.name}")
    there.create(f"quotes/{part.name}", b"x" * part.size)
    with pytest.raises(StoreError, match=rf"^s3://.*/quotes/{part.name} is damaged"):
        store.read_table("quotes", url)


def test_a_snapshot_that_is_no_longer_kept_says_so(url):
    landing_of(url, 0).run()
    first = store.open_curated(url)
    for state in (1, 0):
        landing = landing_of(url, state)
        landing.files["1.txt"] = "Another."
        landing.run(prune=True)
    with pytest.raises(StoreError, match="no longer kept; open it anew"):
        first.read("documents")
    assert store.open_curated(url).kept == [2, 3]
    assert len(store.open_curated(url).snapshot(2).quotes) == 8


def test_an_emptied_store_is_filled_again(url, wanted, elsewhere):
    """The cache has all that was in it."""
    landing_of(url, 0).run()
    there = ObjectFolder(url)
    for info in there.list():
        there.remove(info.name)
    Landing(url, dict(STATES[1]), runs=1).run(prune=True)
    elsewhere()
    assert contents(url) == wanted[1]
    check_delta(url)
