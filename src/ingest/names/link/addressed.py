"""Surnames that a document gives to a man and to a woman: `Mr. Crane` and `Mrs. Crane`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ingest.names.forms.persons import split_name, title_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Span

_ADDRESS = {"m": "mr", "f": "ms"}


def addressed_apart(text: str, spans: Sequence[Span]) -> dict[tuple[int, int], tuple[str, str]]:
    """Find the surnames that stand after titles of both sexes.

    Args:
        text: The text.
        spans: Its names.

    Returns:
        For each such mention (start, end), title inside or before it: the name with its title as it
        is shown, and its comparison form.  A mention without a title is not there.

    >>> from ingest.records import Span
    >>> addressed_apart("Mr. Crane and Mrs. Crane", [Span(4, 9, "PERSON"), Span(19, 24, "PERSON")])
    {(4, 9): ('Mr. Crane', 'mr crane'), (19, 24): ('Mrs. Crane', 'ms crane')}
    """
    told: dict[tuple[str, ...], dict[str, dict[tuple[int, int], str]]] = defaultdict(dict)
    for span in spans:
        if span.entity_type != "PERSON":
            continue
        surface = text[span.char_start : span.char_end]
        name = split_name(surface)
        if name.is_full or not name.words:
            continue
        title = None if name.gender else title_before(text, span.char_start)
        gender = name.gender or (title[1] if title else None)
        if gender is not None:
            shown = f"{title[0]} {surface}" if title else surface
            told[name.words].setdefault(gender, {})[span.char_start, span.char_end] = shown
    return {
        place: (shown, f"{_ADDRESS[gender]} {' '.join(words)}")
        for words, genders in told.items()
        if len(genders) == len(_ADDRESS)
        for gender, places in genders.items()
        for place, shown in places.items()
    }
