"""Rows of links of a site's frame: "Home | News | Sport", "Home > World"."""

from __future__ import annotations

import re
from functools import cache

from ingest.clean.rules.phrases import furniture_words

_BAR = re.compile("\\s*(?:[|\u00b7\u2022\u00bb\u203a>/]|::|\u2014)\\s*")
# The first item has four words at most; a bar is one character, so a search need never go back.
_FIRST_BAR = re.compile(
    "[^ |\u00b7\u2022\u00bb\u203a>/\u2014]*+(?: [^ |\u00b7\u2022\u00bb\u203a>/\u2014]*+){0,4}"
    "[|\u00b7\u2022\u00bb\u203a>/\u2014]"
)
_FIRST_COLONS = re.compile(
    "[^ |\u00b7\u2022\u00bb\u203a>/\u2014]*(?: [^ |\u00b7\u2022\u00bb\u203a>/\u2014]*){0,4}::"
)
# One or two words a place: "Home > World > Middle East".
_PLACE = r"[^\s>\u203a\u00bb]{1,20}(?: [^\s>\u203a\u00bb]{1,20})?"
_TRAIL = re.compile(rf"{_PLACE}(?: [>\u203a\u00bb] {_PLACE}){{1,4}}")
_FEWEST_ITEMS = 3
_MENU_BAR = re.compile("\\s*[|\u00b7\u2022]\\s*")
_FEWEST_IN_MENU = 5
_LONGEST_ITEM = 30
_DIGIT = re.compile(r"\d")
_SHARE_WORD = re.compile(r"[\w@+-]+")
_SHARE_START = 2


def is_bar(key: str) -> bool:
    """Whether a line's key is a row of links, words of menus among them."""
    if _FIRST_BAR.match(key) is None and not ("::" in key and _FIRST_COLONS.match(key)):
        return False
    items = [item for item in _BAR.split(key) if item]
    if len(items) < _FEWEST_ITEMS or any(item.count(" ") > _FEWEST_ITEMS for item in items):
        return False
    known = furniture_words("bar_word")
    return sum(any(w in known for w in item.split()) for item in items) > 1


def is_menu_row(text: str) -> bool:
    """Whether a line is a row of five names or more, none longer than three words, as a site's menu is.

    >>> is_menu_row("Inicio | Noticias | Política | Economía | Deportes")
    True
    >>> is_menu_row("Berlin | Paris | London")
    False
    """
    items = [item for item in _MENU_BAR.split(text) if item]
    short = all(item.count(" ") < _FEWEST_ITEMS and len(item) <= _LONGEST_ITEM for item in items)
    return len(items) >= _FEWEST_IN_MENU and short and _DIGIT.search(text) is None


def is_trail(text: str) -> bool:
    """Whether a line says where on a site a page stands.

    >>> [is_trail(text) for text in ("Home > World", "Growth in Norland > growth elsewhere", "Home")]
    [True, False, False]
    """
    return _TRAIL.fullmatch(text.strip()) is not None


def is_share_bar(key: str) -> bool:
    """Whether a line names social networks, two or more, and nothing else but words that join them."""
    if key[:_SHARE_START] not in _share_starts() and key[1:_SHARE_START].isalnum():
        return False
    networks, joiners = furniture_words("network"), furniture_words("joiner")
    first = _SHARE_WORD.match(key)
    if not first or not (first.group() in networks or first.group() in joiners):
        return False
    names = set()
    for match in _SHARE_WORD.finditer(key):
        word = match.group()
        if word in networks:
            names.add(word)
        elif not (word in joiners or word.isdigit()):  # most lines end here, at their second word
            return False
    return len(names) > 1


@cache
def _share_starts() -> frozenset[str]:
    words = furniture_words("network") | furniture_words("joiner")
    return frozenset(word[:_SHARE_START] for word in words)
