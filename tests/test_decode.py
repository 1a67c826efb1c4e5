"""Bytes to text: packing, media type, encoding, and what is refused."""

from __future__ import annotations

import ast
import codecs
import gzip
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.decode import CONTAINER_TYPES, MEDIA_TYPES, decode
from ingest.decode.charset import ALPHABETS_FILE, LABELS_FILE, decode_text
from ingest.errors import DocumentError
from ingest.reasons import REASONS
from ingest.settings import Settings

SETTINGS = Settings(max_document_bytes=100_000)
PLAIN = ("text/plain", "text/markdown", "text/html", "application/xhtml+xml")
SENTENCE = "The council’s café said “naïve” – and left. "


def refused(content: bytes, path: str = "a.txt") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        decode(content, path, SETTINGS)
    assert caught.value.stage == "decode"
    assert caught.value.reason in REASONS
    return caught.value


@pytest.mark.parametrize("suffix", [suffix for suffix in MEDIA_TYPES if MEDIA_TYPES[suffix] in PLAIN])
@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("upper", [False, True])
def test_suffix_and_packing_give_the_media_type(suffix, pack, upper):
    content = b"<p>One plain paragraph &amp; more.</p>"
    name = f"a/b.c{suffix}" + ".gz" * pack
    raw = decode(gzip.compress(content) if pack else content, name.upper() if upper else name, SETTINGS)
    assert (raw.media_type, raw.text) == (MEDIA_TYPES[suffix], content.decode())


@pytest.mark.parametrize("content", ["text", None, memoryview(b"text")])
def test_what_is_no_bytes_is_told(content):
    with pytest.raises(
        TypeError, match=r"^content is \w+; give the file's bytes, as Path\.read_bytes\(\) has"
    ):
        decode(content, "a.txt", SETTINGS)


def test_a_path_that_is_no_text_is_told():
    with pytest.raises(
        TypeError, match=r"^source_path is PosixPath; give text, as Path\.as_posix\(\) has it"
    ):
        decode(b"text", Path("a.txt"), SETTINGS)


@pytest.mark.parametrize("name", ["a.jsonl", "a.zip", "a.tar.gz"])
def test_a_container_is_no_document(name):
    with pytest.raises(
        DocumentError, match=r"unsupported_type: it holds many documents, .* a run over a landing"
    ):
        decode(b"{}", name, SETTINGS)


@pytest.mark.parametrize("name", ["a.jpg", "a", ".txt", "a.txt.bz2", "a.gz", "a.txt.gz.gz", "txt"])
def test_other_suffixes_are_refused(name):
    assert refused(b"text", name).reason == "unsupported_type"


@pytest.mark.parametrize(
    ("encoding", "codec", "mark"),
    [
        ("utf-8", "utf-8-sig", codecs.BOM_UTF8),
        ("utf-16-le", "utf-16", codecs.BOM_UTF16_LE),
        ("utf-16-be", "utf-16", codecs.BOM_UTF16_BE),
        ("utf-32-le", "utf-32", codecs.BOM_UTF32_LE),
        ("utf-32-be", "utf-32", codecs.BOM_UTF32_BE),
        ("utf-8", "utf-8", b""),
        ("utf-16-le", "utf-16-le", b""),
        ("utf-16-be", "utf-16-be", b""),
        ("cp1252", "cp1252", b""),
    ],
)
@pytest.mark.parametrize("path", ["a.txt", "a.html"])
def test_encodings_of_western_text(encoding, codec, mark, path):
    text = SENTENCE * 3 + "<p>"
    content = mark + text.encode(encoding)
    raw = decode(content, path, SETTINGS)
    assert (raw.encoding, raw.text) == (codec, text)
    assert content.decode(raw.encoding) == raw.text


DETECTED = [
    ("cp1252", "El presidente anunció que los niños españoles podrán viajar mañana. ¿Qué ocurrirá después?"),
    ("cp1252", "Le président a déclaré que les élèves seront protégés à l’école. Où êtes-vous né ?"),
    ("cp1252", "Die Regierung möchte über das Gesetz für größere Städte später abstimmen, heißt es."),
    (
        "cp1250",
        "Prezydent ogłosił, że państwo będzie wspierać społeczności; żaden urząd nie zostanie zamknięty.",
    ),
    ("cp1250", "Předseda vlády řekl, že příští rok budou školy otevřené. Žádné další opatření není třeba."),
    ("cp1251", "Президент заявил, что новые школы откроются осенью. Министр добавил, что решение принято."),
    ("cp1253", "Ο πρωθυπουργός δήλωσε ότι τα σχολεία θα ανοίξουν το φθινόπωρο σε όλη τη χώρα."),
    ("cp1254", "Bakan, yeni yasanın çocukların eğitimi için önemli olduğunu söyledi, görüşmeler sürüyor."),
    ("cp932", "政府は新しい学校が秋に開くと発表した。大臣は決定がすでに行われたと付け加えた。"),
    ("gb18030", "政府宣布新学校将于秋季开放。部长补充说，决定已经作出，家长们表示欢迎这一消息。"),
]


@pytest.mark.parametrize(("encoding", "text"), DETECTED)
def test_undeclared_encodings_are_detected(encoding, text):
    raw = decode((text * 3).encode(encoding), "a.txt", SETTINGS)
    assert raw.text == text * 3


@pytest.mark.parametrize(
    ("head", "encoding", "codec"),
    [
        ('<meta charset="windows-1251">', "cp1251", "cp1251"),
        ("<META http-equiv=Content-Type content='text/html; charset=ISO-8859-1'>", "cp1252", "cp1252"),
        ('<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso8859-2", "iso8859-2"),
        ('<meta charset="gb2312">', "gb18030", "gb18030"),
        ('<meta charset="Shift_JIS">', "cp932", "cp932"),
        ('<meta charset="iso-2022-jp">', "iso2022_jp", "iso2022_jp"),
        ('<meta charset="utf-16">', "utf-8", "utf-8"),
        # Saved as UTF-8 by a crawler, under the old declaration.
        ('<meta charset="iso-8859-1">', "utf-8", "utf-8"),
        ('<meta charset="no-such-thing">', "utf-8", "utf-8"),
    ],
)
def test_declarations_are_read_as_browsers_read_them(head, encoding, codec):
    body = {
        "cp1251": "Школы",
        "iso8859-2": "Žižkov",
        "gb18030": "学校",
        "cp932": "学校",
        "iso2022_jp": "学校",
    }
    text = head + "<p>" + body.get(encoding, "naïve “café”") + "</p>"
    raw = decode(text.encode(encoding), "a.html", SETTINGS)
    assert (raw.encoding, raw.text) == (codec, text)


def test_a_declaration_in_plain_text_declares_nothing():
    assert (
        decode('<meta charset="cp1251"> caf\u00e9'.encode("cp1252"), "a.txt", SETTINGS).encoding == "cp1252"
    )


def test_bytes_that_windows_1252_leaves_undefined():
    content = b'<meta charset="latin-1"><p>caf\xe9 \x9d</p>'
    raw = decode(content, "a.html", SETTINGS)
    assert (raw.encoding, raw.text) == ("latin-1", content.decode("latin-1"))


def test_a_little_damage_in_utf8_shows_as_replacement_characters():
    content = (SENTENCE * 60).encode() + b"\xff" + (SENTENCE * 60).encode()
    for mark, codec in ((b"", "utf-8"), (codecs.BOM_UTF8, "utf-8-sig")):
        raw = decode(mark + content, "a.txt", SETTINGS)
        assert raw.encoding == codec
        assert raw.text.count("\ufffd") == 1
        assert raw.text == (mark + content).decode(codec, "replace")


def test_more_damage_than_one_in_a_thousand_is_not_passed_over():
    assert refused((SENTENCE.encode() + b"\xff\x9d") * 100).reason == "undecodable"


def test_mixed_encodings_are_read_by_the_older_one():
    raw = decode("caf\u00e9 \u201cx\u201d ".encode("cp1252") * 50 + "\u00fc".encode(), "a.txt", SETTINGS)
    assert raw.encoding == "cp1252"


@pytest.mark.parametrize(
    ("content", "path", "reason", "detail"),
    [
        (b"", "a.txt", "empty", "0 bytes"),
        (b" \r\n\t\n", "a.txt", "empty", "none that a reader"),
        ("\ufeff\u200b\u00a0 \u2060".encode(), "a.txt", "empty", "none that a reader"),
        (codecs.BOM_UTF8, "a.txt", "empty", "none"),
        (codecs.BOM_UTF16_LE, "a.txt", "empty", "none"),
        (b"text\0text", "a.txt", "binary", "byte 4"),
        (b"\0" * 1000, "a.txt", "binary", "byte 0"),
        (b"\0\xff" * 50, "a.txt", "binary", "byte 0"),
        ("a\0b".encode("utf-16"), "a.txt", "binary", "character 1"),
        (bytes(range(1, 32)) * 10 + b"text", "a.txt", "binary", "byte 0"),
        (codecs.BOM_UTF16_LE + b"a\0b", "a.txt", "truncated", "byte 4"),
        (codecs.BOM_UTF16_LE + b"a\0\x00\xd8b\0", "a.txt", "undecodable", "byte 4"),
        (codecs.BOM_UTF32_LE + b"\xff\xff\xff\x7f", "a.txt", "undecodable", "byte 4"),
        (codecs.BOM_UTF8 + b"abc\xff", "a.txt", "undecodable", "byte 6"),
        (b"half a pair: \xed\xa0\x80.", "a.txt", "undecodable", "byte 13"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a.html", "unsupported_type", "JPEG"),
        (b"%PDF-1.7\n", "a.html", "unsupported_type", "PDF"),
        (b"PK\x03\x04rest", "a.txt", "unsupported_type", "zip"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.html", "unsupported_type", "WebP"),
        (b"\x00\x00\x00\x20ftypisom", "a.txt", "unsupported_type", "MP4"),
        (gzip.compress(b"text"), "a.txt", "unsupported_type", "gzip"),
        (gzip.compress(gzip.compress(b"text")), "a.txt.gz", "unsupported_type", "gzip"),
        (b"text", "a.txt.gz", "corrupt", "74 65"),
        (gzip.compress(b"text")[:-3], "a.txt.gz", "truncated", "byte"),
        (gzip.compress(b"text")[:12], "a.txt.gz", "truncated", "byte"),
        (gzip.compress(b"text")[:-8] + b"\1" * 8, "a.txt.gz", "corrupt", "damaged"),
        (gzip.compress(b"text") + b"garbage", "a.txt.gz", "corrupt", "damaged"),
        (gzip.compress(b""), "a.txt.gz", "empty", "unpack to nothing"),
        (gzip.compress(b"x" * 100_001), "a.txt.gz", "too_large", "limit of 100000"),
        (b"x" * 100_001, "a.txt", "too_large", "100001 bytes"),
        (gzip.compress(b"") * 5001, "a.txt.gz", "too_large", "100020"),
    ],
)
def test_what_is_refused_and_why(content, path, reason, detail):
    error = refused(content, path)
    assert error.reason == reason
    assert detail in error.detail


def test_gzip_members_join_and_padding_is_ignored():
    raw = decode(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 512, "a.txt.gz", SETTINGS)
    assert raw.text == "one two"
    assert decode(gzip.compress(b"x") * 4000, "a.txt.gz", SETTINGS).text == "x" * 4000


@pytest.mark.parametrize(
    ("text", "path", "media_type"),
    [
        ("<!DOCTYPE html><title>x</title>", "a.txt", "text/html"),
        ("\n <!-- saved -->\n<HTML lang=en><p>x", "a.txt", "text/html"),
        ('<?xml version="1.0"?>\n<!doctype  html>x', "a.text.gz", "text/html"),
        ("A note on <html> tags", "a.txt", "text/plain"),
        ("<p>One fragment</p>", "a.txt", "text/plain"),
        ("<!doctype html>", "a.md", "text/markdown"),
        ("No mark-up here.\nJust lines, 3 < 4.", "a.html", "text/plain"),
        ("AT&amp;T", "a.htm", "text/html"),
        ("<p>x", "a.xhtml", "application/xhtml+xml"),
    ],
)
def test_text_may_correct_the_name(text, path, media_type):
    content = gzip.compress(text.encode()) if path.endswith(".gz") else text.encode()
    assert decode(content, path, SETTINGS).media_type == media_type


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)),
    st.sampled_from(["a.txt", "b.html"]),
)
@example(b"\xe2\x80", "a.txt")
def test_any_bytes_give_text_or_a_known_reason(content, path):
    try:
        raw = decode(content, path, SETTINGS)
    except DocumentError as error:
        assert error.reason in REASONS  # noqa: PT017 - either outcome is right
        return
    assert content.decode(raw.encoding, "replace") == raw.text
    assert "\0" not in raw.text
    raw.text.encode("utf-8")
    assert decode(content, path, SETTINGS) == raw


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_valid_utf8_is_read_as_utf8(text):
    assert decode_text(text.removeprefix("\ufeff").encode() or b"x", is_markup=True)[0] == "utf-8"


def test_encoding_labels():
    seen: dict[str, str] = {}
    for line in LABELS_FILE.read_text("ascii").splitlines():
        if line and not line.startswith("#"):
            codec, labels = line.split("\t")
            assert codecs.lookup(codec)
            for label in labels.split():
                assert label == label.lower()
                assert label not in seen, f"{label} stands for {seen.get(label)} and {codec}"
                seen[label] = codec


def test_alphabets_fit_their_codecs():
    for line in ALPHABETS_FILE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            codec, language, letters = line.split("\t")
            letters = letters.replace("i\u0307", "")  # what lower() makes of the dotted capital
            assert letters.encode(codec), language
            assert len(set(letters)) == len(letters)
            assert letters == letters.lower()


def test_every_reason_in_the_code_is_registered():
    calls = {"DocumentError": 1, "Reject": 4}
    root = Path(__file__).parents[1] / "src" / "ingest"
    used = {}
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
                arguments = node.args[calls[node.func.id] :]
                if arguments and isinstance(arguments[0], ast.Constant):
                    used[arguments[0].value] = path.name
    assert {"empty", "binary"} <= set(used)
    assert not {code: name for code, name in used.items() if code not in REASONS}


def test_the_page_on_the_landing_folder_is_complete():
    page = (Path(__file__).parents[1] / "docs" / "landing.md").read_text("utf-8")
    rows = [f"| `{row.code}` | {row.meaning} | {row.remedy} |" for row in REASONS.values()]
    assert "\n".join(rows) + "\n" in page
    for suffix, media_type in (*MEDIA_TYPES.items(), *CONTAINER_TYPES.items()):
        assert re.search(rf"`{re.escape(suffix)}`.*\| `{re.escape(media_type)}` \|", page)
