"""The bundled word lists: text files in which lines that begin with `#` are comments."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_COLUMNS = ("list", "language", "words")


def numbered_lines(resource: str) -> list[tuple[int, str]]:
    """The lines of a bundled file but for comments and blank ones, each with its number.

    Args:
        resource: Its name below `ingest/resources`.
    """
    text = resources.files("ingest.resources").joinpath(resource).read_text(encoding="utf-8")
    lines = enumerate(text.splitlines(), 1)
    return [(number, line) for number, line in lines if line and not line.startswith("#")]


def bundled_lines(resource: str) -> list[str]:
    """The same without the numbers."""
    return [line for _, line in numbered_lines(resource)]


@cache
def bundled_set(resource: str) -> frozenset[str]:
    """The same as a set, read once."""
    return frozenset(bundled_lines(resource))


def word_rows(resource: str, lists: Collection[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Read a bundled file of words by list and language, the form of lists in several languages.

    Args:
        resource: Its name below `ingest/resources`.
        lists: The lists that it may have.

    Yields:
        List, language and words of each row.

    Raises:
        ConfigError: A row is not `list, language, words`, or its list is unknown.
    """
    for number, row in numbered_lines(resource):
        cells = row.split("\t")
        if len(cells) != len(_COLUMNS) or cells[0] not in lists:
            raise ConfigError(
                f"{resource}:{number}: expected list, language, words; "
                f"lists: {', '.join(lists)}; found {row!r}"
            )
        yield cells[0], cells[1], tuple(cells[2].split())


def word_lists(resource: str, lists: Collection[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The words of such a file by list and language; arguments and errors as of `word_rows`."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for kind, language, words in word_rows(resource, lists):
        found[kind, language] = (*found.get((kind, language), ()), *words)
    return found


def any_of(words: Collection[str]) -> str:
    """A pattern for any of some words, the longest first.

    >>> any_of(["say", "said to", "said"])
    '(?:said to|said|say)'
    """
    return f"(?:{'|'.join(sorted(words, key=lambda word: (-len(word), word)))})"
