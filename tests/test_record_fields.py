"""Fields of records: how they are called, and what a document takes from them."""

from __future__ import annotations

import json

import pytest
from containers_of import (
    json_lines,
    text,
)
from invariants import check

from ingest.errors import ConfigError
from ingest.pipeline import process
from ingest.settings import Settings


def test_the_fields_of_a_record():
    fields = {
        "title": "Harbour   news",
        "authors": [{"name": "Ann Lee"}, "By Bo Ek"],
        "date_publish": "2024-05-03 10:00:00",
        "updated": 1714730000,
        "date_download": "2024-05-04T00:00:00Z",
        "source": {"name": "The Ellery Post"},
        "url": "https://post.example/1",
        "lang": "en_GB",
        "summary": "In short.",
    }
    record_ = process(json.dumps({**fields, "maintext": text(1)}).encode(), "a.jsonl#1")
    meta = record_.metadata
    assert (meta.title, meta.authors, meta.source_name) == (
        "Harbour news",
        ("Ann Lee", "Bo Ek"),
        "The Ellery Post",
    )
    assert (meta.published_at, meta.modified_at) == ("2024-05-03T10:00:00", "2024-05-03T09:53:20+00:00")
    assert (meta.retrieved_at, meta.url, meta.language) == (
        "2024-05-04T00:00:00+00:00",
        fields["url"],
        "en-GB",
    )
    assert record_.source_text == f"Harbour news\n\n{text(1)}"
    assert (record_.sections[0].tag, record_.sections[0].text) == ("title", "Harbour news")


@pytest.mark.parametrize(
    ("fields", "source_text", "media_type"),
    [
        (
            {"title": "Harbour News", "text": "HARBOUR NEWS\n\nThe council met."},
            "HARBOUR NEWS\n\nThe council met.",
            "text/plain",
        ),
        ({"title": "A & B", "html": "<p>The council met."}, "A & B\nThe council met.", "text/html"),
        (
            {"title": "A & B", "html": "<h2>A &amp; b</h2><p>The council met."},
            "A & bThe council met.",
            "text/html",
        ),
        ({"title": "A", "html": "<html><body><p>The council met."}, "The council met.", "text/html"),
        ({"text": "<p>The council met.</p><p>It agreed.</p>"}, "The council met.It agreed.", "text/html"),
        ({"text": ["The council met.", "It agreed."]}, "The council met.\n\nIt agreed.", "text/plain"),
        ({"html": "", "text": "The council met; 3 < 5."}, "The council met; 3 < 5.", "text/plain"),
    ],
)
def test_the_source_text_of_a_record(fields, source_text, media_type):
    found = process(json.dumps(fields).encode(), "a.json")
    assert (found.source_text, found.raw.media_type) == (source_text, media_type)


@pytest.mark.parametrize("body", [{"text": text(1)}, {"html": f"<p>{text(1)}</p><p>{text('two')}</p>"}])
def test_the_title_of_a_record_is_a_section(body):
    found = process(json.dumps({"title": "Harbour board agrees on breakwater", **body}).encode(), "a.jsonl#1")
    check(found)
    assert [section.tag for section in found.sections[:2]] == ["title", "lede"]
    assert found.sections[0].text == found.metadata.title == "Harbour board agrees on breakwater"


def test_names_of_fields_are_a_setting(folder, tmp_path):
    file = tmp_path / "fields.toml"
    file.write_text('id = ["key"]\ntext = ["content.full"]\n', encoding="utf-8")
    folder.settings = Settings(fields_path=str(file))
    folder.put(a__jsonl=json_lines({"key": "k", "content": {"full": text(1)}}, {"id": "i", "text": text(2)}))
    folder.run()
    assert (set(folder.documents()), folder.rejects()) == ({"a.jsonl#k"}, {"a.jsonl#line-2": "no_text"})
    file.write_text('id = ["key"]\n', encoding="utf-8")
    folder.run()
    assert (set(folder.documents()), folder.rejects()) == ({"a.jsonl#line-2"}, {"a.jsonl#k": "no_text"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("texts = ['a']", "'texts' is unknown; there are id, html, text"),
        ("text = 'a'", "text has to be a list"),
        ("text = [", "no TOML"),
    ],
)
def test_wrong_names_of_fields_end_the_run(folder, tmp_path, content, message):
    file = tmp_path / "fields.toml"
    file.write_text(content, encoding="utf-8")
    folder.settings = Settings(fields_path=str(file))
    with pytest.raises(ConfigError, match=message):
        folder.run()
