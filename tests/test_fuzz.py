"""A little of the fuzzing; `make fuzz MINUTES=60` does much, and its findings become cases of other tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz import DOCUMENTS, SEEDS, WHOLE, Fuzz, judge
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decode import MEDIA_TYPES

FUZZ = Path(__file__).parent / "fuzz.py"


def test_every_format_is_there():
    alike = {".text": ".txt", ".htm": ".html", ".xhtml": ".html"}
    assert {alike.get(suffix, suffix) for suffix in MEDIA_TYPES} <= set(SEEDS)
    assert {suffix.removesuffix(".gz") for suffix in DOCUMENTS} == set(SEEDS)


@pytest.mark.parametrize("suffix", WHOLE)
def test_undamaged_documents_are_read(suffix):
    assert {judge(content, f"a{suffix}") for content in WHOLE[suffix]} == {"record"}


@pytest.mark.parametrize("suffix", DOCUMENTS)
@given(data=st.data())
@settings(max_examples=40)
def test_any_document_is_a_record_or_refused_for_a_known_reason(suffix, data):
    judge(data.draw(DOCUMENTS[suffix]), f"a{suffix}")


def test_a_finding_is_raised_made_small_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("fuzz.judge", lambda content, _path: "record" if b"*" not in content else 1 // 0)
    with pytest.raises(ZeroDivisionError):
        Fuzz(tmp_path).some(".md", seed=1, examples=200)
    kept = (tmp_path / "input.md").read_bytes()
    assert b"*" in kept
    assert len(kept) <= min(len(one) for one in SEEDS[".md"] if b"*" in one)


def test_the_command_tells_its_figures(tmp_path):
    command = [
        sys.executable,
        FUZZ,
        "--minutes",
        "0.001",
        "--examples",
        "2",
        "--seed",
        "1",
        "--keep",
        tmp_path,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    count, words = done.stdout.split(maxsplit=1)
    assert int(count) >= 2 * len(DOCUMENTS)
    assert words.startswith("inputs in ")
    assert not list(tmp_path.iterdir()), "nothing was found"
