"""Words of class names, ids and the like: what authors of pages call their elements."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ONLY_A_TO_Z = bytes(byte if byte in b"abcdefghijklmnopqrstuvwxyz" else 32 for byte in range(256))
_MAX_CHARS = 300


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
