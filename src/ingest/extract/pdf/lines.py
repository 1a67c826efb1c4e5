"""Lines on the pages of a PDF, and the order in which people read them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a page.

    Attributes:
        text: What stands there, without white space at its ends.
        page: Number of the page, from 0.
        left: Where it begins, in points.
        right: Where it ends.
        top: How far down the page its upper edge lies, from 0 to 1.
        bottom: How far down its lower edge lies.
        height: Height of its letters with room above and below, in points.
        is_bold: Whether its first letter is of a bold font.
        is_cut: Whether it ends with a hyphen that cuts a word.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    height: float
    is_bold: bool = False
    is_cut: bool = False

    def overlaps(self, other: PageLine) -> bool:
        """Whether the two stand above each other in part."""
        return self.left < other.right and other.left < self.right


def in_reading_order(lines: Sequence[PageLine]) -> list[PageLine]:
    """Lines of a page as people read them: as the file draws them, unless it draws them in no order.

    A head or foot that is drawn first or last is no disorder, nor is a new column.
    """
    upwards = sum(b.bottom <= a.top and a.overlaps(b) for a, b in pairwise(lines))
    if upwards <= max(1, len(lines) // 10):
        return list(lines)
    return sorted(lines, key=lambda line: (round(line.bottom, 2), line.left))
