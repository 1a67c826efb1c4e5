"""Records as rows: ids, dates, what a document's row is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from made_records import make_record

from ingest.metadata import Metadata
from ingest.records import Name
from ingest.tables import STAGED, TABLES
from ingest.tables.rows import document_id, document_rows, name_id

RECORD = make_record("a/b.txt", "Anna Bell met Carl Dorn.\n\nLogin\n\nBell said “no”. Dorn left.")


def row(record, table, index=0):
    names = TABLES[table].staged_schema().names
    return dict(zip(names, document_rows(record).tables[table][index], strict=True))


def test_every_staged_table_has_rows_as_wide_as_its_columns():
    tables = document_rows(RECORD).tables
    assert set(tables) == {table.name for table in STAGED}
    for table in STAGED:
        assert all(len(values) == len(table.staged_schema()) for values in tables[table.name])


def test_ids_come_from_the_path_and_sort_in_reading_order():
    ident = sha256(b"a/b.txt").hexdigest()[:16]
    assert document_id("a/b.txt") == ident
    mentions = [values[0] for values in document_rows(RECORD).tables["mentions"]]
    assert mentions == sorted(mentions)
    assert mentions[3] == f"{ident}-m000003"
    quote = row(RECORD, "quotes")
    assert (quote["quote_id"], quote["utterance_id"]) == (f"{ident}-q000000", f"{ident}-u000000")


def test_rows_point_at_their_section():
    quote = row(RECORD, "quotes")
    section = next(s for s in document_rows(RECORD).tables["sections"] if s[0] == quote["section_id"])
    assert quote["text"] in section[7]
    assert quote["section_id"].endswith("-s000001")


def test_counts_of_a_document_add_up():
    found = row(RECORD, "documents")
    assert found["source_chars"] == len(RECORD.source_text)
    assert found["dropped_chars"] == len("Login")
    assert found["blank_chars"] == 4
    assert found["kept_chars"] + found["dropped_chars"] + found["blank_chars"] == found["source_chars"]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-16", datetime(2024, 5, 16, tzinfo=UTC)),
        ("2024-05-16T18:40:00+02:00", datetime(2024, 5, 16, 16, 40, tzinfo=UTC)),
        ("2024-05-16T18:40:00Z", datetime(2024, 5, 16, 18, 40, tzinfo=UTC)),
        ("2024-05-16T18:40:00", datetime(2024, 5, 16, 18, 40, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("last Tuesday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_become_instants_in_utc_or_nothing(text, instant):
    assert row(replace(RECORD, metadata=Metadata(published_at=text)), "documents")["published_at"] == instant


def test_equal_names_share_an_id_across_documents_and_different_ones_do_not():
    name = Name("anna bell", "Anna Bell", "PERSON")
    assert name_id(name) == name_id(replace(name, display="A. Bell"))
    others = [
        replace(name, key="anna"),
        replace(name, entity_type="LOCATION"),
        replace(name, authority_id="Q1"),
        Name("anna", "Anna", "PERSON", "bell"),
    ]
    assert len({name_id(n) for n in (name, *others)}) == 5


def test_spellings_count_mentions_and_keep_the_first_evidence():
    rows = [
        dict(zip(TABLES["_spellings"].names, r, strict=True))
        for r in document_rows(RECORD).tables["_spellings"]
    ]
    dorn = next(r for r in rows if r["surface"] == "Dorn")
    assert (dorn["basis"], dorn["mention_count"]) == ("surname", 1)
    assert RECORD.text[dorn["evidence_start"] : dorn["evidence_end"]] == "Carl Dorn"


def test_the_page_s_own_title_and_authors_come_first():
    page = replace(RECORD, metadata=Metadata(title="Own title", authors=("Eva Falk",)))
    found = row(page, "documents")
    assert (found["title"], found["authors"]) == ("Own title", ("Eva Falk",))
