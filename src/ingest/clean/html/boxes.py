"""Boxes of other pieces in the middle of an HTML article: a heading that says so, headlines, and teasers."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.dom import elements_around, is_mostly_link

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ingest.clean.rules.verdicts import Verdict
    from ingest.records import Page

_HEADINGS = frozenset({"related", "more_on_site"})
_LARGEST_SHARE = 0.25


def find_related_boxes(
    page: Page, kept: Collection[int], verdicts: Sequence[Verdict | None]
) -> frozenset[int]:
    """Find text of an article that stands in a box under the heading of a list of other pieces.

    The box is the smallest element that such a heading opens and that holds more than it.

    Args:
        page: A page; plain text has no boxes.
        kept: Indices of the blocks of its article.
        verdicts: What the rules say of each block.

    Returns:
        Indices of those of the kept blocks that stand in boxes with links to other pieces.  What is not small
        beside the article is no box of it.
    """
    if not page.nodes or not kept:
        return frozenset()
    within = range(min(kept), max(kept))
    headings = [k for k in within if (verdict := verdicts[k]) and verdict.rule in _HEADINGS]
    whole = sum(len(page.blocks[k].text) for k in kept)
    found: set[int] = set()
    for k in headings:
        box = _opened_by(page, k)
        text = [at for at in box if at in kept and not verdicts[at]]
        if any(_is_link(page, at) for at in box) and (
            sum(len(page.blocks[at].text) for at in text) <= _LARGEST_SHARE * whole
        ):
            found.update(text)
        found.update(takewhile(lambda at: at in kept and _is_link(page, at), range(k + 1, len(verdicts))))
    return frozenset(found)


def _opened_by(page: Page, heading: int) -> range:
    """The blocks after a heading in the smallest element around both; none where others stand before it."""
    for element in _around(page, heading):
        if heading and element in _around(page, heading - 1):
            break
        last = heading
        while last + 1 < len(page.blocks) and element in _around(page, last + 1):
            last += 1
        if last > heading:
            return range(heading + 1, last + 1)
    return range(0)


def _around(page: Page, block: int) -> Iterator[int]:
    return elements_around(page.nodes, page.blocks[block].dom)


def _is_link(page: Page, block: int) -> bool:
    return is_mostly_link(page.blocks[block].dom, len(page.blocks[block].text))
