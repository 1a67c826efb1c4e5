"""The job as Prefect runs it: deployed, on a schedule, killed, overlapping; with a real server and worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import partial
from http import HTTPStatus
from pathlib import Path

import pytest
from conftest import CHILDREN

from ingest.run import Options, open_run
from ingest.store import open_curated
from ingest.workers.children import child_environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PREFECT = Path(sys.executable).with_name("prefect")
WAIT_S = 240
ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class Api:
    """Prefect's REST interface."""

    def __init__(self, url):
        self.url = url

    def __call__(self, path, method="POST", **body):
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
                    return json.loads(answer.read() or "null")
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE:  # its database was busy; clients try again
                    raise
            time.sleep(1)
        pytest.fail(f"the server was too busy for {path}")

    def flow_run(self, flow_run_id):
        return self(f"flow_runs/{flow_run_id}", "GET")

    def wait(self, look, what):
        """Look again and again, until something is seen."""
        last = time.monotonic() + WAIT_S
        while time.monotonic() < last:
            if seen := look():
                return seen
            time.sleep(0.5)
        pytest.fail(f"{what} did not come")

    def ended(self, flow_run_id):
        def look():
            run = self.flow_run(flow_run_id)
            return run["state_type"] in ENDS and run

        return self.wait(look, "the end of the run")

    def states_of(self, flow_run_id):
        return self(f"flow_run_states/?flow_run_id={flow_run_id}", "GET")

    def of_run(self, what, flow_run_id):
        kind = {"artifacts": "artifacts", "logs": "logs"}[what]
        return self(f"{what}/filter", **{kind: {"flow_run_id": {"any_": [flow_run_id]}}})


@pytest.fixture(scope="module")
def environment(prefect_server):
    environment = child_environment() | prefect_server.environment
    return environment | {"PYTHONPATH": os.pathsep.join([environment["PYTHONPATH"], str(CHILDREN)])}


@pytest.fixture(scope="module")
def api(prefect_server):
    return Api(prefect_server.api_url)


@pytest.fixture(scope="module")
def started(environment, tmp_path_factory):
    """Start programs that stay; they are stopped in the end, as a service manager does it."""
    running = []

    def start(*command):
        log = (tmp_path_factory.mktemp("log") / "output.txt").open("w+")
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        running.append((process, log))

    yield start
    for process, log in running:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()


def landing_of(root):
    folder = root / "landing"
    folder.mkdir()
    text = "Harbour news\n\nThe mayor of Port Ellery spoke.\n\n“We agree,” said Ilse Brandvold.\n"
    (folder / "news.txt").write_text(text, encoding="utf-8")
    (folder / "empty.txt").touch()
    return folder


@pytest.fixture(scope="module")
def served(started, tmp_path_factory):
    """The one-process way, begun before the other tests: its cron fires at the next full minute meanwhile."""
    root = tmp_path_factory.mktemp("served")
    folders = ["--landing", str(landing_of(root)), "--curated", str(root / "curated")]
    started(sys.executable, "-m", "flows.serve", "--name", "by-cron", "--cron", "* * * * *", *folders)
    return root


@pytest.fixture(scope="module")
def alone(environment, tmp_path_factory):
    """The one-process way with a server of its own, begun before the other tests as well.

    It ignores SIGINT when it begins, as what a shell starts with `&` does.
    """
    root = tmp_path_factory.mktemp("alone")
    folders = ["--landing", str(landing_of(root)), "--curated", str(root / "curated")]
    own = {name: value for name, value in environment.items() if name != "PREFECT_API_URL"}
    command = [sys.executable, "-m", "flows.serve", "--cron", "* * * * *", *folders]
    with (
        (root / "output.txt").open("w") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=own | {"PREFECT_HOME": str(root / "prefect")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509 - no threads yet
        ) as process,
    ):
        yield root, process
        process.kill()


@pytest.fixture(scope="module")
def deployment(served, alone, api, environment, started):  # noqa: ARG001 - both wait for their minute meanwhile
    """What prefect.yaml describes, without its schedule, and a worker for it."""
    api("work_pools/", name="ingest", type="process")
    done = subprocess.run(
        [PREFECT, "--no-prompt", "deploy", "--all"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = api("deployments/name/ingest/scheduled", "GET")
    assert [s["schedule"]["cron"] for s in found["schedules"]] == ["0 * * * *"]
    assert (found["global_concurrency_limit"]["limit"], found["parameters"]) == (
        1,
        {"landing": "data/landing", "curated": "data/curated"},
    )
    for schedule in found["schedules"]:
        api(f"deployments/{found['id']}/schedules/{schedule['id']}", "DELETE")
    started(PREFECT, "worker", "start", "--pool", "ingest", "--type", "process")
    return found


def triggered(api, deployment, **parameters):
    parameters = {name: str(value) for name, value in parameters.items()}
    created = api(f"deployments/{deployment['id']}/create_flow_run", parameters=parameters)
    return api.ended(created["id"])


def test_a_deployed_run_completes_and_tells_all(api, deployment, tmp_path):
    run = triggered(api, deployment, landing=landing_of(tmp_path), curated=tmp_path / "curated")
    assert run["state_type"] == "COMPLETED", run["state"]
    assert open_curated(tmp_path / "curated").manifest.tables["documents"][0].rows == 1
    keys = {artifact["key"] for artifact in api.of_run("artifacts", run["id"])}
    assert {"ingest-progress", "ingest-summary", "ingest-tables", "ingest-rejects"} <= keys

    def told():
        messages = {log["message"] for log in api.of_run("logs", run["id"])}
        return any(message.startswith("Snapshot 1 published") for message in messages) and messages

    messages = api.wait(told, "the log")
    assert "batch-00000: 1 read, 1 refused, 0 left" in messages
    assert "empty.txt: empty (the file has 0 bytes)" in messages


def test_a_failure_says_what_was_wrong(api, deployment, tmp_path):
    run = triggered(
        api, deployment, landing=tmp_path / "nowhere", curated=tmp_path / "curated", memory="much"
    )
    assert run["state_type"] == "FAILED"
    message = run["state"]["message"]
    assert "ConfigError: 2 mistakes in the options:" in message
    assert "parameter memory: 'much' is no size" in message
    assert f"parameter landing: {tmp_path / 'nowhere'} is not a folder" in message


def test_a_batch_that_cannot_be_read_fails_the_run_by_its_name_and_reason(api, deployment, tmp_path):
    landing = landing_of(tmp_path)
    (landing / "zz-full.txt").write_text("The disk takes nothing more. POISON:full")
    run = triggered(api, deployment, landing=landing, curated=tmp_path / "curated")
    assert (run["state_type"], run["state_name"]) == ("FAILED", "Failed")
    message = run["state"]["message"]
    assert "StoreError: batch-00000: cannot write staged rows: [Errno 27] File too large" in message
    assert "The tables are as they were" in message


def test_runs_of_a_deployment_that_overlap_queue(api, deployment, tmp_path):
    landing, curated = landing_of(tmp_path), tmp_path / "curated"
    (landing / "slow.txt").write_text("The ferry waits. POISON:slow")
    parameters = {"landing": str(landing), "curated": str(curated)}
    path = f"deployments/{deployment['id']}/create_flow_run"
    created = [api(path, parameters=parameters)["id"] for _ in range(2)]
    api.wait(
        lambda: "AwaitingConcurrencySlot" in {api.flow_run(ident)["state_name"] for ident in created},
        "a run that waits for the other",
    )
    first, second = sorted((api.ended(ident) for ident in created), key=lambda run: run["end_time"])
    assert [run["state_name"] for run in (first, second)] == ["Completed", "Completed"], "not skipped"
    (running,) = (s for s in api.states_of(second["id"]) if s["name"] == "Running")
    assert running["timestamp"] >= first["end_time"]
    assert open_curated(curated).manifest.snapshot == 1, "the second has found nothing new"


def test_a_run_that_finds_the_folder_held_is_skipped(api, deployment, tmp_path):
    landing, curated = landing_of(tmp_path), tmp_path / "curated"
    with open_run(Options(landing, curated)):
        run = triggered(api, deployment, landing=landing, curated=curated)
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Skipped")
    assert f"another run holds {curated} (process {os.getpid()})" in run["state"]["message"]


def test_a_run_that_was_killed_is_marked_by_the_next(api, environment, tmp_path):
    landing, curated = landing_of(tmp_path), tmp_path / "curated"
    poison = landing / "zz-slow.txt"
    poison.write_text("POISON:endless")
    command = [sys.executable, "-m", "flows.ingest", "--landing", landing, "--curated", curated, "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as process:
        lock = curated / ".snapshots" / "lock"

        def signed():
            return lock.exists() and lock.read_text().splitlines()[1:]

        (flow_run_id,) = api.wait(signed, "the signature of the run")
        reading = {"state": {"type": {"any_": ["RUNNING"]}}, "flow_run_id": {"any_": [flow_run_id]}}
        api.wait(lambda: api("task_runs/filter", task_runs=reading), "a task that runs")
        process.kill()
    assert api.flow_run(flow_run_id)["state_type"] == "RUNNING"
    poison.unlink()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    run = api.flow_run(flow_run_id)
    assert run["state_type"] == "CRASHED"
    assert "the run after it has noticed" in run["state"]["message"]
    assert not api("task_runs/filter", task_runs=reading)
    assert lock.read_text() == ""


def test_the_cron_fires(api, served):
    named = {"deployments": {"name": {"any_": ["by-cron"]}}}
    finished = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    run = api.wait(lambda: api("flow_runs/filter", **named, **finished), "a scheduled run that completes")[0]
    assert run["auto_scheduled"]
    assert run["parameters"]["landing"] == str(served / "landing")
    assert open_curated(served / "curated").manifest.snapshot == 1


def test_the_one_process_way_keeps_its_own_schedule(api, alone):
    root, process = alone
    api.wait((root / "curated" / "documents").exists, "the tables of a scheduled run")
    process.terminate()
    process.wait(60)
    said = (root / "output.txt").read_text(encoding="utf-8")
    assert "never awaited" not in said
    assert "Traceback" not in said
    assert process.returncode == 0, said
