"""Asking a snapshot: tables as frames, SQL, contexts, older states."""

from __future__ import annotations

import sys

import pandas as pd
import pytest
from made_records import Landing

import ingest
from ingest import store
from ingest.errors import ConfigError, IngestError
from ingest.store import sql
from ingest.store.context import sentence
from ingest.tables import public_tables

FILES = {
    "a/one.txt": "Anna Bell met Carl Dorn. Mr. Bell came, too! And left.\n\nLogin\n\nBell said “we go on”.",
    "a/two.txt": "Carl Dorn left.\n\nLogin",
    "b/three.txt": "nobody of note.",
}


@pytest.fixture(params=[False, True], ids=["one part", "many parts"])
def landing(request, tmp_path, monkeypatch):
    if request.param:
        monkeypatch.setattr("ingest.tables.parts.PART_BYTES", 1)
        monkeypatch.setattr("ingest.tables.parts.SMALL_BYTES", 1)
        monkeypatch.setattr("ingest.tables.parts.FULL_BYTES", 1)
        monkeypatch.setattr("ingest.tables.parts.GROUP_BYTES", 1)
    made = Landing(tmp_path / "it's curated", dict(FILES))
    made.run()
    return made


def test_every_table_is_an_attribute_and_holds_what_read_table_gives(landing):
    opened = ingest.open_curated(landing.curated)
    for table in public_tables():
        frame = getattr(opened, table.name)
        assert list(frame.columns) == list(table.names)
        assert all(isinstance(kind, pd.ArrowDtype) for kind in frame.dtypes)
        assert len(frame) == len(ingest.read_table(table.name, landing.curated))
        assert table.name in dir(opened)
    assert list(opened.mentions["surface"]) == list(ingest.read_table("mentions", landing.curated)["surface"])


def test_only_the_columns_asked_for_are_read_and_each_once(landing, monkeypatch):
    opened, read = ingest.open_curated(landing.curated), []
    arrow = store.Curated.arrow
    monkeypatch.setattr(
        store.Curated, "arrow", lambda self, name, columns: read.append(columns) or arrow(self, name, columns)
    )
    assert list(opened.table("quotes", columns=["text", "speaker_name"])) == ["text", "speaker_name"]
    assert list(opened.table("quotes", columns=["quote_id", "text"])) == ["quote_id", "text"]
    assert read == [["text", "speaker_name"], ["quote_id"]]


def test_a_frame_is_the_callers_own(landing):
    opened = ingest.open_curated(landing.curated)
    frame = opened.mentions
    frame.loc[0, "surface"] = "changed"
    assert "changed" not in set(opened.mentions["surface"])


def test_one_snapshot_whatever_is_published_meanwhile(landing):
    opened = ingest.open_curated(landing.curated)
    landing.files["c.txt"] = "Eva Falk came."
    landing.run()
    newer = ingest.open_curated(landing.curated)
    assert (opened.number, newer.number) == (1, 2)
    for asked, count in [(opened, 3), (newer, 4), (newer.snapshot(1), 3)]:
        assert len(asked.documents) == count
        assert asked.sql("SELECT count(*) AS n FROM documents")["n"].item() == count
    assert "snapshot 1, run-00001: 3 documents, " in repr(opened)
    with pytest.raises(ConfigError, match="no snapshot 41; kept are 1, 2"):
        opened.snapshot(41)


def test_unknown_names_list_the_known_ones(landing):
    opened = ingest.open_curated(landing.curated)
    with pytest.raises(AttributeError, match="no table 'quote'; there are documents, sections"):
        _ = opened.quote
    assert not hasattr(opened, "_items"), "the store's own state is no attribute"
    with pytest.raises(ConfigError, match="no table 'quote'; there are documents"):
        opened.table("quote")
    with pytest.raises(ConfigError, match="no column 'who'; it has quote_id"):
        opened.table("quotes", columns=["who"])
    with pytest.raises(ConfigError, match=r"quote does not exist(?s:.)*The tables are documents, sections"):
        opened.sql("SELECT * FROM quote")
    with pytest.raises(ConfigError, match="speaker_name"):
        opened.sql("SELECT speakername FROM quotes")


def test_sql_sees_every_row_of_every_table(landing):
    opened = ingest.open_curated(landing.curated)
    for table in public_tables():
        statement = f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}"  # noqa: S608 - names of ours
        rows = sql.query({table.name: opened.paths(table.name)}, statement)
        assert rows.to_pylist() == opened.arrow(table.name).to_pylist()


def test_sql_takes_parameters_and_gives_arrow_backed_columns(landing):
    opened = ingest.open_curated(landing.curated)
    one = opened.sql("SELECT surface FROM mentions WHERE surface = $name LIMIT 1", {"name": "Carl Dorn"})
    assert one["surface"].tolist() == ["Carl Dorn"]
    assert isinstance(one["surface"].dtype, pd.ArrowDtype)
    assert len(opened.sql("SELECT 1 WHERE ? = 'x'", ["x"])) == 1


def test_without_duckdb_sql_says_what_to_install(landing, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ConfigError, match=r"pip install 'document-ingest\[sql\]'"):
        ingest.open_curated(landing.curated).sql("SELECT 1")


def test_tables_and_columns_that_an_older_version_did_not_write_are_empty_or_null(landing):
    opened = ingest.open_curated(landing.curated)
    files = {"edits": [], "dropped": opened.paths("edits")}
    assert len(sql.query(files, "SELECT after FROM edits")) == 0
    assert str(sql.query(files, "SELECT kind FROM dropped").schema.field("kind").type) == "string"
    del opened.manifest.tables["edits"]
    assert opened.edits.empty
    assert ", 0 edits" in repr(opened)


def test_a_context_is_the_sentence_around_a_name_or_a_quotation(landing):
    opened = ingest.open_curated(landing.curated)
    texts = opened.documents.set_index("document_id")["text"]
    for table, key in (("mentions", "mention_id"), ("quotes", "quote_id")):
        for row in opened.table(table).itertuples():
            found = opened.context(getattr(row, key))
            text = texts[row.document_id]
            assert text[found.char_start :].startswith(found.text)
            assert found.char_start + found.start == row.char_start
            assert found.text[found.start : found.end] == text[row.char_start : row.char_end]
            assert "\n" not in found.text
    by_surface = {row.surface: str(opened.context(row.mention_id)) for row in opened.mentions.itertuples()}
    assert by_surface["Carl Dorn"] in {"Anna Bell met [Carl Dorn].", "[Carl Dorn] left."}
    assert by_surface["And"] == "[And] left."
    quote = opened.context(opened.quotes["quote_id"][0])
    assert (str(quote), quote.source_path) == ("Bell said “[we go on]”.", "a/one.txt")


@pytest.mark.parametrize(
    ("text", "stretch", "shown"),
    [
        ("One. Two goes.\nThree.", "Two", "[Two] goes."),
        ("One. “Two. Three,” he said. Four.", "Two. Three,", "“[Two. Three,]” he said."),
        ("Title", "Title", "[Title]"),
        ("a b\n", "b", "a [b]"),
    ],
)
def test_sentences(text, stretch, shown):
    start = text.index(stretch)
    assert str(sentence("x", "y", text, start, start + len(stretch))) == shown


@pytest.mark.parametrize(
    "row_id", ["", "quote", "0123456789abcdef-m000000", "0123456789abcdef-q000000", "x-s0"]
)
def test_a_row_that_is_not_there_is_said_so(landing, row_id):
    with pytest.raises(IngestError, match="there is no row"):
        ingest.open_curated(landing.curated).context(row_id)
