"""What the cleaning rules look at: each block as a line, and the page as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.records import Block, Page

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SPACES = re.compile(r"\s+")
_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "\u3000": " ",
        "\u2026": "...",
        "\u2010": "-",
        "\u2011": "-",
    }
)
LONGEST_KEY = 600
_LONGEST_TITLE = 300
_SHORTEST_TITLE = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A block as the rules see it.

    Attributes:
        index: Its place on the page.
        block: The block.
        key: Its text in lower case with plain quotation marks, without marks before the first
            and after the last word; empty for a text longer than `LONGEST_KEY`, which no rule means.
    """

    index: int
    block: Block
    key: str


@dataclass(frozen=True, slots=True)
class View:
    """A page as the rules see it.

    Attributes:
        lines: All its lines in order.
        keys: How the lines read, without the empty ones.
        title_key: The title, where the page or its first line gives one; else empty.
        title_index: The line that holds the title; -1 for none.
    """

    lines: tuple[Line, ...]
    keys: frozenset[str]
    title_key: str
    title_index: int


def line_key(text: str) -> str:
    """Reduce a text to what is compared; never shown.

    >>> line_key("» Read  More …")
    'read more'
    """
    if len(text) > LONGEST_KEY:
        return ""
    return _EDGES.sub("", _SPACES.sub(" ", text.translate(_PLAIN).lower()))


def view_page(page: Page) -> View:
    """Look at a page the way the rules do."""
    lines = tuple(Line(i, block, line_key(block.text)) for i, block in enumerate(page.blocks))
    title_key, title_index = _title(lines, page.metadata.title)
    return View(lines, frozenset(line.key for line in lines if line.key), title_key, title_index)


def _title(lines: tuple[Line, ...], declared: str | None) -> tuple[str, int]:
    """The title's key and the line that best stands for it."""
    shown = [line for line in lines if line.block.kind != "hidden"]
    key = line_key(declared) if declared else ""
    if not key and shown and len(shown[0].block.text) <= _LONGEST_TITLE:
        key = shown[0].key
    if len(key) < _SHORTEST_TITLE:
        return "", -1
    holders = [line for line in shown if line.key == key]
    if not holders:
        return key, -1
    best = min(holders, key=lambda line: (line.block.level or 7, line.index))
    return key, best.index
