"""Options: four places to write them, one order, and all mistakes told at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.command import parser
from ingest.errors import ConfigError
from ingest.options import OPTIONS
from ingest.options.choices import by_default, choose, wrong_files
from ingest.options.run_options import options_of


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder with something to read, and no options from outside."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "landing").mkdir(parents=True)
    for option in OPTIONS.values():
        monkeypatch.delenv(option.variable, raising=False)
    return tmp_path


SAMPLES = {
    "folder": ("elsewhere", "elsewhere"),
    "file": ("names.csv", "names.csv"),
    "switch": ("yes", True),
    "count": ("7", 7),
    "seconds": ("7.5", 7.5),
    "size": ("257M", 257 << 20),
    "cluster": ("tcp://host:8786", "tcp://host:8786"),
    "log_format": ("json", "json"),
}


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda o: o.name)
def test_flag_before_environment_before_file_before_default(option, folder, monkeypatch):
    (folder / "elsewhere").mkdir()
    (folder / "names.csv").write_text(
        "authority_id,entity_type,name,aliases,country_code\n"
        if option.name == "authority"
        else "decision,entity_type,key,other_type,other_key\n"
    )
    written, value = SAMPLES[option.kind]
    other = option.default if option.default is not None or option.kind != "count" else 3
    assert choose({})[option.name].value == option.default
    (folder / "ingest.toml").write_text(f'{option.key} = "{written}"\n')
    chosen = choose({})[option.name]
    assert (chosen.value, chosen.origin) == (value, f"ingest.toml, {option.key}")
    if other is None:
        return
    monkeypatch.setenv(option.variable, str(other))
    assert (choose({})[option.name].value, choose({})[option.name].origin) == (other, option.variable)
    assert choose({option.name: written})[option.name].value == value
    monkeypatch.setenv(option.variable, "")
    assert choose({})[option.name].value == value, "an empty variable says nothing"


def test_a_file_may_hold_values_of_toml(folder):
    (folder / "my.toml").write_text("prune = true\nmemory = 268435456\nmax_bytes = '1M'\ntimeout = 5\n")
    options = options_of(choose({}, config="my.toml"))
    assert (options.prune, options.limits.memory_bytes, options.limits.timeout_s) == (True, 256 << 20, 5.0)
    assert options.settings.max_document_bytes == 1 << 20


def test_a_switch_can_be_turned_off_again(monkeypatch):
    monkeypatch.setenv("INGEST_PRUNE", "true")
    assert choose({})["prune"].value is True
    assert choose(vars(parser().parse_args(["--no-prune"])))["prune"].value is False


def test_every_mistake_is_told_at_once_with_its_place(folder, monkeypatch):
    (folder / "my.toml").write_text(
        "keep-snapshot = 9\nkeep-snapshots = true\nprune = 'perhaps'\nauthority = 3\n"
    )
    (folder / "decisions.csv").write_text("no,such,columns\n")
    monkeypatch.setenv("INGEST_CONFIG", "my.toml")
    monkeypatch.setenv("INGEST_WORKERS", "0")
    monkeypatch.setenv("INGEST_BATCHBYTES", "1M")
    monkeypatch.setenv("INGEST_SERVICE_HOST", "10.0.0.1")  # of somebody else's, as Kubernetes makes them
    given = {"memory": "much", "timeout": "nan", "landing": "nowhere", "decisions": "decisions.csv"}
    with pytest.raises(ConfigError) as error:
        choose(given, unknown=("--verbos",))
    lines = str(error.value).splitlines()
    assert lines[0] == f"{len(lines) - 1} mistakes in the options:"
    told = {line.strip().split(": ", 1)[0]: line.strip().split(": ", 1)[1] for line in lines[1:]}
    assert set(told) == {
        "unrecognized arguments",
        "INGEST_BATCHBYTES",
        "my.toml, keep-snapshot",
        "my.toml, keep-snapshots",
        "my.toml, prune",
        "my.toml, authority",
        "INGEST_WORKERS",
        "--memory",
        "--timeout",
        "--landing",
        "--decisions",
    }
    assert told["INGEST_BATCHBYTES"].endswith("write INGEST_BATCH_BYTES")
    assert told["my.toml, keep-snapshot"].endswith("write keep-snapshots")
    assert told["unrecognized arguments"] == "--verbos; --help lists those there are"
    assert told["--timeout"] == "nan is out of range; give 0.001 to 86400"
    assert "columns" in told["--decisions"]


@pytest.mark.parametrize(
    ("unknown", "advice"),
    [
        (("--memori=1G",), "--memori=1G; write --memory"),
        (("--strict",), "--strict; --strict is for `ingest run` alone"),
        (("--nope", "x"), "--nope x; --help lists those there are"),
        (("data/landing",), "data/landing; what it is for is said by an option before it, as --landing DIR"),
    ],
)
def test_an_argument_that_is_none_gets_advice(unknown, advice):
    with pytest.raises(ConfigError, match=f"unrecognized arguments: {advice}"):
        choose({"landing": ".", "curated": "curated-of-tests"}, unknown=unknown)


def test_a_size_out_of_range_is_told_as_sizes_are_written():
    memory = OPTIONS["memory"]
    with pytest.raises(ValueError, match=r"^1K is out of range; give 256M to 1048576G$"):
        memory.read("1K")


@pytest.mark.parametrize(
    ("content", "complaint"), [(None, "cannot read"), ("memory = ", "is no TOML"), ("\x00", "is no TOML")]
)
def test_a_file_of_options_that_cannot_be_read(folder, content, complaint):
    if content is not None:
        (folder / "my.toml").write_text(content)
    with pytest.raises(ConfigError, match=f"^--config: .*{complaint}"):
        choose({}, config="my.toml")


@pytest.mark.parametrize("make", [Path.mkdir, lambda p: p.symlink_to("gone"), lambda p: p.write_text("x")])
def test_the_file_of_the_working_folder_is_never_passed_over_and_named_once(folder, make):
    make(folder / "ingest.toml")
    with pytest.raises(ConfigError, match=r"^in the working folder: ") as caught:
        choose({})
    assert str(caught.value).count("ingest.toml") == 1


def test_options_stand_in_no_table(folder):
    (folder / "my.toml").write_text("[run]\nworkers = 2\n")
    with pytest.raises(
        ConfigError, match=r"^my.toml, run: .*; \[run\] opens a table, .*: take that line out$"
    ):
        choose({}, config="my.toml")


def test_a_profile_needs_its_folder():
    with pytest.raises(ConfigError, match=r"^parameter profile: there is no folder nowhere; make it first$"):
        choose({"profile": "nowhere/profile.pstats"}, as_parameters=True)


WITHOUT_EXTRA = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("s3fs", "deltalake") else find(name, *rest)
from ingest.options.choices import by_default, choose, wrong_files
from ingest.errors import ConfigError
import flows.command, ingest.run, ingest.workers.worker
try:
    choose({"landing": "s3://bucket/landing", "curated": "s3://bucket/curated"})
except ConfigError as error:
    print(error)
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"fsspec", "s3fs", "deltalake", "botocore", "aiohttp"}))
"""


def test_object_stores_cost_nothing_without_one_and_name_the_extra_that_they_need():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert done[0] == "2 mistakes in the options:"
    assert (
        done[1] == "  --landing: s3://bucket/landing needs the extra `s3`: pip install 'document-ingest[s3]'"
    )
    assert (
        done[2] == "  --curated: s3://bucket/curated needs the extra `s3`: pip install 'document-ingest[s3]'"
    )
    assert done[3] == "['fsspec']", "which says what kinds of stores there are, once one is asked for"


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("curated", "gs://bucket/curated", "tables go into a folder or to s3://bucket/path, not to gs://"),
        ("curated", "s3://bucket/", "name a folder inside the bucket"),
        ("landing", "nowhere://x", "there is no kind of store 'nowhere'"),
        ("landing", "s3://", "s3:// names no bucket; write s3://bucket/landing"),
        ("landing", "abfs://x/y", "needs a library that is not installed: Install adlfs to access"),
        ("curated", "s3:/bucket/x", "is no URL, for it has one slash; write s3://bucket/x"),
        ("landing", "file://data/landing", "names another machine; write a folder of this one in full"),
        ("curated", "file://data/curated", "names another machine; write a folder of this one in full"),
        ("curated", "~/tables", "only a shell knows what ~ is; write the folder in full"),
        ("cache", "s3://bucket/cache", "is no place of this machine"),
        ("profile", "data", "data is a folder; name a file in it"),
        ("curated", "x" * 300, "cannot be looked at: File name too long; name another"),
    ],
)
def test_places_that_do_not_do(option, value, complaint):
    with pytest.raises(ConfigError, match=rf"^--{option}: .*{complaint}"):
        choose({option: value})


@pytest.mark.parametrize("inside", ["quotes", ".snapshots", ".snapshots/current/quotes"])
def test_no_tables_are_written_among_other_tables(inside, curated_samples):
    with pytest.raises(ConfigError, match=rf"/{inside} lies among the tables of .*; name that folder"):
        choose({"curated": str(curated_samples / inside)})


def test_one_option_stands_once_in_a_file(folder):
    (folder / "my.toml").write_text("keep_snapshots = 2\nkeep-snapshots = 3\n")
    with pytest.raises(ConfigError, match=r"^my.toml, keep-snapshots: stands there twice, as keep_snapshots"):
        choose({}, config="my.toml")


def test_a_link_that_leads_nowhere_is_no_curated_folder(tmp_path):
    (tmp_path / "curated").symlink_to(tmp_path / "gone")
    with pytest.raises(ConfigError, match=r"is a link to .*/gone, which is not there; make that"):
        choose({"curated": str(tmp_path / "curated")})


@pytest.mark.parametrize("option", ["authority", "decisions", "keep", "fields", "taxonomy"])
def test_a_users_file_is_a_file(option):
    """Others cannot be read again when the run ends; `/dev/zero` would be read for ever."""
    told = f"--{option}: /dev/zero is a pipe or device, which cannot be read twice; name a file"
    assert wrong_files(by_default({option: "/dev/zero"})) == [told]
    assert wrong_files(by_default({option: "data"})) == [f"--{option}: data is a folder; name a file"]


def test_the_empty_device_is_an_empty_file():
    assert not wrong_files(by_default({"keep": "/dev/null", "fields": "/dev/null"}))
