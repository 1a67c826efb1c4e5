"""Names that deserve a look, read from published tables."""

from __future__ import annotations

from made_records import Landing

from ingest.settings import DEFAULT_SETTINGS, Settings
from ingest.store.read import open_curated
from ingest.store.review import documents_with, review


def test_rows_show_where_a_name_stands(tmp_path):
    filler = "and so it went on for a long while "
    files = {f"{i}.txt": f"{filler * 3}when Anna Bell spoke, {filler * 3}" for i in range(5)}
    landing = Landing(tmp_path / "curated", files)
    landing.run()
    (row,) = review(landing.curated, DEFAULT_SETTINGS)
    assert (row.reason, row.name, row.documents) == ("unlinked", "Anna Bell", 5)
    for snippet in (row.snippet_1, row.snippet_2, row.snippet_3):
        assert "when [Anna Bell] spoke," in snippet
        assert "\n" not in snippet
        assert len(snippet) < 140


def test_what_is_hidden_can_still_be_looked_at(tmp_path):
    landing = Landing(tmp_path / "curated", {f"{i}.txt": "Anna Bell spoke." for i in range(2)})
    decisions = tmp_path / "decisions.csv"
    text = "decision,entity_type,key,other_type,other_key\nnot_a_name,PERSON,anna bell,,\n"
    decisions.write_text(text, encoding="utf-8")
    landing.run(settings=Settings(decisions_path=str(decisions)))
    (row,) = review(landing.curated, DEFAULT_SETTINGS)
    assert row.snippet_1 == "[Anna Bell] spoke."


def test_a_name_of_one_document_shows_three_of_its_places(tmp_path):
    text = "\n\n".join(f"part {n} told what Anna Bell saw." for n in range(6))
    landing = Landing(tmp_path / "curated", {"a.txt": text})
    landing.run()
    (row,) = review(landing.curated, DEFAULT_SETTINGS)
    assert (row.reason, row.documents, row.mentions) == ("unlinked", 1, 6)
    shown = (row.snippet_1, row.snippet_2, row.snippet_3)
    assert all(f"part {n} told what [Anna Bell] saw." in snippet for n, snippet in enumerate(shown))


def test_documents_that_have_a_name(tmp_path):
    """What tells whether an acronym and a phrase of its letters have met."""
    texts = ("Anna Bell met Carl Moss.", "Carl Moss left.", "Dora Finch left.")
    landing = Landing(tmp_path / "curated", {f"{i}.txt": text for i, text in enumerate(texts)})
    landing.run()
    opened = open_curated(landing.curated)
    shown = opened.arrow("_name_totals")
    ids = dict(zip(*(shown.column(name).to_pylist() for name in ("display", "name_id")), strict=True))
    anna, carl, dora = (ids[who] for who in ("Anna Bell", "Carl Moss", "Dora Finch"))
    having = documents_with(opened, (anna, carl, dora))
    assert [len(having[name]) for name in (anna, carl, dora)] == [1, 2, 1]
    assert having[anna] < having[carl]
    assert having[dora].isdisjoint(having[carl])
    assert documents_with(opened, ()) == {}
