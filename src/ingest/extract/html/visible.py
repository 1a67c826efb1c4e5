"""What a reader sees of authors and dates: in elements that say so, and under the headline."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from ingest.extract.author_fields import clean_authors
from ingest.extract.dates import find_date, read_date
from ingest.extract.html.hints import hint_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lxml.etree import _Element

# Elements have the same few classes again and again.
_tells_author_class = lru_cache(maxsize=8192)(re.compile("yline|uthor|autor|auteur").search)
_tells_date_class = lru_cache(maxsize=8192)(re.compile("date|datum|tarih|fecha|publi|time|yline").search)
_AUTHOR_LINK = re.compile("/(?:author|autor|autoren)/")
# Attributes are read in one pass over the elements: XPath takes twice as long for the same questions.
_TELLS_AUTHOR: Mapping[str | bytes, Callable[..., object]] = {
    "class": _tells_author_class,
    "href": _AUTHOR_LINK.search,
    "rel": re.compile(r"author\Z").match,
    "itemprop": re.compile("author").search,
    "data-testid": re.compile("author").search,
}
_AUTHOR_WORDS = frozenset({"author", "authors", "byline", "bylines", "autor", "autoren", "auteur", "auteurs"})
# Around an author's name, but not the name: pictures, biographies, buttons, other pieces.
_NOT_NAME_WORDS = """
    avatar bio biography box button card comment comments description follow function icon image img job more
    newsletter photo pic picture position related role social teaser teasers thumb title tools
"""
_NOT_NAMES = frozenset(_NOT_NAME_WORDS.split())
_LONGEST_BYLINE = 120
_LONGEST_DATE = 120
_TEXTS_UNDER_HEADING = 40
_LEVELS_UP = 4
_LEVELS_DOWN = 4
# Bounds of the work on pages that mark everything as an author.
_MOST_MARKED = 20
_MOST_INSIDE = 50


def element_text(element: _Element) -> str:
    """Give the text of an element, white space folded."""
    return " ".join("".join(map(str, element.itertext())).split())


def _spaced_text(element: _Element) -> str:
    """As `element_text`, with a space wherever an element begins or ends."""
    return " ".join(" ".join(map(str, element.itertext())).split())


def shown_authors(root: _Element, heading: _Element | None) -> tuple[str, ...]:
    """Authors by the elements that mark them, those after the headline first.

    Args:
        root: The page.
        heading: The headline, where it is known.

    Returns:
        The names that the first telling element holds; of nested ones the innermost.
    """
    elements = list(root.iter())
    first = elements.index(heading) if heading is not None else 0
    telling = filter(_names_author, chain(elements[first:], elements[:first]))
    for element in islice(telling, _MOST_MARKED):
        leaves = [
            other
            for other in islice(element.iterdescendants(), _MOST_INSIDE)
            if _names_author(other)
            and not any(map(_names_author, islice(other.iterdescendants(), _MOST_INSIDE)))
        ]
        text = "; ".join(filter(None, map(_spaced_text, leaves))) if leaves else _pieces(element)
        if 0 < len(text) <= _LONGEST_BYLINE and (authors := clean_authors([text])):
            return authors
    return ()


def _marks_date(element: _Element) -> bool:
    """Whether an attribute of an element speaks of a date."""
    value = element.get("class")
    return bool(value and _tells_date_class(value)) or element.get("itemprop") == "datePublished"


def _names_author(element: _Element) -> bool:
    """Whether an element says that it holds an author's name, and nothing else about the author."""
    for name, value in element.items():
        tells = _TELLS_AUTHOR.get(name)
        if tells is not None and tells(value):
            break
    else:
        return False
    if element.get("rel") == "author" or "author" in (element.get("itemprop") or ""):
        return True
    words = hint_words(f"{element.get('class') or ''} {element.get('data-testid') or ''}")
    if not _NOT_NAMES.isdisjoint(words):
        return False
    return not _AUTHOR_WORDS.isdisjoint(words) or element.tag == "a"


def _pieces(element: _Element) -> str:
    """The text of an element; that of several links or of children side by side as a list."""
    links = [text for link in element.iter("a") if (text := _spaced_text(link))]
    if len(links) > 1:
        return "; ".join(links)
    for _ in range(_LEVELS_DOWN):
        children = [child for child in element if _spaced_text(child)]
        between = (element.text, *(child.tail for child in element))
        if not children or any(map(str.strip, filter(None, between))):
            break
        if len(children) > 1:
            return "; ".join(map(_spaced_text, children))
        element = children[0]
    return _spaced_text(element)


def shown_date(root: _Element, heading: _Element | None) -> str | None:
    """A date in plain sight: in an element that says so, in the page's title, or right under the headline."""
    for element in filter(_marks_date, root.iter()):
        told = element.get("content") if element.get("itemprop") else None
        if date := (read_date(told) if told else None) or find_date(_spaced_text(element)[:_LONGEST_DATE]):
            return date
    texts: Sequence[str] = [element_text(element) for element in root.iter("title")]
    if heading is not None:
        texts = [*texts, *islice(_texts_after(heading), _TEXTS_UNDER_HEADING)]
    return next((date for text in texts if len(text) <= _LONGEST_DATE and (date := find_date(text))), None)


def _texts_after(element: _Element) -> Iterator[str]:
    """The pieces of text that follow an element, some levels up, nearest first."""
    at: _Element | None = element
    for _ in range(_LEVELS_UP):
        if at is None:
            return
        for sibling in at.itersiblings():
            for text in sibling.itertext():
                if stripped := str(text).strip():
                    yield stripped
        at = at.getparent()
