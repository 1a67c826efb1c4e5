"""Pages laid out as nobody should: the article comes out whole and once, and nothing is lost."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hard_pages import HARD_PAGES, OTHER, PARAGRAPHS, TITLE, article, page, paragraphs, thread
from invariants import check

from ingest.clean import clean
from ingest.decode import decode
from ingest.errors import DocumentError
from ingest.extract import extract
from ingest.pipeline import process
from ingest.sections import plan_sections
from ingest.settings import Settings

FIVE_MEGABYTES = 5 << 20
# Of CPU time, on a slow machine; the limit of a run for one document is longer.
MOST_SECONDS = 30


@pytest.mark.parametrize("name", HARD_PAGES)
def test_the_article_comes_out(name):
    case = HARD_PAGES[name]
    record = process(case.content, "news/page.html")
    check(record)
    found = record.text.split("\n\n")
    assert [text for text in found if text in case.kept] == list(case.kept)
    assert [text for text in found if text.startswith(case.dropped or "\0")] == []
    assert set(case.rules) <= {section.tag_rule for section in record.sections}


def test_nothing_of_the_page_is_lost_where_no_article_shows():
    """Old browsers' text in a frameset is hidden from every reader of today; it is told as dropped."""
    markup = f"<frameset cols='20%,80%'><frame src='a.html'><noframes>{article()}</noframes></frameset>"
    record = process(markup.encode(), "a.html")
    check(record)
    assert PARAGRAPHS[0] in "".join(drop.text for drop in record.dropped)


def test_a_nul_in_a_page_is_none_of_its_text():
    """Browsers pass over them; the parser would put a replacement character in each one's place."""
    marred = page(article()).replace(b"<p>", b"<p>\0", 2).replace(b" the ", b" t\0he ", 3)
    assert process(marred, "a.html").text == process(page(article()), "a.html").text


def test_a_page_of_nuls_is_binary():
    with pytest.raises(DocumentError, match="control characters") as caught:
        process(page(article()).replace(b" ", b"\0"), "a.html")
    assert caught.value.reason == "binary"


HEADED = {
    "bare": "<h1>{title}</h1><h2>{heading}</h2>{text}",
    "after a byline": "<article><h1>{title}</h1><p>By Ann Lee</p><h2>{heading}</h2>{text}</article>",
    "in a section": "<main><h1>{title}</h1><section><h2>{heading}</h2>{text}</section></main>",
    "in a div": "<div class=content><h1>{title}</h1><div><h3>{heading}</h3>{text}</div></div>",
}


@pytest.mark.parametrize("frame", HEADED)
@pytest.mark.parametrize("heading", ["Summary", "Key points", "Background", "Zusammenfassung", "概要"])
def test_a_heading_before_the_first_paragraph_stays(frame, heading):
    body = HEADED[frame].format(title=TITLE, heading=heading, text=paragraphs())
    sections = process(page(body), "a.html").sections
    assert heading in [section.heading for section in sections]


LARGE = {
    "paragraphs": lambda: page(article(paragraphs() * (FIVE_MEGABYTES // len(paragraphs())))),
    "comments": lambda: page(article() + thread(FIVE_MEGABYTES // 300)),
    "one paragraph": lambda: page(article(f"<p>{' '.join(PARAGRAPHS) * (FIVE_MEGABYTES // 900)}</p>")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_five_megabytes_end(name):
    content = LARGE[name]()
    start = time.process_time()
    read = extract(decode(content, "a.html", Settings()))
    kept, dropped = clean(read)
    assert plan_sections(kept, read.metadata)
    assert time.process_time() - start < MOST_SECONDS
    assert read.metadata.title == TITLE
    spans = sorted((block.source_start, block.source_end) for block in (*kept, *dropped))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    held = "".join(read.source_text[start:end] for start, end in spans)
    assert "".join(held.split()) == "".join(read.source_text.split()), "every character, once"


@pytest.mark.parametrize("name", ["The Quay", "QUAY"])
def test_the_title_shows_what_is_the_name_of_the_site(name):
    record = process(f"<title>{TITLE} - {name}</title><div>{TITLE}</div>{paragraphs()}".encode(), "a.html")
    assert record.metadata.title == TITLE
    assert [s.text for s in record.sections if s.tag == "title"] == [TITLE]


def test_a_headline_that_a_trail_repeats_is_kept():
    """Of two lines that read like the title one is furniture; it takes the other with it no longer."""
    trail = f"<div class='breadcrumb'><a href='/'>Home</a> <a href='/n'>News</a><p>{TITLE}</p></div>"
    record = process(
        page(f"{trail}<div class='c'><p class='headline'>{TITLE}</p>{paragraphs()}</div>"), "a.html"
    )
    assert [s.text for s in record.sections if s.tag == "title"] == [TITLE]


def test_the_headings_of_several_articles_are_kept():
    story = "".join(
        f"<div class='post'><h2><a href='/{k}'>{head}</a></h2><div class='date'>May {k}, 2026</div>"
        f"{paragraphs(PARAGRAPHS[2 * k : 2 * k + 2])}</div>"
        for k, head in enumerate(OTHER)
    )
    record = process(
        page(f"<div><h1>The Quay</h1>{story}</div>").replace(TITLE.encode(), b"The Quay"), "a.html"
    )
    assert [head for head in OTHER if head in record.text] == list(OTHER)
