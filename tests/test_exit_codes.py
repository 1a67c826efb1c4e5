"""One rule for all exit codes: 2 for what was asked for wrongly, 1 for what cannot be done."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys

import pytest

from ingest.__main__ import main
from ingest.commands import COMMANDS, Program
from ingest.errors import EXIT_CODES, EXIT_FAILED, EXIT_OK, EXIT_USAGE
from ingest.store import open_curated

ASKED_WRONGLY = {
    "run": ["--keep-snapshots few --no-such-option"],
    "serve": ["--strict --timeout never"],
    "diff": ["99", "yesterday", "1999-01-01", "1 1 1", "--format xml"],
    "dictionary": ["quotes"],
    "explain": ["", "Nobody", "Brandvald"],
    "export": ["", "xml", "gkg --snapshot 99", "gkg --snapshot first"],
    "options": ["--all"],
    "reasons": ["timeout"],
    "report": ["--document nowhere", "--output none", "--authority none/names.csv"],
    "review": ["--decisions none/names.csv", "--authority none/names.csv"],
}
CANNOT_BE_DONE = {
    "run": [],  # a held folder, a full disk, a killed server: tests/test_flow_command.py
    "serve": [],  # a server that does not answer: tests/test_messages.py
    "diff": ["", "1 --curated none"],
    "dictionary": [],
    "explain": ["Brandvold --curated none"],
    "export": ["gkg --curated none", "gkg --output none/out"],
    "options": [],
    "reasons": [],
    "report": ["--curated none", "--document {document} --output none/page.html"],
    "review": ["--curated none", "--output none/sheet.csv"],
}
CASES = [
    (name, written, code)
    for code, asked in ((EXIT_USAGE, ASKED_WRONGLY), (EXIT_FAILED, CANNOT_BE_DONE))
    for name, cases in asked.items()
    for written in cases
]
DONE = ["dictionary", "options", "reasons", "explain Brandvold", "export gkg", "report", "review"]


def test_every_command_is_asked_wrongly_and_every_code_has_a_meaning():
    assert ASKED_WRONGLY.keys() == CANNOT_BE_DONE.keys() == COMMANDS.keys()
    assert all(ASKED_WRONGLY.values())
    assert list(EXIT_CODES) == [0, 1, 2, 3]


@pytest.fixture
def here(curated_samples, tmp_path, monkeypatch):
    """A working folder with tables in their usual place, a copy: one command writes its pages beside them."""
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "file").write_text("a file", encoding="utf-8")
    shutil.copytree(curated_samples, tmp_path / "data" / "curated", symlinks=True)
    monkeypatch.chdir(tmp_path)


def ended(name, written, capfd):
    """The exit code of a command, and what it wrote to standard error."""
    (document, *_) = open_curated().arrow("documents", ["document_id"]).column(0).to_pylist()
    arguments = [name, *shlex.split(written.format(document=document))]
    if isinstance(COMMANDS[name], Program):  # it sets handlers of signals, and owns its process
        command = [sys.executable, "-m", "ingest", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stderr
    try:
        code = main(arguments)
    except SystemExit as error:  # argparse tells mistakes of its own
        code = error.code
    return code, capfd.readouterr().err


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("name", "written", "code"), CASES)
def test_a_mistake_has_its_code_and_says_what_to_do(name, written, code, capfd):
    found, told = ended(name, written, capfd)
    assert (found, bool(told.strip())) == (code, True), told
    assert "Traceback" not in told


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("written", DONE)
def test_what_is_done_ends_with_0(written, capfd):
    name, _, rest = written.partition(" ")
    assert ended(name, rest, capfd)[0] == EXIT_OK
