"""The command as a person runs it: exit codes, words, signals, and nothing left behind."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import CHILDREN

from flows.command import parser
from flows.server import Server
from ingest.errors import ConfigError
from ingest.options import OPTIONS
from ingest.run import Options, ingest_folder, open_run
from ingest.store import open_curated
from ingest.workers.children import child_environment

MARK = "INGEST_TEST_MARK"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A Prefect home of our own, so that no test writes into that of whoever runs it."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def server(home):
    """A standing Prefect server, as a user may have one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(home))
        server = Server()
    server.wait()
    yield server
    server.end()


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    text = "Harbour news\n\nThe mayor of Port Ellery spoke.\n\n\u201cWe agree,\u201d said Ilse Brandvold.\n"
    (folder / "news.txt").write_text(text, encoding="utf-8")
    return folder


class Command:
    """Starts the command with a mark in its environment, by which its processes are known."""

    def __init__(self, home, tmp_path):
        self.mark = f"{MARK}={tmp_path}"
        self.environment = child_environment() | {"PREFECT_HOME": str(home), MARK: str(tmp_path)}
        for name in ("PREFECT_API_URL", "PREFECT_PROFILE"):
            self.environment.pop(name, None)

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            [sys.executable, "-m", "flows.ingest", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment | environment,
        )

    @contextlib.contextmanager
    def in_terminal(self, *arguments, **environment):
        """Start it with a terminal of its own; gives the end at which a person would sit, too."""
        person, terminal = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "flows.ingest", *map(str, arguments)],
            preexec_fn=lambda: os.login_tty(terminal),  # noqa: PLW1509 - a system call and no more
            env=self.environment | {"TERM": "xterm"} | environment,
        ) as process:
            os.close(terminal)
            try:
                yield process, person
            finally:
                process.kill()
                os.close(person)

    def run(self, *arguments, **environment):
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate()
        return process.returncode, out, err

    def processes(self):
        found = []
        for file in Path("/proc").glob("[0-9]*/environ"):
            try:
                environ = file.read_bytes().split(b"\0")
            except OSError:
                continue
            if self.mark.encode() in environ:
                found.append(file.parent.name)
        return found


@pytest.fixture
def command(home, tmp_path):
    command = Command(home, tmp_path)
    yield command
    last = time.monotonic() + 10  # the kernel kills what is bound to the command's life, in its own time
    while command.processes() and time.monotonic() < last:
        time.sleep(0.1)
    assert command.processes() == [], "the command left processes behind"


def api(server, path, **body):
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{server.api_url}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        return json.load(answer)


def folders(landing, tmp_path):
    return "--landing", landing, "--curated", tmp_path / "curated"


# Without Prefect: these end before it is imported.


def test_help_tells_every_option_and_exit_code(command):
    code, out, _ = command.run("--help")
    assert code == 0
    for action in parser()._actions:
        assert action.help
        assert max(action.option_strings, key=len) in out
    assert "exit codes" in out


def test_wrong_usage_is_2(command, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for arguments, complaint in (
        (["--no-such-option"], "unrecognized arguments"),
        (["--memory", "much"], "512K, 64M, 2G"),
        (["--landing", tmp_path / "nowhere"], "is not a folder"),
        (["--landing", tmp_path, "--curated", tmp_path / "in"], "lies inside the landing folder"),
        (["--landing", tmp_path, "--workers", "-1"], "--workers"),
        (
            ["--landing", tmp_path, "--curated", elsewhere / "in", "--authority", tmp_path / "no.csv"],
            "no.csv",
        ),
        (["--landing", tmp_path, "--curated", elsewhere / "in", "--workers", "0"], "--workers"),
        (["--landing", tmp_path, "--curated", elsewhere / "in", "--timeout", "nan"], "--timeout"),
        (["--landing", tmp_path, "--curated", elsewhere / "in", "--timeout", "inf"], "--timeout"),
        (["--landing", tmp_path, "--curated", elsewhere / "in", "--dask", "foo"], "tcp://"),
        (["--landing", tmp_path, "--curated", __file__], "is a file"),
    ):
        code, out, err = command.run(*arguments)
        assert code == 2
        assert out.startswith("FAILED: ")
        assert out.count("\n") == 1
        assert complaint in err
        assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
    assert not list(elsewhere.iterdir())


def test_a_second_run_at_once_is_1_and_says_so(command, landing, tmp_path):
    with open_run(Options(landing, tmp_path / "curated")):
        code, out, err = command.run(*folders(landing, tmp_path))
    assert code == 1
    assert out.startswith("FAILED: another run holds ")
    assert err.startswith("ingest: another run holds ")
    assert "Traceback" not in err


def test_the_flow_has_the_same_options():
    from flows.ingest import ingest  # noqa: PLC0415 - imports Prefect

    parameters = inspect.signature(ingest.fn).parameters
    assert list(parameters) == [option.name for option in OPTIONS.values() if option.is_parameter]
    assert {p.default for p in parameters.values()} == {None}, "what is not given is looked up elsewhere"


# With Prefect.


@pytest.mark.slow
def test_runs_with_the_users_server(command, server, landing, tmp_path):
    (landing / "empty.txt").touch()
    (landing / "<b>x|y`_z.txt").touch()
    url = {"PREFECT_API_URL": server.api_url}
    code, out, err = command.run(*folders(landing, tmp_path), **url)
    assert code == 0, err
    assert out.startswith("Snapshot 1 published: 1 added, 2 refused.\n")
    for words in (
        "documents      1",
        "quotes         1",
        "Warning: 2 items refused",
        "empty.txt: empty",
        "Try: ",
    ):
        assert words in out
    assert "read 3 of 3 documents (100 %)" in err

    # What Prefect knows of it, with nothing in it that a document's name could have written as markup.
    (flow_run,) = api(server, "flow_runs/filter", limit=1, sort="START_TIME_DESC")
    assert (flow_run["state_type"], flow_run["parameters"]["landing"]) == ("COMPLETED", str(landing))
    artifacts = {a["key"]: a for a in api(server, "artifacts/filter")}
    assert set(artifacts) == {"ingest-progress", "ingest-summary", "ingest-tables", "ingest-rejects"}
    assert artifacts["ingest-progress"]["data"] == 100
    summary = artifacts["ingest-summary"]["data"]
    assert "&lt;b&gt;x\\|y\\`\\_z.txt" in summary.replace("\\&", "&").replace("\\.", ".")
    assert "<b>" not in summary
    tasks = api(server, "task_runs/filter")
    assert sorted(task["name"].split("-")[0] for task in tasks) == ["publish", "read batch", "write_report"]

    # Again: nothing changed, the reject still warned of, and 3 for whoever is strict.
    code, out, err = command.run(*folders(landing, tmp_path), "--strict", "--quiet", **url)
    assert (code, err) == (3, "")
    assert out.startswith("Nothing changed: 3 items as before.\n")
    assert out.splitlines()[-1].startswith("DEGRADED: ")
    assert open_curated(tmp_path / "curated").number == 1

    # One more document: what changed since the snapshot before stands in Prefect.
    (landing / "more_of_it.txt").write_text("More.", encoding="utf-8")
    assert command.run(*folders(landing, tmp_path), "--quiet", **url)[0] == 0
    artifacts = {a["key"]: a["data"] for a in api(server, "artifacts/filter", sort="CREATED_DESC")}
    assert "- document added more\\_of\\_it.txt" in artifacts["ingest-changes"].replace("\\.", ".")
    assert [row["name"] for row in json.loads(artifacts["ingest-changed"])] == ["more_of_it.txt"]


@pytest.mark.slow
def test_the_log_in_json_is_one_object_a_line_of_one_run(command, server, landing, tmp_path):
    (landing / "empty.txt").touch()
    asked = [*folders(landing, tmp_path), "--log-format", "json"]
    code, out, err = command.run(*asked, PREFECT_API_URL=server.api_url)
    assert code == 0, err
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in lines] == [
        "run_started",
        "document_rejected",
        "batch_done",
        "published",
    ]
    (run,) = open_curated(tmp_path / "curated").arrow("runs").to_pylist()
    assert {line["run_id"] for line in lines} == {run["run_id"]}
    assert all(line["message"] and line["time"] and line["level"] for line in lines)
    assert out.splitlines()[-1].startswith("DEGRADED: ")
    code, _, err = command.run("--landing", tmp_path / "nowhere", "--log-format", "json")
    (failed,) = (json.loads(line) for line in err.splitlines())
    assert (code, failed["event"], failed["run_id"]) == (2, "run_failed", None)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "embedded"), [(signal.SIGTERM, True), (signal.SIGINT, False)])
def test_signals_end_everything_and_keep_the_tables(command, server, landing, tmp_path, number, embedded):  # noqa: PLR0913, PLR0917 - fixtures
    (landing / "zz-slow.txt").write_text("POISON:endless", encoding="utf-8")
    environment = {"PYTHONPATH": str(CHILDREN), "PREFECT_LOGGING_LEVEL": "INFO"}
    if not embedded:
        environment["PREFECT_API_URL"] = server.api_url
    with command.start(*folders(landing, tmp_path), "--timeout", "600", **environment) as process:
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
        (flow_run,) = api(server, "flow_runs/filter", limit=1, sort="START_TIME_DESC")
        assert flow_run["state_type"] == "CRASHED"


COMMANDS = (("-m", "flows.ingest"), ("-m", "ingest", "run"))


@pytest.mark.slow
@pytest.mark.parametrize("asked", COMMANDS)
def test_ctrl_c_while_the_command_is_imported(command, landing, tmp_path, asked):
    """Python tells of each module on standard error when it is there."""
    arguments = [sys.executable, "-X", "importtime", *asked, *map(str, folders(landing, tmp_path))]
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
def test_ctrl_c_after_the_last_word_changes_nothing(command, landing, tmp_path, is_well):
    where = folders(landing, tmp_path) if is_well else ["--landing", tmp_path / "nowhere"]
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
watch()
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
def test_ctrl_c_at_a_terminal_ends_everything_and_keeps_the_tables(command, landing, tmp_path, moment):
    """Before Prefect is there and amid the flow; the terminal tells the signal to all in front."""
    curated = tmp_path / "curated"
    ingest_folder(Options(landing, curated, workers=1))
    before = {name: open_curated(curated).paths(name) for name in open_curated(curated).tables}
    (landing / "zz-slow.txt").write_text("POISON:endless", encoding="utf-8")
    environment = {"PYTHONPATH": str(CHILDREN), "PREFECT_LOGGING_LEVEL": "INFO"}
    started = command.in_terminal(*folders(landing, tmp_path), "--timeout", "600", **environment)
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
def test_a_kill_leaves_no_process_behind(command, landing, tmp_path):
    (landing / "zz-slow.txt").write_text("POISON:endless", encoding="utf-8")
    with command.start(*folders(landing, tmp_path), "--timeout", "600", PYTHONPATH=str(CHILDREN)) as process:
        while len(command.processes()) < 3:  # itself, the server, a worker
            assert process.poll() is None
        left = [os.pidfd_open(int(pid)) for pid in command.processes()]
        process.kill()
    for descriptor in left:
        ended, _, _ = select.select([descriptor], [], [], 60)
        assert ended, "a process outlives the command"
        os.close(descriptor)


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_tables(command, server, landing, tmp_path):
    pytest.importorskip("prefect_dask", reason="the extra `dask` is not installed")
    for number in range(4):
        text = f"Harbour news {number}\n\nThe Joint Harbour Command (JHC) met. The JHC adjourned."
        (landing / f"{number}.txt").write_text(text, encoding="utf-8")
    (landing / "2-bad.txt").write_text("POISON:segfault", encoding="utf-8")
    environment = {"PYTHONPATH": str(CHILDREN), "PREFECT_API_URL": server.api_url}
    split = "--workers", 2, "--batch-bytes", 1
    for curated, more in (("threads", ()), ("dask", ("--dask", "local"))):
        arguments = ["--landing", landing, "--curated", tmp_path / curated, *split, *more]
        code, out, err = command.run(*arguments, **environment)
        assert code == 0, err
        assert out.startswith("Snapshot 1 published: 5 added, 1 refused.")
    threads, dask = open_curated(tmp_path / "threads"), open_curated(tmp_path / "dask")
    for table in set(threads.tables) - {"runs", "changes"}:
        assert [path.name for path in dask.paths(table)] == [path.name for path in threads.paths(table)], (
            table
        )


def test_dask_without_its_extra_is_2_and_says_what_to_install(monkeypatch):
    from flows import cluster  # noqa: PLC0415 - imports Prefect

    monkeypatch.setattr(cluster, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"pip install 'document-ingest\[dask\]'"):
        cluster.task_runner("local", 1)
