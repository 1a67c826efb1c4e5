"""What people are told after a mistake: what was wrong, where, and what to do."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from made_tables import copied

from flows.cluster import task_runner
from flows.command import main as run
from flows.logs import _without_traceback
from flows.serve import _check_cron, _check_name
from flows.serve import main as serve
from flows.server import start_server
from ingest.__main__ import main
from ingest.errors import EXIT_FAILED, EXIT_USAGE, ConfigError, IngestError
from ingest.store import open_curated, open_writer
from ingest.tables.rows import document_id


@pytest.fixture
def curated(curated_samples, tmp_path):
    """A copy to break."""
    return copied(curated_samples, tmp_path)


def told(capsys, *arguments):
    """Exit code and the line on standard error."""
    code = main([str(argument) for argument in arguments])
    return code, capsys.readouterr().err


def test_a_pointer_that_leads_nowhere(curated, capsys):
    pointer = curated / ".snapshots" / "current"
    pointer.unlink()
    pointer.symlink_to("000099")
    code, line = told(capsys, "diff", "--curated", curated)
    assert code == 1
    assert line == (
        f"ingest: {pointer} leads to snapshot 99, which is not there; point it to one that is (1)\n"
    )


def test_a_pointer_that_is_no_link(curated, capsys):
    pointer = curated / ".snapshots" / "current"
    pointer.unlink()
    pointer.write_text("1", encoding="utf-8")
    code, line = told(capsys, "diff", "--curated", curated)
    assert code == 1
    assert f"{pointer} is no link to a snapshot" in line
    assert "replace it by a symbolic link to the newest folder beside it" in line


def test_a_file_where_a_folder_belongs(curated, capsys):
    (curated / "file").touch()
    code, line = told(capsys, "diff", "--curated", curated / "file")
    assert (code, line) == (1, f"ingest: {curated}/file is a file; name the folder with the tables\n")
    shutil.rmtree(curated / ".staging")
    (curated / ".staging").touch()
    with pytest.raises(IngestError, match=r"File exists: .*\.staging; .*Move that file out of the curated"):
        open_writer(curated).__enter__()


def test_a_manifest_that_is_cut(curated, capsys):
    manifest = curated / ".snapshots" / "000001" / "manifest.json"
    content = manifest.read_bytes()
    manifest.unlink()
    manifest.write_bytes(content[:50])
    code, line = told(capsys, "explain", "Brandvold", "--curated", curated)
    assert code == 1
    assert f"{manifest} is damaged" in line
    assert "restore it, or open an older snapshot" in line


def test_a_part_that_is_cut(curated):
    (part,) = open_curated(curated).paths("quotes")
    content = part.read_bytes()
    part.unlink()
    part.write_bytes(content[:100])
    with pytest.raises(IngestError, match=r"has 100 bytes instead of .*; copy the curated folder again"):
        _ = open_curated(curated).quotes


def test_no_tables_yet(tmp_path, capsys):
    code, line = told(capsys, "report", "--curated", tmp_path / "none")
    assert (code, line) == (1, f"ingest: {tmp_path}/none holds no tables yet; fill it with `ingest run`\n")


def test_a_server_that_does_not_answer(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
    with pytest.raises(
        IngestError, match=f"no server answers at http://127.0.0.1:{port}/api .*; start it, or"
    ):
        start_server()
    monkeypatch.setenv("PREFECT_API_URL", "127.0.0.1:4200")
    with pytest.raises(IngestError, match=r"no server answers at 127\.0\.0\.1:4200"):
        start_server()


def test_a_server_of_another_kind(monkeypatch):
    """Such as the pages of Prefect itself: their address, and not the API's, stands in the browser."""
    server = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("PREFECT_API_URL", url)
    try:
        with pytest.raises(IngestError, match=f"what answers at {url} is no Prefect server; the address"):
            start_server()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("main", "last"), [("flows.ingest", "FAILED: Prefect does not take"), ("flows.serve", "")]
)
def test_settings_of_prefect_that_it_does_not_take(main, last, tmp_path):
    (tmp_path / "data" / "landing").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", main],
        cwd=tmp_path,
        env=os.environ | {"PREFECT_LOGGING_LEVEL": "LOUD", "PREFECT_HOME": str(tmp_path / "prefect")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == EXIT_USAGE
    assert "LoggingSettings: level is 'LOUD': Input should be 'DEBUG'" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith(last)


def test_settings_of_prefect_that_are_no_toml(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("prefect.toml").write_text("[api\n", encoding="utf-8")
    for url in ("", "http://127.0.0.1:1/api"):
        monkeypatch.setenv("PREFECT_API_URL", url)
        with pytest.raises(
            ConfigError, match=r"^prefect\.toml, where Prefect looks for settings, is no TOML"
        ):
            start_server()


def test_a_cluster_that_does_not_answer(monkeypatch):
    pytest.importorskip("prefect_dask", reason="the extra `dask` is not installed")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setattr("flows.cluster._ANSWER_TIMEOUT_S", 1)
    with pytest.raises(IngestError, match=rf"--dask: no scheduler answers at tcp://127\.0\.0\.1:{port} \("):
        task_runner(f"tcp://127.0.0.1:{port}", 1)
    with pytest.raises(IngestError, match="no scheduler answers at here:there"):
        task_runner("here:there", 1)


def test_a_deployment_s_name_that_prefect_refuses():
    for name in ("", " ", "hourly/news", "100%"):
        with pytest.raises(ConfigError, match=r"^--name: '.*' is no name; give one without / % & < >$"):
            _check_name(name)
    _check_name("hourly news")


@pytest.mark.slow
def test_a_schedule_that_is_none():
    for cron in ("every day", "*/5 * * * * *"):
        with pytest.raises(ConfigError, match=r"--cron: '.*' is no schedule; give five fields"):
            _check_cron(cron)
    _check_cron("*/5 * * * *")


def test_an_error_that_teaches_comes_without_a_traceback():
    def logged(error):
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "x", (), (type(error), error, None))
        assert _without_traceback(record)
        return record.exc_info

    assert logged(ConfigError("say what")) is None
    assert logged(ValueError("a mistake of ours")) is not None


@pytest.mark.parametrize("main", [run, serve])
@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("--prune=yes", "--prune/--no-prune: ignored explicit argument 'yes'"),
        ("--landing", "--landing: expected one argument"),
        ("--keep-s", "--keep-snapshots: expected one argument"),
    ],
)
def test_arguments_that_cannot_be_read(main, argument, complaint, capfd):
    assert main([argument]) == EXIT_USAGE
    printed = capfd.readouterr()
    assert re.match(f"ingest: .*{complaint}", printed.err)
    assert main is serve or printed.out.startswith("FAILED: ")


@pytest.mark.parametrize("form", ["gkg", "sqlite", "duckdb"])
def test_a_disk_that_has_no_room_for_an_export(form, curated_samples, tmp_path):
    if form == "duckdb":
        pytest.importorskip("duckdb", reason="the extra `sql` is not installed")
    command = f"{sys.executable} -m ingest export {form} --curated {curated_samples} --output {tmp_path}/x"
    line = f"ulimit -f 8 && exec {command}"  # kibibytes that a file may have
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == EXIT_FAILED
    assert done.stderr.startswith(f"ingest: --output: cannot write {tmp_path}/x: ")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_tables_that_are_asked_for_one_folder_too_deep(curated, capsys):
    code, line = told(capsys, "diff", "--curated", curated / "quotes")
    assert code == 1
    assert line == f"ingest: {curated}/quotes lies among the tables of {curated}; name that folder\n"


def test_a_document_that_is_asked_for_by_its_path(curated, capsys):
    code, line = told(capsys, "report", "--curated", curated, "--document", "news/strait-talks.html")
    ident = document_id("news/strait-talks.html")
    assert code == EXIT_USAGE
    assert line.endswith(f"that is a path; the document's id is {ident}\n")


@pytest.mark.parametrize(
    ("shell", "code", "told"),
    [
        ("{} reasons > /dev/full", 1, "ingest: cannot write to standard output: No space left on device\n"),
        ("{} reasons >&-", 0, ""),
        ("{} reasons 2>&- > reasons.txt", 0, ""),
        ("{} nothing 2>&-", 2, ""),
        ("set -o pipefail; {} dictionary | head -c 10 > begin.txt", 0, ""),
    ],
)
def test_streams_that_are_full_or_closed(tmp_path, shell, code, told):
    line = shell.format(f"{sys.executable} -m ingest")
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, told)
