"""Types for mentions that come without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, get_args

from ingest.errors import ConfigError
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

    Raises:
        ConfigError: One holds no character of the text, or is of a type that there is not.
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
        _check(len(typed) - 1, typed[-1], len(text))
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


def _check(number: int, span: Span, length: int) -> None:
    if not 0 <= span.char_start < span.char_end <= length:
        place = f"{span.char_start} to {span.char_end}"
        raise ConfigError(
            f"spans[{number}]: {place} is no part of a text of {length} characters; give start and end"
        )
    if span.entity_type not in get_args(EntityType):
        types = ", ".join(get_args(EntityType))
        raise ConfigError(f"spans[{number}]: there is no type {span.entity_type!r}; there are {types}")


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
