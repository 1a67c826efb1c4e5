"""What is public: few names, each described with its types, its errors and an example that runs."""

from __future__ import annotations

import doctest
import inspect
import re
import sys
from pathlib import Path

import pytest

import ingest
from ingest.__main__ import parser
from ingest.commands import COMMANDS
from ingest.store import read

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

import pages  # noqa: E402 - the program that writes them

PUBLIC = [name for name in ingest.__all__ if not name.startswith("__")]
DESCRIBED = {name: getattr(ingest, name) for name in PUBLIC} | {
    f"{owner}.{name}": value
    for owner in PUBLIC
    if inspect.isclass(getattr(ingest, owner))
    for name, value in pages.members(getattr(ingest, owner))
}


def test_the_public_face_is_small():
    assert len(PUBLIC) <= 12
    assert sorted(ingest.__all__) == ingest.__all__ == dir(ingest)


def test_a_name_that_is_not_public_is_told_so():
    with pytest.raises(AttributeError, match=r"'ingest' has no attribute 'proces'; it has .*process"):
        _ = ingest.proces


def test_types_are_shipped():
    assert (Path(ingest.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("page", ["api", "architecture", "commands", "landing"])
def test_the_page_is_what_the_code_says(page):
    written = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert written == getattr(pages, f"{page}_page")(), "run `make dictionary` and commit"


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_public_name_is_described(name):
    described = DESCRIBED[name]
    text = inspect.getdoc(described) or ""
    assert re.match(r"[A-Z].*\S", text)
    if inspect.isfunction(described):
        signature = inspect.signature(described)
        told = set(re.findall(r"^    (\w+):", text, re.MULTILINE))
        assert signature.return_annotation is not inspect.Signature.empty
        for parameter in signature.parameters.values():
            assert parameter.name == "self" or parameter.annotation is not inspect.Parameter.empty
            assert parameter.name == "self" or parameter.name in told or "Arguments" in text, parameter
        assert "Raises:" in text or "errors as for" in text
    if not isinstance(described, property):
        assert ">>>" in text, "an example is missing"


def test_examples_that_ask_tables_run(curated_samples, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "curated").symlink_to(curated_samples, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(read)
    assert not failed, "pytest shows above what they gave"
    assert tried > 10


def test_every_command_that_help_lists_has_its_section():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    listed = re.findall(r"^    (\w+)(?: |$)", parser().format_help(), re.MULTILINE)
    assert (
        sorted(re.findall(r"^## `ingest (\w+)`$", page, re.MULTILINE)) == sorted(listed) == sorted(COMMANDS)
    )
