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


def test_a_block_quote_is_signed_inside_it_only():
    html = """<html><body><article><h1>Norland and Kassar sign fleet pact</h1>
    <p>Norland and Kassar will run one fleet of twelve boats under a pact that was signed on Monday.</p>
    <p>Trade Secretary, Joan Healy MP, said:</p>
    <blockquote><p>In these volatile times we must work with all of our allies at sea.</p></blockquote>
    <blockquote><p>This pact puts boats in the water and work in every one of our ports.</p></blockquote>
    <p>Kassari Trade Minister, Tore Sandvik, said:</p>
    <blockquote><p>We stand shoulder to shoulder.</p><p>Tore Sandvik, minister</p></blockquote>
    </article></body></html>"""
    record = process(html.encode(), "pact.html")
    names = [q.speaker_name_index for q in record.quotes]
    shown = [record.names[i].display if i is not None else None for i in names]
    assert shown == ["Joan Healy", "Joan Healy", "Tore Sandvik"]
    assert [s.tag for s in record.sections].count("block_quote") == 3
    assert [q.utterance_index for q in record.quotes] == [0, 1, 2]
