"""A "Login" anywhere inside an article: dropped, in twelve languages, and no neighbour with it.

Each file of `tests/cases/furniture` holds, for one language: an invented article, wordings of furniture,
sentences that use the same words, and headings that mean something.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.extract import extract
from ingest.metadata import RawDocument

CASES = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "cases" / "furniture").glob("*.json"))
}
FORMS = {
    "p": "<p>{}</p>",
    "div": "<div>{}</div>",
    "span": "<span>{}</span>",
    "a": "<a href='/x'>{}</a>",
    "li": "<ul><li>{}</li></ul>",
    "button": "<button type='button'>{}</button>",
}
# Before the first paragraph, between any two, after the last.
PLACES = range(5)
FRAMES = {
    "bare": "<body><h1>{title}</h1>{body}</body>",
    "marked up": "<body><main><article><h1>{title}</h1>{body}</article></main></body>",
}


def page_of(case, parts, frame="marked up"):
    body = FRAMES[frame].format(title=escape(case["title"]), body="".join(parts))
    return clean(extract(RawDocument("a.html", "0" * 64, "text/html", "utf-8", f"<html>{body}</html>")))


def text_of(lines):
    return clean(extract(RawDocument("a.txt", "0" * 64, "text/plain", "utf-8", "\n".join(lines))))


def paragraphs(texts):
    return [f"<p>{escape(text)}</p>" for text in texts]


def with_line(lines, place, line):
    return [*lines[:place], line, *lines[place:]]


def wrong(case, place, result, furniture):
    """What should be told of a result, if anything: the rest must be the article, whole."""
    kept, dropped = result
    texts = [block.text for block in kept]
    if texts == [case["title"], *case["paragraphs"]] and [d.text for d in dropped] == [furniture]:
        return []
    return [(furniture, place, [d.text for d in dropped])]


@pytest.mark.parametrize("language", CASES)
def test_the_cases_are_many(language):
    case = CASES[language]
    assert len(set(case["furniture"])) >= 50
    assert len(case["paragraphs"]) + 1 == len(PLACES)
    assert case["sentences"]
    assert case["headings"]


@pytest.mark.parametrize("language", CASES)
@pytest.mark.parametrize("place", PLACES)
def test_furniture_on_a_page_is_dropped_alone(language, place):
    """Every wording at every place, in two of the six elements each; all six take turns."""
    case = CASES[language]
    faults = []
    for k, wording in enumerate(case["furniture"]):
        for turn in (0, 3):
            form = list(FORMS.values())[(k + place + turn) % len(FORMS)]
            parts = with_line(paragraphs(case["paragraphs"]), place, form.format(escape(wording)))
            result = page_of(case, parts, list(FRAMES)[(k + turn) % 2])
            faults += wrong(case, (place, form), result, wording)
    assert faults == []


@pytest.mark.parametrize("language", CASES)
def test_furniture_in_plain_text_is_dropped_alone(language):
    case = CASES[language]
    faults = []
    for wording in case["furniture"]:
        for place in PLACES:
            lines = with_line(case["paragraphs"], place, wording)
            faults += wrong(case, place, text_of([case["title"], *lines]), wording)
    assert faults == []


@pytest.mark.parametrize("language", CASES)
def test_several_in_a_row_are_dropped(language):
    """As a share bar or a menu in the middle: each of the words, one after the other."""
    case = CASES[language]
    for form in FORMS.values():
        bar = "".join(form.format(escape(wording)) for wording in case["furniture"][:8])
        kept, _ = page_of(case, with_line(paragraphs(case["paragraphs"]), 2, bar))
        assert [block.text for block in kept] == [case["title"], *case["paragraphs"]]


@pytest.mark.parametrize("language", CASES)
def test_the_same_words_in_a_sentence_stay(language):
    case = CASES[language]
    for sentence in case["sentences"]:
        for place in PLACES:
            lines = with_line(case["paragraphs"], place, sentence)
            for kept, dropped in (text_of([case["title"], *lines]), page_of(case, paragraphs(lines))):
                assert dropped == ()
                assert [block.text for block in kept] == [case["title"], *lines]


@pytest.mark.parametrize("language", CASES)
def test_a_heading_that_means_something_stays(language):
    case = CASES[language]
    for heading in case["headings"]:
        for place in PLACES[1:-1]:
            lines = with_line(case["paragraphs"], place, heading)
            parts = with_line(paragraphs(case["paragraphs"]), place, f"<h2>{escape(heading)}</h2>")
            for kept, dropped in (text_of([case["title"], *lines]), page_of(case, parts)):
                assert dropped == ()
                assert [block.text for block in kept] == [case["title"], *lines]


@pytest.mark.parametrize(
    ("items", "kept_items"),
    [
        (["Print", "Radio", "Television"], 3),
        (["Email", "Letter", "Telephone"], 3),
        (["Print", "Email", "Save"], 0),
    ],
)
def test_a_label_in_a_list_of_other_things_is_an_item(items, kept_items):
    case = CASES["en"]
    parts = paragraphs(case["paragraphs"])
    kept, _ = page_of(case, with_line(parts, 2, f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"))
    assert len([block for block in kept if block.text in items]) == kept_items


def test_a_label_that_is_marked_as_a_heading_stays():
    case = CASES["en"]
    kept, dropped = page_of(case, with_line(paragraphs(case["paragraphs"]), 2, "<h2>Comments</h2>"))
    assert dropped == ()
    assert "Comments" in [block.text for block in kept]
