"""Pairing of quotation marks: cases as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.quotes import find_quotes

CASES = Path(__file__).parent / "cases" / "quotes" / "marks.txt"


def cases():
    for block in CASES.read_text(encoding="utf-8").split("\n== ")[1:]:
        name, _, rest = block.partition("\n")
        lines = rest.rstrip().split("\n")
        text = "\n".join(line for line in lines if not line.startswith("->")).strip()
        expected = [line[3:] for line in lines if line.startswith("-> ")]
        yield pytest.param(text, expected, id=name)


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_marks(text, expected):
    assert [quote.text for quote in find_quotes(text, (), (), ())] == expected
