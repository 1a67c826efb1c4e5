"""HTML pages: parse, read the metadata, read the blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from ingest.errors import DocumentError
from ingest.extract.html.blocks import read_blocks
from ingest.extract.html.claimed import append_article, claimed_paragraphs, shows_article, shows_text
from ingest.extract.html.elements import VOID_TAGS
from ingest.extract.html.linked_data import claimed_body, read_linked_data
from ingest.extract.html.menus import take_menus
from ingest.extract.html.metadata import read_metadata
from ingest.extract.html.recut import shown_title
from ingest.records import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

    from ingest.metadata import RawDocument

# Their character data is no part of the source text.
_UNREAD_TAGS = ("script", "style", "noscript", "template")
# They hold no text, but the parser takes what follows for their content.
_FIGURE_TAGS = ("path", "source", "track", "wbr", "use", "circle", "rect")
_RAW_TEXT_TAGS = frozenset(
    {"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"}
)
# The parser ends here; a page that its included header ends goes on.
_PAGE_END = re.compile(b"</(?:html|HTML)>")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What a reader can make sense of ends long before; libxml2 itself gives up at 2,048.
_MAX_DEPTH = 200
_CHUNK_CHARS = 8192
# The parser looks through all open elements at each stray end tag, so too many cost quadratic time.
_MAX_OPEN = 2000


def extract_html(raw: RawDocument, *, as_learnt: bool = False) -> Page:
    """Read an HTML page.

    Args:
        raw: The decoded page.
        as_learnt: Whether to cut it as the model of blocks learns it: each item of a menu is looked at, one
            more example of what is no article, and no cut is mended.

    Returns:
        Its character data in document order (scripts, styles, `<noscript>` and `<template>` left out), cut
        into blocks, with its metadata.  Character data is what `BeautifulSoup(markup, "lxml")` has, and
        what follows an early `</html>`.  Where the page shows no article, the one of its JSON-LD follows
        (`html.claimed`).

    Raises:
        DocumentError: `empty`: the page holds no text at all.
    """
    root = _parse(raw.text, raw.content)
    if root is None:
        raise DocumentError("extract", "empty", "the page holds no element")
    things = read_linked_data(root)
    etree.strip_elements(root, *_UNREAD_TAGS, *_FIGURE_TAGS, with_tail=False)
    metadata = read_metadata(root, things)
    etree.strip_elements(root, *VOID_TAGS, with_tail=False)
    if as_learnt:
        source_text, blocks, nodes = read_blocks(root, {}, None)
    else:
        source_text, blocks, nodes = read_blocks(root, take_menus(root), metadata.title or "")
        metadata = replace(metadata, title=shown_title(blocks, metadata.title))
    body = claimed_body(things)
    if body and not shows_text(blocks):
        paragraphs = claimed_paragraphs(body)
        if not shows_article(source_text, paragraphs):
            source_text, claimed, nodes = append_article(source_text, paragraphs, nodes)
            blocks += claimed
    if not blocks:
        raise DocumentError("extract", "empty", "the page holds no text")
    return Page(source_text, blocks, metadata, nodes, body)


def _parse(markup: str, content: bytes) -> _Element | None:
    """Parse any markup, without NULs, as browsers do; nesting beyond what the parser takes is flattened.

    Args:
        markup: The page.
        content: The same in UTF-8; empty where it has yet to be encoded.
    """
    if not content or b"\0" in content:
        markup = markup.replace("\0", "")
        try:
            content = markup.encode()
        except UnicodeEncodeError:
            markup = _SURROGATE.sub("\ufffd", markup)
            content = markup.encode()
    content = _PAGE_END.sub(b"", content)  # a third of the time of `bytes.replace` for each spelling
    # A page has no use for a table of its ids.
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:  # nothing but comments or white space
        root = None
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return _parse_flat(content.decode())
    return root


class _FlatTarget:
    """Builds a tree of bounded depth: an element below `_MAX_DEPTH` gives its text to the one above.

    Attributes:
        open: Tags of the elements that the parser has open.
    """

    def __init__(self) -> None:
        self.open: list[str | bytes] = []
        self._builder = etree.TreeBuilder()
        # A segment may hold nothing but end tags, and a builder without an element cannot be closed.
        self._builder.start("div", {})

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes]) -> None:
        self.open.append(tag)
        if len(self.open) <= _MAX_DEPTH:
            self._builder.start(tag, dict(attrib))

    def end(self, tag: str | bytes) -> None:
        if len(self.open) <= _MAX_DEPTH:
            self._builder.end(tag)
        self.open.pop()

    def data(self, data: str | bytes) -> None:
        self._builder.data(data)

    def comment(self, text: str | bytes) -> None:
        """Leave comments out, as the parser does."""

    def close(self) -> _Element:
        self._builder.end("div")
        return self._builder.close()


def _parse_flat(markup: str) -> _Element:
    """Parse in segments, a new one wherever too many elements stand open; join their trees.

    The page is broken beyond what a browser would show, so what matters is that its text is all there, in
    order, and that the time stays linear in the length.
    """
    whole = etree.Element("html")
    at = 0
    while at < len(markup):
        target = _FlatTarget()
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=target)
        while at < len(markup):
            cut = markup.find("<", at + _CHUNK_CHARS)
            chunk_end = cut if cut >= 0 else len(markup)
            parser.feed(markup[at:chunk_end].encode())
            at = chunk_end
            if len(target.open) > _MAX_OPEN and target.open[-1] not in _RAW_TEXT_TAGS:
                break
        whole.append(parser.close())
    return whole
