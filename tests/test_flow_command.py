"""The command as a person runs it: exit codes, words, and what stands in Prefect."""

from __future__ import annotations

import inspect
import json

import pytest
from command_of import api, folders
from conftest import CHILDREN

from flows.command import parser
from ingest.errors import ConfigError
from ingest.options import OPTIONS
from ingest.run import Options, open_run
from ingest.store import open_curated

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
        (["--landing", tmp_path / "no\nwhere"], "is not a folder"),
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
        assert complaint in out or "mistakes" in out
        assert complaint in err
        assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
    assert not list(elsewhere.iterdir())


def test_a_second_run_at_once_is_1_and_says_so(command, news_folder, tmp_path):
    with open_run(Options(news_folder, tmp_path / "curated")):
        code, out, err = command.run(*folders(news_folder, tmp_path))
    assert code == 1
    assert out.startswith("FAILED: another run holds ")
    assert err.startswith("ingest: another run holds ")
    assert "Traceback" not in err


@pytest.mark.slow
def test_an_error_that_ends_the_run_is_told_once(command, news_folder, tmp_path):
    curated = tmp_path / "curated"
    curated.mkdir()
    (curated / ".reports").touch()
    code, out, err = command.run("--quiet", *folders(news_folder, tmp_path))
    assert code == 1
    told = "snapshot 1 is published, but its report cannot be written to "
    assert err.startswith(f"ingest: {told}")
    assert err.count("\n") == 1, err
    assert out.startswith(f"FAILED: {told}")


def test_the_flow_has_the_same_options():
    from flows.ingest import ingest  # noqa: PLC0415 - imports Prefect

    parameters = inspect.signature(ingest.fn).parameters
    assert list(parameters) == [option.name for option in OPTIONS.values() if option.is_parameter]
    assert {p.default for p in parameters.values()} == {None}, "what is not given is looked up elsewhere"


# With Prefect.


@pytest.mark.slow
def test_runs_with_the_users_server(command, standing_server, news_folder, tmp_path):
    (news_folder / "empty.txt").touch()
    (news_folder / "<b>x|y`_z.txt").touch()
    url = {"PREFECT_API_URL": standing_server.api_url}
    code, out, err = command.run(*folders(news_folder, tmp_path), **url)
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
    (flow_run,) = api(standing_server, "flow_runs/filter", limit=1, sort="START_TIME_DESC")
    assert (flow_run["state_type"], flow_run["parameters"]["landing"]) == ("COMPLETED", str(news_folder))
    own = {"flow_runs": {"id": {"any_": [flow_run["id"]]}}}
    artifacts = {a["key"]: a for a in api(standing_server, "artifacts/filter", **own)}
    assert set(artifacts) == {"ingest-progress", "ingest-summary", "ingest-tables", "ingest-rejects"}
    assert artifacts["ingest-progress"]["data"] == 100
    summary = artifacts["ingest-summary"]["data"]
    assert "&lt;b&gt;x\\|y\\`\\_z.txt" in summary.replace("\\&", "&").replace("\\.", ".")
    assert "<b>" not in summary
    tasks = api(standing_server, "task_runs/filter", **own)
    assert sorted(task["name"].split("-")[0] for task in tasks) == ["publish", "read batch", "write_report"]

    # Again: nothing changed, the reject still warned of, and 3 for whoever is strict.
    code, out, err = command.run(*folders(news_folder, tmp_path), "--strict", "--quiet", **url)
    assert (code, err) == (3, "")
    assert out.startswith("Nothing changed: 3 items as before.\n")
    assert out.splitlines()[-1].startswith("DEGRADED: ")
    assert open_curated(tmp_path / "curated").number == 1

    # One more document: what changed since the snapshot before stands in Prefect.
    (news_folder / "more_of_it.txt").write_text("More.", encoding="utf-8")
    assert command.run(*folders(news_folder, tmp_path), "--quiet", **url)[0] == 0
    artifacts = {a["key"]: a["data"] for a in api(standing_server, "artifacts/filter", sort="CREATED_DESC")}
    assert "- document added more\\_of\\_it.txt" in artifacts["ingest-changes"].replace("\\.", ".")
    assert [row["name"] for row in json.loads(artifacts["ingest-changed"])] == ["more_of_it.txt"]


@pytest.mark.slow
def test_the_log_in_json_is_one_object_a_line_of_one_run(command, standing_server, news_folder, tmp_path):
    (news_folder / "empty.txt").touch()
    asked = [*folders(news_folder, tmp_path), "--log-format", "json"]
    code, out, err = command.run(*asked, PREFECT_API_URL=standing_server.api_url)
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
def test_a_dask_cluster_gives_the_same_tables(command, standing_server, news_folder, tmp_path):
    pytest.importorskip("prefect_dask", reason="the extra `dask` is not installed")
    for number in range(4):
        text = f"Harbour news {number}\n\nThe Joint Harbour Command (JHC) met. The JHC adjourned."
        (news_folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (news_folder / "2-bad.txt").write_text("POISON:segfault", encoding="utf-8")
    environment = {"PYTHONPATH": str(CHILDREN), "PREFECT_API_URL": standing_server.api_url}
    split = "--workers", 2, "--batch-bytes", 1
    for curated, more in (("threads", ()), ("dask", ("--dask", "local"))):
        arguments = ["--landing", news_folder, "--curated", tmp_path / curated, *split, *more]
        code, out, err = command.run(*arguments, **environment)
        assert code == 0, err
        assert out.startswith("Snapshot 1 published: 5 added, 1 refused.")
    threads, dask = open_curated(tmp_path / "threads"), open_curated(tmp_path / "dask")
    for table in set(threads.tables) - {"runs", "changes", "_files"}:
        assert [path.name for path in dask.paths(table)] == [path.name for path in threads.paths(table)], (
            table
        )


def test_dask_without_its_extra_is_2_and_says_what_to_install(monkeypatch):
    from flows import cluster  # noqa: PLC0415 - imports Prefect

    monkeypatch.setattr(cluster, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"pip install 'document-ingest\[dask\]'"):
        cluster.task_runner("local", 1)


def test_a_server_that_ends_with_the_run_is_sent_no_signs_of_life():
    from prefect.settings import get_current_settings  # noqa: PLC0415 - as above

    from flows.crashed_runs import without_heartbeats  # noqa: PLC0415

    outside = getattr(get_current_settings().flows, "heartbeat_frequency", None)
    with without_heartbeats():
        assert getattr(get_current_settings().flows, "heartbeat_frequency", None) is None
    assert getattr(get_current_settings().flows, "heartbeat_frequency", None) == outside
