"""Who says what: cases as data, known failures among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.quotes import find_quotes

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
    speech = [q for q in find_quotes(text, (), (), ()) if q.quote_type != "mention_only"]
    found = [
        (next((w for w, _ in expected if q.text.startswith(w)), q.text), q.speaker or "-") for q in speech
    ]
    assert found == expected
