"""Threads of readers' comments below an HTML article."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from ingest.clean.elements import alike_after
from ingest.clean.lines.keys import UNSPACED
from ingest.clean.rules.phrases import match_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ingest.dom import DomNode
    from ingest.records import Page

_FEWEST_COMMENTS = 3
_COMMENT_TAGS = frozenset({"li", "div", "article", "section", "dd", "tr", "blockquote"})
_LONG_CHARS = 60
_LONG_UNSPACED = 25
_LONGEST_HEADING = 60
_MOST_THREADS = 20  # each is looked through to its end
_LONGEST_NAME = 80
_STOPS = ".!?\u3002\uff01\uff1f"


def find_comments(page: Page, hints: Collection[tuple[str, ...]], keys: Sequence[str]) -> frozenset[int]:
    """Find the blocks that stand in a thread of readers' comments.

    A thread is three or more elements side by side, of one name, each of which calls itself a comment; or
    three or more of one form, right under a line that counts comments, each of which begins with a short
    line: who writes.

    Args:
        page: A page; one without elements holds no thread.
        hints: The distinct hints of its elements.
        keys: How its blocks read (`keys.line_key`).

    Returns:
        Indices of the blocks.
    """
    found = {*_called_so(page, hints), *_counted(page, keys)} if page.nodes else set()
    if not found:
        return frozenset()
    # A page of nothing but comments is a discussion, and that is its text.
    alone = all(k in found or not _is_long(block.text) for k, block in enumerate(page.blocks))
    return frozenset() if alone else frozenset(found)


def _is_long(text: str) -> bool:
    return len(text) >= _LONG_CHARS or (len(text) >= _LONG_UNSPACED and UNSPACED.search(text) is not None)


def _called_so(page: Page, hints: Collection[tuple[str, ...]]) -> Iterator[int]:
    if not any("comment" in words for words in hints):
        return
    comments = [
        k for k, (tag, _, hints) in enumerate(page.nodes) if "comment" in hints and tag in _COMMENT_TAGS
    ]
    if len(comments) < _FEWEST_COMMENTS:
        return
    beside = Counter((page.nodes[k].parent, page.nodes[k].tag) for k in comments)
    threads = {place for place, count in beside.items() if count >= _FEWEST_COMMENTS}
    seeds = {k for k in comments if (page.nodes[k].parent, page.nodes[k].tag) in threads}
    inside = _spread(page.nodes, seeds)
    yield from (k for k, block in enumerate(page.blocks) if block.dom and inside[block.dom.node])


def _spread(nodes: Sequence[DomNode], seeds: set[int]) -> list[bool]:
    """For each element whether it, or one around it, is among some elements."""
    inside = [False] * (len(nodes) + 1)  # the last one stands for the place -1, outside of all elements
    for k, node in enumerate(nodes):
        inside[k] = k in seeds or inside[node.parent]
    return inside


def _counted(page: Page, keys: Sequence[str]) -> Iterator[int]:
    numbered = (k for k, key in enumerate(keys) if key[:1].isdecimal() or key[-1:].isdecimal())
    for k in islice(filter(lambda k: _counts(keys[k]), numbered), _MOST_THREADS):
        posts = alike_after(page, k)
        if len(posts) >= _FEWEST_COMMENTS and all(_is_post(page, post) for post in posts):
            yield from (at for post in posts for at in post)


def _counts(key: str) -> bool:
    """Whether a short line is a wording of comments."""
    said = match_line(key, quoted=False) if len(key) <= _LONGEST_HEADING else None
    return said is not None and said[0] == "comments"


def _is_post(page: Page, post: range) -> bool:
    """Whether an element holds who writes, a short line, and what."""
    first = page.blocks[post.start].text
    return len(post) > 1 and len(first) <= _LONGEST_NAME and first[-1] not in _STOPS
