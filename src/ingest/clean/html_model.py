"""Label the blocks of an HTML page: what is the article, and what is everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.records import Block, Page

_FURNITURE_TAGS = frozenset({"nav", "footer", "aside", "form", "button", "menu", "dialog"})
_KINDS = (
    ("comment", frozenset({"comment", "comments", "disqus", "respond"})),
    ("cookie", frozenset({"cookie", "cookies", "consent", "gdpr"})),
    ("related", frozenset({"related", "recommended", "recirc", "trending", "popular"})),
    ("share", frozenset({"share", "sharing", "social"})),
    ("promotion", frozenset({"promo", "newsletter", "subscribe", "ad", "ads", "advert", "sponsored"})),
    ("bio", frozenset({"bio", "biography"})),
)


@dataclass(frozen=True, slots=True)
class BlockLabel:
    """What one block of a page is.

    Attributes:
        keep: Whether it belongs to the document; false for what the page wraps around it.
        kind: For a kept block `body`, `title`, `subtitle`, `byline`, `dateline`, `caption` or `credit`
            (only `body` counts as article text); for a dropped one `navigation`, `related`, `comment`,
            `promotion`, `bio`, `cookie`, `share`, `hidden` or `other`.
        score: How sure it is that the block is article text, 0 to 1.
    """

    keep: bool
    kind: str
    score: float


def label_blocks(page: Page) -> tuple[BlockLabel, ...]:
    """Label every block of an HTML page, in order.

    Args:
        page: A page whose blocks carry `dom`.

    Returns:
        One label for each block.
    """
    return tuple(_by_rule(block) for block in page.blocks)


def _by_rule(block: Block) -> BlockLabel:
    """Judge one block by its own markup alone."""
    dom = block.dom
    if block.kind == "hidden" or dom is None:
        return BlockLabel(block.kind != "hidden", "hidden" if block.kind == "hidden" else "body", 0.0)
    words = set(dom.hints)
    for kind, cues in _KINDS:
        if words & cues:
            return BlockLabel(keep=False, kind=kind, score=0.1)
    if _FURNITURE_TAGS.intersection(dom.tags.split("/")) or dom.link_chars * 2 > len(block.text):
        return BlockLabel(keep=False, kind="navigation", score=0.1)
    if block.level == 1:
        return BlockLabel(keep=True, kind="title", score=0.5)
    if block.kind == "caption":
        return BlockLabel(keep=True, kind="caption", score=0.5)
    return BlockLabel(keep=True, kind="body", score=0.9)
