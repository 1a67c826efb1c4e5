"""From lines on pages to blocks: which lines make a paragraph, and what its letters say it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.extract.joints import cut_word, meet_unspaced
from ingest.extract.pieces import make_block
from ingest.extract.text import LIST_ITEM
from ingest.records import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.extract.pdf.furniture import FurnitureKind
    from ingest.extract.pdf.lines import PageLine
    from ingest.records import Block, BlockKind

_SENTENCE_END = re.compile("[.!?\u2026:;\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\\]\\d]*$")
_SAME_HEIGHT = 0.08
_LIKE_HEIGHT = 0.25
_HEADING = 1.12  # times the height of the text's letters
_HEADING_WORDS = 30
_BOLD_WORDS = 15
_LEVELS = 6
_WIDE_GAP = 1.35  # times the usual distance of lines
_INDENT = 0.7  # of a line's height
_SHORT = 0.85  # of the column's width


@dataclass(frozen=True, slots=True)
class _Habits:
    """What is usual in a document.

    Attributes:
        height: Height of the text's letters.
        leading: Distance from line to line, as a part of the page's height.
        rights: Where the longest lines end, for each page and left edge, in points.
        levels: Heights of headings, the greatest first.
    """

    height: float
    leading: float
    rights: dict[tuple[int, int], float]
    levels: tuple[float, ...]


def lay_out_pages(
    body: Sequence[PageLine], furniture: Sequence[tuple[PageLine, FurnitureKind]]
) -> tuple[str, tuple[Block, ...]]:
    """Write the source text, and cut it into blocks.

    Args:
        body: Lines of the text in reading order.
        furniture: Lines of the pages' edges, with what they are.

    Returns:
        The source text and its blocks.
    """
    lines = [*body, *(line for line, _ in furniture)]
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for index, line in enumerate(lines):
        if index:
            new_page = line.page != lines[index - 1].page or index == len(body)
            pieces.append("\n\f" if new_page else "\n")
            at += len(pieces[-1])
        pieces.append(line.text)
        spans.append((at, at + len(line.text)))
        at += len(line.text)
    source_text = "".join(pieces)
    blocks = [*_paragraphs(source_text, body, spans)]
    for (_, kind), (start, end) in zip(furniture, spans[len(body) :], strict=True):
        blocks.append(make_block(source_text, (start, end), kind))
    return source_text, tuple(blocks)


def _paragraphs(
    source_text: str, lines: Sequence[PageLine], spans: Sequence[tuple[int, int]]
) -> Iterator[Block]:
    if not lines:
        return
    habits = _habits(lines)
    first = 0
    for last in range(len(lines)):
        if last + 1 < len(lines) and _goes_on(lines[first], lines[last], lines[last + 1], habits):
            continue
        start, end = spans[first][0], spans[last][1]
        edits = [
            edit
            for k in range(first, last)
            if (edit := _joint(source_text, spans[k], spans[k + 1], is_cut=lines[k].is_cut))
        ]
        kind, level = _kind(lines[first : last + 1], habits)
        yield make_block(source_text, (start, end), kind, edits, level)
        first = last + 1


def _habits(lines: Sequence[PageLine]) -> _Habits:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.height, 1)] += len(line.text)
    height = max(weights, key=lambda h: (weights[h], h))
    usual = [line for line in lines if abs(line.height - height) <= _SAME_HEIGHT * height]
    distances = [
        b.top - a.top for a, b in pairwise(usual) if a.page == b.page and b.top > a.top and a.overlaps(b)
    ]
    rights: dict[tuple[int, int], float] = {}
    for line in usual:
        place = _column(line, height)
        rights[place] = max(line.right, rights.get(place, 0.0))
    larger = sorted({h for h in weights if h > _HEADING * height}, reverse=True)
    levels = [h for k, h in enumerate(larger) if not k or h < larger[k - 1] * (1 - _SAME_HEIGHT / 2)]
    return _Habits(height, median(distances) if distances else 1.0, rights, tuple(levels))


def _column(line: PageLine, height: float) -> tuple[int, int]:
    return line.page, round(line.left / (3 * max(height, 1.0)))


def _goes_on(first: PageLine, line: PageLine, following: PageLine, habits: _Habits) -> bool:
    """Whether the following line belongs to the paragraph that began with `first`."""
    is_open = _SENTENCE_END.search(line.text) is None
    # Words of another font, as for names of files, are a little higher; headings are followed by a capital.
    likeness = _LIKE_HEIGHT if is_open and following.text[:1].islower() else _SAME_HEIGHT
    differ = abs(line.height - following.height) > likeness * max(line.height, following.height)
    if differ or LIST_ITEM.match(following.text):
        return False
    if line.is_cut or line.is_bold != following.is_bold:
        return line.is_cut
    if following.page != line.page or following.bottom <= line.top:  # another page or column
        return is_open and following.text[:1].islower()
    if not line.overlaps(following):
        return following.top < line.bottom and following.left - line.right < 2 * line.height
    return _is_near(line, following, habits) and (is_open or not _ends(first, line, following, habits))


def _is_near(line: PageLine, following: PageLine, habits: _Habits) -> bool:
    """Whether two lines are as far apart as the lines of a paragraph; large letters stand further apart."""
    lines = 2 if line.height > _HEADING * habits.height else 1
    return following.top - line.top <= lines * _WIDE_GAP * habits.leading


def _ends(first: PageLine, line: PageLine, following: PageLine, habits: _Habits) -> bool:
    """Whether a line that ends a sentence ends its paragraph: it is short, or the next one is indented."""
    right = habits.rights.get(_column(line, habits.height), line.right)
    short = line.right - line.left < _SHORT * (right - line.left)
    return short or (following.left > line.left + _INDENT * line.height and line is not first)


def _kind(lines: Sequence[PageLine], habits: _Habits) -> tuple[BlockKind, int]:
    words = sum(len(line.text.split()) for line in lines)
    height = lines[0].height
    if height > _HEADING * habits.height and words <= _HEADING_WORDS:
        level = sum(height < known * (1 - _SAME_HEIGHT / 2) for known in habits.levels) + 1
        return "heading", min(level, _LEVELS)
    if (
        all(line.is_bold for line in lines)
        and words <= _BOLD_WORDS
        and not lines[-1].text.endswith((".", ":", ","))
    ):
        return "heading", min(len(habits.levels) + 1, _LEVELS)
    return ("list_item" if LIST_ITEM.match(lines[0].text) else "paragraph"), 0


def _joint(
    source_text: str, line: tuple[int, int], following: tuple[int, int], *, is_cut: bool
) -> Edit | None:
    """The edit where two lines meet without a space."""
    gap = source_text[line[1] : following[0]]
    if meet_unspaced(source_text, line[1], following[0]):
        return Edit("unwrap", gap, "", line[1], following[0])
    halves = cut_word(source_text, line, following)
    if halves is None:
        return Edit("unwrap", gap, "", line[1], following[0]) if is_cut else None
    if "-".join(halves) in source_text:  # a hyphen of the word's own: so it stands elsewhere
        return Edit("unwrap", gap, "", line[1], following[0])
    return Edit("hyphenation", "-" + gap, "", line[1] - 1, following[0])
