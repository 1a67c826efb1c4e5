"""Boxes of other pieces in the middle of an HTML article: a heading that says so, headlines, and teasers."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.clean.elements import alike_after, opened_by, rows_of
from ingest.dom import is_mostly_link

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ingest.clean.rules.verdicts import Verdict
    from ingest.records import Page

_HEADINGS = frozenset({"related", "more_on_site"})
_LARGEST_SHARE = 0.25
# What a page calls an element that leads to another piece.
_PIECE_WORDS = frozenset({"article", "card", "news", "post", "story", "teaser", "tile"})
_FEWEST_IN_BOX = 2
_MOST_UNLINKED = 20  # each is looked through to its end
_FEWEST_IN_ROW = 3
_LARGEST_ROW_SHARE = 0.45
_SHORTEST_HEADLINE = 20
_LONGEST_HEADLINE = 160
_SHORTEST_UNSPACED = 8
_SHORTEST_TEASER = 40
_LONGEST_TEASER = 600
_STOPS = ".!\u3002\uff01:"


def find_related_boxes(
    page: Page, kept: Collection[int], verdicts: Sequence[Verdict | None]
) -> frozenset[int]:
    """Find text of an article that stands in a box under the heading of a list of other pieces.

    The box is the smallest element that such a heading opens and that holds more than it; or the elements of
    one form right after it, each a headline with no more than a teaser under it.

    Args:
        page: A page; plain text has no boxes.
        kept: Indices of the blocks of its article.
        verdicts: What the rules say of each block.

    Returns:
        Indices of those of the kept blocks that stand in boxes with links to other pieces, or with several
        headlines.  What is not small beside the article is no box of it.
    """
    if not page.nodes or not kept:
        return frozenset()
    within = range(min(kept), max(kept))
    headings = [k for k in within if (verdict := verdicts[k]) and verdict.rule in _HEADINGS]
    whole = _chars(page, kept)
    found: set[int] = set()
    for nth, k in enumerate(headings):
        for box in _boxes(page, k, with_unlinked=nth < _MOST_UNLINKED):
            text = [at for at in box if at in kept and not verdicts[at]]
            if _chars(page, text) <= _LARGEST_SHARE * whole:
                found.update(text)
        found.update(takewhile(lambda at: at in kept and _is_link(page, at), range(k + 1, len(verdicts))))
    return frozenset(found)


def _boxes(page: Page, heading: int, *, with_unlinked: bool) -> Iterator[range]:
    opened = opened_by(page, heading)
    if any(_is_link(page, at) for at in opened):
        yield opened
    pieces = alike_after(page, heading) if with_unlinked else []
    if len(pieces) >= _FEWEST_IN_BOX and all(_is_teaser(page, piece) for piece in pieces):
        yield range(heading + 1, pieces[-1].stop)


def find_teaser_rows(page: Page, hints: Collection[tuple[str, ...]], kept: Collection[int]) -> frozenset[int]:
    """Find text of an article that stands in a row of teasers: elements of one form, side by side.

    Each calls itself an article, a card or the like, and holds one headline that is a link, and a teaser.

    Args:
        page: A page; plain text has no teasers.
        hints: The distinct hints of its elements.
        kept: Indices of the blocks of its article.

    Returns:
        Indices of those of the kept blocks that stand in such rows; none where they are a good part of the
        article or open it, as on a page of several articles.
    """
    if not page.nodes or not kept:
        return frozenset()
    whole, first = _chars(page, kept), min(kept)
    found: set[int] = set()
    for row in rows_of(page, _PIECE_WORDS, hints, kept):
        text = [at for piece in row for at in piece if at in kept]
        if not text or any(first in piece for piece in row):
            continue
        linked = sum(_is_linked_teaser(page, piece) for piece in row)
        if linked >= _FEWEST_IN_ROW and _chars(page, text) <= _LARGEST_ROW_SHARE * whole:
            found.update(text)
    return frozenset(found)


def _is_linked_teaser(page: Page, piece: range) -> bool:
    """Whether an element holds one headline that is a link, above a teaser and no more."""
    links = [at for at in piece if _is_link(page, at) and _has_length(page.blocks[at].text)]
    if len(links) != 1 or _chars(page, piece) > _LONGEST_TEASER:
        return False
    long = [at for at in piece if not _is_link(page, at) and len(page.blocks[at].text) >= _SHORTEST_TEASER]
    return bool(long) and links[0] < long[0]


def _has_length(text: str) -> bool:
    return len(text) >= _SHORTEST_HEADLINE or (not text.isascii() and len(text) >= _SHORTEST_UNSPACED)


def _is_teaser(page: Page, piece: range) -> bool:
    """Whether an element begins with a headline, by its markup or its form, and is short."""
    first = page.blocks[piece.start]
    formed = len(first.text) <= _LONGEST_HEADLINE and first.text[-1] not in _STOPS
    return (first.level > 0 or formed) and _chars(page, piece) <= _LONGEST_TEASER


def _chars(page: Page, places: Collection[int]) -> int:
    return sum(len(page.blocks[at].text) for at in places)


def _is_link(page: Page, block: int) -> bool:
    return is_mostly_link(page.blocks[block].dom, len(page.blocks[block].text))
