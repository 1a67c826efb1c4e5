"""Damaged, hostile and giant containers: each bad item costs itself alone."""

from __future__ import annotations

import gzip
import resource
import stat
import zipfile

import pytest
from containers_of import (
    entries,
    json_lines,
    keys,
    packed,
    planned_in,
    problems,
    record,
    text,
    zipped,
)
from hypothesis import given
from hypothesis import strategies as st
from invariants import damaged

from ingest import containers
from ingest.containers.lines import read_json_lines
from ingest.workers.jobs import Limits

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
    entries(data.draw(damaged(whole[name])), name, tmp_path_factory.mktemp("damaged"))


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
