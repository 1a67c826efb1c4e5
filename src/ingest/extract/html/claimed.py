"""Articles that a page holds in its JSON-LD alone, to be shown by a script.

Their text is appended to the page's character data, so that offsets point at something: source text, a blank
line, then the article with its paragraphs parted by blank lines.  Its blocks stand in an element `json-ld`.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from ingest.dom import Dom, DomNode
from ingest.edits import mend
from ingest.extract.html.fragments import parse_fragment
from ingest.records import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

CLAIMED_TAG = "json-ld"
_HINTS = ("article", "body")
_PARAGRAPH = re.compile(r"\n\s*\n|\r\n?|\n")
_BARE = re.compile(r"[\W_]+")
_MIN_CHARS = 80
_PROBES = 5
_PROBE_CHARS = 40
# A page with more running text than this holds an article of its own.
_RUNNING_WORDS = 60
_RUNNING_CHARS = 80
_SENTENCE_END = re.compile(r"[.!?\u3002\uff01\uff1f\u061f]")


def claimed_paragraphs(body: str) -> list[str]:
    """Cut the text of an article into paragraphs, read out of markup where it has any."""
    if "</" in body or "<br" in body or "<p>" in body:
        soup = parse_fragment(body)
        for tag in soup(["script", "style"]):
            tag.decompose()
        body = soup.get_text("\n")
    elif "&" in body:
        body = unescape(body)
    return [paragraph.strip() for paragraph in _PARAGRAPH.split(body) if paragraph.strip()]


def shows_text(blocks: Sequence[Block]) -> bool:
    """Whether a page shows running text to speak of."""
    running = 0
    for block in blocks:
        text = block.text
        linked = block.dom.link_chars if block.dom else 0
        if block.kind != "hidden" and len(text) >= _RUNNING_CHARS and linked * 2 < len(text):
            running += len(text.split()) if _SENTENCE_END.search(text) else 0
            if running > _RUNNING_WORDS:
                return True
    return False


def shows_article(source_text: str, paragraphs: Sequence[str]) -> bool:
    """Whether any of five probes of an article stands in the page's own text, or the article is too short."""
    claimed = _BARE.sub("", "".join(paragraphs))
    if len(claimed) < _MIN_CHARS:
        return True
    shown = _BARE.sub("", source_text)
    step = max((len(claimed) - _PROBE_CHARS) // _PROBES, 1)
    return any(claimed[at : at + _PROBE_CHARS] in shown for at in range(0, len(claimed) - _PROBE_CHARS, step))


def append_article(
    source_text: str, paragraphs: Sequence[str], nodes: Sequence[DomNode]
) -> tuple[str, tuple[Block, ...], tuple[DomNode, ...]]:
    """Append an article to the character data of its page.

    Returns:
        The longer source text, the blocks of the article, and the elements with one more at the end.
    """
    dom = Dom(CLAIMED_TAG, _HINTS, node=len(nodes))
    start = len(source_text)
    source_text = "\n\n".join((source_text, *paragraphs))
    blocks: list[Block] = []
    for paragraph in paragraphs:
        start += 2
        end = start + len(paragraph)
        text, edits = mend(source_text, start, end)
        if text:
            blocks.append(Block("paragraph", start, end, text, edits, dom=dom))
        else:  # nothing but invisible characters
            blocks.append(Block("hidden", start, end, paragraph, dom=dom))
        start = end
    return source_text, tuple(blocks), (*nodes, DomNode(CLAIMED_TAG, 0 if nodes else -1, _HINTS))
