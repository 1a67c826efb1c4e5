"""DOCX: styles, lists, tables, notes and properties; and files made to harm."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from invariants import check, damaged

from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.extract import extract
from ingest.pipeline import process
from ingest.settings import DEFAULT_SETTINGS

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PARAGRAPH = (
    "The harbour board of Port Ellery met on Tuesday evening and agreed to spend forty million on a new "
    "breakwater, after a debate that went on for more than three hours."
)


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def raw_docx(body: str, head: str = "", **more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        xml = f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", xml)
        for name, content in more.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def run(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*cells: str) -> str:
    return f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr></w:tbl>"


def kinds(content):
    page = extract(decode(content, "a.docx", DEFAULT_SETTINGS))
    return [(block.kind, block.level, block.text) for block in page.blocks]


def read(content):
    record = process(content, "a.docx")
    check(record)
    return record


def brief():
    document = Document()
    document.add_heading("Harbour board agrees", 0)
    document.add_paragraph(PARAGRAPH)
    document.add_heading("What happens next", 1)
    document.add_paragraph("Dredging of the river mouth", style="List Bullet")
    document.add_paragraph("Stones from Veldmark", style="List Number")
    document.add_paragraph("“We shall see,” said the mayor of Port Ellery.", style="Quote")
    table = document.add_table(2, 2)
    for row, cells in zip(table.rows, (("Year", "Cost"), ("2024", "40 million")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("The breakwater in 1987.", style="Caption")
    document.sections[0].header.paragraphs[0].text = "The Ellery Review"
    properties = document.core_properties
    properties.title, properties.author = "Harbour Board agrees", "Ann Lee; Bo Ek"
    properties.created, properties.modified = datetime(2024, 5, 3, 10), datetime(2024, 5, 4)  # noqa: DTZ001
    properties.language = "en-GB"
    return saved(document)


def test_styles_say_what_a_paragraph_is():
    assert kinds(brief()) == [
        ("heading", 1, "Harbour board agrees"),
        ("paragraph", 0, PARAGRAPH),
        ("heading", 1, "What happens next"),
        ("list_item", 0, "Dredging of the river mouth"),
        ("list_item", 0, "Stones from Veldmark"),
        ("block_quote", 0, "“We shall see,” said the mayor of Port Ellery."),
        ("table_row", 0, "Year | Cost"),
        ("table_row", 0, "2024 | 40 million"),
        ("caption", 0, "The breakwater in 1987."),
        ("running_head", 0, "The Ellery Review"),
    ]


def test_a_brief_in_sections():
    record = read(brief())
    assert [section.tag for section in record.sections[:2]] == ["title", "lede"]
    assert {"list", "block_quote", "table"} <= {section.tag for section in record.sections}
    assert [(d.rule, d.text) for d in record.dropped] == [("running_head", "The Ellery Review")]
    meta = record.metadata
    assert (meta.title, meta.authors, meta.language) == (
        "Harbour Board agrees",
        ("Ann Lee", "Bo Ek"),
        "en-GB",
    )
    assert (meta.published_at, meta.modified_at) == ("2024-05-03T10:00:00+00:00", "2024-05-04T00:00:00+00:00")


def test_what_is_text_and_what_is_not():
    body = (
        "<w:p><w:r><w:t>Kept</w:t><w:tab/><w:t>words</w:t><w:br/><w:t>co</w:t><w:softHyphen/>"
        "<w:t>op</w:t></w:r>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> inserted</w:t></w:r></w:ins>"
        "<w:r><w:instrText>PAGE</w:instrText><w:sym w:char='2014'/><w:sym w:char='D800'/></w:r></w:p>"
    )
    record = read(raw_docx(body))
    assert record.source_text == "Kept\twords\nco\u00adop inserted\u2014\ufffd"
    assert record.text == "Kept words coop inserted\u2014\ufffd"


def test_boxes_notes_and_alternatives():
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{run('In a box.')}</w:txbxContent>"
    body = (
        f"<w:p {mc}><w:r><w:t>Before </w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent><w:t>and after.</w:t></w:r></w:p>"
    )
    separator = f'<w:footnote w:type="separator">{run("-")}</w:footnote>'
    own = f"<w:footnote>{run('A note.')}</w:footnote>"
    note = f'<w:footnotes xmlns:w="{W}">{separator}{own}</w:footnotes>'
    found = [text for _, _, text in kinds(raw_docx(body, footnotes=note))]
    assert found == ["In a box.", "Before and after.", "A note."]


def test_styles_that_are_based_on_others():
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="house"/><w:basedOn w:val="H"/></w:style>'
        '<w:style w:styleId="Loop"><w:name w:val="x"/><w:basedOn w:val="Loop"/></w:style>'
        '<w:style w:styleId="Out"><w:name w:val="y"/>'
        '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style></w:styles>'
    )
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{style}</w:t></w:r></w:p>'
        for style in ("Own", "Loop", "Out", "None")
    )
    assert [(kind, level) for kind, level, _ in kinds(raw_docx(body, styles=styles))] == [
        *(("heading", 2), ("paragraph", 0)),
        *(("heading", 3), ("paragraph", 0)),
    ]


def test_a_table_that_only_lays_out_gives_paragraphs():
    long = "".join(run(PARAGRAPH) for _ in range(2))
    body = table(long, run("Aside"))
    assert [kind for kind, _, _ in kinds(raw_docx(body))] == ["paragraph"] * 3
    inner = table(run("b"), run("c"))
    nested = table(run("a") + inner, run("d"))
    assert [text for _, _, text in kinds(raw_docx(nested))] == ["a b c | d"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
REFUSED = {
    "no zip": (b"plain text", "corrupt"),
    "cut": (brief()[:2000], "corrupt"),
    "another zip": (raw_docx("").replace(b"word/document", b"work/document"), "corrupt"),
    "empty": (raw_docx(run(" ")), "empty"),
    "entities": (raw_docx(run("&l11;"), f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>'), "unparsable"),
    "external": (
        raw_docx(run("&x;"), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "unparsable",
    ),
    "no XML": (raw_docx("<w:p>"), "unparsable"),
    "deep": (raw_docx("<w:p>" * 100_000 + "</w:p>" * 100_000), "unparsable"),
    "bomb": (raw_docx("<w:p><w:r><w:t>" + " " * (70 << 20) + "</w:t></w:r></w:p>"), "too_large"),
    "old Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "unsupported_type"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    content, reason = REFUSED[name]
    with pytest.raises(DocumentError) as caught:
        process(content, "a.docx")
    assert caught.value.reason == reason


@given(st.data())
def test_damaged_files_give_a_sound_record_or_a_reason(data):
    try:
        record = process(data.draw(damaged(SMALL)), "a.docx")
    except DocumentError:
        return
    check(record)


SMALL = raw_docx(run("One paragraph.") + run("And another."))

PIECES = st.recursive(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(
            lambda t: run(t.replace("&", "").replace("<", ""))
        ),
        st.sampled_from(
            [
                "<w:p/>",
                "<w:tab/>",
                "<w:br/>",
                "<w:r><w:t>loose</w:t></w:r>",
                "<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:p>",
            ]
        ),
    ),
    lambda inner: st.tuples(
        st.sampled_from(["p", "tbl", "tr", "tc", "sdt", "del", "r"]), st.lists(inner, max_size=4)
    ).map(lambda pair: f"<w:{pair[0]}>{''.join(pair[1])}</w:{pair[0]}>"),
    max_leaves=20,
)


@given(st.lists(PIECES, max_size=6).map("".join))
def test_any_body(body):
    try:
        record = process(raw_docx(body), "a.docx")
    except DocumentError as error:
        record = error
    assert isinstance(record, DocumentError) == (getattr(record, "reason", "") == "empty")
    if not isinstance(record, DocumentError):
        check(record)
