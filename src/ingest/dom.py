"""Where a block stood in an HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class DomNode(NamedTuple):
    """A block-level element of an HTML page; a page has hundreds, so it is a cheap tuple.

    Attributes:
        tag: Its name.
        parent: Index in `Page.nodes` of the block-level element around it; -1 for the root.
        hints: Lower-cased words of its own class, id, role and the like.
    """

    tag: str
    parent: int = -1
    hints: tuple[str, ...] = ()


class Dom(NamedTuple):
    """Where a block stood in an HTML page; the evidence that cleaning and sections look at.

    Attributes:
        tags: Tags of the block-level elements from the root to the block, joined by `/`.
        hints: Lower-cased class, id and role words of the innermost block-level element around the block;
            those of the elements further out are in `Page.nodes`.
        link_chars: Characters of the block inside links, white space not counted.
        container: Index in `Page.nodes` of the nearest `<article>`, else `<main>`; -1 for none.
        node: Index in `Page.nodes` of the innermost block-level element around the block.
        inline_tags: Names of the inline elements inside the block, each once, in order.
        inline_hints: Class and rel words of these.
        links: Number of links in the block.
        bold_chars: Characters inside `<b>` and `<strong>`, white space not counted.
        images: Images since the end of the block before.
        is_menu: Whether an element that is a menu stands in it, with short links beside it or alone.
    """

    tags: str
    hints: tuple[str, ...] = ()
    link_chars: int = 0
    container: int = -1
    node: int = -1
    inline_tags: tuple[str, ...] = ()
    inline_hints: tuple[str, ...] = ()
    links: int = 0
    bold_chars: int = 0
    images: int = 0
    is_menu: bool = False


def elements_around(nodes: Sequence[DomNode], dom: Dom | None) -> Iterator[int]:
    """Indices of the block-level elements around a block, innermost first; none where it stood in no page.

    Args:
        nodes: The elements of the page.
        dom: Where the block stood; None for plain text.
    """
    at = dom.node if dom else -1
    while at >= 0:
        yield at
        at = nodes[at].parent


def is_mostly_link(dom: Dom | None, chars: int) -> bool:
    """Whether half of a block's characters or more stand inside links."""
    return dom is not None and dom.link_chars * 2 >= chars
