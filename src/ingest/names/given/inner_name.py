"""The bare name inside a mention that somebody else has marked with more words around it.

`Norway's Harbour Guard` is about the guard, `Harbour Clinic in Northgate, Kassar` about the clinic,
`Anna Whitlock, 40` and `Anna Whitlock, the mayor` about her.  What reaches over the end of a sentence and
of a line is about what stands last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.names.forms.keys import fold
from ingest.names.forms.persons import split_name
from ingest.records import Span

if TYPE_CHECKING:
    from ingest.names.authority import Authority

_LEAD = re.compile(r"(?:(?:in|of|at|from|to)\s+)?(?:the\s+)?", re.IGNORECASE)
_OWNED = re.compile(r"(?P<owner>(?:[\w.-]+\s){0,3}[\w.-]+?)\s?['\u2019]s\s(?=[A-Z])")
_WHERE = re.compile(r"\s(?:in|near)\s(?:the\s)?(?=[A-Z])")
_SENTENCE_END = re.compile(r"[.!?]\s*\n\s*(?=\S)")
_AFTER_COMMA = re.compile(r"\s?,\s")
_PLACED = frozenset(("ORGANIZATION", "LOCATION", "FACILITY"))
# Bodies that the same owner has in many places: where one is belongs to its name.
_MANY = frozenset(
    ("branch", "branches", "consulate", "embassy", "factory", "mission", "office", "plant", "store")
)


def inner(text: str, span: Span, authority: Authority) -> Span:
    """Give the part of a mention that names it; the whole mention where nothing stands around.

    A mention that the authority spells whole stays as it is.

    Args:
        text: The text.
        span: A mention.
        authority: Tells names of places.
    """
    surface = text[span.char_start : span.char_end]
    if len(surface.split()) == 1 or authority.lookup(surface):
        return span
    start, end = span.char_start, span.char_end
    for sentence_end in _SENTENCE_END.finditer(surface):
        start = span.char_start + sentence_end.end()
    surface = text[start:end]
    if span.entity_type == "PERSON":
        comma = _AFTER_COMMA.search(surface)
        head = split_name(surface[: comma.start()]) if comma else None
        if comma and head and head.is_full and not split_name(surface).suffix:
            end = start + comma.start()
    else:
        lead = _LEAD.match(text, start, end)
        owned = _OWNED.match(text, lead.end() if lead else start, end)
        if owned and any(e.entity_type == "LOCATION" for e in authority.lookup(owned["owner"])):
            start = owned.end()
        if span.entity_type in _PLACED:
            end = _before_place(text, start, _before_region(text, start, end, authority))
    return Span(start, end, span.entity_type)


def _before_region(text: str, start: int, end: int, authority: Authority) -> int:
    """Where a name ends before the region it lies in: `Northgate, Norway`."""
    commas = list(_AFTER_COMMA.finditer(text, start, end))
    while commas:
        region = text[commas[-1].end() : end]
        stopped = (
            f"{region}." if text[end : end + 2].strip() == "." else region
        )  # `Calif.` cut before its stop
        if not any(
            e.entity_type == "LOCATION" for e in authority.lookup(region) or authority.lookup(stopped)
        ):
            break
        end = commas.pop().start()
    return end


def _before_place(text: str, start: int, end: int) -> int:
    """Where a name of two words or more ends before `in Northgate`."""
    where = _WHERE.search(text, start, end)
    if where is None:
        return end
    words = fold(text[start : where.start()]).split()
    return where.start() if len(words) > 1 and words[-1] not in _MANY else end
