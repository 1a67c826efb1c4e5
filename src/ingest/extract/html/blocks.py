"""Walk a parsed HTML page once: its character data, cut into blocks where a reader sees blocks.

The walk follows document order with a stack of its own, so its depth is bounded by memory and not by
Python's call stack.  Every block is one slice of the character data: a block-level element opens and closes
blocks, an inline element never does.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from ingest.dom import Dom, DomNode
from ingest.extract.html.drafts import Draft, finish_drafts
from ingest.extract.html.elements import (
    BLOCK_TAGS,
    CELL_TAGS,
    DRAWN_TAGS,
    FORM_OF_TAG,
    HIDDEN_TAGS,
    VOID_TAGS,
    has_text,
    parts_cells,
    read_inline,
)
from ingest.extract.html.hints import element_hints
from ingest.extract.html.menus import LINK_CHARS, LINK_PART, MENU_TAGS, NAMING
from ingest.extract.html.recut import recut
from ingest.records import maker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

    from ingest.extract.html.menus import Menu
    from ingest.records import Block, BlockKind

# Kinds that hold for all that stands inside, whatever it is.
_LASTING_KINDS = frozenset({"hidden", "caption", "block_quote", "preformatted"})
# Deeper elements get no node of their own, which bounds the memory that paths take.
_MAX_DEPTH = 60
_LINK, _BOLD = 1, 2
_INLINE_STATE = {"a": _LINK, "b": _BOLD, "strong": _BOLD}
_CODE_TAGS = frozenset({"code", "kbd", "samp", "tt"})  # a mark would change what a program reads
# What the walk does at an element of each name; what comes after `_INLINE` says how to leave it too.
_VOID, _BREAK, _IMAGE, _INLINE, _MARKED, _QUOTED, _BLOCK, _MENU = range(8)
_ACTIONS = {
    **dict.fromkeys(BLOCK_TAGS, _BLOCK),
    **dict.fromkeys(_INLINE_STATE, _MARKED),
    **dict.fromkeys(VOID_TAGS, _VOID),
    "br": _BREAK,
    "img": _IMAGE,
    "q": _QUOTED,
}


class _Place(NamedTuple):
    """What a block-level element that the walk stands in makes of the text inside."""

    node: int
    kind: BlockKind
    level: int
    tags: str
    hints: tuple[str, ...]
    container: int
    is_row: bool


_END = etree.Comment()  # is no element, and stands in none: before it, all that is open ends
_new_place = maker(_Place)
_new_node = maker(DomNode)
_new_dom = maker(Dom)
_new_draft = maker(Draft)


def read_blocks(
    root: _Element, menus: Mapping[_Element, Menu], title: str | None
) -> tuple[str, tuple[Block, ...], tuple[DomNode, ...]]:
    """Read the whole tree under `root`.

    Args:
        root: A tree without comments, scripts, styles, `<noscript>` and `<template>`.
        menus: What those of its elements held that `take_menus` has emptied.
        title: What the page gives as its title: a first line that reads so is a block of its own; None to
            leave all cuts as they are.

    Returns:
        The character data in document order, its blocks, and the elements that they stand in.
    """
    walk = _Walk(menus)
    enter, leave, take = walk.enter, walk.leave, walk.take
    parts: list[str] = []
    position = 0
    inside: list[tuple[_Element, int]] = []
    # Each element costs a microsecond or two, so what most of them have, white space, is read here.
    for element in chain(root.iter(), (_END,)):
        parent = element.getparent()
        while inside and inside[-1][0] is not parent:
            left, action = inside.pop()
            if action > _INLINE:
                leave(action, position)
            if text := left.tail:
                parts.append(text)
                if not text.isspace():
                    take(text, position)
                position += len(text)
        tag = element.tag
        if not isinstance(tag, str):  # an entity that the parser does not know: its text is its tail; the end
            inside.append((element, _INLINE))
            continue
        action = enter(element, tag, position)
        if action == _MENU:
            inside.append((element, _VOID))
            parts.append(menus[element].text)
            position += len(parts[-1])
            continue
        inside.append((element, action))
        if text := element.text:
            parts.append(text)
            if not text.isspace():
                take(text, position)
            position += len(text)
    walk.finish()
    source_text = "".join(parts)
    drafts = walk.drafts if title is None else recut(source_text, walk.drafts, title)
    return source_text, finish_drafts(source_text, drafts), tuple(walk.nodes)


def _stands_alone(kind: BlockKind, hints: tuple[str, ...]) -> bool:
    """Whether a short link is an item of a menu by its element: no heading, no name of an author."""
    return kind not in {"heading", "hidden"} and NAMING.isdisjoint(hints)


_WALK_NAMES = """
    drafts nodes _bold_chars _breaks _cells _end _images _inline _link_chars _links _menus _open _open_quotes
    _pending_break _places _quoted _run _run_end _run_is_menu _run_link_chars _run_links _run_seams _start
    _states
"""


class _Walk:
    """What is known at one point of the walk.

    Attributes:
        nodes: Block-level elements so far, those that hold a block.
        drafts: Blocks so far.
    """

    __slots__ = tuple(_WALK_NAMES.split())

    def __init__(self, menus: Mapping[_Element, Menu]) -> None:
        self._menus = menus
        self.nodes: list[DomNode] = []
        self.drafts: list[Draft] = []
        # Elements that the walk stands in, and of the outer ones what they make of the text inside:
        # most hold none, so that is found out where a block needs it.
        self._open: list[tuple[_Element, str]] = []
        self._places = [_Place(-1, "paragraph", 0, "", (), -1, is_row=False)]
        self._states = [0]
        # The block that is being read; it has no start until its first visible character.
        self._start = -1
        self._end = 0
        self._link_chars = 0
        self._bold_chars = 0
        self._links = 0
        self._images = 0
        self._pending_break = -1
        self._breaks: list[int] = []
        self._cells: list[int] = []
        # Where the <q> begin that stand open in it, and the span of those that have ended.
        self._open_quotes: list[int] = []
        self._quoted: list[tuple[int, int]] = []
        # The last block, where it is one of a run of short links or of hidden text.
        self._run = ""
        self._run_end = -1
        self._run_links = 0
        self._run_link_chars = 0
        self._run_seams: list[int] = []
        self._run_is_menu = False
        # Inline elements since the end of the block before: only a block of its own asks what they are.
        self._inline: list[tuple[str, _Element]] = []

    def enter(self, element: _Element, tag: str, position: int) -> int:
        """Read an element's start; say how to leave it."""
        action = _ACTIONS.get(tag, _INLINE)
        if action == _BLOCK and (tag not in DRAWN_TAGS or has_text(element)):
            if tag in CELL_TAGS and self._open and self._open[-1][1] == "tr" and self._place().is_row:
                self._cell(position)
                return _INLINE
            if self._start >= 0 or self._inline:
                self._flush()
            self._open.append((element, tag))
            if tag in MENU_TAGS and (menu := self._menus.get(element)):
                self._take_menu(menu, position)
                return _MENU
            return _BLOCK
        if action >= _INLINE:
            return self._enter_inline(element, tag, action, position)
        if action == _BREAK:
            self._line_break(position)
        elif action == _IMAGE:
            self._images += 1
        return action

    def _enter_inline(self, element: _Element, tag: str, action: int, position: int) -> int:
        self._inline.append((tag, element))
        if action == _MARKED:
            state = _INLINE_STATE[tag]
            self._links += state == _LINK
            self._states.append(self._states[-1] | state)
        elif action == _QUOTED and getattr(element.getparent(), "tag", "") not in _CODE_TAGS:
            self._open_quotes.append(position)
        elif action > _MARKED:
            return _INLINE
        return action

    def leave(self, action: int, position: int) -> None:
        """Read an element's end."""
        if action == _MARKED:
            self._states.pop()
            return
        if action == _QUOTED:
            if self._open_quotes and self._start >= 0:  # else it began in another block
                self._quoted.append((self._open_quotes.pop(), position))
            return
        if self._start >= 0 or self._inline:
            self._flush()
        self._open.pop()
        if len(self._places) > len(self._open) + 1:
            self._places.pop()

    def _take_menu(self, menu: Menu, position: int) -> None:
        """Read an element that holds nothing but a menu, and leave it."""
        if menu.places:
            seams = [position + at for at in menu.places]
            self._start, self._end = seams[0], position + menu.end
            self._links, self._link_chars = menu.links, menu.chars
            if self._open[-1][1] == "nav":
                self._close_run()  # what stands above it may say what it is: "Skip to content"
            around = self._place()
            if around.kind != "hidden" and not _stands_alone(around.kind, around.hints):
                # In a heading that the page forgot to end.
                around = around._replace(kind="paragraph", level=0, hints=())
            self._add(around, is_link=True)
            self._run_seams += seams[1:]
            self._run_end = self._end
            self._run_is_menu = around.kind != "hidden"
            self._start = -1
            self._links = self._link_chars = 0
        self.leave(_BLOCK, self._end)

    def _place(self) -> _Place:
        """What the innermost open element makes of its text."""
        places = self._places
        for element, tag in self._open[len(places) - 1 :]:
            places.append(self._placed(element, tag, places[-1]))
        return places[-1]

    def _placed(self, element: _Element, tag: str, outer: _Place) -> _Place:
        node, kind, level, tags, hints, container, is_row = outer
        if kind not in _LASTING_KINDS:
            if found := FORM_OF_TAG.get(tag):
                kind, level = found
            is_row = tag == "tr" and parts_cells(element)
            if is_row:
                kind = "table_row"
        else:
            is_row = tag == "tr"
            if tag in HIDDEN_TAGS:
                kind = "hidden"
        if len(self._places) > _MAX_DEPTH:
            return _new_place((node, kind, level, tags, hints, container, is_row))
        hints = element_hints(element)
        self.nodes.append(_new_node((tag, node, hints)))
        node = len(self.nodes) - 1
        if tag == "article" or (tag == "main" and container < 0):
            container = node
        return _new_place((node, kind, level, f"{tags}/{tag}" if tags else tag, hints, container, is_row))

    def take(self, text: str, position: int) -> None:
        """Read character data that is not white space alone."""
        from_first = text.lstrip()
        visible = from_first.rstrip()
        start = position + len(text) - len(from_first)
        if self._start < 0:
            self._start = start
        elif self._pending_break >= 0:
            self._breaks.append(self._pending_break)
        self._pending_break = -1
        self._end = start + len(visible)
        if state := self._states[-1]:
            self._link_chars += len(visible) if state & _LINK else 0
            self._bold_chars += len(visible) if state & _BOLD else 0

    def _line_break(self, position: int) -> None:
        """One break goes on with the block, a second one with nothing between begins another."""
        if self._start >= 0:
            if self._pending_break >= 0:
                self._flush()
            else:
                self._pending_break = position

    def _cell(self, position: int) -> None:
        """Note where a cell begins; empty cells side by side count once."""
        if self._start >= 0 and (not self._cells or self._end > self._cells[-1]):
            self._cells.append(position)

    def _flush(self) -> None:
        """End the block that is being read, if there is one."""
        if self._start >= 0:
            is_link = self._link_chars * LINK_PART >= self._end - self._start < LINK_CHARS
            if is_link and self._run == "link" and self._is_item():
                self._lengthen()
            else:
                self._add(self._place(), is_link=is_link)
            self._start = self._pending_break = -1
            self._link_chars = self._bold_chars = self._images = 0
            if self._breaks or self._cells or self._quoted:
                self._breaks, self._cells, self._quoted = [], [], []
        if self._inline:
            self._inline = []
            self._links = 0
        self._open_quotes.clear()

    def _is_item(self) -> bool:
        """Whether a short link goes on with a run of them: most items of menus need no place of their own."""
        placed = len(self._places) - 1
        if placed == len(self._open) or len(self._open) > _MAX_DEPTH:
            around = self._place()
            return _stands_alone(around.kind, around.hints)
        kind = self._places[-1].kind
        for _, tag in self._open[placed:]:
            if kind not in _LASTING_KINDS:
                kind = FORM_OF_TAG.get(tag, (kind,))[0]
            elif tag in HIDDEN_TAGS:
                kind = "hidden"
        return _stands_alone(kind, element_hints(self._open[-1][0]))

    def _add(self, around: _Place, *, is_link: bool) -> None:
        node, kind, level, tags, hints, container, _ = around
        run = "hidden" if kind == "hidden" else "link" if is_link and _stands_alone(kind, hints) else ""
        if run and run == self._run:
            self._lengthen()
            return
        self._close_run()
        self._run = run
        dom = _new_dom(
            (
                tags,
                hints,
                self._link_chars,
                container,
                node,
                *(read_inline(self._inline) if self._inline else ((), ())),
                self._links or int(self._link_chars > 0),
                self._bold_chars,
                self._images,
                False,
            )
        )
        draft = self._start, self._end, self._breaks, self._cells, self._quoted, dom, kind, level, ()
        self.drafts.append(_new_draft(draft))
        self._run_links = dom.links
        self._run_link_chars = dom.link_chars
        self._run_seams = []
        self._run_end = -1
        self._run_is_menu = False

    def _lengthen(self) -> None:
        """Menus and option lists are one block: nobody reads their items one by one."""
        self._run_end = self._end
        self._run_seams.append(self._start)
        self._run_links += self._links or int(self._link_chars > 0)
        self._run_link_chars += self._link_chars

    def _close_run(self) -> None:
        """Give the last block the length that the run has come to."""
        if self._run and self._run_end >= 0:
            draft = self.drafts[-1]
            dom = draft.dom._replace(
                link_chars=self._run_link_chars, links=self._run_links, is_menu=self._run_is_menu
            )
            self.drafts[-1] = draft._replace(
                end=self._run_end, breaks=[], cells=[], quoted=[], dom=dom, seams=tuple(self._run_seams)
            )
        self._run = ""

    def finish(self) -> None:
        """End what is still open."""
        self._flush()
        self._close_run()
