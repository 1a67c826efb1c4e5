"""The list of sources below an HTML article: whom it cites, not what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.clean.rules.phrases import furniture_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.records import Block

_HEADINGS = "reference_heading"
_KINDS = frozenset({"heading", "paragraph"})
# When it appeared, where it is found.
_TELLING = re.compile(r"\b(?:19|20)\d\d\b|https?:|www\.|\bdoi\b", re.IGNORECASE)


def find_references(blocks: Sequence[Block], keys: Sequence[str]) -> frozenset[int]:
    """Find the lists of sources of a page.

    A list begins under a heading that says so, and goes on as long as each entry has a year, an address or
    a link.

    Args:
        blocks: The blocks of a page.
        keys: How each reads (`keys.line_key`).

    Returns:
        Indices of the headings and the entries.
    """
    headings = furniture_words(_HEADINGS)
    found: set[int] = set()
    if headings.isdisjoint(keys):
        return frozenset()
    for k, key in enumerate(keys):
        if key in headings and blocks[k].kind in _KINDS and (entries := list(_entries(blocks, k + 1))):
            found.update((k, *entries))
    return frozenset(found)


def _entries(blocks: Sequence[Block], first: int) -> Iterator[int]:
    for k in range(first, len(blocks)):
        block = blocks[k]
        linked = block.dom is not None and block.dom.links > 0
        if block.level or not (linked or _TELLING.search(block.text)):
            return
        yield k
