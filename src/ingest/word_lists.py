"""Words by list and language: the form that word lists of several languages have."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_COLUMNS = ("list", "language", "words")


def word_rows(resource: str, lists: Collection[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Read a bundled file of words by list and language.

    Args:
        resource: Its name below `ingest/resources`.
        lists: The lists that it may have.

    Yields:
        List, language and words of each row.

    Raises:
        ConfigError: A row is not `list, language, words`, or its list is unknown.
    """
    text = resources.files("ingest.resources").joinpath(resource).read_text(encoding="utf-8")
    for number, row in enumerate(text.splitlines(), 1):
        if not row or row.startswith("#"):
            continue
        cells = row.split("\t")
        if len(cells) != len(_COLUMNS) or cells[0] not in lists:
            raise ConfigError(
                f"{resource}, line {number}: expected list, language, words; "
                f"lists: {', '.join(lists)}; found {row!r}"
            )
        yield cells[0], cells[1], tuple(cells[2].split())
