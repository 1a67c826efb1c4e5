"""The authority's word against the model's: known names are found even where the model misses them."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ingest.names.forms.bodies import is_generic
from ingest.names.forms.persons import is_given_name
from ingest.names.forms.word_classes import word_class
from ingest.names.model.features import key
from ingest.names.model.recase import LOWER
from ingest.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.authority import AuthorityHit
    from ingest.names.model.features import KeyTable

_OWNED = re.compile(r"['\u2019]s (?=[A-Z])")
_WHERE = re.compile(r"\b(?:of|in|from|at|near)\s$", re.IGNORECASE)
_LONGEST_WHERE = len(" from ")
_JOINTS = frozenset(("-", "\u2010", "\u2011", "\u2013", "/", " - ", " / ", " \u2013 "))


def with_authority(
    spans: Sequence[Span], hits: Sequence[AuthorityHit], text: str, cases: KeyTable
) -> list[Span]:
    """Add what the authority knows and the model missed, and take its longer spans and its types.

    - A name of the authority that meets no span is added, unless it is a word of everyday language too.
    - One that reaches beyond the spans it meets takes their place.
    - One that is a span gives its type, unless the model takes it for a person ("Jordan", "Georgia").
    - A nationality or a place before somebody's full name stands for itself ("Australian Anna Whitlock"),
      unless the model takes all for a person, it is a given name too, and no word before it says that it is a
      place ("Virginia Anna Whitlock", but "the mayor of London Anna Whitlock").
    - Names joined by hyphens or slashes that fill a span, an everyday word after them aside, fall apart
      ("U.S.-Japan", "U.S.-Japan Relations").
    - A place is parted from what is its own ("Russia's Black Sea Fleet").
    - A country before the name of a facility stands for itself ("U.S. Yokota Air Base").
    - Inside any other longer span it changes nothing.

    Args:
        spans: What the model found, in order, not overlapping.
        hits: What the authority knows, in order, not overlapping.
        text: The text.
        cases: See `Lexicon`.

    Returns:
        Spans in order, not overlapping.
    """
    spans = [piece for span in spans for piece in _apart(span, hits, text, cases)]
    out: list[Span] = []
    place = 0
    for hit in hits:
        while place < len(spans) and spans[place].char_end <= hit.char_start:
            out.append(spans[place])
            place += 1
        if out and out[-1].char_end > hit.char_start:
            continue
        stop = place
        while stop < len(spans) and spans[stop].char_start < hit.char_end:
            stop += 1
        met = spans[place:stop]
        known = Span(hit.char_start, hit.char_end, hit.entity_type)
        if not met:
            if not _is_everyday(text[hit.char_start : hit.char_end], cases):
                out.append(known)
        elif met[0].char_start >= hit.char_start and met[-1].char_end <= hit.char_end:
            exact = len(met) == 1 and met[0].char_start == hit.char_start and met[0].char_end == hit.char_end
            out.append(met[0] if exact and met[0].entity_type == "PERSON" else known)
            place = stop
    out.extend(spans[place:])
    return out


def _apart(span: Span, hits: Sequence[AuthorityHit], text: str, cases: KeyTable) -> list[Span]:
    """Cut a span that joins several names of the authority, or a country and a facility."""
    at = bisect_left(hits, span.char_start, key=_start)
    inside = []
    while at < len(hits) and hits[at].char_end <= span.char_end:
        inside.append(hits[at])
        at += 1
    if not inside or inside[0].char_start != span.char_start:
        return [_uncalled(span, inside, text)]
    first, last = inside[0], inside[-1]
    joined = all(
        text[left.char_end : right.char_start] in _JOINTS for left, right in itertools.pairwise(inside)
    )
    if len(inside) > 1 and joined and _is_common(text[last.char_end : span.char_end], cases):
        return [Span(hit.char_start, hit.char_end, hit.entity_type) for hit in inside]
    rest = text[first.char_end : span.char_end]
    if (
        span.entity_type == "FACILITY"
        and first.entity_type == "LOCATION"
        and rest.count(" ") > 1
        and rest[0] == " "
    ):
        start = first.char_end + 1
        return [Span(first.char_start, first.char_end, "LOCATION"), Span(start, span.char_end, "FACILITY")]
    if _is_somebody(span, first, rest) and not _is_given(span, first, text):
        start = first.char_end + 1
        return [
            Span(first.char_start, first.char_end, first.entity_type),
            Span(start, span.char_end, "PERSON"),
        ]
    owned = _OWNED.match(rest) if first.entity_type == "LOCATION" else None
    if owned is not None:  # "Russia's Black Sea Fleet"
        start = first.char_end + owned.end()
        return [
            Span(first.char_start, first.char_end, "LOCATION"),
            Span(start, span.char_end, span.entity_type),
        ]
    return [span]


def _uncalled(span: Span, inside: Sequence[AuthorityHit], text: str) -> Span:
    """A place without the word before it that calls upon the reader: `Ask | Norway`."""
    is_place = (
        len(inside) == 1 and inside[0].char_end == span.char_end and inside[0].entity_type == "LOCATION"
    )
    lead = text[span.char_start : inside[0].char_start].rstrip().lower() if is_place else ""
    return Span(inside[0].char_start, span.char_end, "LOCATION") if lead in word_class("call") else span


def _is_given(span: Span, first: AuthorityHit, text: str) -> bool:
    """Whether a known name is what somebody is called: `Virginia Anna Whitlock`, not after `in`."""
    return (
        span.entity_type == "PERSON"
        and is_given_name(text[first.char_start : first.char_end])
        and _WHERE.search(text, max(0, first.char_start - _LONGEST_WHERE), first.char_start) is None
    )


def _is_somebody(span: Span, first: AuthorityHit, rest: str) -> bool:
    """Whether a known name stands before a person's full name: `Australian Anna Whitlock`."""
    words = rest.split(" ")
    return (
        first.entity_type in ("NORP", "LOCATION")
        and span.entity_type not in ("ORGANIZATION", "FACILITY", "EVENT")
        and len(words) > len((" ", "given"))
        and words[0] == ""
        and words[1][:1].isupper()
        and is_given_name(words[1])
        and words[-1][:1].isupper()
    )


def _is_common(rest: str, cases: KeyTable) -> bool:
    """Whether nothing follows, or a word of everyday language that is no kind of body."""
    word = rest.strip().lower()
    return not word or (word.isalpha() and cases.get(key(word)) == LOWER and not is_generic(word))


def _start(hit: AuthorityHit) -> int:
    return hit.char_start


def _is_everyday(name: str, cases: KeyTable) -> bool:
    """Whether a name is a single word that is mostly written in small letters, but for an acronym."""
    return " " not in name and not name.isupper() and cases.get(key(name.lower())) == LOWER
