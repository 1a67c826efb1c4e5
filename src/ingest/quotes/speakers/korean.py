"""Who says a quotation in Korean text: the topic of its sentence, where particle and verb report it.

…은 "…"라고 말했다: 라고, 고, 며 or 면서 hangs on the closing mark, and a verb of saying follows, or
another quotation.
"""

# ruff: noqa: RUF001 - quotation marks are the matter of this room

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.scene import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.records import QuoteType

_VERBS = (
    "말했|말한|말하|밝혔|밝힌|밝히|강조했|강조하|전했|전하|설명했|설명하|주장했|주장하|비판했|비판하|지적했|지적하|덧붙였|덧붙이"
    "|반박했|호소했|답했|대답했|물었|당부했|경고했|평가했|언급했|토로했|소개했|촉구했|발표했|회고했|적었|썼다|했다|이야기했|얘기했"
)
_REPORTED = re.compile(
    rf"\s?(?:이?라|다|자|냐|는)?(?:고|며|면서)(?:도|는)?(?P<middle>[^.\n\"“‘]{{0,40}}?)"
    rf"(?:(?P<verb>(?:{_VERBS})\w{{0,4}})|(?=\s?[\"“‘]))"
)
_WORD = r"[\w·]+(?:\([^()]{1,20}\))?"
_TITLE_ENDS = "[원표관총리보장사수씨령인자]"  # last signs of titles: 의원, 대표, 장관, 총리
# The subject's particle counts behind a title only: elsewhere it may stand inside a clause of its own.
_SUBJECT = re.compile(
    rf"(?:\d{{1,2}}일 )?(?P<subject>{_WORD}(?: {_WORD}){{0,4}}?)(?:은|는|(?<={_TITLE_ENDS})(?:이|가|도)) "
)
_OPENING = re.compile(
    r"(?:\([^()]{2,30}\) (?:[\w ]{2,20} )?= "
    r"|그러나|하지만|그러면서|이어|또|또한|이에|다만|한편|특히|앞서)(?:[, ] ?)?"
)
_SENTENCE_END = re.compile(r"[.?!][\"”]?\s|\n")
_PRONOUNS = {"그": "he", "그녀": "she", "이들": "they", "그들": "they"}
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
