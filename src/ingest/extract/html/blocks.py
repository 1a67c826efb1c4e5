"""Walk a parsed HTML page once: its character data, cut into blocks where a reader sees blocks.

The walk follows document order with a stack of its own, so its depth is bounded by memory and not by
Python's call stack.  Every block is one slice of the character data: a block-level element opens and closes
blocks, an inline element never does.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from ingest.dom import Dom, DomNode
from ingest.extract.html.drafts import Draft, finish_drafts
from ingest.extract.html.hints import element_hints, hint_words
from ingest.extract.html.recut import recut
from ingest.records import maker

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ingest.records import Block, BlockKind

_BLOCK_TAG_NAMES = """
    address article aside audio blockquote body button canvas caption center datalist dd details dialog dir
    div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
    iframe label legend li listing main menu nav noembed noframes object ol optgroup option p plaintext pre
    section select summary svg table tbody td textarea tfoot th thead title tr ul video xmp
"""
_BLOCK_TAGS = frozenset(_BLOCK_TAG_NAMES.split())
# Elements whose character data a reader does not see in place.
_HIDDEN_TAG_NAMES = """
    audio canvas datalist iframe noembed noframes object option select svg textarea title video
"""
_HIDDEN_TAGS = frozenset(_HIDDEN_TAG_NAMES.split())
# Without text inside, these are drawn in the line: an icon in a link does not cut its sentence in two.
_DRAWN_TAGS = frozenset({"svg"})
_MOST_PARTS = 200  # elements of an icon
_CELL_TAGS = frozenset({"td", "th"})
_ROW_BREAKERS = _BLOCK_TAGS - _CELL_TAGS
# Kind and heading level that a tag gives; other tags leave both as they are outside.
_FORM_OF_TAG: dict[str, tuple[BlockKind, int]] = {
    **{f"h{level}": ("heading", level) for level in range(1, 7)},
    **dict.fromkeys(("li", "dt", "dd"), ("list_item", 0)),
    **dict.fromkeys(("figcaption", "caption"), ("caption", 0)),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), ("preformatted", 0)),
    **dict.fromkeys(("article", "section", "main", "td", "th", "table"), ("paragraph", 0)),
    **dict.fromkeys(_HIDDEN_TAGS, ("hidden", 0)),
    "blockquote": ("block_quote", 0),
}
# Kinds that hold for all that stands inside, whatever it is.
_LASTING_KINDS = frozenset({"hidden", "caption", "block_quote", "preformatted"})
_INLINE_HINT_ATTRIBUTES = ("class", "rel", "itemprop")
# Deeper elements get no node of their own, which bounds the memory that paths take.
_MAX_DEPTH = 60
# A block of a few characters, all but all of them linked, is an item of a menu, but for the names of people.
_LINK_CHARS = 30
_LINK_PART = 1.25
_NAMING = frozenset({"author", "authors", "byline", "contributor", "writer", "autor"})
_LINK, _BOLD = 1, 2
_INLINE_STATE = {"a": _LINK, "b": _BOLD, "strong": _BOLD}
_CODE_TAGS = frozenset({"code", "kbd", "samp", "tt"})  # a mark would change what a program reads
_VOID_TAGS = ("meta", "link", "input", "col")  # they hold nothing
# What the walk does at an element of each name; what comes after `_INLINE` says how to leave it too.
_VOID, _BREAK, _IMAGE, _INLINE, _MARKED, _QUOTED, _BLOCK = range(7)
_ACTIONS = {
    **dict.fromkeys(_BLOCK_TAGS, _BLOCK),
    **dict.fromkeys(_INLINE_STATE, _MARKED),
    **dict.fromkeys(_VOID_TAGS, _VOID),
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


_new_place = maker(_Place)
_new_node = maker(DomNode)
_new_dom = maker(Dom)
_new_draft = maker(Draft)


def is_menu(block: Block, dom: Dom) -> bool:
    """Whether a block is a short link that stands alone, or a run of them.

    Args:
        block: A block of a page.
        dom: Its place in it.
    """
    size = len(block.text)
    linked = dom.link_chars * _LINK_PART >= size and not block.level
    return linked and size < _LINK_CHARS * max(dom.links, 1) and _NAMING.isdisjoint(dom.hints)


def read_blocks(root: _Element, title: str = "") -> tuple[str, tuple[Block, ...], tuple[DomNode, ...]]:
    """Read the whole tree under `root`.

    Args:
        root: A tree without comments, scripts, styles, `<noscript>` and `<template>`.
        title: What the page gives as its title: a first line that reads so is a block of its own.

    Returns:
        The character data in document order, its blocks, and the elements that they stand in.
    """
    walk = _Walk()
    enter, leave, take = walk.enter, walk.leave, walk.take
    parts: list[str] = []
    position = 0
    inside: list[tuple[_Element, int]] = []
    # Each element costs a microsecond or two, so what most of them have, white space, is read here.
    for element in chain(root.iter(), (None,)):
        parent = element.getparent() if element is not None else None
        while inside and inside[-1][0] is not parent:
            left, action = inside.pop()
            if action > _INLINE:
                leave(action, position)
            if text := left.tail:
                parts.append(text)
                if not text.isspace():
                    take(text, position)
                position += len(text)
        if element is None:
            break
        tag = element.tag
        if not isinstance(tag, str):  # an entity that the parser does not know: its text is its tail
            inside.append((element, _INLINE))
            continue
        inside.append((element, enter(element, tag, position)))
        if text := element.text:
            parts.append(text)
            if not text.isspace():
                take(text, position)
            position += len(text)
    walk.finish()
    source_text = "".join(parts)
    return source_text, finish_drafts(source_text, recut(source_text, walk.drafts, title)), tuple(walk.nodes)


def _stands_alone(kind: BlockKind, hints: tuple[str, ...]) -> bool:
    """Whether a short link is an item of a menu by its element: no heading, no name of an author."""
    return kind not in {"heading", "hidden"} and _NAMING.isdisjoint(hints)


def _has_text(element: _Element) -> bool:
    """Whether text stands in an element; one of very many parts is not searched, and may have some."""
    parts = list(islice(element.iter(), _MOST_PARTS))
    texts = chain((part.text for part in parts), (part.tail for part in parts[1:]))
    return len(parts) == _MOST_PARTS or any(text and not text.isspace() for text in texts)


def _is_row(element: _Element) -> bool:
    """Whether nothing but cells parts the text of a table row."""
    return all(inner.tag not in _ROW_BREAKERS for inner in element.iterdescendants())


def _read_inline(elements: list[tuple[str, _Element]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of inline elements, each once, and the words of their classes and the like, each value once."""
    values: dict[str | bytes, None] = {}
    for _, element in elements:
        for name in _INLINE_HINT_ATTRIBUTES:  # asked one by one: a link's address is long, and tells nothing
            if value := element.get(name):
                values[value] = None
    hints = tuple(chain.from_iterable(map(hint_words, values))) if values else ()
    return tuple(dict(elements)), hints


_WALK_NAMES = """
    drafts nodes _bold_chars _breaks _cells _end _images _inline _link_chars _links _open _open_quotes
    _pending_break _places _quoted _run _run_end _run_link_chars _run_links _run_seams _start _states
"""


class _Walk:
    """What is known at one point of the walk.

    Attributes:
        nodes: Block-level elements so far, those that hold a block.
        drafts: Blocks so far.
    """

    __slots__ = tuple(_WALK_NAMES.split())

    def __init__(self) -> None:
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
        # Inline elements since the end of the block before: only a block of its own asks what they are.
        self._inline: list[tuple[str, _Element]] = []

    def enter(self, element: _Element, tag: str, position: int) -> int:
        """Read an element's start; say how to leave it."""
        action = _ACTIONS.get(tag, _INLINE)
        if action == _BLOCK and (tag not in _DRAWN_TAGS or _has_text(element)):
            if tag in _CELL_TAGS and self._open and self._open[-1][1] == "tr" and self._place().is_row:
                self._cell(position)
                return _INLINE
            if self._start >= 0 or self._inline:
                self._flush()
            self._open.append((element, tag))
        elif action >= _INLINE:
            self._inline.append((tag, element))
            if action == _MARKED:
                state = _INLINE_STATE[tag]
                self._links += state == _LINK
                self._states.append(self._states[-1] | state)
            elif action == _QUOTED and getattr(element.getparent(), "tag", "") not in _CODE_TAGS:
                self._open_quotes.append(position)
            elif action > _MARKED:
                return _INLINE
        elif action == _BREAK:
            self._line_break(position)
        elif action == _IMAGE:
            self._images += 1
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

    def _place(self) -> _Place:
        """What the innermost open element makes of its text."""
        places = self._places
        for element, tag in self._open[len(places) - 1 :]:
            places.append(self._placed(element, tag, places[-1]))
        return places[-1]

    def _placed(self, element: _Element, tag: str, outer: _Place) -> _Place:
        node, kind, level, tags, hints, container, is_row = outer
        if kind not in _LASTING_KINDS:
            if found := _FORM_OF_TAG.get(tag):
                kind, level = found
            is_row = tag == "tr" and _is_row(element)
            if is_row:
                kind = "table_row"
        else:
            is_row = tag == "tr"
            if tag in _HIDDEN_TAGS:
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
            is_link = self._link_chars * _LINK_PART >= self._end - self._start < _LINK_CHARS
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
                kind = _FORM_OF_TAG.get(tag, (kind,))[0]
            elif tag in _HIDDEN_TAGS:
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
                *(_read_inline(self._inline) if self._inline else ((), ())),
                self._links or int(self._link_chars > 0),
                self._bold_chars,
                self._images,
            )
        )
        draft = self._start, self._end, self._breaks, self._cells, self._quoted, dom, kind, level, ()
        self.drafts.append(_new_draft(draft))
        self._run_links = dom.links
        self._run_link_chars = dom.link_chars
        self._run_seams = []
        self._run_end = -1

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
            dom = draft.dom._replace(link_chars=self._run_link_chars, links=self._run_links)
            self.drafts[-1] = draft._replace(
                end=self._run_end, breaks=[], cells=[], quoted=[], dom=dom, seams=tuple(self._run_seams)
            )
        self._run = ""

    def finish(self) -> None:
        """End what is still open."""
        self._flush()
        self._close_run()
