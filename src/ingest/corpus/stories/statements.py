"""Quotations of one speaker that say the same in the same words or others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.names.link.groups import root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

LEAST_COMMON = 0.45
"""Two quotations are one statement from this share of common words on, each weighted by its rarity, ..."""
LEAST_WORDS = 3
"""... when so many words are common, ..."""
ALL_WORDS = 2
"""... or when all words are, and there are so many."""
COMMON_WEIGHT = 1.0
"""What a word weighs at least: rarity adds to it."""
WEIGHT_STEPS = 1 << 16
"""Weights are whole numbers of such parts, for their sums are the same in whatever order."""


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation.

    Attributes:
        quote_id: Its id.
        document_id: Where it stands.
        speaker: Entity id of whose words they are.
        words: Its content words, or what stands for them (`signature.content_hashes`).
    """

    quote_id: str
    document_id: str
    speaker: Hashable
    words: Sequence[Hashable]


def unknown_rarity(_word: Hashable) -> float:
    """What a word adds to its weight where nothing is known of its rarity."""
    return 0.0


def same_statements(said: Iterable[Said], rarity: Callable[..., float] = unknown_rarity) -> dict[str, str]:
    """Link quotations of one story in which one speaker says the same.

    Two are linked across documents, where the words that both have weigh enough against all words
    of the shorter one; links chain.

    Args:
        said: The quotations of one story.
        rarity: What a word adds to its weight, by its rarity in the corpus.

    Returns:
        For each linked quotation the smallest `quote_id` among those that say the same.
    """
    by_speaker: dict[Hashable, list[Said]] = {}
    for quote in sorted(said, key=lambda quote: quote.quote_id):
        by_speaker.setdefault(quote.speaker, []).append(quote)
    first: dict[str, str] = {}
    for quotes in by_speaker.values():
        first |= _linked(quotes, rarity)
    return first


def _linked(quotes: Sequence[Said], rarity: Callable[..., float]) -> dict[str, str]:
    vocabulary = _Vocabulary(rarity)
    words = [vocabulary.read(quote.words) for quote in quotes]
    root = list(range(len(quotes)))
    linked = set()
    for one, quote in enumerate(quotes):
        for other in range(one + 1, len(quotes)):
            # Most pairs share next to no word, and a million of them are compared.
            if (words[one].bits & words[other].bits).bit_count() < ALL_WORDS:
                continue
            if quote.document_id == quotes[other].document_id or root_of(root, one) == root_of(root, other):
                continue
            if vocabulary.is_same(words[one], words[other]):
                low, high = sorted((root_of(root, one), root_of(root, other)))
                root[high] = low
                linked |= {one, other}
    return {quotes[at].quote_id: quotes[root_of(root, at)].quote_id for at in linked}


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a quotation, as bits of a number; how many there are, and what they weigh together."""

    bits: int
    count: int
    weight: int


class _Vocabulary:
    """The words of the quotations of a speaker, each with its bit and its weight."""

    def __init__(self, rarity: Callable[..., float]) -> None:
        self._rarity = rarity
        self._bits: dict[Hashable, int] = {}
        self._weights: list[int] = []

    def read(self, words: Iterable[Hashable]) -> _Words:
        bits = 0
        for word in words:
            at = self._bits.get(word)
            if at is None:
                at = self._bits[word] = len(self._weights)
                self._weights.append(round((COMMON_WEIGHT + self._rarity(word)) * WEIGHT_STEPS))
            bits |= 1 << at
        return _Words(bits, bits.bit_count(), self._weight(bits))

    def is_same(self, one: _Words, other: _Words) -> bool:
        common = one.bits & other.bits
        shared = common.bit_count()
        shorter = min((one, other), key=lambda words: (words.count, words.weight))
        if shared == shorter.count:
            return shared >= ALL_WORDS
        return shared >= LEAST_WORDS and self._weight(common) >= LEAST_COMMON * shorter.weight

    def _weight(self, bits: int) -> int:
        total = 0
        while bits:
            lowest = bits & -bits
            total += self._weights[lowest.bit_length() - 1]
            bits ^= lowest
        return total
