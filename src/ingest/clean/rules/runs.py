"""Lines of plain text that are furniture only together: a counter in pieces, the numbers of a lost picture.

Who copies an article off a page leaves some of its boxes behind, one line for each of their pieces.  None of
the pieces says what it is; the run does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.clean.lines.keys import line_key
from ingest.clean.rules.desk_lines import contact_blocks, contents, mail_headers, signed_pull_quotes
from ingest.clean.rules.issuers import issuer_notes, outlook_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_FEWEST_LINES = 4
_LONGEST_OF = 5
_OF = frozenset({"of", "von", "de", "sur", "di", "van", "/"})
_SHARE = re.compile(r"(?P<label>[^\d%]{2,60}?)[\s:]+\d{1,3}(?:[.,]\d+)?\s?%\.?")
_FEWEST_SHARES = 2
_SOURCE = re.compile(r"(?:source|note|poll|survey)\b[: ]|.*\bmargin of (?:sampling )?error\b", re.IGNORECASE)
_MOST_NOTES = 3
_CAPTION_WORDS = 14
_MOST_CAPTIONS = 2
_PLACED = re.compile(
    r"(?P<place>\d{1,3})[.)]\s.{2,60}\((?:[^()\d]{0,20})(?P<before>\d{1,3}|NR|new)\.?\)\.?", re.IGNORECASE
)
_FEWEST_PLACES = 5
_HEADLINE_WORDS = (5, 14)
_NO_HEADLINE = re.compile("[\\d:;|\u2022]|--")
_FEWEST_HEADLINES, _MOST_HEADLINES = 3, 6
_TITLE_CASE = 0.6
_RUNNING_WORDS = 14
_MOSTLY = 0.8
EDITORS_NOTE = re.compile(r"[\[(*]*editor(?:s['\u2019]?|['\u2019]s)? note\s?[:.\u2014\u2013-]", re.IGNORECASE)
_LONGEST_NOTE = 12
_STOP = re.compile(r"[.!?][\"'\u201d\u2019)\]*]*$")


def find_runs(lines: Sequence[str]) -> Mapping[int, str]:
    """Find the runs.

    Args:
        lines: All lines of a plain text; in HTML the markup tells the boxes apart.

    Returns:
        The rule's id for each line of a run, by its place.
    """
    if len(lines) < _FEWEST_LINES:
        return {}
    return {index: rule for rule, find in _RUNS.items() for run in find(lines) for index in run}


def _slide_counter(lines: Sequence[str]) -> Iterator[range]:
    """A number, "of" and a number, each in its line."""
    for i in range(len(lines) - 2):
        if len(lines[i + 1]) > _LONGEST_OF:
            continue
        first, of, last = (line_key(lines[k]) for k in range(i, i + 3))
        if of in _OF and first.isdecimal() and last.isdecimal() and int(first) <= int(last):
            yield range(i, i + 3)


def _graphic(lines: Sequence[str]) -> Iterator[range]:
    """Shares with their labels at the end, whom they are from below them, what was asked above them."""
    end = len(lines)
    first = end
    while first > 0 and end - first < _MOST_NOTES and _SOURCE.match(lines[first - 1]):
        first -= 1
    if first == end:
        return
    shares = first
    while shares > 0 and _SHARE.fullmatch(lines[shares - 1]):
        shares -= 1
    if first - shares < _FEWEST_SHARES:
        return
    yield range(_with_captions(lines, shares), end)


def _standings(lines: Sequence[str]) -> Iterator[range]:
    """Places in order at the end, each with the place held before in brackets."""
    first = len(lines)
    while first > 0 and _PLACED.fullmatch(lines[first - 1]):
        first -= 1
    places = [int(m["place"]) for line in lines[first:] if (m := _PLACED.fullmatch(line))]
    if len(places) >= _FEWEST_PLACES and places == sorted(places):
        yield range(_with_captions(lines, first), len(lines))


def _with_captions(lines: Sequence[str], first: int) -> int:
    """Where a box begins, its caption of one or two short lines among it."""
    for _ in range(_MOST_CAPTIONS):
        text = lines[first - 1] if first > 0 else ""
        if not text or text.count(" ") >= _CAPTION_WORDS or (text.endswith(".") and not text.isupper()):
            break
        first -= 1
    return first


def _broken_note(lines: Sequence[str]) -> Iterator[range]:
    """An editor's note at the end that its links broke into lines."""
    for i in range(max(1, len(lines) - _LONGEST_NOTE), len(lines) - 1):
        if not EDITORS_NOTE.match(lines[i]):
            continue
        going_on = all(_goes_on(lines[k], lines[k + 1]) for k in range(i, len(lines) - 1))
        if going_on:
            yield range(i, len(lines))


def _headlines(lines: Sequence[str]) -> Iterator[range]:
    """Headlines at the end of much running text, one below the other, with nothing under them."""
    first = len(lines)
    while first > 0 and _is_headline(lines[first - 1]):
        first -= 1
    running = sum(line.count(" ") >= _RUNNING_WORDS for line in lines[:first])
    if _FEWEST_HEADLINES <= len(lines) - first <= _MOST_HEADLINES and running > _MOSTLY * first:
        yield range(first, len(lines))


def _is_headline(text: str) -> bool:
    """Whether a line is in title case throughout, and no item of a list, by its numbers or colon."""
    words = text.split()
    if not _HEADLINE_WORDS[0] <= len(words) <= _HEADLINE_WORDS[1] or _NO_HEADLINE.search(text):
        return False
    return sum(w[0].isupper() for w in words) >= _TITLE_CASE * len(words)


def _goes_on(text: str, following: str) -> bool:
    """Whether a sentence runs on from line to line."""
    return following[0].islower() and _STOP.search(text) is None


_RUNS: Mapping[str, Callable[[Sequence[str]], Iterator[range]]] = {
    "slide_counter": _slide_counter,
    "graphic": _graphic,
    "standings": _standings,
    "editors_note": _broken_note,
    "headlines": _headlines,
    "mail_header": mail_headers,
    "contact_block": contact_blocks,
    "contents": contents,
    "pull_quote": signed_pull_quotes,
    "issuer_note": issuer_notes,
    "outlook_note": outlook_notes,
}
