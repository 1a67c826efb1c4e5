"""The words by which texts in Chinese, Japanese, Korean and Arabic attribute what was said."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ingest.word_lists import word_lists

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT_WORDS = "quotes/attribution_scripts.tsv"
_PRONOUNS = ("he", "she", "they")
SCRIPT_WORD_LISTS = (
    "verb", "hearer", "adverb", "doing", "opening", "connective",
    "joint", "plain", "nobody", "stop", "title_end", *_PRONOUNS,
)  # fmt: skip


def script_words(kind: str, language: str) -> tuple[str, ...]:
    """The words of a list in one language."""
    return _words()[kind, language]


def script_pronouns(language: str) -> dict[str, str]:
    """Each pronoun of a language, and the English one that it means."""
    return {word: kind for kind in _PRONOUNS for word in script_words(kind, language)}


@cache
def _words() -> Mapping[tuple[str, str], tuple[str, ...]]:
    return word_lists(SCRIPT_WORDS, SCRIPT_WORD_LISTS)
