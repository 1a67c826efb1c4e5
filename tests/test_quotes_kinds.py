"""Speech, fragments of speech, and what is neither: cases as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.quotes import find_quotes

CASES = Path(__file__).parent / "cases" / "quotes" / "kinds.txt"


def cases():
    """A section's kind holds for every quotation of its sentences."""
    kind = ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            yield pytest.param(line, kind, id=line[:48])


@pytest.mark.parametrize(("text", "kind"), list(cases()))
def test_kinds(text, kind):
    quotes = find_quotes(text, (), (), ())
    assert quotes
    assert {quote.quote_type for quote in quotes} == {kind}
