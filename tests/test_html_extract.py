import contextlib
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from bs4.element import Comment, Doctype
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.edits import apply_edits
from ingest.errors import DocumentError
from ingest.extract import EXTRACTORS, extract
from ingest.extract.html import extract_html
from ingest.extract.html.menus import is_menu
from ingest.metadata import RawDocument

CASES = Path(__file__).parent / "cases" / "html"


def cases(name):
    return [pytest.param(case, id=case["name"]) for case in json.loads((CASES / name).read_text("utf-8"))]


def page_of(markup, media_type="text/html"):
    return extract(RawDocument("page.html", "0" * 64, media_type, "utf-8", markup))


def check_page(page):
    """Every visible character lies in one block; every block is its source slice with its edits."""
    at = 0
    for block in page.blocks:
        assert not page.source_text[at : block.source_start].strip()
        assert block.source_start < block.source_end
        assert not page.source_text[block.source_start].isspace()
        assert not page.source_text[block.source_end - 1].isspace()
        applied = apply_edits(page.source_text, block.source_start, block.source_end, block.edits)
        assert applied == block.text
        for edit in block.edits:
            assert page.source_text[edit.source_start : edit.source_end] == edit.before
        assert block.dom is not None
        assert -1 <= block.dom.node < len(page.nodes)
        at = block.source_end
    assert not page.source_text[at:].strip()
    assert all(node.parent < index for index, node in enumerate(page.nodes))


@pytest.mark.parametrize("case", cases("blocks.json"))
def test_blocks(case):
    page = page_of(case["html"])
    check_page(page)
    assert [[block.kind, block.text] for block in page.blocks] == case["blocks"]
    if "levels" in case:
        assert [block.level for block in page.blocks] == case["levels"]
    if "edits" in case:
        edits = [[e.rule, e.before, e.after] for block in page.blocks for e in block.edits]
        assert edits == case["edits"]


@pytest.mark.parametrize("case", cases("metadata.json"))
def test_metadata(case):
    metadata = page_of(case["html"] + "<p>text</p>").metadata
    found = {name: getattr(metadata, name) for name in case["metadata"]}
    found = {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
    assert found == case["metadata"]


TAGS = [
    "p",
    "div",
    "b",
    "a",
    "br",
    "td",
    "tr",
    "table",
    "li",
    "h2",
    "pre",
    "title",
    "option",
    "script",
    "x-y",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ["&amp;", "&nbsp;", "&#0;", "<", ">", "<!--", "-->", "\x00", "\ud800", "\u200b", "]]>", "<a href='"]
    ),
    st.text(max_size=8),
)


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_markup_is_read_whole(markup):
    # A page may hold no text at all; that is told as `empty`, and nothing else may be raised.
    with contextlib.suppress(DocumentError):
        check_page(page_of(markup))


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<div>", "</div>", "one", " two ", "&lt;", "<br>"]),
        min_size=1,
    )
)
@settings(max_examples=200, deadline=None)
def test_character_data_is_that_of_beautiful_soup(pieces):
    markup = "<p>start</p>" + "".join(pieces)
    soup = BeautifulSoup(markup, "lxml")
    strings = [s for s in soup.find_all(string=True) if not isinstance(s, (Comment, Doctype))]
    assert "".join("".join(strings).split()) == "".join(page_of(markup).source_text.split())


@pytest.mark.parametrize(
    ("name", "markup", "last"),
    [
        ("nested 200,000 deep", "<div>" * 200_000 + "deep" + "</div>" * 200_000 + " tail", "tail"),
        ("nested 25,000 deep", "<div>" * 25_000 + "deep" + "</div>" * 25_000 + "z", "z"),
        ("nested lists", "<ul><li>" * 10_000 + "deep" + "</li></ul>" * 10_000 + "z", "z"),
        ("nested without an end", "<b>a" * 100_000 + "z", "z"),
        ("nested tables", "<table><tr><td>a" * 50_000 + "z", "z"),
        ("many wrong ends", "<div>x" * 3_000 + "</span>" * 50_000 + "z", "z"),
        ("one long line", "<p>" + "word " * 400_000 + "z", "z"),
        ("many empty cells", "<table><tr><td>a" + (" " * 50 + "<td>") * 20_000 + "z", "z"),
        ("many breaks", "<p>a" + "<br>" * 200_000 + "z", "z"),
        ("many attributes", "<div " + "a " * 100_000 + ">z", "z"),
    ],
)
def test_hard_markup_ends(name, markup, last):
    page = page_of(markup)
    check_page(page)
    assert page.source_text.endswith(last), name
    assert max(block.dom.tags.count("/") for block in page.blocks) < 100


@pytest.mark.parametrize(
    "markup", ["", " \n", "<!-- only a comment -->", "<html><body></body></html>", "<script>x</script>"]
)
def test_a_page_without_text_is_empty(markup):
    with pytest.raises(DocumentError) as caught:
        page_of(markup)
    assert (caught.value.stage, caught.value.reason) == ("extract", "empty")


def test_an_unknown_media_type_lists_the_known_ones():
    with pytest.raises(DocumentError, match="text/html") as caught:
        page_of("x", "application/rtf")
    assert caught.value.reason == "unsupported_type"
    assert "text/plain" in EXTRACTORS


def test_the_place_in_the_page_is_told():
    lead = "<p class='lead-text'>A <a href=/ rel=author>link</a></p>"
    page = page_of(f"<main class='Main'><article id=story>{lead}</article></main>")
    dom = page.blocks[0].dom
    assert dom.tags == "html/body/main/article/p"
    assert dom.hints == ("lead", "text")
    assert [(node.tag, node.hints) for node in page.nodes][2:4] == [
        ("main", ("main",)),
        ("article", ("story",)),
    ]
    assert page.nodes[dom.container].tag == "article"
    assert (dom.link_chars, dom.links, dom.inline_tags, dom.inline_hints) == (4, 1, ("a",), ("author",))


BODY = "The harbour closes in May. " * 5


@pytest.mark.parametrize(
    ("body", "shown", "appended"),
    [
        (f"{BODY}\n\nMore &amp; more.", "<p>Loading</p>", [BODY.strip(), "More & more."]),
        (f"<p>{BODY}</p><p>Second</p>", "", [BODY.strip(), "Second"]),
        (BODY, f"<p>{BODY}</p>", []),
        (BODY, "<p>" + "Another article altogether, with sentences. " * 20 + "</p>", []),
        ("Short.", "<p>Loading</p>", []),
    ],
)
def test_an_article_in_json_ld_alone_is_appended(body, shown, appended):
    data = json.dumps({"@type": "NewsArticle", "articleBody": body}).replace("</", "<\\/")
    page = page_of(f'<title>Head</title><script type="application/ld+json">{data}</script>{shown}')
    check_page(page)
    assert [block.text for block in page.blocks if block.dom.tags == "json-ld"] == appended


def test_what_a_page_claims_as_its_article_is_kept_beside_it():
    page = page_of(
        '<script type="application/ld+json">{"@type":"Article","articleBody":"All of it."}</script><p>x</p>'
    )
    assert page.claimed_body == "All of it."


LONG = "The council of Orsund votes on the roof of the fish market"


def links(*names, around="li"):
    return "".join(f"<{around}><a href='/{len(name)}'>{name}</a></{around}>" for name in names)


@pytest.mark.parametrize(
    ("markup", "menus", "others"),
    [
        ("<nav><button>Menu</button><span>Sign in</span><p>Your account</p></nav>", 1, 0),
        ("<nav><h1>Quay opens</h1><p>It opens on Monday.</p></nav>", 0, 2),
        (f"<nav><p>{BODY}</p></nav>", 0, 1),
        ("<nav class='byline'><p>Ann Lee</p></nav>", 0, 1),
        (f"<ul>{links('World', 'Sport', 'The weather in the whole county')}</ul>", 1, 0),
        (f"<ul>{links('World', 'Sport')}<li>The weather today</li></ul>", 1, 1),
        (f"<ol>{links(LONG, LONG, LONG)}</ol>", 0, 3),
        (f"<aside><ul>{links(LONG, LONG)}</ul></aside>", 1, 0),
        (f"<ul>{links('World', 'Sport', LONG + LONG)}</ul>", 1, 1),
        (f"<h2>More<ul>{links('World', 'Sport', 'Weather')}</ul>", 1, 1),
        (f"<ul><li><b>What else there is</b><ul>{links('World', 'Sport', 'Weather')}</ul></ul>", 1, 1),
    ],
)
def test_what_is_a_menu_by_its_element_is_one_block(markup, menus, others):
    page = page_of(f"<body><p>The quay opens.</p>{markup}<p>It was late.</p></body>")
    check_page(page)
    inner = [block for block in page.blocks if block.text not in {"The quay opens.", "It was late."}]
    found = [is_menu(block, block.dom) for block in inner]
    assert (found.count(True), found.count(False)) == (menus, others)


def test_the_items_of_a_menu_are_known_though_it_is_one_block():
    nav = f"<nav> {links('World', 'Sport')} <b>Log in</b></nav>"
    page = page_of(f"<a href='#a'>Skip</a>{nav}<p>It opens.</p>")
    skip, menu, _ = page.blocks
    starts = (menu.source_start, *menu.seams)
    assert [page.source_text[at:].split(" ")[0][:5] for at in starts] == ["World", "Sport", "Log"]
    assert (skip.text, menu.dom.links, menu.dom.link_chars, menu.dom.tags) == ("Skip", 2, 16, "html/body/nav")


def test_the_model_learns_from_each_item_of_a_menu_and_from_cuts_as_they_are():
    title, body = "The quay opens at eight", BODY.strip()
    markup = f"<title>{title} - The Ledger</title><nav>{links('World', 'Sport', LONG)}</nav>{title}<br>{body}"
    raw = RawDocument("page.html", "0" * 64, "text/html", "utf-8", markup)
    read, learnt = extract_html(raw), extract_html(raw, as_learnt=True)
    assert [block.text for block in read.blocks[1:]] == [f"WorldSport{LONG}", title, body]
    assert [block.text for block in learnt.blocks[1:]] == ["WorldSport", LONG, f"{title} {body}"]
    assert learnt.source_text == read.source_text
