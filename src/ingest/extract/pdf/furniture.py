"""Running heads, running feet and page numbers of a PDF: what stands at the edge of page after page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.extract.pdf.lines import PageLine

FurnitureKind = Literal["running_head", "page_number"]

_EDGE = 0.12  # of the page's height
_LINES_AT_EDGE = 3
_SAME_PLACE = 0.015
_FEW_PAGES = 4
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"(?:page|seite|p\.)?\s*+[-\u2013\u2014|]?\s*+(?P<number>\d{1,4}|[ivxlc]{1,8})"
    r"(?:\s*+(?:/|of|von|de|sur)\s*+\d{1,4})?\s*+[-\u2013\u2014|]?",
    re.IGNORECASE,
)
_BESIDE_NUMBER = re.compile(
    r"(\d{1,4})\s\D.{0,120}|.{0,120}\D\s(\d{1,4})"
)  # more white space is in `.` and `\D`
_FEW = 2
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def part_furniture(
    lines: Sequence[PageLine], pages: int
) -> tuple[list[PageLine], list[tuple[PageLine, FurnitureKind]]]:
    """Part the text of the pages from what is repeated on them.

    A line at the edge is a running head or foot where the same words (numbers aside) stand at the same
    height on three pages, on two of a short document, or where it begins or ends with the page's number; a
    page number where it is nothing but that.

    Args:
        lines: All lines, page by page.
        pages: Number of pages.

    Returns:
        The lines of the text, and the others with what they are; both in order.
    """
    edge = _at_edge(lines)
    numbers = _numbers(edge)
    heads = _repeated(edge, pages) | _numbered(edge)
    body: list[PageLine] = []
    furniture: list[tuple[PageLine, FurnitureKind]] = []
    for line in lines:
        if id(line) in numbers:
            furniture.append((line, "page_number"))
        elif id(line) in heads:
            furniture.append((line, "running_head"))
        else:
            body.append(line)
    return body, furniture


def _at_edge(lines: Sequence[PageLine]) -> list[tuple[PageLine, bool]]:
    """Lines at the upper and lower edge of their page; whether it is the upper one."""
    by_page: dict[int, list[PageLine]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    found: list[tuple[PageLine, bool]] = []
    for of_page in by_page.values():
        of_page.sort(key=lambda line: line.top)
        found += [(line, True) for line in of_page[:_LINES_AT_EDGE] if line.bottom < _EDGE]
        found += [(line, False) for line in of_page[-_LINES_AT_EDGE:] if line.top > 1 - _EDGE]
    return found


def _repeated(edge: Sequence[tuple[PageLine, bool]], pages: int) -> set[int]:
    groups: dict[tuple[str, bool], list[PageLine]] = defaultdict(list)
    for line, is_upper in edge:
        groups[_DIGITS.sub("#", line.text.casefold()), is_upper].append(line)
    fewest = 2 if pages <= _FEW_PAGES else 3
    found: set[int] = set()
    for group in groups.values():
        place = median(line.top for line in group)
        same = [line for line in group if abs(line.top - place) <= _SAME_PLACE]
        if len({line.page for line in same}) >= fewest:
            found.update(map(id, same))
    return found


def _numbers(edge: Sequence[tuple[PageLine, bool]]) -> set[int]:
    """Lines that hold a number which grows by one from page to page; on a single page, the number 1."""
    counted: dict[int, int] = {}
    lines = {id(line): line for line, _ in edge}
    for ident, line in lines.items():
        match = _NUMBER.fullmatch(line.text.strip())
        if match and (value := _value(match["number"].lower())):
            counted[ident] = value - line.page
    offsets = Counter(counted.values())
    kept = {offset for offset, count in offsets.items() if count > 1}
    pages = {line.page for line in lines.values()}
    if len(pages) <= 1:
        kept.add(1)
    return {ident for ident, offset in counted.items() if offset in kept}


def _numbered(edge: Sequence[tuple[PageLine, bool]]) -> set[int]:
    """Lines that begin or end with a number which counts with the pages, on three pages at least."""
    counted: list[tuple[int, PageLine]] = []
    for line, _ in edge:
        match = _BESIDE_NUMBER.fullmatch(line.text)
        if match:
            counted.append((int(match[1] or match[2]) - line.page, line))
    pages: dict[int, set[int]] = defaultdict(set)
    for offset, line in counted:
        pages[offset].add(line.page)
    return {id(line) for offset, line in counted if len(pages[offset]) > _FEW}


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    values = [_ROMAN[letter] for letter in number]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
