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
from soups import CHARACTERS, TAG_SOUPS, TEXTS

from ingest.errors import DocumentError
from ingest.pipeline import process

SAMPLES = sorted(
    path for path in (Path(__file__).parents[1] / "data" / "landing").rglob("*") if path.is_file()
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


@given(TAG_SOUPS)
@example("<p>a&#x200b;</p><p>&#x200b;</p>")
@example("<table>text<tr><td>cell</table>after")
@example("<select><option>x<textarea>y</textarea>")
@example("<body>a<br><q>b<br>c</q></body>")
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
