"""Web archives (WARC): pages out of answers, packed and damaged ones."""

from __future__ import annotations

import gzip
import zlib

import pytest
from containers_of import (
    PAGE,
    answer,
    entries,
    keys,
    only,
    problems,
    web_archive,
)

from ingest.errors import DocumentError
from ingest.pipeline import process


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
