"""Who says what: cases as data, known failures among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import process
from ingest.quotes import find_quotes
from ingest.quotes.paragraphs.turns import find_turns

CASES = Path(__file__).parent / "cases" / "quotes"


def cases(file):
    for block in CASES.joinpath(file).read_text(encoding="utf-8").split("\n== ")[1:]:
        name, _, rest = block.partition("\n")
        lines = rest.rstrip().split("\n")
        text = "\n".join(line for line in lines if not line.startswith("->")).strip()
        expected = [tuple(line[3:].split(" | ")) for line in lines if line.startswith("-> ")]
        marks = [pytest.mark.xfail(reason="known failure, see the case")] if name.startswith("?? ") else []
        yield pytest.param(text, expected, id=name.removeprefix("?? "), marks=marks)


@pytest.mark.parametrize(("text", "expected"), [*cases("speakers.txt"), *cases("foreign.txt")])
def test_speakers(text, expected):
    # Who is named tells the turns of a transcript from a list of particulars; all else is told without names.
    quotes = process(text.encode(), "a.txt").quotes if find_turns(text) else find_quotes(text, (), (), ())
    speech = [q for q in quotes if q.quote_type != "mention_only"]
    found = [
        (next((w for w, _ in expected if q.text.startswith(w)), q.text), q.speaker or "-") for q in speech
    ]
    assert found == expected
