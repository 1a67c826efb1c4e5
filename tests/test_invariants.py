"""Properties of process() over arbitrary documents: nothing lost, offsets true, always the same."""

from __future__ import annotations

import contextlib
import html
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from invariants import check

from ingest.errors import DocumentError
from ingest.pipeline import process

SAMPLES = sorted(
    path for path in (Path(__file__).parents[1] / "data" / "landing").rglob("*") if path.is_file()
)

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
PHRASES = st.sampled_from(
    [
        *(
            "Marcus T. Aldane III",
            "Aldane",
            "Mr. Aldane’s",
            "JSCC",
            "U.S.",
            "Japan’s",
            "he said",
            "東京で会った。",
        ),
        *("the Joint Strait Coordination Centre (JSCC)", "“We will go,” she said, “but not today.”"),
        *(
            '"No," said Aldane.',
            "‘one’",
            "“",
            "”",
            '"',
            "'",
            "«",
            "»",
            "„",
            "Login",
            "Share",
            "Subscribe now",
        ),
        *("What Happens Next", "In summary, it works.", "By Wanda Pellerin", "LINDHAVEN —", "© 2024"),
        *("Advertisement", "# Title", "* item", "---", "|", "| a | b |", "naïve café", "سلام علیکم", "🏳️‍🌈"),
        *("The ministers met on Monday and agreed to go on.", "â€™", "Â ", "co\u00adop", "\ufeff", "\u200b"),
        *(
            "\u00a0",
            "3 June 2024",
            "[link](http://x.example)",
            "**bold**",
            "&amp;",
            "<b>",
            "</p>",
            "1.",
            "- ",
        ),
        *("\t", "> quoted"),
    ]
)
LINES = st.lists(st.one_of(PHRASES, st.text(CHARACTERS, max_size=12)), max_size=8).map(" ".join)
BREAKS = st.sampled_from(
    ["\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", "\u2028", "\x0b", "\x0c", "\r", "\u2029"]
)
TEXTS = st.lists(st.tuples(LINES, BREAKS), max_size=12).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def outcome(content, path):
    """The record, or why there is none."""
    try:
        return process(content, path), None
    except DocumentError as error:
        return None, str(error)


def read(content, path):
    """Process twice, compare, check; None where the document is refused with a reason."""
    record, refusal = outcome(content, path)
    assert outcome(content, path) == (record, refusal)
    if record is not None:
        check(record)
    return record


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples(path):
    assert read(path.read_bytes(), path.name)


@given(TEXTS, st.sampled_from(["a.txt", "a.md"]))
@example("\u200b\n\nText.", "a.txt")
@example("\ufeff", "a.md")
@example("“One\n\n“Two” said X", "a.txt")
def test_plain_text(text, path):
    record = read(text.encode(), path)
    if record is not None:
        assert record.source_text == text.encode().decode(record.raw.encoding)


@given(st.text(CHARACTERS, max_size=300))
def test_any_text(text):
    read(text.encode(), "a.txt")


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html", "a.md", "a.txt.gz"]))
def test_any_bytes(content, path):
    read(content, path)


TAGS = st.sampled_from(
    [
        *(
            "p",
            "div",
            "span",
            "a",
            "h1",
            "h2",
            "li",
            "ul",
            "ol",
            "table",
            "tr",
            "td",
            "b",
            "i",
            "q",
            "blockquote",
        ),
        *(
            "article",
            "nav",
            "footer",
            "aside",
            "figure",
            "figcaption",
            "script",
            "style",
            "title",
            "br",
            "hr",
            "img",
        ),
        *("pre", "textarea", "select", "option", "svg", "math", "template", "noscript", "iframe"),
        *("!--", "![CDATA[", "?xml"),
    ]
)
SOUP = st.lists(
    st.one_of(
        st.builds("<{}>".format, TAGS),
        st.builds("</{}>".format, TAGS),
        st.builds(
            '<{} class="{}" href="{}">'.format, TAGS, st.sampled_from(["share", "byline", "ad"]), LINES
        ),
        LINES,
        LINES.map(html.escape),
        st.sampled_from(
            ["&nbsp;", "&#0;", "&#xd800;", "&bogus;", "&lt;p&gt;", "<", ">", "-->", "]]>", '<p "', "\n"]
        ),
    ),
    max_size=25,
).map("".join)


@given(SOUP)
@example("<p>a&#x200b;</p><p>&#x200b;</p>")
@example("<table>text<tr><td>cell</table>after")
@example("<select><option>x<textarea>y</textarea>")
@example('<script type=\'application/ld+json\'>{"@type":"NewsArticle","articleBody":"Hidden text."}</script>')
def test_tag_soup(markup):
    read(markup.encode(), "a.html")


@dataclass(frozen=True)
class Tree:
    """Well-formed mark-up with the text that counts as its source text."""

    markup: str
    text: str


def element(tag, children):
    text = "".join(child.text for child in children)
    inside = "".join(child.markup for child in children)
    return Tree(
        f"<{tag}>{inside}</{tag}>", "" if tag in {"script", "style", "template", "noscript"} else text
    )


LEAVES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(
    lambda text: Tree(html.escape(text), text)
)
INLINE = st.recursive(
    LEAVES,
    lambda inner: st.builds(element, st.sampled_from(["b", "em", "span"]), st.lists(inner, max_size=3)),
    max_leaves=5,
)
PARAGRAPHS = st.builds(
    element,
    st.sampled_from(["p", "h1", "h3", "blockquote", "figcaption", "style"]),
    st.lists(INLINE, max_size=3),
)
BODIES = st.recursive(
    PARAGRAPHS,
    lambda inner: st.builds(
        element,
        st.sampled_from(["div", "section", "article", "nav", "ul", "aside"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(BODIES)
def test_the_source_text_of_a_page_is_all_its_character_data(tree):
    markup = f"<!doctype html><html><head><meta charset=utf-8></head><body>{tree.markup}</body></html>"
    record = None
    with contextlib.suppress(DocumentError):
        record = process(markup.encode(), "a.html")
    found = record.source_text if record else ""
    assert "".join(found.split()) == "".join(tree.text.split())
