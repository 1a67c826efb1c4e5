"""Where names stand that a text has proven: in one pass, however many names there are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from ingest.records import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Proven(NamedTuple):
    """A name that a text proves.

    Attributes:
        name: Its characters.
        after: What must follow it where it stands.
    """

    name: str
    after: re.Pattern[str]


def places(text: str, proven: Iterable[Proven], begins: re.Pattern[str]) -> Iterator[Span]:
    """Where proven names stand, in order and not overlapping, the longest first at a place.

    Args:
        text: The text.
        proven: The names.
        begins: A character that a name may begin with, where one may begin.
    """
    after: dict[str, re.Pattern[str]] = {}
    for name in proven:
        after.setdefault(name.name, name.after)
    lengths = _lengths(after)
    free = 0
    for match in begins.finditer(text) if after else ():
        start = match.start()
        if start < free:
            continue
        for length in lengths.get(text[start], ()):
            ends = after.get(text[start : start + length])
            if ends is not None and ends.match(text, start + length) is not None:
                yield Span(start, start + length, "PERSON")
                free = start + length
                break


def _lengths(names: Iterable[str]) -> Mapping[str, Sequence[int]]:
    """How long names are that begin with a character, the longest first."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for name in names:
        found[name[0]].add(len(name))
    return {first: sorted(lengths, reverse=True) for first, lengths in found.items()}


def without_overlaps(first: Sequence[Span], others: Iterable[Span]) -> list[Span]:
    """All of some spans, which do not overlap, and those of others that meet none before them, in order."""
    taken = set(first)
    out: list[Span] = []
    for span in sorted((*first, *others), key=lambda span: (span.char_start, span not in taken)):
        if out and out[-1].char_end > span.char_start:
            if span not in taken:
                continue
            out.pop()
        out.append(span)
    return out
