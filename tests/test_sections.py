"""Sections: tags with their rules by cases, contiguity in the source, datelines and authors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.dom import Dom
from ingest.extract.text import extract_text
from ingest.layout import lay_out
from ingest.metadata import Metadata, RawDocument
from ingest.records import Block, SectionTag
from ingest.sections import plan_sections
from ingest.sections.front_matter import find_authors, find_dateline, find_dates

CASES = sorted((Path(__file__).parent / "cases" / "sections").glob("*.json"))
PARAGRAPH = "The harbour board met on Tuesday evening and agreed to spend forty million on a breakwater."


def sections_of(text, media_type="text/plain"):
    page = extract_text(RawDocument("a", "", media_type, "utf-8", text))
    kept, dropped = clean(page)
    return lay_out(plan_sections(kept, page.metadata)).sections, dropped


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    sections, _ = sections_of(case["text"], case.get("media_type", "text/plain"))
    assert [s.tag for s in sections] == case["tags"]
    assert [s.tag_rule for s in sections] == case["rules"]
    if "headings" in case:
        assert [s.heading for s in sections] == case["headings"]
    if "authors" in case:
        assert list(find_authors(sections)) == case["authors"]
    if "dates" in case:
        assert list(find_dates(sections)) == case["dates"]
    if "dateline" in case:
        assert find_dateline(sections) == case["dateline"]


def page_block(text, place, **fields):
    return Block("paragraph", place, place + len(text), text, dom=Dom("html/body/p"), **fields)


def test_a_page_follows_the_block_model():
    texts = ("Harbour", "By Jane Roe", PARAGRAPH, "Waves (Getty Images)")
    blocks = [page_block(text, 200 * i) for i, text in enumerate(texts)]
    blocks[0] = blocks[0]._replace(kind="heading", level=1, role="title")
    blocks[1] = blocks[1]._replace(role="byline")
    blocks[3] = blocks[3]._replace(kind="caption")
    plans = plan_sections(blocks, Metadata(title="Harbour"))
    assert [(p.tag, p.tag_rule) for p in plans] == [
        ("title", "model"),
        ("byline", "model"),
        ("lede", "first_paragraph"),
        ("body", "paragraph"),
    ]


@pytest.mark.parametrize(
    ("line", "tag"),
    [("김지영 기자 jiyoung@quay.example", "byline"), ("이도현 부두 노동자", "body"), ("By Jane Roe", "body")],
)
def test_a_reporter_signs_below_a_korean_page(line, tag):
    blocks = [page_block(text, 200 * i) for i, text in enumerate((*[PARAGRAPH] * 5, line))]
    assert plan_sections(blocks, Metadata())[-1].tag == tag


def test_json_ld_says_so():
    blocks = [page_block(PARAGRAPH, 200 * i)._replace(dom=Dom("json-ld")) for i in range(3)]
    plans = plan_sections(blocks, Metadata())
    assert [(p.tag, p.tag_rule) for p in plans] == [("lede", "json_ld"), ("body", "json_ld")]


def test_a_torn_section_goes_on():
    blocks = [page_block(PARAGRAPH, 200 * i) for i in range(4)]
    blocks[1] = blocks[1]._replace(kind="heading", level=2, text="The vote", source_end=208)
    blocks[2] = blocks[2]._replace(after_drop=True)
    plans = plan_sections(blocks, Metadata())
    assert [(p.tag, p.tag_rule, p.has_heading, len(p.blocks)) for p in plans] == [
        ("lede", "first_paragraph", False, 1),
        ("body", "heading_markup", True, 1),
        ("body", "continues", False, 2),
    ]


def test_nothing_kept():
    assert plan_sections((), Metadata()) == ()


PIECES = st.sampled_from(
    [
        "Login",
        "The Vote",
        "By Jane Roe",
        "March 3, 2024",
        "- one",
        "Photo: Jane Roe",
        "In summary, it holds.",
        PARAGRAPH,
    ]
)


@given(st.lists(PIECES, max_size=14))
def test_every_character_lies_in_one_section_or_drop(lines):
    text = "\n".join(lines)
    sections, dropped = sections_of(text)
    spans = sorted((part.source_start, part.source_end) for part in (*sections, *dropped))
    at = 0
    for start, end in spans:
        assert start >= at
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()
    assert {s.tag for s in sections} <= set(get_args(SectionTag))
    for section in sections:
        assert section.heading is None or section.text.startswith(section.heading)
        assert (section.level > 0) == (section.heading is not None)


def test_dates_stand_above_the_text():
    text = f"Harbour board backs new wall\n\n{{}}\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n{{}}"
    assert find_dates(sections_of(text.format("3 June 2024", "The end"))[0]) == ("2024-06-03", None)
    assert find_dates(sections_of(text.format("Nine to none", "3 June 2024"))[0]) == (None, None)


def test_the_front_of_a_page_by_its_form():
    texts = ("Harbour", "Nine to none after a long night", "Von Anna Berg, Orsund", "4. Juni 2024", PARAGRAPH)
    blocks = [
        page_block(text, 200 * i) for i, text in enumerate((*texts, "Von Anna Berg, Orsund", PARAGRAPH))
    ]
    blocks[0] = blocks[0]._replace(kind="heading", level=1, role="title")
    blocks[1] = blocks[1]._replace(kind="heading", level=2)
    plans = plan_sections(blocks, Metadata(title="Harbour"))
    assert [(p.tag, p.tag_rule) for p in plans] == [
        ("title", "model"),
        ("subtitle", "above_byline"),
        ("byline", "byline_form"),
        ("dateline", "dateline_form"),
        ("lede", "first_paragraph"),
        ("body", "paragraph"),
    ]


def test_the_stamps_of_a_live_blog():
    texts = ("10:42", PARAGRAPH, "09:15", PARAGRAPH)
    plans = plan_sections([page_block(text, 200 * i) for i, text in enumerate(texts)], Metadata())
    assert [(p.tag, p.tag_rule) for p in plans] == [
        ("dateline", "dateline_form"),
        ("lede", "first_paragraph"),
        ("dateline", "time_stamp"),
        ("body", "paragraph"),
    ]
    marks = [page_block(text, 200 * i) for i, text in enumerate(("9.7/10", PARAGRAPH, "9.3/10", PARAGRAPH))]
    assert [p.tag for p in plan_sections(marks, Metadata())] == ["body", "lede", "body"]
    alone = plan_sections(
        [page_block(text, 200 * i) for i, text in enumerate((PARAGRAPH, "10:42"))], Metadata()
    )
    assert [p.tag for p in alone] == ["lede", "body"]


def test_a_calendar_is_no_front():
    texts = [*(f"September {day} 12pm-1pm" for day in (3, 10, 17, 24)), PARAGRAPH]
    plans = plan_sections([page_block(text, 200 * i) for i, text in enumerate(texts)], Metadata())
    assert [p.tag for p in plans] == ["body", "lede"]


def test_a_time_of_day_is_no_dateline_of_the_document():
    text = f"Harbour board backs new wall\n\n2:05 P.M.\n\nOrsund, 12 March 2024\n\n{PARAGRAPH}\n\n{PARAGRAPH}"
    assert find_dateline(sections_of(text)[0]) == "Orsund, 12 March 2024"
