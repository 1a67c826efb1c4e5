"""Who says a quotation in Arabic text: what follows a verb of saying before it, up to a colon or "that".

Verb, who speaks, then a colon or one of the words for "that": the order of news in Arabic.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.scene import Told
from ingest.quotes.speakers.script_words import script_words
from ingest.word_lists import any_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.records import QuoteType

# said, added, stressed, declared, explained, noted, considered, pointed out, announced, warned, wrote
_SAYS = re.compile(rf"(?<!\w)(?:[وف])?(?P<verb>{any_of(script_words('verb', 'ar'))}ت?)(?=[\s:\u060c])")
_WORD = "[\u0620-\u065f\u0670-\u06d3\u0640\u064b-\u0652]+"
_STOP = any_of(script_words("stop", "ar"))
_SUBJECT = re.compile(rf"\s+(?P<subject>(?!{_STOP}\b){_WORD}(?:\s+(?!{_STOP}\b){_WORD}){{0,8}})")
_SENTENCE_END = re.compile("[.!\u061f]\\s|\n")
_REACH = 220
_REPORT = 1000  # characters before a verb without a subject in which somebody's report stands


def attribution_in_arabic(
    text: str, span: tuple[int, int], regions: Sequence[Region], q: int, last: Told | None
) -> tuple[QuoteType, Told] | None:
    """Who says a quotation in Arabic; None for nobody. Arguments as in `scripts.Attributor`."""
    region = regions[q]
    told = _before(text, regions[q - 1].outer_end if q else span[0], region)
    if told is None:
        return None
    if told.is_silent and last is None:
        told = _reported(text, span[0], told)
    leads = text[span[0] : region.outer_start].rstrip().endswith(":")
    return "direct" if leads else "partial", told


def _before(text: str, begins: int, region: Region) -> Told | None:
    """The last verb of saying in the quotation's sentence, and who stands behind it."""
    first = max(begins, region.outer_start - _REACH)
    for stop in _SENTENCE_END.finditer(text, first, region.outer_start):
        first = stop.end()
    says = list(_SAYS.finditer(text, first, region.outer_start))
    if not says:
        return None
    cue = says[-1].span("verb")
    subject = _SUBJECT.match(text, says[-1].end(), region.outer_start)
    return Told(*subject.span("subject"), cue) if subject else Told(cue[0], cue[0], cue)


def _reported(text: str, begins: int, silent: Told) -> Told:
    """Who said the rest of the paragraph without marks, for a verb without a subject of its own."""
    for says in reversed(list(_SAYS.finditer(text, max(begins, silent.start - _REPORT), silent.start))):
        subject = _SUBJECT.match(text, says.end(), silent.start)
        if subject is not None:
            return replace(
                silent, start=subject.start("subject"), end=subject.end("subject"), is_carried=True
            )
    return silent
