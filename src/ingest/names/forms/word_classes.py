"""Small classes of words that rules on names read; the data is `resources/names/word_classes.tsv`."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from ingest.word_lists import word_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD_CLASSES = "names/word_classes.tsv"
WordClass = Literal[
    "adviser", "call", "clock", "department", "document", "everyday", "firm", "headline_verb", "kin",
    "left_out", "legal_form", "numbered", "of_document", "office", "part", "particle", "saint", "ship",
    "ship_letters", "state", "verb", "with_department",
]  # fmt: skip


def word_class(name: WordClass) -> frozenset[str]:
    """The words of a class, of all languages.

    >>> sorted(word_class("adviser"))
    ['adviser', 'advisers', 'advisor', 'advisors']
    """
    return _word_classes()[name]


@cache
def _word_classes() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, _, words in word_rows(_WORD_CLASSES, get_args(WordClass)):
        found[name].update(words)
    return {name: frozenset(words) for name, words in found.items()}
