"""What all tests share: how Hypothesis works here, and the option that writes golden files anew."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from story_pages import pages

# Programs: those that tests run in child processes, and one that needs a library which no test needs.
collect_ignore = ["children", "fuzz_guided.py"]
CHILDREN = Path(__file__).parent / "children"

# No deadlines: a machine may be busy.  What costs too much is measured by growth, in test_bad_input.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("project"), max_examples=3000)
# The same examples each time, so that a check of a change judges that change; new ones are for `make test`
# and `make fuzz`.
settings.register_profile("ci", settings.get_profile("project"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "project"))


def pytest_configure():
    # A shell ignores Ctrl-C for what it starts in the background; what tests start would do so, too.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden/ from what comes out now"
    )


@pytest.fixture
def poison(monkeypatch, tmp_path):
    """Have documents and items of containers kill who reads them (`children/sitecustomize.py`)."""
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(CHILDREN))
    monkeypatch.setenv("POISON_MARKS", str(tmp_path / "marks"))


def missing(what):
    """Skip a test for what this machine lacks; where a change is judged (`CI` is set) that is a failure."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@pytest.fixture(scope="session")
def curated_samples(tmp_path_factory):
    """The curated folder of one run over the sample documents."""
    from ingest.run import Options, ingest_folder

    curated = tmp_path_factory.mktemp("samples") / "curated"
    ingest_folder(Options(Path(__file__).parents[1] / "data" / "landing", curated, workers=1))
    return curated


@pytest.fixture(scope="session")
def curated_stories(tmp_path_factory):
    """The curated folder of one run over the pairs of invented articles in `tests/cases/stories.toml`."""
    from made_tables import ingested

    return ingested(tmp_path_factory.mktemp("stories"), pages())


@pytest.fixture(scope="session")
def reported(curated_samples, tmp_path_factory):
    """The tables of the sample documents, with their report."""
    from made_tables import copied, with_report

    return with_report(copied(curated_samples, tmp_path_factory.mktemp("report")))


@pytest.fixture(scope="session")
def reported_stories(curated_stories, tmp_path_factory):
    """The tables of pairs of articles that tell stories, with their report."""
    from made_tables import copied, with_report

    return with_report(copied(curated_stories, tmp_path_factory.mktemp("report")))


@pytest.fixture(scope="session")
def reported_across(tmp_path_factory):
    """The tables of documents of which one says who is meant in another, with their report."""
    from made_tables import ACROSS, ingested, with_report

    return with_report(ingested(tmp_path_factory.mktemp("across"), ACROSS))


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests."""
    from browser import CHROMIUM, chromium

    if CHROMIUM is None:
        missing("there is no chromium on this machine (Debian's package `chromium`)")
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser):
    """A page that must not complain, and must fetch nothing but pages of the report."""
    from browser import quiet_page

    with quiet_page(browser) as page:
        yield page


@pytest.fixture
def folder(tmp_path):
    """A landing folder for containers, and what runs over it find."""
    from containers_of import Folder

    return Folder(tmp_path)


@pytest.fixture
def on_disk(tmp_path):
    """A few made-up documents, and their tables in a folder."""
    from made_records import FILES, Landing

    return Landing(tmp_path / "curated", dict(FILES))


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """One S3-speaking server for all tests; each takes a bucket of its own."""
    from object_store import moto

    with moto(tmp_path_factory.mktemp("s3") / "log") as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server, tmp_path, monkeypatch):
    """URL of an empty bucket, the environment of its clients set, and a cache of its own."""
    from object_store import new_bucket

    return new_bucket(s3_server, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def s3_proxy(s3_server, tmp_path_factory):
    """A proxy before that server, which makes the faults that it is told."""
    from object_store import proxy

    with proxy(s3_server, tmp_path_factory.mktemp("proxy") / "log") as before:
        yield before


@pytest.fixture
def server(s3_proxy):
    """The proxy, without faults."""
    s3_proxy.faults()
    return s3_proxy


@pytest.fixture
def url(server, tmp_path, monkeypatch):
    """Where tables can go in a bucket of their own."""
    from object_store import new_bucket

    return f"{new_bucket(server, tmp_path, monkeypatch)}/curated"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Go on as on another machine, which has a cache of its own."""

    def move(name="elsewhere"):
        monkeypatch.setenv("INGEST_CACHE", str(tmp_path / name))

    return move


@pytest.fixture(scope="session")
def wanted(tmp_path_factory):
    """What the tables hold in each state of `object_tables`, from undisturbed runs into a folder."""
    from made_records import contents
    from object_tables import landing_of

    folder = tmp_path_factory.mktemp("wanted") / "curated"
    held = []
    for state in (0, 1):
        landing_of(folder, state).run(prune=True)
        held.append(contents(folder))
    return held


@dataclass(frozen=True)
class PrefectServer:
    """A standing Prefect server, as a user may have one, and the environment of its clients."""

    api_url: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory):
    """One real server for all tests, with a Prefect home of its own: no test writes into that of the user."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    home = tmp_path_factory.mktemp("prefect")
    environment = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "2",
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
    }
    command = [Path(sys.executable).with_name("prefect"), "server", "start", "--no-ui"]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
        )
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{environment['PREFECT_API_URL']}/health"):  # noqa: S310 - our own
            break
        time.sleep(0.3)
    yield PrefectServer(environment["PREFECT_API_URL"], environment)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory):
    """A Prefect home of our own, so that no test writes into that of whoever runs it."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def standing_server(prefect_home):
    """A server as the command starts it, for the runs of a module."""
    from flows.server import Server

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(prefect_home))
        server = Server()
    server.wait()
    yield server
    server.end()


@pytest.fixture
def news_folder(tmp_path):
    """A landing folder with one document."""
    folder = tmp_path / "landing"
    folder.mkdir()
    text = "Harbour news\n\nThe mayor of Port Ellery spoke.\n\n\u201cWe agree,\u201d said Ilse Brandvold.\n"
    (folder / "news.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def command(prefect_home, tmp_path):
    """The command of a run, which must leave no process behind."""
    from command_of import Command

    command = Command(prefect_home, tmp_path)
    yield command
    last = time.monotonic() + 10  # the kernel kills what is bound to the command's life, in its own time
    while command.processes() and time.monotonic() < last:
        time.sleep(0.1)
    assert command.processes() == [], "the command left processes behind"
