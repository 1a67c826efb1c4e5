"""Two names that share a word both need: `the South and East China seas`, `North and South Korea`.

Only names of the authority: it tells that both readings exist.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.names.authority import Authority
    from ingest.names.authority.entries import AuthorityEntry

# One or more words before the last of them, joined by commas and "and" or "or"; then two to four words.
_JOINED = re.compile(
    r"(?<!\S)(?P<before>(?:[A-Z][\w.-]{0,30}+, ){0,3}[A-Z][\w.-]{0,30}+),? (?:and|or) (?=[A-Z])"
    r"(?P<last>[A-Z][\w-]{0,30}+(?: [A-Z][\w-]{0,30}+){0,2} [A-Za-z][\w-]{0,30}+)"
)
_BEFORE = re.compile(r"[A-Z][\w.-]*")


@dataclass(frozen=True, slots=True)
class SharedHead:
    """One of the names that share a word.

    Attributes:
        char_start: Where it begins: at its own words.
        char_end: Where it ends; the shared word belongs to the last name alone.
        entry: What it means.
        proof_start: Where the names that share the word begin.
        proof_end: Where they end.
    """

    char_start: int
    char_end: int
    entry: AuthorityEntry
    proof_start: int
    proof_end: int


@lru_cache(maxsize=1)  # finding names and linking them ask for the same
def shared_heads(text: str, authority: Authority) -> dict[tuple[int, int], SharedHead]:
    """Find names that share a word, by start and end of their own words.

    >>> from ingest.names.authority import load_authority
    >>> from ingest.settings import DEFAULT_SETTINGS
    >>> text = "ships in the South and East China seas"
    >>> found = shared_heads(text, load_authority(DEFAULT_SETTINGS)).values()
    >>> [(text[s.char_start : s.char_end], s.entry.name) for s in found]
    [('South', 'South China Sea'), ('East China seas', 'East China Sea')]
    """
    return {
        (name.char_start, name.char_end): name
        for match in _JOINED.finditer(text)
        for name in _names(match, authority)
    }


def _names(match: re.Match[str], authority: Authority) -> Iterator[SharedHead]:
    words = match["last"].split(" ")
    for count in range(len(words), 1, -1):
        head = words[count - 1]
        is_plural = head[-1] == "s"
        own = [*words[: count - 1], head.title().removesuffix("s") if is_plural else head]
        last = authority.lookup(" ".join(own))
        if not last:
            continue
        firsts = [
            (part, _shared(part.group(), own, authority, is_plural=is_plural))
            for part in _BEFORE.finditer(match["before"])
        ]
        if not all(entry for _, entry in firsts):
            return
        start = match.start("last")
        end = start + len(" ".join(words[:count]))
        for part, entry in firsts:
            if entry is not None:
                at = match.start("before") + part.start()
                yield SharedHead(at, at + len(part.group()), entry, match.start(), end)
        yield SharedHead(start, end, last[0], match.start(), end)
        return


def _shared(word: str, own: list[str], authority: Authority, *, is_plural: bool) -> AuthorityEntry | None:
    """What a word means with the words it shares; a name of its own shares with a plural alone."""
    if not is_plural and authority.lookup(word):
        return None
    for kept in range(1, len(own)):
        found = authority.lookup(" ".join((word, *own[kept:])))
        if found and found[0].entity_type in ("LOCATION", "ORGANIZATION"):
            return found[0]
    return None


def with_shared_heads(spans: Sequence[Span], heads: dict[tuple[int, int], SharedHead]) -> list[Span]:
    """Put names that share a word in the place of what they meet."""
    if not heads:
        return list(spans)
    places = sorted(heads)
    kept = []
    for span in spans:
        at = bisect_right(places, (span.char_start, span.char_start))
        meets = (places[at - 1][1] > span.char_start) if at else False
        if not meets and (at == len(places) or places[at][0] >= span.char_end):
            kept.append(span)
    new = [Span(h.char_start, h.char_end, h.entry.entity_type) for h in heads.values()]
    return sorted([*kept, *new], key=lambda span: span.char_start)
