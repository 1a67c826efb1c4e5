"""The samples as they came out when somebody last looked; `--update-golden` writes them anew."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from golden import render

from ingest.pipeline import process

ROOT = Path(__file__).parents[1]
LANDING = ROOT / "data" / "landing"
GOLDEN = Path(__file__).parent / "golden"
SAMPLES = {
    path.relative_to(LANDING).as_posix(): path for path in sorted(LANDING.rglob("*")) if path.is_file()
}


def golden_file(source_path):
    return GOLDEN / (source_path.replace("/", "__") + ".golden")


@pytest.mark.parametrize("source_path", SAMPLES)
def test_golden(source_path, request):
    found = render(process(SAMPLES[source_path].read_bytes(), source_path))
    file = golden_file(source_path)
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(found, encoding="utf-8")
    expected = file.read_text(encoding="utf-8") if file.exists() else ""
    diff = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), file.name, "what comes out now", lineterm="", n=2
    )
    assert found == expected, (
        "\n".join(diff) + "\n\nIf the new output is right: pytest tests/test_golden.py --update-golden"
    )


def test_no_golden_file_without_a_sample():
    assert {file.name for file in GOLDEN.iterdir()} == {golden_file(path).name for path in SAMPLES}


def test_the_samples_are_what_the_design_asks_for():
    assert 8 <= len(SAMPLES) <= 12
    contents = {path: file.read_bytes() for path, file in SAMPLES.items()}
    assert len(set(contents.values())) == len(contents) - 1, "one exact duplicate"
    assert any(path.endswith(".gz") for path in contents)
    encodings = {process(content, path).raw.encoding for path, content in contents.items()}
    assert encodings == {"utf-8", "cp1252"}
