"""What a run tells of itself: times of stages, a profile, events as lines of JSON, the last line."""

from __future__ import annotations

import ast
import inspect
import io
import json
import logging
import pstats

import pytest

from flows.logs import JsonLines
from ingest import pipeline
from ingest.events import LOGGER
from ingest.run import Options, ingest_folder
from ingest.stopwatch import PIPELINE_STAGES, WORKER_STAGES
from ingest.store import open_curated


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "news.txt").write_text("Harbour news\n\n“We agree,” said Ilse Brandvold.\n", encoding="utf-8")
    (folder / "empty.txt").touch()
    return folder


def test_every_stage_of_process_is_measured():
    (function,) = ast.parse(inspect.getsource(pipeline.process)).body
    called = {
        n.func.id for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert {name for names in PIPELINE_STAGES.values() for name in names} == called - {"Record"}
    assert set(PIPELINE_STAGES) <= set(WORKER_STAGES)


def test_runs_hold_the_times_of_all_stages_and_a_profile_is_written(landing, tmp_path):
    profile = tmp_path / "profile.pstats"
    summary = ingest_folder(Options(landing, tmp_path / "curated", workers=1, profile=profile))
    (run,) = open_curated(tmp_path / "curated").arrow("runs").to_pylist()
    assert all(run[f"{stage}_s"] > 0 for stage in ("plan", "publish", *PIPELINE_STAGES, "read", "stage"))
    assert run["read_bytes"] == (landing / "news.txt").stat().st_size
    assert run["lost_workers"] == 0
    functions = {name for _, _, name in pstats.Stats(str(profile)).stats}
    assert {"process", "find_names"} <= functions
    assert "finding quotations and speakers" in summary.text()


def test_events_are_lines_of_json(landing, tmp_path):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    level = LOGGER.level
    LOGGER.setLevel(logging.INFO)
    LOGGER.addHandler(handler)
    try:
        ingest_folder(Options(landing, tmp_path / "curated", workers=1))
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [e["event"] for e in events] == ["run_started", "document_rejected", "batch_done", "published"]
    assert all(e["time"].endswith("+00:00") and e["message"] and e["level"] for e in events)
    rejected = events[1]
    assert (rejected["path"], rejected["reason"], rejected["level"]) == ("empty.txt", "empty", "warning")
    assert (events[-1]["snapshot"], events[-1]["added"], events[-1]["rejected"]) == (1, 1, 1)


def test_the_last_line_judges_this_run(landing, tmp_path):
    asked = Options(landing, tmp_path / "curated", workers=1)
    first = ingest_folder(asked).health_line(1.25)
    assert first == (
        "DEGRADED: 1 documents, 1 added, 0 updated, 0 removed, 1 new rejects, 0 left for the next run, "
        "0 workers lost, 1.2 s"
    )
    assert ingest_folder(asked).health_line(0.5).startswith("OK: 1 documents, 0 added, ")
