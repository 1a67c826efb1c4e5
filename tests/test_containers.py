"""Containers: every item a document of its own, unchanged ones left alone, bad ones alone refused."""

from __future__ import annotations

import gzip
import json
import resource
import stat
import zipfile

import pytest
from containers_of import Folder, json_lines, packed, record, text, zipped
from hypothesis import given
from hypothesis import strategies as st
from invariants import check
from made_records import file_bytes

from ingest import containers
from ingest.containers import read_container
from ingest.containers.entries import Budget, Source
from ingest.containers.index import Inventory, Spool, look_into
from ingest.containers.lines import read_json_lines
from ingest.decode import container_type_of
from ingest.decode.fields import DEFAULT_FIELDS
from ingest.errors import ConfigError, DocumentError
from ingest.items import Before
from ingest.landing import plan, read_item
from ingest.pipeline import process
from ingest.reasons import REASONS
from ingest.settings import Settings
from ingest.tables.rows import document_id
from ingest.workers.jobs import Limits

SETTINGS = Settings(max_document_bytes=100_000)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def entries(content: bytes, name: str, tmp_path, limit: int = 100_000):
    """All entries of a container, and the reason for which it breaks off."""
    path = tmp_path / "container"
    path.write_bytes(content)
    found = []
    with path.open("rb") as file:
        budget = Budget(len(content), limit)
        source = Source(file, len(content), limit, budget, DEFAULT_FIELDS, is_plain=True)
        try:
            for entry in read_container(source, *container_type_of(name)):
                found.append(entry)  # noqa: PERF402 - those before the break count
        except DocumentError as error:
            broken = error
        else:
            broken = None
    for entry in found:
        if entry.offset is not None:
            assert content[entry.offset : entry.offset + len(entry.content)] == entry.content
    if broken is None:
        return found, None
    assert broken.stage == "landing"
    return found, REASONS[broken.reason].code


def planned_in(root):
    before, spool = Before({}, "f", {}), Spool(root / "spool")
    return plan(
        root / "landing",
        before,
        SETTINGS,
        lambda path, container: look_into(Inventory(path, container, before, SETTINGS, spool)),
    )


def keys(found):
    return [entry.key for entry in found]


def problems(found):
    return {entry.key: entry.problem[0] for entry in found if entry.problem}


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


BAD_RECORDS = {
    b"{bad": "unparsable",
    b"[1, 2]": "unparsable",
    b'"text"': "unparsable",
    b"{}": "no_text",
    b'{"text": ""}': "no_text",
    b'{"text": 5, "title": "Only a number"}': "no_text",
    b'{"text": "One text stands here.", "text": "And another one."}': "unparsable",
    b'{"text": "a\\u0000b"}': "undecodable",
    b'{"text": "a \\ud800 b"}': "undecodable",
    b'{"text": "\xff"}': "undecodable",
    b'{"text": "\\u200b"}': "empty",
    b'{"n": ' + b"9" * 5000 + b"}": "unparsable",
    b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}": "unparsable",
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000: "unparsable",
}


def test_bad_records_cost_themselves_alone(folder):
    lines = list(BAD_RECORDS)
    folder.put(news__jsonl=json_lines(record(0), *(line + b"\n" for line in lines), record(1)))
    folder.run()
    assert set(folder.documents()) == {"news.jsonl#a-0", "news.jsonl#a-1"}
    assert folder.rejects() == {
        f"news.jsonl#line-{n}": reason for n, reason in enumerate(BAD_RECORDS.values(), start=2)
    }


def test_an_item_that_takes_for_ever_costs_itself_alone(folder):
    endless = {"id": "endless", "text": "the ministers of Veldmark met on Monday and " * 80_000}
    folder.put(news__jsonl=json_lines(record(0), endless, record(1)))
    folder.run(limits=Limits(timeout_s=3))
    assert folder.rejects() == {"news.jsonl#endless": "timeout"}
    assert set(folder.documents()) == {"news.jsonl#a-0", "news.jsonl#a-1"}


def test_a_giant_line_costs_itself_and_no_memory(tmp_path):
    giant = b'{"text": "' + b"x" * (8 << 20) + b'"}\n'
    content = json_lines(record(1)) + giant + json_lines(record(2))
    found, broken = entries(content, "a.jsonl", tmp_path)
    assert (keys(found), problems(found), broken) == (["a-1", "line-2", "a-2"], {"line-2": "too_large"}, None)
    assert found[1].size_bytes == len(giant)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"[\n{}\n]\n", "a.jsonl", "unparsable"),
        (b"\xff\xfe{\0}\0", "a.jsonl", "undecodable"),
        (b"plain", "a.jsonl.gz", "corrupt"),
        (gzip.compress(b"{}\n") + b"rubbish", "a.jsonl.gz", "corrupt"),
        (b"plain", "a.zip", "corrupt"),
        (b"", "a.zip", "corrupt"),
        (gzip.compress(bytes(64 << 20)), "a.jsonl.gz", "too_large"),
    ],
)
def test_containers_that_break_off(tmp_path, content, name, reason):
    assert entries(content, name, tmp_path, limit=1000)[1] == reason


@pytest.mark.parametrize("has_descriptors", [False, True])
def test_what_stands_before_the_cut_of_a_zip_archive(tmp_path, has_descriptors):
    files = {"a.txt": text(1), "b/": "", ".c": "x", "d.jsonl": json_lines(record(2)), "e.txt": "e" * 300}
    whole = zipped(files, is_streamed=has_descriptors)
    list_at = whole.index(b"PK\1\2")
    last_at = whole.rindex(b"PK\3\4")
    for cut, expected in (
        (list_at, ["a.txt", "d.jsonl#a-2", "e.txt"]),
        (last_at + 38, ["a.txt", "d.jsonl#a-2"]),
    ):
        found, broken = entries(whole[:cut], "a.zip", tmp_path)
        assert (keys(found), broken) == (expected, "truncated")
        assert found[0].content == text(1).encode()
    found, broken = entries(whole[: list_at + 60], "a.zip", tmp_path)
    assert (len(found), broken) == (3, "corrupt")
    found, broken = entries(
        zipped({"a.txt": text(1), "b.txt": bytes(8 << 20)})[:-30], "a.zip", tmp_path, limit=5000
    )
    assert (keys(found), broken) == (["a.txt"], "too_large")


def test_an_empty_container_is_a_reject(folder):
    folder.put(a__jsonl=b"\n", b__zip=zipped({"folder/": b"", ".hidden": b"x", "__MACOSX/a.txt": b"x"}))
    folder.run()
    assert folder.rejects() == {"a.jsonl": "empty", "b.zip": "empty"}
    folder.put(a__jsonl=json_lines(record(1)))
    folder.run()
    assert folder.rejects() == {"b.zip": "empty"}


def link(name, target_mode=stat.S_IFLNK):
    info = zipfile.ZipInfo(name)
    info.external_attr = (target_mode | 0o777) << 16
    return info


def encrypted(name, content):
    """A zip archive whose only member is marked as encrypted."""
    raw = bytearray(zipped({name: content}))
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    return bytes(raw)


def test_hostile_archives(folder):
    before = sorted(path.name for path in folder.root.parent.iterdir())
    quine = zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": text(1)}), "ok.txt": text(5)})})
    folder.put(
        up__zip=zipped({"../../evil.txt": text(1), "/etc/evil.txt": text(2), "a\nb#c\\d.txt": text(3)}),
        link__zip=zipped({link("link.txt"): "/etc/passwd", "ok.txt": text(4)}),
        secret__zip=encrypted("a.txt", text(4)),
        quine__zip=quine,
        types__zip=zipped({"a.jpg": b"x", "b": b"x", "c.txt": b""}),
        lzma__zip=zipped({"a.txt": text(6)}, method=zipfile.ZIP_LZMA),
    )
    folder.run()
    assert set(folder.documents()) == {
        *("up.zip#../../evil.txt", "up.zip#/etc/evil.txt", r"up.zip#a\x0ab\x23c\x5cd.txt"),
        *("link.zip#ok.txt", "quine.zip#a.zip#ok.txt"),
    }
    assert folder.rejects() == {
        "link.zip#link.txt": "unsupported_type",
        "secret.zip#a.txt": "encrypted",
        "quine.zip#a.zip#b.zip": "nested",
        "lzma.zip#a.txt": "unsupported_type",
        "types.zip#a.jpg": "unsupported_type",
        "types.zip#b": "unsupported_type",
        "types.zip#c.txt": "empty",
    }
    assert sorted(path.name for path in folder.root.parent.iterdir()) == before


def test_a_file_without_a_name_is_refused(tmp_path):
    content = zipped({"Q.txt": text(1), "b.txt": text(2)}).replace(b"Q.txt", b"\0.txt")
    found, broken = entries(content, "a.zip", tmp_path)
    assert (keys(found), problems(found), broken) == (["", "b.txt"], {"": "unsupported_type"}, None)


def test_bombs_are_bounded(tmp_path):
    zeros = bytes(8 << 20)
    bombs = zipped({f"{n}.txt": zeros for n in range(5)})
    found, broken = entries(bombs, "a.zip", tmp_path)
    assert set(problems(found).values()) == {"too_large"}, "each is read no further than its limit"
    assert broken is None
    inner = zipped({"a.txt": text(1), "b.zip": bombs, "c.jsonl": zeros * 3, "d.txt": text(2)})
    found, broken = entries(inner, "a.zip", tmp_path, limit=1000)
    assert (keys(found), broken) == (["a.txt", *(f"b.zip#{n}.txt" for n in range(5))], "too_large")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak < 2 << 20, "in kB"


@given(st.binary(max_size=200), st.sampled_from(["a.jsonl", "a.jsonl.gz", "a.zip"]))
def test_any_bytes_are_read_to_an_end(tmp_path_factory, content, name):
    entries(content, name, tmp_path_factory.mktemp("any"))


@given(st.data())
def test_damaged_containers_are_read_to_an_end(tmp_path_factory, data):
    whole = {
        "a.zip": zipped(
            {"a.txt": text(1), "b.jsonl": json_lines(record(2)), "c.zip": zipped({"d.txt": text(3)})}
        ),
        "a.jsonl.gz": packed(json_lines(record(1), record(2))),
    }
    name = data.draw(st.sampled_from(sorted(whole)))
    content = bytearray(whole[name])
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=6)
    ):
        content[at] = byte
    entries(
        bytes(content[: data.draw(st.integers(0, len(content)))]), name, tmp_path_factory.mktemp("damaged")
    )


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


@pytest.mark.parametrize(
    ("error", "reason"),
    [(RecursionError("too deep"), "exception"), (OSError(5, "Input/output error"), "unreadable")],
)
def test_a_mistake_in_a_reader_costs_that_container_alone(folder, monkeypatch, error, reason):
    def broken(source):
        yield from read_json_lines(source)
        raise error

    readers = {**containers.READERS, "application/jsonl": broken}
    monkeypatch.setattr(containers, "READERS", readers)
    folder.put(a__jsonl=json_lines(record(1), record(2)), b__txt=text(1).encode())
    planned = planned_in(folder.root)
    assert [item.source_path for item in planned.items] == ["a.jsonl#a-1", "a.jsonl#a-2", "b.txt"]
    (reject,) = planned.rejects
    assert (reject.source_path, reject.reason) == ("a.jsonl", reason)
    assert str(error.args[-1]) in reject.detail
