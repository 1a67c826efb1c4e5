"""Containers: every item a document of its own, unchanged ones left alone, bad ones alone refused."""

from __future__ import annotations

import json

import pytest
from containers_of import (
    Folder,
    entries,
    json_lines,
    keys,
    packed,
    planned_in,
    record,
    text,
    zipped,
)
from made_records import file_bytes

from ingest.landing import read_item
from ingest.tables.rows import document_id


def test_each_item_is_a_document(folder):
    folder.put(news__jsonl=json_lines(record(1), record(2)), old__jsonl__gz=packed(json_lines(record(3))))
    folder.put(
        briefs__zip=zipped(
            {"a/b.txt": text(4), "c.html.gz": packed(b"<p>Five went on."), "d.jsonl": json_lines(record(6))}
        )
    )
    summary = folder.run()
    documents = folder.documents()
    assert sorted(documents) == [
        *("briefs.zip#a/b.txt", "briefs.zip#c.html.gz", "briefs.zip#d.jsonl#a-6"),
        *("news.jsonl#a-1", "news.jsonl#a-2", "old.jsonl.gz#a-3"),
    ]
    for path, row in documents.items():
        assert row["document_id"] == document_id(path)
    assert documents["news.jsonl#a-1"]["media_type"] == "text/plain"
    assert documents["briefs.zip#c.html.gz"]["media_type"] == "text/html"
    assert (summary.added, summary.rejected) == (6, 0)
    again = folder.run()
    assert (again.changed, again.unchanged) == (False, 6)


def test_an_unchanged_container_is_not_looked_into(folder, monkeypatch):
    folder.put(news__jsonl=json_lines(record(1), b"{bad\n"), broken__zip=b"no zip")
    folder.run()
    monkeypatch.setattr("ingest.workers.planner.Planner.look", None)
    again = folder.run()
    assert (again.changed, again.unchanged) == (False, 3)


def test_a_changed_container_replaces_only_what_changed(folder):
    folder.put(news__jsonl=json_lines(record(1), record(2), record(3)))
    folder.run()
    folder.put(news__jsonl=json_lines(record(3), record(2, text=text("two")), record(4)))
    summary = folder.run()
    assert folder.changes() == {
        "news.jsonl#a-1": "removed",
        "news.jsonl#a-2": "updated",
        "news.jsonl#a-4": "added",
    }
    assert summary.unchanged == 1
    full = Folder(folder.root / "full")
    full.put(news__jsonl=(folder.root / "landing" / "news.jsonl").read_bytes())
    full.run()
    assert file_bytes(folder.root / "curated") == file_bytes(full.root / "curated")


def test_items_of_a_container_that_is_gone_stay_until_pruned(folder):
    folder.put(news__jsonl=json_lines(record(1)), kept__txt=text(2).encode())
    folder.run()
    (folder.root / "landing" / "news.jsonl").unlink()
    assert folder.run().gone == 1
    assert set(folder.documents()) == {"kept.txt", "news.jsonl#a-1"}
    assert folder.run(prune=True).removed == 1
    assert set(folder.documents()) == {"kept.txt"}
    assert not folder.rows("_containers")


def test_a_bad_copy_takes_nothing_out(folder):
    good = packed(json_lines(*(record(n, noise=str(hash((n, "x"))) * 50) for n in range(40))))
    folder.put(news__jsonl__gz=good, a__zip=zipped({"a.txt": text(1)}))
    folder.run()
    folder.put(news__jsonl__gz=good[: len(good) // 2], a__zip=b"PK\3\4 cut short")
    folder.run()
    assert folder.rejects() == {"news.jsonl.gz": "truncated", "a.zip": "corrupt"}
    assert len(folder.documents()) == 41
    folder.put(news__jsonl__gz=good, a__zip=zipped({"a.txt": text(1)}))
    folder.run()
    assert not folder.rejects()
    assert len(folder.documents()) == 41


def test_what_stands_before_a_cut_is_read(folder):
    good = packed(json_lines(*(record(n, noise=str(hash((n, "x"))) * 50) for n in range(40))))
    folder.put(news__jsonl__gz=good[:-9])
    folder.run()
    assert folder.rejects() == {"news.jsonl.gz": "truncated"}
    assert "news.jsonl.gz#a-0" in folder.documents()
    assert len(folder.documents()) >= 39


def test_a_big_container_is_shared_out_and_comes_out_the_same(tmp_path):
    content = json_lines(*(record(n) for n in range(30)))
    one, many = Folder(tmp_path / "one"), Folder(tmp_path / "many")
    for folder in (one, many):
        folder.put(news__jsonl=content, news2__jsonl__gz=packed(content))
    one.run(batch_bytes=1 << 20)
    many.run(batch_bytes=1000)
    assert file_bytes(one.root / "curated") == file_bytes(many.root / "curated")


def test_a_container_that_changes_after_the_plan_is_left_for_the_next_run(folder):
    folder.put(news__jsonl=json_lines(record(1)))
    planned = planned_in(folder.root)
    (item,) = planned.items
    assert json.loads(read_item(folder.root / "landing", item))["id"] == "a-1"
    folder.put(news__jsonl=json_lines(record(2)))
    with pytest.raises(Exception, match="a-1"):
        read_item(folder.root / "landing", item)


def test_keys_are_unique_escaped_and_stable(tmp_path):
    lines = json_lines(
        {"id": "x"},
        {"id": "x"},
        {"id": 7},
        {"id": "a#b\\c\nd\ud800"},
        {"id": ""},
        {"id": True},
        {"uuid": "u"},
        {},
        {"_id": {"$oid": "66aa"}},
        {"id": "line-5"},
        {"id": "n" * 501},
    )
    found, broken = entries(b"\xef\xbb\xbf" + lines + b"\n  \r\n[1]", "a.jsonl", tmp_path)
    assert broken is None
    assert keys(found) == [
        *("x", "x", "7", r"a\x23b\x5cc\x0ad\xed\xa0\x80", "line-5", "line-6", "u", "line-8"),
        *("66aa", "line-5", "line-11", "line-14"),
    ]
    folder = Folder(tmp_path)
    folder.put(a__jsonl=lines)
    planned = planned_in(tmp_path)
    names = [item.source_path for item in planned.items]
    assert names[:2] == ["a.jsonl#x", "a.jsonl#x~2"]
    assert "a.jsonl#line-5~2" in names
    assert len(set(names)) == len(names) == 11
