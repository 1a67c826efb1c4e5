"""Invented articles of many kinds through `process()`: every row of quotes as a reader judged it.

Beside each `NAME.txt` stands `NAME.rows`: utterance, type, attribution, speaker, whom it means, first words.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import process

ARTICLES = sorted((Path(__file__).parent / "cases" / "quotes" / "articles").glob("*.txt"))


def found_rows(path):
    record = process(path.read_bytes(), path.name)
    for quote in record.quotes:
        index = quote.speaker_name_index
        name = record.names[index].display if index is not None else "-"
        words = " ".join(quote.text.split()[:4])
        yield " | ".join(
            (
                str(quote.utterance_index),
                quote.quote_type,
                quote.attribution,
                quote.speaker or "-",
                name,
                words,
            )
        )


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_rows_are_as_a_reader_judged(path):
    expected = path.with_suffix(".rows").read_text(encoding="utf-8").splitlines()
    assert list(found_rows(path)) == expected


def test_articles_of_a_dozen_kinds():
    assert len(ARTICLES) >= 12
