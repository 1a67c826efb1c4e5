"""Words as the vocabulary of topics compares them."""

# ruff: noqa: RUF001, RUF002 - apostrophes are part of words

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

_WORD = re.compile(r"([^\W_]+(?:['’\-&.][^\W_]+)*)")
_LONG = 3


class Words(NamedTuple):
    """The words of a text; a document has hundreds, so they stand in columns.

    Attributes:
        starts: Where each begins there.
        ends: Where each ends.
        bare: Each in lower case, without a possessive ending.
        singulars: The same, plurals as their singular.
    """

    starts: list[int]
    ends: list[int]
    bare: list[str]
    singulars: list[str]


def read_words(text: str) -> Words:
    """The words of a text, with their places.

    >>> read_words("The Ministers’ two-plus-two talks").singulars
    ['the', 'minister', 'two-plus-two', 'talk']
    """
    pieces = _WORD.split(text)  # what stands between words, and words, in turns
    ends = list(accumulate(map(len, pieces)))
    forms = list(map(_forms, pieces[1::2]))
    return Words(ends[:-1:2], ends[1::2], [bare for bare, _ in forms], [singular for _, singular in forms])


def key_of(term: str) -> tuple[str, ...]:
    """What a term of the vocabulary is found by: one word in the plural means the plural alone.

    >>> key_of("primaries"), key_of("ambassador"), key_of("peace talks")
    (('primaries',), ('ambassador',), ('peace', 'talk'))
    """
    words = read_words(term)
    return (words.bare[0],) if len(words.bare) == 1 else tuple(words.singulars)


@lru_cache(maxsize=1 << 15)
def _forms(word: str) -> tuple[str, str]:
    bare = word.lower().replace("’", "'").removesuffix("'s")
    if bare.endswith("ies") and len(bare) > _LONG + 2:
        return bare, f"{bare[:-3]}y"
    if bare.endswith("s") and not bare.endswith(("us", "ss", "is")) and len(bare) > _LONG:
        return bare, bare[:-1]
    return bare, bare
