"""Letters and mailboxes: what is read of them, and for what hostile ones are refused."""

from __future__ import annotations

import pytest
from containers_of import PAGE, entries, keys, letter, problems, sent, text
from hypothesis import given
from hypothesis import strategies as st
from invariants import check

from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.pipeline import process
from ingest.settings import DEFAULT_SETTINGS


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
    outer = decode(f"From: {sender}\n\nText.".encode(), "a.eml", DEFAULT_SETTINGS).outer
    assert outer.authors == authors


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
