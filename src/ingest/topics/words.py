"""Words as the vocabulary of topics compares them."""

# ruff: noqa: RUF001, RUF002 - apostrophes are part of words

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’\-&.][^\W_]+)*")
_LONG = 3


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, plurals as singulars, without possessive endings.

    >>> words_of("The Ministers’ two-plus-two talks")
    ('the', 'minister', 'two-plus-two', 'talk')
    """
    return tuple(_plain(word) for word in _WORD.findall(text.lower()))


@lru_cache(maxsize=1 << 15)
def _plain(word: str) -> str:
    bare = word.replace("’", "'").removesuffix("'s")
    if bare.endswith("ies") and len(bare) > _LONG + 2:
        return f"{bare[:-3]}y"
    if bare.endswith("s") and not bare.endswith(("us", "ss", "is")) and len(bare) > _LONG:
        return bare[:-1]
    return bare
