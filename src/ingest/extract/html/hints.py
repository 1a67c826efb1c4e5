"""Words of class names, ids and the like: what authors of pages call their elements."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ONLY_A_TO_Z = bytes(byte if byte in b"abcdefghijklmnopqrstuvwxyz" else 32 for byte in range(256))
_MAX_CHARS = 300
_ATTRIBUTE_NAMES = """
    class id role itemprop itemtype rel data-testid data-component data-component-name data-type
"""
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
# Text that is there and not shown (at first) often is what a page asks of its reader, or a second copy.
_HIDING_ATTRIBUTES = frozenset({"hidden", "aria-hidden", "style", "inert"})
_HIDES = re.compile(r"^(?:true|hidden|inert)?$|display:\s*none|visibility:\s*hidden", re.IGNORECASE)
_HIDDEN = ("hidden",)


@lru_cache(maxsize=8192)
def hint_words(value: str) -> tuple[str, ...]:
    """Split class names, ids and the like into lower-cased words.

    >>> hint_words("articleBody main-text js_2")
    ('article', 'body', 'main', 'text', 'js')
    """
    value = value[:_MAX_CHARS]
    if value.islower():  # most are; for bytes this takes less time than by a pattern
        return tuple(value.encode().translate(_ONLY_A_TO_Z).decode().split())
    return tuple(" ".join(_WORD.findall(value)).lower().split())


def element_hints(element: _Element) -> tuple[str, ...]:
    """The words of an element's class, id, role and the like, and "hidden" where it is not shown."""
    hints: tuple[str, ...] = ()
    for name, value in element.items():
        if name in _ATTRIBUTES:
            hints = hints + hint_words(value) if hints else hint_words(value)
        elif name in _HIDING_ATTRIBUTES and _HIDES.search(str(value)):
            hints += _HIDDEN
    return hints
