"""Types for mentions that come without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ingest.names.forms.bodies import core, is_generic
from ingest.names.forms.keys import fold, is_acronym
from ingest.names.forms.persons import is_given_name, split_name, title_before
from ingest.records import EntityType, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.authority import Authority

GivenSpan: TypeAlias = Span | tuple[int, int] | tuple[int, int, EntityType]


def typed_spans(text: str, spans: Sequence[GivenSpan], authority: Authority) -> list[Span]:
    """Make spans of what is given; where no type is given, guess it from the spelling.

    Args:
        text: The text.
        spans: Spans, (start, end, type) or (start, end).
        authority: Asked first.

    Returns:
        One span for each, in order.
    """
    typed: list[Span] = []
    guessed: list[int] = []
    for given in spans:
        if isinstance(given, Span):
            typed.append(given)
        elif len(given) == 3:  # noqa: PLR2004 (with a type)
            typed.append(Span(*given))
        else:
            start, end = given
            guessed.append(len(typed))
            typed.append(Span(start, end, _guess(text, start, end, authority)))
    people = {
        word
        for span in typed
        if span.entity_type == "PERSON"
        for word in split_name(text[span.char_start : span.char_end]).words
    }
    for i in guessed:
        span = typed[i]
        words = split_name(text[span.char_start : span.char_end]).words
        if span.entity_type == "OTHER" and len(words) == 1 and words[0] in people:
            typed[i] = Span(span.char_start, span.char_end, "PERSON")
    return typed


def _guess(text: str, start: int, end: int, authority: Authority) -> EntityType:
    surface = text[start:end]
    known = authority.lookup(surface)
    if known:
        return known[0].entity_type
    name = split_name(surface)
    if title_before(text, start) or (name.is_full and is_given_name(name.words[0])):
        return "PERSON"
    key = fold(surface)
    if is_acronym(surface) or is_generic(key) or core(key) != key:
        return "ORGANIZATION"
    return "OTHER"
