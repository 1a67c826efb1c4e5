"""CSV, web archives, tar archives, mailboxes and letters: what each gives, and what it does when damaged."""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib

import pytest
from containers_of import Folder, json_lines, letter, packed, record, tarred, text, web_archive, zipped
from hypothesis import given
from hypothesis import strategies as st
from invariants import check
from test_containers import entries, keys, problems

from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.pipeline import process
from ingest.settings import DEFAULT_SETTINGS

HEADLINE = "<h1>Harbour news</h1>"
PAGE = f"<html><title>Harbour news</title><body>{HEADLINE}<p>{text('naïve')}</p></body></html>"


def csv_of(*lines: str) -> bytes:
    return "\r\n".join(("id,title,text,url", *lines)).encode()


def only(content, name, tmp_path):
    """The one entry of a container, processed."""
    (entry,), broken = entries(content, name, tmp_path)
    assert broken is None
    found = process(entry.content, f"{name}#{entry.key}")
    check(found)
    return found


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


# Web archives


def answer(number=0, body=None, **more):
    return {"url": f"https://x.example/{number}", "body": PAGE.encode() if body is None else body, **more}


@pytest.mark.parametrize("is_packed", [False, True])
def test_pages_of_a_web_archive(tmp_path, is_packed):
    answers = (
        answer(0),
        answer(1, b"no", status="404 Not Found"),
        answer(2, b"\x89PNG", type="image/png"),
        answer(3, b"GET / HTTP/1.0\r\n\r\n", kind="request", type="application/http; msgtype=request"),
        answer(4, b"Plain text of a crawl.", kind="conversion", type="text/plain"),
        answer(5, "größer".encode("latin-1"), type='text/html; charset="ISO-8859-1"'),
    )
    name = "a.warc.gz" if is_packed else "a.warc"
    found, broken = entries(web_archive(*answers, is_packed=is_packed), name, tmp_path)
    assert broken is None
    assert [key[-1] for key in keys(found)] == ["0", "4", "5"]
    assert all((entry.offset is None) == is_packed for entry in found)
    first, plain, latin = (process(entry.content, f"{name}#{entry.key}") for entry in found)
    assert (first.metadata.url, first.metadata.title) == ("https://x.example/0", "Harbour news")
    assert (first.metadata.retrieved_at, first.metadata.published_at) == ("2024-05-04T10:00:00+00:00", None)
    assert (plain.raw.media_type, plain.source_text) == ("text/plain", "Plain text of a crawl.")
    assert (latin.raw.encoding, latin.source_text) == ("cp1252", "größer")


def chunked(content: bytes) -> bytes:
    parts = [content[at : at + 100] for at in range(0, len(content), 100)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


RAW_DEFLATE = zlib.compressobj(wbits=-15)
PACKINGS = {
    "chunked": (chunked(PAGE.encode()), [("Transfer-Encoding", "chunked")]),
    "chunked and undone": (PAGE.encode(), [("Transfer-Encoding", "chunked")]),
    "gzip": (gzip.compress(PAGE.encode()), [("Content-Encoding", "gzip")]),
    "gzip and undone": (PAGE.encode(), [("Content-Encoding", "gzip")]),
    "both": (
        chunked(gzip.compress(PAGE.encode())),
        [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")],
    ),
    "deflate": (zlib.compress(PAGE.encode()), [("Content-Encoding", "deflate")]),
    "raw deflate": (
        RAW_DEFLATE.compress(PAGE.encode()) + RAW_DEFLATE.flush(),
        [("Content-Encoding", "deflate")],
    ),
    "brotli and undone": (PAGE.encode(), [("Content-Encoding", "br")]),
}


@pytest.mark.parametrize("name", PACKINGS)
def test_packed_answers(tmp_path, name):
    body, headers = PACKINGS[name]
    found = only(web_archive(answer(body=body, http=headers)), "a.warc", tmp_path)
    assert found.source_text == process(PAGE.encode(), "a.html").source_text


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (gzip.compress(bytes(70 << 20)), [("Content-Encoding", "gzip")], "too_large"),
        (zlib.compress(bytes(70 << 20)), [("Content-Encoding", "deflate")], "too_large"),
        (b"\x1b\x2c\0\xf8", [("Content-Encoding", "br")], "unsupported_type"),
        (b"", [], "empty"),
        (b"%PDF-1.7", [], "unsupported_type"),
    ],
)
def test_answers_that_are_refused(tmp_path, body, headers, reason):
    (entry,), _ = entries(web_archive(answer(body=body, http=headers)), "a.warc", tmp_path, limit=1 << 20)
    with pytest.raises(DocumentError) as caught:
        process(entry.content, "a.warc#x")
    assert caught.value.reason == reason


def test_a_damaged_member_of_a_packed_web_archive_costs_itself_alone(tmp_path):
    pages = [answer(n, f"<p>{'The council met again. ' * 40}{n}".encode()) for n in range(4)]
    whole = web_archive(*pages, is_packed=True)
    good = keys(entries(whole, "a.warc.gz", tmp_path)[0])
    starts = [at for at in range(len(whole)) if whole.startswith(b"\x1f\x8b\x08", at)]
    assert len(starts) == len(pages)
    for lost in range(3):
        for place in range(starts[lost], starts[lost + 1], 7):
            damaged = bytearray(whole)
            damaged[place] ^= 0xFF
            found, broken = entries(bytes(damaged), "a.warc.gz", tmp_path)
            kept = [key for key in keys(found) if key in good]
            assert (broken, set(good) - set(kept) <= {good[lost]}) == (None, True), (lost, place)
            assert set(problems(found).values()) <= {"corrupt"}
    damaged = bytearray(whole)
    damaged[starts[1] + 40 : starts[1] + 60] = bytes(20)
    found, _ = entries(bytes(damaged), "a.warc.gz", tmp_path)
    (refused,) = (entry for entry in found if entry.content is None)
    assert (refused.key, refused.size_bytes) == (f"packed-byte-{starts[1]}", starts[2] - starts[1])
    assert refused.problem[1].startswith(
        f"{refused.size_bytes} packed bytes from byte {starts[1]} on are damaged"
    )


def test_damaged_web_archives(tmp_path):
    whole = web_archive(answer(0), answer(1), answer(2))
    second, third = (at for at in range(1, len(whole)) if whole.startswith(b"WARC/1.0\r\n", at))
    found, broken = entries(whole[:-200], "a.warc", tmp_path)
    assert (len(found), broken) == (2, "truncated")
    found, broken = entries(whole[: third + 30], "a.warc", tmp_path)
    assert (len(found), broken) == (2, "truncated")
    rubbish = whole[:second] + b"rubbish\nand more\n" * 9 + whole[second:]
    found, broken = entries(rubbish, "a.warc", tmp_path)
    assert (len(found), broken, list(problems(found).values())) == (4, None, ["corrupt"])
    torn = whole[: second - 60] + whole[second:]
    found, broken = entries(torn, "a.warc", tmp_path)
    assert (set(problems(found).values()), broken, keys(found)[-1][-1]) == ({"corrupt"}, None, "2")
    assert len(found) - len(problems(found)) == 1, "what is left of two records is no page of either"
    found, broken = entries(whole.replace(b"Content-Length: ", b"Content-Length: -"), "a.warc", tmp_path)
    assert (found, broken) == ([], "corrupt")
    assert entries(b"plain text\n", "a.warc", tmp_path) == ([], "corrupt")
    huge = whole[:second] + b"WARC/1.0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"
    found, broken = entries(huge, "a.warc", tmp_path)
    assert (len(found), broken) == (1, "corrupt")
    cut = web_archive(answer(0), answer(1), answer(2), is_packed=True)[:-30]
    found, broken = entries(cut, "a.warc.gz", tmp_path)
    assert (len(found), broken) == (2, "truncated")
    big = web_archive(answer(0), answer(1, b"<p>" + b"x" * 200_000), answer(2))
    found, broken = entries(big, "a.warc", tmp_path)
    assert ([entry.content is None for entry in found], broken) == ([False, True, False], None)


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


# Letters and mailboxes

HEADERS = {
    "Subject": "Harbour news – the week",
    "From": "Ann Lee <ann@post.example>",
    "Date": "Fri, 03 May 2024 10:00:00 +0200",
    "Message-ID": "<17@post.example>",
    "List-Id": '"The Ellery Post" <news.post.example>',
    "Archived-At": "<https://post.example/17>",
}


def sent(body, **more):
    headers = {name.replace("-", "_"): value for name, value in HEADERS.items()}
    return letter(body, **(headers | more))


def test_a_letter():
    found = process(sent(text(1), html=PAGE, attachment="Not this one."), "a.eml")
    check(found)
    assert (found.raw.media_type, found.raw.encoding) == ("text/plain", "utf-8")
    assert found.source_text == f"Harbour news – the week\n\n{text(1)}"
    meta = found.metadata
    assert (meta.title, meta.authors) == ("Harbour news – the week", ("Ann Lee",))
    assert (meta.published_at, meta.source_name) == ("2024-05-03T10:00:00+02:00", "The Ellery Post")
    assert meta.url == "https://post.example/17"


def test_the_page_of_a_letter_whose_text_only_points_to_it():
    found = process(sent("See it in your browser.", html=PAGE), "a.eml")
    check(found)
    assert (found.raw.media_type, found.metadata.title) == ("text/html", "Harbour news – the week")
    assert "naïve" in found.source_text


@pytest.mark.parametrize(
    ("sender", "authors"),
    [
        ("Ann Lee <a@b.example>", ("Ann Lee",)),
        ('"Lee, Ann" <a@b.example>', ("Lee, Ann",)),
        ("a@b.example (Ann Lee)", ("Ann Lee",)),
        ("=?utf-8?q?J=C3=B6rg_Ek?= <a@b.example>", ("Jörg Ek",)),
        ("a@b.example", ()),
        ("<a@b.example>", ()),
        ("", ()),
    ],
)
def test_senders(sender, authors):
    told = decode(f"From: {sender}\n\nText.".encode(), "a.eml", DEFAULT_SETTINGS).told
    assert told.authors == authors


def raw_letter(*lines: str, encoding="utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


@pytest.mark.parametrize(
    ("content", "text_", "encoding"),
    [
        (
            raw_letter(
                *("Subject: =?iso-8859-1?Q?Gr=FC=DFe?=", "Content-Type: text/plain; charset=iso-8859-1"),
                *("Content-Transfer-Encoding: quoted-printable", "", "Sch=F6ne Gr=FC=DFe, und=", " mehr."),
            ),
            "Grüße\n\nSchöne Grüße, und mehr.",
            "cp1252",
        ),
        (raw_letter("Subject: =?nope?Q?x?=", "", "Text."), "=?nope?Q?x?=\n\nText.", "utf-8"),
        (raw_letter("", "No header at all."), "No header at all.", "utf-8"),
        (raw_letter("Subject: a", " b", "", "Text."), "a b\n\nText.", "utf-8"),
    ],
)
def test_forms_of_letters(content, text_, encoding):
    found = process(content, "a.eml")
    assert (found.source_text.strip(), found.raw.encoding) == (text_, encoding)


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("3 June 2024 10:00J", "2024-06-03T10:00:00"),  # no zone that anybody knows
        ("3 June 2024 10:00 J.", "2024-06-03T10:00:00"),
        ("3 June 2024 10:00 CET", "2024-06-03T10:00:00+01:00"),
    ],
)
def test_zones_of_dates_in_words(date, read):
    page = f"<meta property='article:published_time' content='{date}'><p>The council met on Monday.</p>"
    assert process(page.encode(), "a.html").metadata.published_at == read


def nested_parts(depth):
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return head.encode() + b"Content-Type: text/plain\r\n\r\nText."


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (letter("", Subject="Nothing"), {"empty"}),
        (b"Content-Type: image/png\r\n\r\nx", {"empty"}),
        (nested_parts(3000), {"unparsable", "empty"}),
        (
            b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
            {"empty", "binary", None},
        ),
        (b"Subject: " + b"x" * 1_000_000 + b"\r\n\r\nText.", {None}),
        (b"X: y\r\n" * 100_000 + b"\r\nText.", {None}),
        (b"Subject: " + b"=?utf-8?q?x?= " * 50_000 + b"\r\n\r\nText.", {None}),
        (b"Subject: =?\xf5tf-8?q?x?=\r\n\r\nText.", {None}),  # the charset's label is not ASCII
    ],
)
def test_hostile_letters(content, reasons):
    try:
        check(process(content, "a.eml"))
        reason = None
    except DocumentError as error:
        reason = error.reason
    assert reason in reasons


@given(st.binary(max_size=400), st.sampled_from(["a.eml", "a.warc#x", "a.json", "a.mbox#x"]))
def test_any_bytes_are_a_record_or_a_reason(content, path):
    try:
        check(process(content, path))
    except DocumentError:
        return


def test_a_mailbox(tmp_path):
    bodies = [
        sent("One.\n\nFrom here on it rained, they said.\n>From quoted."),
        letter("Two.", Subject="No id"),
    ]
    content = b"".join(
        b"From a@b Fri May  3 10:00:00 2024\n" + body.replace(b"\nFrom ", b"\n>From ") + b"\n"
        for body in bodies
    )
    found, broken = entries(content, "a.mbox", tmp_path)
    assert (keys(found), broken) == (["17@post.example", "message-2"], None)
    assert "\n\nFrom here on it rained" in process(found[0].content, "a.mbox#1").source_text
    assert entries(b"no mailbox", "a.mbox", tmp_path)[1] == "corrupt"
    found, broken = entries(b"From x\n\n" + b"y\n" * 200_000 + b"\n" + content, "a.mbox", tmp_path)
    assert (keys(found)[0], problems(found)["message-1"], len(found)) == ("message-1", "too_large", 3)


def test_a_damaged_letter_that_says_what_it_is(tmp_path):
    """No other encoding is guessed for the whole of it."""
    said = "“We agree,” said Ilse Brandvold.\n".encode()
    head = b"Subject: News\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    content = b"".join(b"From a@b\n" + head + body + b"\n\n" for body in (said, said + b"\xff\xfe\n"))
    found, broken = entries(content, "a.mbox", tmp_path)
    assert broken is None
    assert "“We agree" in process(found[0].content, "a.mbox#1").source_text
    with pytest.raises(DocumentError, match="declared as UTF-8, but byte") as error:
        process(found[1].content, "a.mbox#2")
    assert error.value.reason == "undecodable"


def test_bytes_that_are_no_letter():
    with pytest.raises(DocumentError) as error:
        decode(b"\x00\xff" * 50, "a.eml", DEFAULT_SETTINGS)
    assert error.value.reason == "binary"


@given(st.data())
def test_damaged_containers_are_read_to_an_end(tmp_path_factory, data):
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    content = bytearray(WHOLE[name])
    places = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for at, byte in data.draw(st.lists(places, max_size=6)):
        content[at] = byte
    cut = data.draw(st.integers(0, len(content)))
    entries(bytes(content[:cut]), name, tmp_path_factory.mktemp("damaged"))


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
