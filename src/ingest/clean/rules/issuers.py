"""What firms put below every release: who they are ("About Northgate"), and what they do not promise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.clean.lines.keys import line_key
from ingest.clean.rules.phrases import furniture_words
from ingest.front.cues import ends_sentence, word_count
from ingest.front.labels import is_contact_label, is_document_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST_HEADING = 80
_PARAGRAPH_WORDS = 8
_MOST_PARAGRAPHS = 4
_MOST_NOTES = 6  # of so many firms at the end; each is looked for in the whole text
_FRONT_LINES = 8
_FEWEST_ABOVE = 3
_SHORTEST_NAME = 3
_OPENING = 300  # characters of a paragraph in which it says what it is
_SHORTEST, _LONGEST = 60, 6_000
# "ORSUND, June 3, 2026 /QuayWire/ --": by whom a release was sent out
_WIRED = re.compile(r"[^\W\d_a-z][^/\n]{2,60}/[A-Z][\w. ]{3,20}/ ?(?:--|[-\u2013\u2014])")
_SENT = re.compile(r"SOURCE [A-Z].{1,80}|#{3}|# # #")


def is_outlook(text: str) -> bool:
    """Whether a paragraph says that what a release expects may not come.

    >>> is_outlook("This release contains forward-looking statements. Actual results may differ.")
    True
    >>> is_outlook("Forward-looking statements are all that the board had to offer.")
    False
    """
    if not _SHORTEST <= len(text) <= _LONGEST:
        return False
    opening = text[:_OPENING].lower().lstrip('*("\u201c ')
    if not any(map(opening.__contains__, furniture_words("outlook"))):
        return False
    begins = opening.startswith(tuple(furniture_words("outlook_opening")))
    return begins and any(map(text.lower().__contains__, furniture_words("outlook_risk")))


def outlook_notes(lines: Sequence[str]) -> Iterator[range]:
    """A heading such as "Forward-Looking Statements" with its paragraphs."""
    known = furniture_words("outlook_heading")
    for at, line in enumerate(lines):
        if len(line) <= _LONGEST_HEADING and line_key(line) in known and (stop := _paragraphs(lines, at)):
            yield range(at, stop)


def issuer_notes(lines: Sequence[str]) -> Iterator[range]:
    """Each "About Northgate" with its paragraphs, in a release that names Northgate above it."""
    if not _is_release(lines):
        return
    headings = ((at, _issuer(lines[at])) for at in range(_FEWEST_ABOVE, len(lines) - 1))
    notes = [(at, name) for at, name in headings if name and name in lines[at + 1]]
    for at, name in notes[-_MOST_NOTES:]:
        if any(name in line for line in lines[:at]):
            stop = _paragraphs(lines, at)
            if stop:
                yield range(at, stop)


def _is_release(lines: Sequence[str]) -> bool:
    front = lines[:_FRONT_LINES]
    if any(is_document_label(line) or _WIRED.match(line) for line in front):
        return True
    return any(is_contact_label(line) or _SENT.fullmatch(line) for line in lines)


def _issuer(text: str) -> str:
    """By what a heading "About the Northgate Group" names whom it is about: "Northgate"; empty for others."""
    if (
        len(text) > _LONGEST_HEADING
        or ends_sentence(text)
        or line_key(text) in furniture_words("bio_heading")
    ):
        return ""
    low = text.lower()
    opening = next((o for o in furniture_words("issuer_heading") if low.startswith(f"{o} ")), None)
    if opening is None:
        return ""
    name = text[len(opening) + 1 :].removeprefix("the ").removeprefix("The ")
    first = name.partition(" ")[0].rstrip(":,")
    return first if len(first) >= _SHORTEST_NAME and first[0].isupper() else ""


def _paragraphs(lines: Sequence[str], heading: int) -> int:
    """Where the paragraphs under a heading end; 0 where none stands there."""
    stop, furthest = heading + 1, min(len(lines), heading + 1 + _MOST_PARAGRAPHS)
    while stop < furthest and word_count(lines[stop]) >= _PARAGRAPH_WORDS:
        stop += 1
    return stop if stop > heading + 1 else 0
