"""CSV, web archives, tar archives, mailboxes and letters: what each gives, and what it does when damaged."""

from __future__ import annotations

import json
import tarfile

import pytest
from containers_of import (
    PAGE,
    Folder,
    answer,
    entries,
    json_lines,
    keys,
    only,
    packed,
    problems,
    record,
    sent,
    tarred,
    text,
    web_archive,
    zipped,
)
from hypothesis import given
from hypothesis import strategies as st
from invariants import check, damaged

from ingest.pipeline import process


def csv_of(*lines: str) -> bytes:
    return "\r\n".join(("id,title,text,url", *lines)).encode()


# CSV


def test_rows_are_records(tmp_path):
    content = csv_of('7,"Harbour, again","The council\nmet ""twice"" on Monday.",https://x.example/7')
    found = only(content, "a.csv", tmp_path)
    assert found.source_text == 'Harbour, again\n\nThe council\nmet "twice" on Monday.'
    assert (found.metadata.title, found.metadata.url) == ("Harbour, again", "https://x.example/7")


def test_keys_of_rows(tmp_path):
    content = csv_of("", "x,t,One.,", ',t,"Two\nlines.",', ",t,Three.,", "x,t,Four.,")
    found, broken = entries(content, "a.csv", tmp_path)
    assert (keys(found), broken) == (["x", "line-4", "line-6", "x"], None)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings(tmp_path, mark, encoding):
    content = f"id{mark}text\r\n1{mark}The café – of Port Ellery – closed.\r\n".encode(encoding)
    assert only(content, "a.csv", tmp_path).source_text == "The café – of Port Ellery – closed."
    assert only(packed(content), "a.tsv.gz", tmp_path).source_text == "The café – of Port Ellery – closed."


def test_one_damaged_row_of_a_small_file_does_not_spoil_the_others(tmp_path):
    rows = [f"{number},News,“We agree on part {number}.”,u".encode() for number in range(8)]
    rows[3] = rows[3].replace(b"News", b"Ne\xff\xfews")
    found, broken = entries(b"\n".join((b"id,title,text,url", *rows)), "a.csv", tmp_path)
    assert broken is None
    assert problems(found) == {"line-5": "undecodable"}
    whole = [entry for entry in found if entry.content is not None]
    assert [process(entry.content, f"a.csv#{entry.key}").source_text for entry in whole] == [
        f"News\n\n“We agree on part {number}.”" for number in range(8) if number != 3
    ]


def test_bad_rows_cost_themselves_alone(tmp_path):
    giant = '"' + "x\n" * 60_000 + '"'
    wide = "y" * 120_000
    lines = ("1,t,One.,", "2,t,Two.,u,more", f"3,t,{giant},", f"4,t,{wide},", "5,t,\udcff,", "6,t,Six.,")
    content = "\n".join(("id,title,text,url", *lines)).encode("utf-8", "surrogateescape")
    found, broken = entries(content, "a.csv", tmp_path)
    assert broken is None
    assert problems(found) == {
        "line-3": "unparsable",
        "line-4": "too_large",
        "line-60005": "too_large",
        "line-60006": "undecodable",
    }
    assert [key for key in keys(found) if "line" not in key] == ["1", "6"]


def test_a_quotation_that_never_closes_is_bounded(tmp_path):
    content = csv_of("1,t,One.,", '2,t,"' + "no end\n" * 100_000)
    found, broken = entries(content, "a.csv", tmp_path)
    assert (keys(found), problems(found), broken) == (["1", "line-3"], {"line-3": "too_large"}, None)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty"), (b"\0\0\0binary", "binary"), (b"a" * 200_000, "unparsable")]
)
def test_no_csv(tmp_path, content, reason):
    assert entries(content, "a.csv", tmp_path)[1] == reason


# Tar archives


@pytest.mark.parametrize(("name", "mode"), [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tgz", "w:gz")])
def test_files_of_a_tar_archive(tmp_path, name, mode):
    long_name = "folder/" * 30 + "ä.html"
    files = {
        "a.txt": text(1),
        long_name: PAGE,
        ".hidden": "x",
        "b.jsonl": json_lines(record(2)),
        "c.jpg": "x",
    }
    found, broken = entries(tarred(files, mode), name, tmp_path)
    assert broken is None
    assert keys(found) == ["a.txt", long_name, "b.jsonl#a-2", "c.jpg"]
    assert problems(found) == {"c.jpg": "unsupported_type"}
    check(process(found[2].content, f"{name}#{found[2].key}"))


def member(name, kind, **more):
    info = tarfile.TarInfo(name)
    info.type = kind
    for attribute, value in more.items():
        setattr(info, attribute, value)
    return info


def test_hostile_tar_archives(tmp_path):
    files = {
        member("link.txt", tarfile.SYMTYPE, linkname="/etc/passwd"): None,
        member("hard.txt", tarfile.LNKTYPE, linkname="../../secret"): None,
        member("null.txt", tarfile.CHRTYPE, devmajor=1, devminor=3): None,
        member("pipe.txt", tarfile.FIFOTYPE): None,
        "../../up.txt": text(1),
        "/root.txt": text(2),
    }
    found, broken = entries(tarred(files), "a.tar", tmp_path)
    assert (keys(found)[-2:], broken) == (["../../up.txt", "/root.txt"], None)
    assert problems(found) == dict.fromkeys(
        ("link.txt", "hard.txt", "null.txt", "pipe.txt"), "unsupported_type"
    )
    header = tarfile.TarInfo("a")
    header.type, header.size = tarfile.XHDTYPE, 1 << 33
    found, broken = entries(tarred({"a.txt": "x"})[:1024] + header.tobuf() + bytes(5000), "a.tar", tmp_path)
    assert (keys(found), broken) == (["a.txt"], "corrupt")
    sparse = tarred({"a.txt": "x", member("b.txt", tarfile.GNUTYPE_SPARSE): None})
    found, broken = entries(sparse, "a.tar", tmp_path)
    assert (keys(found), broken) == (["a.txt"], "unsupported_type")
    headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "b.txt"}
    sparse = tarred({"a.txt": "x", member("b.txt", tarfile.REGTYPE, pax_headers=headers): None})
    found, broken = entries(sparse, "a.tar", tmp_path)
    assert (keys(found), broken) == (["a.txt"], "unsupported_type")
    bomb = tarred({"a.txt": text(1), "b.jsonl": bytes(8 << 20), "c.txt": text(3)}, "w:gz")
    found, broken = entries(bomb, "a.tgz", tmp_path, limit=1000)
    assert (keys(found), broken) == (["a.txt"], "too_large")


def test_damaged_tar_archives(tmp_path):
    whole = tarred({"a.txt": text(1), "b.txt": text(2) * 20, "c.txt": text(3)})
    for cut, count in ((1024, 1), (1024 + 100, 1), (1024 + 512 + 100, 1)):
        found, broken = entries(whole[:cut], "a.tar", tmp_path)
        assert (len(found), broken) == (count, "truncated"), cut
    damaged = bytearray(whole)
    damaged[1024 + 148] ^= 1  # the second header's checksum
    found, broken = entries(bytes(damaged), "a.tar", tmp_path)
    assert (keys(found), broken) == (["a.txt"], "corrupt")
    assert entries(b"", "a.tar", tmp_path)[1] == "truncated"
    assert entries(b"no tar at all" * 100, "a.tar", tmp_path)[1] == "corrupt"
    (packed_,) = (tarred({"a.txt": text(1), "b.txt": bytes(range(256)) * 400}, "w:gz"),)
    found, broken = entries(packed_[:-100], "a.tgz", tmp_path)
    assert (keys(found)[:1], broken) == (["a.txt"], "truncated")


@given(st.data())
def test_damaged_containers_are_read_to_an_end(tmp_path_factory, data):
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    entries(data.draw(damaged(WHOLE[name])), name, tmp_path_factory.mktemp("damaged"))


WHOLE = {
    "a.csv": csv_of('1,t,"One\n""x""",u', "2,t,Two,u"),
    "a.warc": web_archive(answer(0), answer(1)),
    "a.warc.gz": web_archive(answer(0), answer(1), is_packed=True),
    "a.tar": tarred({"a.txt": text(1), "b.zip": zipped({"c.txt": text(2)}), "ü" * 120 + ".txt": "x"}),
    "a.tgz": tarred({"a.txt": text(1), "b.csv": csv_of("1,t,One,u")}, "w:gz"),
    "a.mbox": b"From x\n" + sent(text(1)) + b"\n\nFrom y\n" + sent(text(2)),
}


def test_in_one_run(tmp_path):
    folder = Folder(tmp_path)
    for name, content in WHOLE.items():
        folder.put(**{name.replace(".", "__"): content})
    folder.put(
        a__eml=sent(text(7)),
        b__tar__gz=tarred({"x/y.eml": sent(text(8))}, "w:gz"),
        a__json=json.dumps(record(9)).encode(),
    )
    folder.run()
    assert len(folder.documents()) == 2 + 2 + 2 + 3 + 2 + 2 + 3
    assert not folder.rejects()
    assert not folder.run().changed
    for row in folder.rows("documents"):
        assert row["source_chars"] == row["kept_chars"] + row["dropped_chars"] + row["blank_chars"]
