"""Elements of a page as ranges of blocks: what a heading opens, what stands side by side in one form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.dom import elements_around

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ingest.records import Page

_FEWEST_IN_ROW = 3


def around(page: Page, block: int) -> Iterator[int]:
    """Indices of the elements around a block, innermost first."""
    return elements_around(page.nodes, page.blocks[block].dom)


def opened_by(page: Page, heading: int) -> range:
    """The blocks after a heading in the smallest element around both; none where others stand before it."""
    for element in around(page, heading):
        if heading and element in around(page, heading - 1):
            break
        last = _last_inside(page, element, heading)
        if last > heading:
            return range(heading + 1, last + 1)
    return range(0)


def alike_after(page: Page, heading: int) -> list[range]:
    """The elements of one form, same name and same classes, that stand in a row right after a block.

    A list or a box around all of them is looked into.

    Args:
        page: The page.
        heading: Index of the block above them.

    Returns:
        The blocks of each, in order; none where no element begins there.
    """
    if heading + 1 >= len(page.blocks):
        return []
    outer = set(around(page, heading))
    inner = [element for element in around(page, heading + 1) if element not in outer]
    row: list[range] = []
    for element in reversed(inner):  # from the one beside the heading inwards
        row = _row(page, element, heading + 1)
        if len(row) > 1:
            break
    return row


def _row(page: Page, element: int, first: int) -> list[range]:
    """An element that begins with a block, and those of its form that follow it side by side."""
    tag, parent, hints = page.nodes[element]
    row = []
    while first < len(page.blocks):
        beside = (at for at in around(page, first) if page.nodes[at].parent == parent)
        at = next(beside, -1)
        if at < 0 or page.nodes[at].tag != tag or page.nodes[at].hints != hints:
            break
        last = _last_inside(page, at, first)
        row.append(range(first, last + 1))
        first = last + 1
    return row


def _last_inside(page: Page, element: int, block: int) -> int:
    """The last block inside an element, from one that is."""
    while block + 1 < len(page.blocks) and element in around(page, block + 1):
        block += 1
    return block


def rows_of(
    page: Page, words: frozenset[str], hints: Collection[tuple[str, ...]], places: Collection[int]
) -> Iterator[list[range]]:
    """Rows of three `<article>`s or more, or of elements with a word among their classes: of one form.

    Args:
        page: The page.
        words: The words.
        hints: The distinct hints of the page's elements.
        places: Blocks, one of which stands in each row.

    Yields:
        The blocks of each element of a row, in order; elements without text left out.
    """
    telling = {found for found in hints if not words.isdisjoint(found)}
    rows: dict[tuple[int, str, tuple[str, ...]], list[int]] = {}
    for at, (tag, parent, found) in enumerate(page.nodes):
        if tag == "article" or found in telling:
            rows.setdefault((parent, tag, found), []).append(at)
    in_row = {at for row in rows.values() if len(row) >= _FEWEST_IN_ROW for at in row}
    if not in_row:
        return
    inner = [-1] * (len(page.nodes) + 1)  # the last one stands for the place -1, outside of all elements
    for at, (_, parent, _) in enumerate(page.nodes):
        inner[at] = at if at in in_row else inner[parent]
    inside: dict[int, list[int]] = {}
    for k, block in enumerate(page.blocks):
        if block.dom and (at := inner[block.dom.node]) >= 0:
            inside.setdefault(at, []).append(k)
    for row in rows.values():
        pieces = [inside[at] for at in row if at in inside]
        if any(k in places for piece in pieces for k in piece):
            yield [range(piece[0], piece[-1] + 1) for piece in pieces]
