"""PDF: reading order, paragraphs, headings, running heads, hyphens; and files made to harm."""

from __future__ import annotations

import sys

import pytest
from containers_of import Folder, zipped
from hypothesis import given
from hypothesis import strategies as st
from invariants import check, damaged
from pdf_of import paragraph, pdf

from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.extract import extract
from ingest.pipeline import process
from ingest.settings import DEFAULT_SETTINGS

FIRST = (
    "The harbour board of Port Ellery met on Tuesday evening and agreed to spend forty million on a new "
    "breakwater, after a debate that went on for more than three hours and left the mayor without a voice."
)
SECOND = (
    "Work is to begin in March, when the fishing fleet is away, and should be done before the autumn storms "
    "come in from the north and close the mouth of the river to all but the largest ships of the coast guard."
)


def read(content):
    record = process(content, "a.pdf")
    check(record)
    return record


def blocks(content):
    return extract(decode(content, "a.pdf", DEFAULT_SETTINGS)).blocks


def kinds(content):
    return [(block.kind, block.level, block.text) for block in blocks(content)]


def test_paragraphs_title_and_headings():
    one, y = paragraph(FIRST, 130)
    two, y = paragraph(SECOND, y + 12)
    head = [(72, 80, 20, "Harbour board agrees on a breakwater")]
    sub = [(72, y + 20, 11, "What happens next", "bold")]
    three, y = paragraph(FIRST.replace("Tuesday", "Friday"), y + 40)
    items = [(72, y + 14, 11, "1. Dredging of the river mouth"), (72, y + 28, 11, "2. Stones from Veldmark")]
    content = pdf([[*head, *one, *two, *sub, *three, *items]], Title="Harbour Board agrees on a Breakwater")
    assert kinds(content) == [
        ("heading", 1, "Harbour board agrees on a breakwater"),
        ("paragraph", 0, FIRST),
        ("paragraph", 0, SECOND),
        ("heading", 2, "What happens next"),
        ("paragraph", 0, FIRST.replace("Tuesday", "Friday")),
        ("list_item", 0, "1. Dredging of the river mouth"),
        ("list_item", 0, "2. Stones from Veldmark"),
    ]
    record = read(content)
    assert record.sections[0].tag == "title"
    assert record.metadata.title == "Harbour Board agrees on a Breakwater"


def test_indented_paragraphs_without_space_between():
    one, y = paragraph(FIRST)
    two, y = paragraph(SECOND, y)
    two[0] = (86, *two[0][1:])
    assert [text for _, _, text in kinds(pdf([one + two]))] == [FIRST, SECOND]


def test_metadata_of_a_file():
    lines, _ = paragraph(FIRST)
    content = pdf(
        [lines],
        Title="Microsoft Word - draft7.doc",
        Author="Ann Lee",
        CreationDate="D:20240503100000+02'00'",
        ModDate="D:20240504",
    )
    record = read(content)
    assert (record.metadata.title, record.metadata.authors) == (None, ("Ann Lee",))
    assert (record.metadata.published_at, record.metadata.modified_at) == (
        "2024-05-03T10:00:00+02:00",
        "2024-05-04",
    )
    assert (record.raw.media_type, record.raw.encoding) == ("application/pdf", "")


def long_document(pages=4):
    days = ("Monday", "Friday", "the third day", "the last of May")
    whole, made = [], []
    for number in range(pages):
        day = days[number % 4]
        words = f"{SECOND.replace('March', day)} {FIRST.replace('Tuesday', day)}".split()
        words = words[: 60 - 7 * (number % 2)]
        lines, _ = paragraph(" ".join(words), 120)
        whole += words
        made.append(
            [
                (72, 40, 9, f"The Ellery Review, volume {number // 2}"),
                *lines,
                (300, 800, 9, str(number + 5)),
            ]
        )
    return pdf(made), " ".join(whole)


def test_running_heads_and_page_numbers_are_dropped_by_name():
    content, whole = long_document()
    record = read(content)
    assert [(d.rule, d.kind) for d in record.dropped] == [
        ("running_head", "running_head"),
        ("page_number", "page_number"),
    ] * 4
    assert {d.text for d in record.dropped if d.rule == "page_number"} == {"5", "6", "7", "8"}
    assert "Review" not in record.text
    assert " ".join(record.text.split()) == whole, "a sentence goes on over the page"


def test_a_head_that_differs_but_carries_the_number_of_the_page():
    heads = ("The Council 11", "Of Ships 12", "Of Rivers 13", "Notes 99")
    pages = [[(72, 40, 9, head), *paragraph(SECOND, 120)[0]] for head in heads]
    assert [d.text for d in read(pdf(pages)).dropped if d.rule == "running_head"] == [
        "The Council 11\n\fOf Ships 12\n\fOf Rivers 13"
    ]


def test_what_stands_once_at_the_edge_is_kept():
    one, _ = paragraph(FIRST, 120)
    two, _ = paragraph(SECOND, 120)
    pages = [
        [(72, 40, 9, "For immediate release"), *one],
        [*two, (72, 800, 9, "Contact the press office at Quay 5.")],
    ]
    record = read(pdf(pages))
    assert not {"running_head", "page_number"} & {d.rule for d in record.dropped}
    years = [[*one, (72, 800, 9, "1987")], [*two, (72, 800, 9, "2024")]]
    assert "page_number" not in {d.rule for d in read(pdf(years)).dropped}


def test_words_cut_by_hyphens():
    lines = [
        "The minis-",
        "ter of Veldmark spoke of a well-known plan and of well-",
        "known people who met at the North-",
        "South line; the plan was un-",
        "known until then.",
    ]
    content = pdf([[(72, 100 + 14 * n, 11, line) for n, line in enumerate(lines)]])
    record = read(content)
    assert "The minister of Veldmark spoke of a well-known plan and of well-known people" in record.text
    assert "the North-South line; the plan was unknown until" in record.text
    assert [e.before for e in record.edits if e.rule == "hyphenation"] == ["-\n", "-\n"]


def test_two_columns_are_read_one_after_the_other():
    left, _ = paragraph(FIRST, 100, width=38)
    right, _ = paragraph(SECOND, 100, x=320, width=38)
    assert [text for _, _, text in kinds(pdf([left + right]))] == [FIRST, SECOND]


def test_a_page_that_is_drawn_from_below():
    lines, _ = paragraph(FIRST + " " + SECOND)
    assert [text for _, _, text in kinds(pdf([lines[::-1]]))] == [f"{FIRST} {SECOND}"]


def test_letters_beyond_ascii():
    lines, _ = paragraph(
        "Die Größe der Änderung – „naïve“ Pläne von Łukasz? Nein, von Jörg.".replace("Ł", "L")
    )
    assert blocks(pdf([lines]))[0].text.startswith("Die Größe der Änderung – „naïve“ Pläne")


REFUSED = {
    "no PDF": (b"plain text", "corrupt"),
    "rubbish": (b"%PDF-1.7\n" + b"rubbish" * 100, "corrupt"),
    "no text": (pdf([[]]), "empty"),
    "no pages": (pdf([]), "corrupt"),
    "cut in its head": (pdf([[(72, 72, 11, "Text.")]])[:40], "corrupt"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    content, reason = REFUSED[name]
    with pytest.raises(DocumentError) as caught:
        process(content, "a.pdf")
    assert caught.value.reason == reason


def test_an_encrypted_file_is_refused():
    content = pdf([[(72, 72, 11, "Text.")]])
    locked = content.replace(
        b"trailer<<",
        b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"x" * 32, b"y" * 32),
    )
    with pytest.raises(DocumentError) as caught:
        process(locked, "a.pdf")
    assert caught.value.reason == "encrypted"


def test_a_missing_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(DocumentError, match=r"document-ingest\[pdf\]") as caught:
        process(pdf([[(72, 72, 11, "Text.")]]), "a.pdf")
    assert caught.value.reason == "missing_extra"


@given(st.data())
def test_damaged_files_give_a_sound_record_or_a_reason(data):
    try:
        record = process(data.draw(damaged(LONG, 8)), "a.pdf")
    except DocumentError:
        return
    check(record)


LONG, _ = long_document(2)

LINES = st.lists(
    st.tuples(
        st.integers(20, 500),
        st.integers(20, 830),
        st.sampled_from([7, 11, 11, 11, 18]),
        st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=40),
    ),
    max_size=12,
)


@given(st.lists(LINES, min_size=1, max_size=4))
def test_any_pages(pages):
    try:
        record = process(pdf(pages), "a.pdf")
    except DocumentError as error:
        record = error
    assert isinstance(record, DocumentError) == (getattr(record, "reason", "") == "empty")
    if not isinstance(record, DocumentError):
        check(record)


def test_a_missing_extra_is_tried_again_by_the_next_run(tmp_path):
    folder = Folder(tmp_path)
    lines, _ = paragraph(FIRST)
    bad = {f"{number}.pdf": content for number, (content, _) in enumerate(REFUSED.values())}
    folder.put(a__pdf=pdf([lines]), b__zip=zipped({"c.pdf": pdf([lines]), **bad}))
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "pypdfium2.py").write_text("raise ModuleNotFoundError", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path / "path"))
        folder.run()
        refused = folder.rejects()
        assert (refused["a.pdf"], refused["b.zip#c.pdf"]) == ("missing_extra", "missing_extra")
        assert not folder.run().changed
    folder.run()
    assert set(folder.documents()) == {"a.pdf", "b.zip#c.pdf"}
    assert list(folder.rejects().values()) == [reason for _, reason in REFUSED.values()]
