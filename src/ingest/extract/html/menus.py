"""Menus: short links that stand alone, and elements that hold nothing else.

A third of a page's elements stand in menus, so what is a menu by its element is taken out of the tree whole,
before the walk goes through the rest of it element by element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from lxml import etree

from ingest.extract.html.hints import element_hints

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml.etree import _Element

    from ingest.dom import Dom
    from ingest.records import Block

# A block of a few characters, all but all of them linked, is an item of a menu, but for the names of people.
LINK_CHARS = 30
LINK_PART = 1.25
NAMING = frozenset({"author", "authors", "byline", "contributor", "writer", "autor"})
_FRAME_TAGS = ("aside", "footer", "header", "nav")
# What is read, and stands in <nav> only where the page forgot to end that.
_READ_TAGS = ("article", "blockquote", "h1", "main", "pre")
# A text so long is no item of a menu; a short one may be a headline.
_LONG_TEXT = 120
_HEADLINE_CHARS = 60
_FEWEST_LINKS = 3
_MEAN_CHARS = 26
# How often a character is looked at, of a list inside a list that is no menu.
_MOST_LOOKS = 3
_texts = cast("Callable[[_Element], list[str]]", etree.XPath("descendant::text()", smart_strings=False))
_linked_texts = cast(
    "Callable[[_Element], list[str]]", etree.XPath("descendant::a/descendant::text()", smart_strings=False)
)
_count_links = cast("Callable[[_Element], float]", etree.XPath("count(descendant::a)"))


class Menu(NamedTuple):
    """What an element held that was emptied.

    Attributes:
        text: All its character data.
        places: Where its pieces of visible text begin, ascending.
        end: One past its last visible character.
        links: Number of its links.
        chars: Characters of the pieces, white space between them not counted.
    """

    text: str
    places: tuple[int, ...]
    end: int
    links: int
    chars: int


def is_menu(block: Block, dom: Dom) -> bool:
    """Whether a block is a short link that stands alone, a run of them, or a menu by its element.

    Args:
        block: A block of a page.
        dom: Its place in it.
    """
    if dom.is_menu:
        return True
    size = len(block.text)
    linked = dom.link_chars * LINK_PART >= size and not block.level
    return linked and size < LINK_CHARS * max(dom.links, 1) and NAMING.isdisjoint(dom.hints)


def take_menus(root: _Element) -> dict[_Element, Menu]:
    """Empty the elements of a page that are menus.

    These are a `<nav>` without a headline, an article or a long text; a list of short links; any list of
    links in the page's frame (`<aside>`, `<footer>`, `<header>`, `<nav>`); and a `<select>`.

    Args:
        root: The page; nothing is left in its menus.

    Returns:
        What each of them held.
    """
    menus: dict[_Element, Menu] = {}
    looked: dict[_Element, int] = {}
    for element in list(root.iter(*MENU_TAGS)):
        looks = looked.get(element, 0) + 1
        if looks > _MOST_LOOKS:
            continue
        menu = _READERS[element.tag](element)
        if menu:
            menus[element] = menu
            looks = _MOST_LOOKS
        for inner in element.iterdescendants(*MENU_TAGS):
            looked[inner] = looks
        if menu:
            del element[:]
    return menus


def _read_nav(element: _Element) -> Menu | None:
    if next(element.iter(*_READ_TAGS), None) is not None or _names_people(element):
        return None
    texts = _texts(element)
    visible = list(map(str.strip, texts))
    return None if max(map(len, visible), default=0) >= _LONG_TEXT else _menu(element, texts, visible)


def _read_list(element: _Element) -> Menu | None:
    """A list of short links anywhere, of any links in the page's frame."""
    linked = len("".join(map(str.strip, _linked_texts(element))))
    if not linked:
        return None
    texts = _texts(element)
    visible = list(map(str.strip, texts))
    total = len("".join(visible))
    if linked * LINK_PART < total or _names_people(element):
        return None
    menu = _menu(element, texts, visible)
    are_few = menu.links < _FEWEST_LINKS or total >= _MEAN_CHARS * menu.links
    if are_few or max(map(len, visible)) >= _HEADLINE_CHARS:
        return menu if next(element.iterancestors(*_FRAME_TAGS), None) is not None else None
    return menu


def _read_options(element: _Element) -> Menu:
    texts = _texts(element)
    return _menu(element, texts, list(map(str.strip, texts)))


_READERS: Mapping[str, Callable[[_Element], Menu | None]] = {
    "nav": _read_nav,
    "ol": _read_list,
    "select": _read_options,
    "ul": _read_list,
}
MENU_TAGS = frozenset(_READERS)


def _names_people(element: _Element) -> bool:
    return not NAMING.isdisjoint(element_hints(element))


def _menu(element: _Element, texts: list[str], visible: list[str]) -> Menu:
    """What an element holds: its texts, and the same without the white space around each."""
    places: list[int] = []
    at = end = chars = 0
    for text, ink in zip(texts, visible, strict=True):
        if ink:
            begin = at + text.index(ink[0])
            places.append(begin)
            end = begin + len(ink)
            chars += len(ink)
        at += len(text)
    return Menu("".join(texts), tuple(places), end, int(_count_links(element)), chars)
