"""The paragraphs of a part of a DOCX file, in order, each with what its style says it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

    from ingest.records import BlockKind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_VALUE = f"{_W}val"
_WHITE: Mapping[str, str] = MappingProxyType(
    {
        f"{_W}tab": "\t",
        f"{_W}br": "\n",
        f"{_W}cr": "\n",
        f"{_W}noBreakHyphen": "\u2011",
        f"{_W}softHyphen": "\u00ad",
    }
)
_SKIPPED = frozenset(
    {_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}tblPr", f"{_W}sectPr"}
)
_OUTLINE = frozenset("012345")
_SEPARATORS = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_HEADING = re.compile(r"heading ([1-9])")
_LONG_CELL_WORDS = 40
_LEVELS = 6
_MOST_BASES = 20
_LAST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style makes of a paragraph."""

    kind: BlockKind = "paragraph"
    level: int = 0


_STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "title": Style("heading", 1),
        "quote": Style("block_quote"),
        "intense quote": Style("block_quote"),
        "block text": Style("block_quote"),
        "caption": Style("caption"),
    }
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, or one row of a table.

    Attributes:
        kind: What it is.
        text: Its character data.
        level: Level of a heading, else 0.
        cell_tabs: Where in the text the tabs between cells stand.
    """

    kind: BlockKind
    text: str
    level: int = 0
    cell_tabs: tuple[int, ...] = ()


@dataclass(slots=True)
class _Row:
    """A row in work: for each cell its paragraphs."""

    cells: list[list[Paragraph]] = field(default_factory=list)


def styles_of(root: _Element | None) -> Mapping[str, Style]:
    """What each paragraph style means, by its id; one that is based on another means what that means."""
    if root is None:
        return {}
    own: dict[str, Style | None] = {}
    bases: dict[str, str] = {}
    for element in root.iterfind(f"{_W}style"):
        ident = element.get(f"{_W}styleId") or ""
        name = _value(element, "name").lower()
        own[ident] = _style(name, _value(element, f"pPr/{_W}outlineLvl"))
        bases[ident] = _value(element, "basedOn")
    styles: dict[str, Style] = {}
    for ident in own:
        at = ident
        for _ in range(_MOST_BASES):
            if (found := own.get(at)) or at not in bases:
                styles[ident] = found or Style()
                break
            at = bases[at]
    return styles


def _style(name: str, outline: str) -> Style | None:
    """A built-in style by its name, which is English in every language; None where it says nothing."""
    if match := _HEADING.fullmatch(name):
        return Style("heading", min(int(match[1]), _LEVELS))
    if name.startswith(("list bullet", "list number")):
        return Style("list_item")
    return _STYLES.get(name) or _outlined(outline)


def _outlined(outline: str) -> Style | None:
    """The heading that a level of the outline makes; beyond the levels stands plain text."""
    return Style("heading", int(outline) + 1) if outline in _OUTLINE else None


def _value(element: _Element, path: str) -> str:
    found = element.find(f"{_W}{path}")
    return (found.get(_VALUE) or "") if found is not None else ""


def paragraphs_of(root: _Element, styles: Mapping[str, Style]) -> list[Paragraph]:
    """Read a part.

    Args:
        root: Its root element.
        styles: What the styles mean.

    Returns:
        Its paragraphs and rows in order; a paragraph in a paragraph (a box of text) comes before it.
    """
    reader = _Reader(styles)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            reader.end(element)
        elif element.tag in _SKIPPED or element.get(f"{_W}type") in _SEPARATORS:
            walk.skip_subtree()
        else:
            reader.start(element)
    return reader.found


class _Reader:
    """Gathers paragraphs while the elements open and close.

    Attributes:
        found: The paragraphs so far.
    """

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self.found: list[Paragraph] = []
        self._styles = styles
        self._rows: list[_Row] = []
        self._texts: list[list[str]] = []

    def start(self, element: _Element) -> None:
        if element.tag == f"{_W}p":
            self._texts.append([])
        elif element.tag == f"{_W}tr":
            self._rows.append(_Row())
        elif element.tag == f"{_W}tc" and self._rows:
            self._rows[-1].cells.append([])
        elif self._texts:
            self._texts[-1].append(_characters(element))

    def end(self, element: _Element) -> None:
        if element.tag == f"{_W}p" and self._texts:
            self._add(_paragraph(element, "".join(self._texts.pop()), self._styles))
        elif element.tag == f"{_W}tr" and self._rows:
            for paragraph in _row(self._rows.pop()):
                self._add(paragraph)

    def _add(self, paragraph: Paragraph) -> None:
        if self._rows and self._rows[-1].cells:
            self._rows[-1].cells[-1].append(paragraph)
        else:
            self.found.append(paragraph)


def _characters(element: _Element) -> str:
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag == f"{_W}sym":
        code = element.get(f"{_W}char") or ""
        number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else 0
        return chr(number) if 0 < number <= _LAST_CODE_POINT and not 0xD800 <= number <= 0xDFFF else "\ufffd"  # noqa: PLR2004
    return _WHITE.get(str(element.tag), "")


def _paragraph(element: _Element, text: str, styles: Mapping[str, Style]) -> Paragraph:
    style = styles.get(_value(element, f"pPr/{_W}pStyle"), Style())
    outline = _value(element, f"pPr/{_W}outlineLvl")
    if style.kind == "paragraph":
        style = _outlined(outline) or style
    number = _value(element, f"pPr/{_W}numPr/{_W}numId")
    if style.kind == "paragraph" and number not in {"", "0"}:
        style = Style("list_item")
    return Paragraph(style.kind, text, style.level)


def _row(row: _Row) -> list[Paragraph]:
    """A row as one line, its cells parted by tabs; a row that only lays text out gives its paragraphs."""
    shown = [cell for cell in row.cells if any(p.text.strip() for p in cell)]
    is_layout = len(shown) <= 1 or any(
        len(cell) > 1 and sum(len(p.text.split()) for p in cell) > _LONG_CELL_WORDS for cell in shown
    )
    if is_layout:
        return [paragraph for cell in row.cells for paragraph in cell]
    text = ""
    tabs: list[int] = []
    for number, cell in enumerate(shown):
        if number:
            tabs.append(len(text))
            text += "\t"
        text += "\n".join(p.text for p in cell if p.text.strip()).strip()
    return [Paragraph("table_row", text, cell_tabs=tuple(tabs))]
