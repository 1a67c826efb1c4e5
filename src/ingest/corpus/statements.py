"""Quotations of one speaker that say the same in the same words or others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from ingest.signature import content_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LEAST_COMMON = 0.45
"""Two quotations are one statement from this share of common words on, each weighted by its rarity, ..."""
LEAST_WORDS = 3
"""... when so many words are common, ..."""
ALL_WORDS = 2
"""... or when all words are, and there are so many."""
COMMON_WEIGHT = 1.0
"""What a word weighs at least: rarity adds to it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation.

    Attributes:
        quote_id: Its id.
        document_id: Where it stands.
        speaker: Entity id of whose words they are.
        text: The words.
    """

    quote_id: str
    document_id: str
    speaker: str
    text: str


def unknown_rarity(_word: str) -> float:
    """What a word adds to its weight where nothing is known of its rarity."""
    return 0.0


def same_statements(said: Iterable[Said], rarity: Callable[[str], float] = unknown_rarity) -> dict[str, str]:
    """Link quotations of one story in which one speaker says the same.

    Two are linked across documents, where the words that both have weigh enough against all words
    of the shorter one; links chain.

    Args:
        said: The quotations of one story.
        rarity: What a word adds to its weight, by its rarity in the corpus.

    Returns:
        For each linked quotation the smallest `quote_id` among those that say the same.
    """
    by_speaker: dict[str, list[Said]] = {}
    for quote in sorted(said, key=lambda quote: quote.quote_id):
        by_speaker.setdefault(quote.speaker, []).append(quote)
    first: dict[str, str] = {}
    for quotes in by_speaker.values():
        first |= _linked(quotes, rarity)
    return first


def _linked(quotes: Sequence[Said], rarity: Callable[[str], float]) -> dict[str, str]:
    words = {quote.quote_id: frozenset(content_words(quote.text)) for quote in quotes}
    root = {quote.quote_id: quote.quote_id for quote in quotes}

    def find(ident: str) -> str:
        while root[ident] != ident:
            ident = root[ident]
        return ident

    linked = set()
    for one, other in combinations(quotes, 2):
        if one.document_id == other.document_id:
            continue
        if is_same_statement(words[one.quote_id], words[other.quote_id], rarity):
            low, high = sorted((find(one.quote_id), find(other.quote_id)))
            root[high] = low
            linked |= {one.quote_id, other.quote_id}
    return {ident: find(ident) for ident in linked}


def is_same_statement(
    one: frozenset[str], other: frozenset[str], rarity: Callable[[str], float] = unknown_rarity
) -> bool:
    """Whether two quotations with these content words say the same."""
    shorter, longer = sorted((one, other), key=lambda words: (len(words), sorted(words)))
    common = shorter & longer
    if len(common) == len(shorter):
        return len(common) >= ALL_WORDS
    return len(common) >= LEAST_WORDS and share(common, shorter, rarity) >= LEAST_COMMON


def share(common: frozenset[str], shorter: frozenset[str], rarity: Callable[[str], float]) -> float:
    """The weight of common words against all of the shorter quotation."""

    def weight(words: frozenset[str]) -> float:
        return math.fsum(COMMON_WEIGHT + rarity(word) for word in words)

    return weight(common) / weight(shorter)
