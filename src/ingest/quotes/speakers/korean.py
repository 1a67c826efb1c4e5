"""Who says a quotation in Korean text: the topic of its sentence, where particle and verb report it.

…은 "…"라고 말했다: 라고, 고, 며 or 면서 hangs on the closing mark, and a verb of saying follows, or
another quotation.
"""

# ruff: noqa: RUF001 - quotation marks are the matter of this room

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.scene import Told
from ingest.quotes.speakers.script_words import script_pronouns, script_words
from ingest.word_lists import any_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.records import QuoteType

_VERB = any_of(script_words("verb", "ko"))
_REPORTED = re.compile(
    rf"\s?(?:이?라|다|자|냐|는)?(?:고|며|면서)(?:도|는)?(?P<middle>[^.\n\"“‘]{{0,40}}?)"
    rf"(?:(?P<verb>{_VERB}\w{{0,4}})|(?=\s?[\"“‘]))"
)
_WORD = r"[\w·]+(?:\([^()]{1,20}\)\w{0,3})?"
_TITLE_ENDS = f"[{''.join(script_words('title_end', 'ko'))}]"  # last signs of titles: 의원, 대표, 장관, 총리
# The subject's particle counts behind a title only: elsewhere it may stand inside a clause of its own.
_SUBJECT = re.compile(
    rf"(?:\d{{1,2}}일 )?(?P<subject>{_WORD}(?: {_WORD}){{0,4}}?)(?:은|는|(?<={_TITLE_ENDS})(?:이|가|도)) "
)
_OPENING = re.compile(
    r"(?:\([^()]{2,30}\) (?:[\w ]{2,20} )?= "
    rf"|{any_of(script_words('opening', 'ko'))})(?:[, ] ?)?"
)
_SENTENCE_END = re.compile(r"[.?!][\"”]?\s|\n")
_PRONOUNS = script_pronouns("ko")
_CLAUSE = re.compile(r".*\w(?:가|을|를|에서|에게|으로|데|한|된|던|는|은) ")  # before the words for who speaks
_COMMA = re.compile(", ")


def attribution_in_korean(
    text: str, span: tuple[int, int], regions: Sequence[Region], q: int, _last: Told | None
) -> tuple[QuoteType, Told] | None:
    """Who says a quotation in Korean; None for nobody. Arguments as in `scripts.Attributor`."""
    reported = _REPORTED.match(text, regions[q].outer_end, span[1])
    if reported is None:
        return None
    cue = reported.span("verb") if reported["verb"] else None
    return "direct", _subject(text, span[0], regions[: q + 1], cue)


def _subject(text: str, begins: int, regions: Sequence[Region], cue: tuple[int, int] | None) -> Told:
    """Who opens the quotation's sentence; who spoke last, where it has no subject of its own."""
    region = regions[-1]
    first = begins
    for stop in _SENTENCE_END.finditer(text, begins, region.outer_start):
        if not any(other.start <= stop.start() < other.end for other in regions):
            first = stop.end()
    if (opening := _OPENING.match(text, first, region.outer_start)) is not None:
        first = opening.end()
    quoted = next(other.outer_start for other in regions if other.outer_end > first)
    clauses = [m.end() for m in _COMMA.finditer(text, first, quoted)]
    starts = [*reversed(clauses), first]
    found = next((m for at in starts if (m := _SUBJECT.match(text, at, quoted))), None)
    if found is None:
        at = region.outer_end if cue is None else cue[0]
        return Told(at, at, cue)
    inside = _CLAUSE.match(found["subject"])
    start = found.start("subject") + (inside.end() if inside else 0)
    return Told(start, found.end("subject"), cue, _PRONOUNS.get(text[start : found.end("subject")], ""))
