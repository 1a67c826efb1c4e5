"""Signals around a run: whatever ends it, no process stays and the tables are whole."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time

import pytest
from command_of import api, folders
from conftest import CHILDREN

from ingest.run import Options, ingest_folder
from ingest.store import open_curated


@pytest.mark.slow
@pytest.mark.parametrize(("number", "embedded"), [(signal.SIGTERM, True), (signal.SIGINT, False)])
def test_signals_end_everything_and_keep_the_tables(  # noqa: PLR0913, PLR0917 - fixtures
    command, standing_server, news_folder, tmp_path, number, embedded
):
    (news_folder / "zz-slow.txt").write_text("POISON:endless", encoding="utf-8")
    environment = {"PYTHONPATH": str(CHILDREN), "PREFECT_LOGGING_LEVEL": "INFO"}
    if not embedded:
        environment["PREFECT_API_URL"] = standing_server.api_url
    with command.start(*folders(news_folder, tmp_path), "--timeout", "600", **environment) as process:
        seen = []
        for line in process.stderr:
            seen.append(line)
            if "Beginning flow run" in line:
                # A service manager signals all processes of the run, a terminal its foreground group.
                for pid in command.processes() if embedded else [process.pid]:
                    os.kill(int(pid), number)
                break
        rest = process.stderr.read()
        assert process.wait() == 1, "".join(seen) + rest
        assert rest.rstrip().endswith("ingest: stopped before it was done; the tables are as they were.")
        assert "Traceback" not in rest
    curated = tmp_path / "curated"
    assert not list(curated.glob(".snapshots/0*"))
    assert not list((curated / ".staging").iterdir())
    if not embedded:
        (flow_run,) = api(standing_server, "flow_runs/filter", limit=1, sort="START_TIME_DESC")
        assert flow_run["state_type"] == "CRASHED"


@pytest.mark.parametrize("asked", [["report"], ["export", "sqlite"], ["serve"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_any_command_says_that_it_was_stopped(asked, number, tmp_path):
    """While it is imported, for the rest takes a moment only."""
    arguments = [sys.executable, "-X", "importtime", "-m", "ingest", *asked, "--curated", str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if line.rstrip().endswith(" ingest.version"):
                process.send_signal(number)
                break
        said = process.stderr.read()
    assert said.rstrip().endswith("ingest: stopped before it was done; the tables are as they were.")
    assert "Traceback" not in said
    assert process.returncode == 1


COMMANDS = (("-m", "flows.ingest"), ("-m", "ingest", "run"))


@pytest.mark.slow
@pytest.mark.parametrize("asked", COMMANDS)
def test_ctrl_c_while_the_command_is_imported(command, news_folder, tmp_path, asked):
    """Python tells of each module on standard error when it is there."""
    arguments = [sys.executable, "-X", "importtime", *asked, *map(str, folders(news_folder, tmp_path))]
    with subprocess.Popen(
        arguments, env=command.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        for line in process.stderr:
            if line.split()[-1:] == ["ingest.errors"]:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 1, err
    assert out == "FAILED: stopped before it was done; the tables are as they were\n"
    assert "Traceback" not in err


@pytest.mark.slow
@pytest.mark.parametrize("is_well", [True, False])
def test_ctrl_c_after_the_last_word_changes_nothing(command, news_folder, tmp_path, is_well):
    where = folders(news_folder, tmp_path) if is_well else ["--landing", tmp_path / "nowhere"]
    with command.start(*where, PYTHONUNBUFFERED="1") as process:
        for line in process.stdout:
            if line.startswith("OK: " if is_well else "FAILED: "):
                break
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.001)
        err = process.stderr.read()
    assert process.returncode == (0 if is_well else 2), err
    assert "Traceback" not in err


def test_a_ctrl_c_that_python_remembers(tmp_path):
    """Imports run strings (data classes, named tuples); a Ctrl-C amid one would come again at the end."""
    program = """import sys
from ingest.stopping import *
watch(is_run=True)
raise_stops(sys.exit)
try:
    exec("raise KeyboardInterrupt")
except KeyboardInterrupt:
    print("FAILED")
    sys.exit(keep_code(1))
"""
    (tmp_path / "interrupted.py").write_text(program, encoding="utf-8")
    ask = [sys.executable, "-m", "interrupted"]
    done = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "FAILED\n", "")


def shown(person, awaited=None):
    """What a terminal shows until something awaited stands there, or until nobody writes to it any more."""
    seen = b""
    while awaited is None or awaited not in seen:
        assert select.select([person], [], [], 120)[0], seen.decode()
        try:
            more = os.read(person, 1 << 16)
        except OSError:  # the last process that had it open is gone
            more = b""
        if not more:
            assert awaited is None, seen.decode()
            break
        seen += more
    return seen.decode()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["reading documents", "Beginning flow run"])
def test_ctrl_c_at_a_terminal_ends_everything_and_keeps_the_tables(command, news_folder, tmp_path, moment):
    """Before Prefect is there and amid the flow; the terminal tells the signal to all in front."""
    curated = tmp_path / "curated"
    ingest_folder(Options(news_folder, curated, workers=1))
    before = {name: open_curated(curated).paths(name) for name in open_curated(curated).tables}
    (news_folder / "zz-slow.txt").write_text("POISON:endless", encoding="utf-8")
    environment = {"PYTHONPATH": str(CHILDREN), "PREFECT_LOGGING_LEVEL": "INFO"}
    started = command.in_terminal(*folders(news_folder, tmp_path), "--timeout", "600", **environment)
    with started as (process, person):
        seen = shown(person, moment.encode())
        while len(command.processes()) < 3:  # itself, the server, a worker
            assert process.poll() is None, seen + shown(person)
        os.write(person, b"\x03")
        rest = shown(person)
        assert process.wait(60) == 1, seen + rest
    assert "reading documents" in seen
    assert "0/1" in seen + rest, "the bar"
    words = "stopped before it was done; the tables are as they were"
    assert rest.count(f"ingest: {words}.") == 1
    assert rest.rstrip().endswith(f"FAILED: {words}")
    assert "Traceback" not in rest
    assert rest.rfind("\x1b[?25h") > rest.rfind("\x1b[?25l"), "the cursor is shown again"
    opened = open_curated(curated)
    assert (opened.number, {name: opened.paths(name) for name in opened.tables}) == (1, before)
    assert not list((curated / ".staging").iterdir())


@pytest.mark.slow
def test_a_kill_leaves_no_process_behind(command, news_folder, tmp_path):
    (news_folder / "zz-slow.txt").write_text("POISON:endless", encoding="utf-8")
    with command.start(
        *folders(news_folder, tmp_path), "--timeout", "600", PYTHONPATH=str(CHILDREN)
    ) as process:
        while len(command.processes()) < 3:  # itself, the server, a worker
            assert process.poll() is None
        left = [os.pidfd_open(int(pid)) for pid in command.processes()]
        process.kill()
    for descriptor in left:
        ended, _, _ = select.select([descriptor], [], [], 60)
        assert ended, "a process outlives the command"
        os.close(descriptor)


def test_a_ctrl_c_is_known_though_pydantic_makes_an_error_of_it(tmp_path):
    program = """import os, signal
from pydantic import BaseModel, model_serializer
from pydantic_core import PydanticSerializationError
from ingest.stopping import raise_stops, was_stopped

class Report(BaseModel):
    @model_serializer
    def interrupted(self) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return ""

raise_stops(signal.default_int_handler)
print(was_stopped())
try:
    Report().model_dump()
except PydanticSerializationError:
    print(was_stopped())
"""
    (tmp_path / "wrapped.py").write_text(program, encoding="utf-8")
    ask = [sys.executable, "-m", "wrapped"]
    done = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\nTrue\n", "")
