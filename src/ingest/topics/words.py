"""Words as the vocabulary of topics compares them."""

# ruff: noqa: RUF001, RUF002 - apostrophes are part of words

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ingest.records import maker

_WORD = re.compile(r"[^\W_]+(?:['’\-&.][^\W_]+)*")
_LONG = 3


class Word(NamedTuple):
    """A word of a text; a document has hundreds, so it is a cheap tuple.

    Attributes:
        start: Where it begins there.
        end: Where it ends.
        bare: It in lower case, without a possessive ending.
        singular: The same, a plural as its singular.
    """

    start: int
    end: int
    bare: str
    singular: str


_new_word = maker(Word)


def read_words(text: str) -> list[Word]:
    """The words of a text, with their places."""
    return [_new_word(match.span() + _forms(match[0])) for match in _WORD.finditer(text)]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, plurals as singulars, without possessive endings.

    >>> words_of("The Ministers’ two-plus-two talks")
    ('the', 'minister', 'two-plus-two', 'talk')
    """
    return tuple(word.singular for word in read_words(text))


def key_of(term: str) -> tuple[str, ...]:
    """What a term of the vocabulary is found by: one word in the plural means the plural alone.

    >>> key_of("primaries"), key_of("ambassador"), key_of("peace talks")
    (('primaries',), ('ambassador',), ('peace', 'talk'))
    """
    words = read_words(term)
    return (words[0].bare,) if len(words) == 1 else tuple(word.singular for word in words)


@lru_cache(maxsize=1 << 15)
def _forms(word: str) -> tuple[str, str]:
    bare = word.lower().replace("’", "'").removesuffix("'s")
    if bare.endswith("ies") and len(bare) > _LONG + 2:
        return bare, f"{bare[:-3]}y"
    if bare.endswith("s") and not bare.endswith(("us", "ss", "is")) and len(bare) > _LONG:
        return bare, bare[:-1]
    return bare, bare
