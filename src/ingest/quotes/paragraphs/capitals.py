"""Where a run of capitalised words ends that may be a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.lexicon import word_classes, word_sets
from ingest.quotes.paragraphs.tokens import is_all_capitals, is_capital

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_INSIDE = 2  # words between two capitalised ones of a name
Token = tuple[str, int, int]


def capital_end(tokens: Sequence[Token], i: int) -> int:
    """Where the run of capitalised words that begins at token `i` ends."""
    stop = i + 1
    while stop < len(tokens):
        following = tokens[stop][0]
        if not following or tokens[stop][1] - tokens[stop - 1][2] > 1:
            break
        if is_capital(following):
            if _ends_name(following):
                break
            stop += 1
        else:
            inside = _words_inside(tokens, stop)
            if not inside:
                break
            stop += inside + 1
    return stop


def _ends_name(word: str) -> bool:
    low = word.lower()
    if low in word_sets()["surname"] or is_all_capitals(word):
        return False
    return word_classes().get(low, "t") not in ("t", "r", "")


def _words_inside(tokens: Sequence[Token], j: int) -> int:
    """How many words from token `j` on stand inside a name: "of the", "von der"; 0 for none."""
    particles = word_sets()["particle"]
    stop = j
    while stop < len(tokens) and stop - j < _MAX_INSIDE:
        word = tokens[stop][0]
        if word not in particles and word != "of" and not (word == "the" and stop > j):
            break
        stop += 1
    if stop == j or stop >= len(tokens):
        return 0
    following = tokens[stop][0]
    return stop - j if following and is_capital(following) else 0
