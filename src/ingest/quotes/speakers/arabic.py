"""Who says a quotation in Arabic text: what follows a verb of saying before it, up to a colon or "that".

Verb, who speaks, then a colon or one of the words for "that": the order of news in Arabic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.scene import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.records import QuoteType

# said, added, stressed, declared, explained, noted, considered, pointed out, announced, warned, wrote
_VERBS = "قال|أضاف|أكد|صرح|أوضح|ذكر|اعتبر|شدد|أعلن|حذر|كتب|تابع|أشار|لفت|رأى|نوه|يقول|يضيف|تقول|تضيف"
_SAYS = re.compile(rf"(?<!\w)(?:[وف])?(?P<verb>(?:{_VERBS})ت?)(?=[\s:\u060c])")
_WORD = "[\u0620-\u065f\u0670-\u06d3\u0640\u064b-\u0652]+"
_STOPS = (
    "إن|أن|إنه|إنها|أنه|أنها|إنهم|في|خلال|للصحفيين|للصحافيين|لوكالة|لقناة|لصحيفة"
    "|اليوم|يوم|أمس|على|إلى|عن|بعد|قبل|عبر|ردا|تعليقا|من"
)
_SUBJECT = re.compile(rf"\s+(?P<subject>(?!(?:{_STOPS})\b){_WORD}(?:\s+(?!(?:{_STOPS})\b){_WORD}){{0,8}})")
_SENTENCE_END = re.compile("[.!\u061f]\\s|\n")
_REACH = 220


def attribution_in_arabic(
    text: str, span: tuple[int, int], regions: Sequence[Region], q: int, _last: Told | None
) -> tuple[QuoteType, Told] | None:
    """Who says a quotation in Arabic; None for nobody. Arguments as in `scripts.Attributor`."""
    region = regions[q]
    told = _before(text, regions[q - 1].outer_end if q else span[0], region)
    if told is None:
        return None
    leads = text[span[0] : region.outer_start].rstrip().endswith(":")
    return "direct" if leads else "partial", told


def _before(text: str, begins: int, region: Region) -> Told | None:
    """The last verb of saying in the quotation's sentence, and who stands behind it."""
    first = max(begins, region.outer_start - _REACH)
    for stop in _SENTENCE_END.finditer(text, first, region.outer_start):
        first = stop.end()
    says = None
    for says in _SAYS.finditer(text, first, region.outer_start):  # noqa: B007 - the last one is wanted
        pass
    if says is None:
        return None
    cue = says.span("verb")
    subject = _SUBJECT.match(text, says.end(), region.outer_start)
    return Told(*subject.span("subject"), cue) if subject else Told(cue[0], cue[0], cue)
