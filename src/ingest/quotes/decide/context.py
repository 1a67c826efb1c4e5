"""What features are made of: lengths in steps, ways between two pieces, a piece as its neighbour sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.quotes.paragraphs.scene import Scene

WORD_LETTERS = frozenset("IBTWCAVUvuwo")  # pieces that stand as their word: closed classes and cue verbs
_UNSPACED = "\u3040"  # kana and all after it: scripts that put no spaces between words
_BUCKETS = (0, 1, 2, 3, 4, 5, 5, 7, 7, 7, 10, 10, 10, 10, 10, 15, 15, 15, 15, 15)
_FAR = 20
_PATH = 8


def bucket(number: int) -> int:
    """A length in steps: exact up to five, then coarser."""
    return _BUCKETS[number] if number < len(_BUCKETS) else _FAR


def count_words(text: str) -> int:
    """How many words a quotation has; two characters count as one where words are not spaced."""
    unspaced = 0 if text.isascii() else sum(character >= _UNSPACED for character in text)
    return max(text.count(" ") + 1, unspaced // 2)


def path(between: str) -> str:
    """The letters between two pieces, the middle of a long way left out."""
    return between if len(between) <= _PATH else f"{between[:3]}~{between[-4:]}"


def word(scene: Scene, piece: int) -> str:
    """A piece as context: its word where it is a closed-class word or a cue, else its letter."""
    if piece < 0 or piece >= len(scene.shape):
        return "^"
    letter = scene.shape[piece]
    return scene.words[piece] if letter in WORD_LETTERS else letter


def between(shape: str, k: int, p: int) -> str:
    """The letters between two pieces of a shape, from left to right."""
    return shape[k + 1 : p] if p > k else shape[p + 1 : k]
