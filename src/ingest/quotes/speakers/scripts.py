"""Which rules decide on a paragraph by its script: Chinese, Korean, Arabic, Cyrillic."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from ingest.quotes.decide import Decision
from ingest.quotes.paragraphs.marks import Region
from ingest.quotes.paragraphs.scene import Told
from ingest.quotes.speakers.arabic import attribution_in_arabic
from ingest.quotes.speakers.chinese import attribution_in_chinese
from ingest.quotes.speakers.foreign import decide_foreign
from ingest.quotes.speakers.korean import attribution_in_korean
from ingest.records import QuoteType

# What a quotation is and who says it, None for nobody: asked with the whole text, where the paragraph begins
# and ends, its quotations, which of them, and who says the last one before it that anybody says.
Attributor = Callable[
    [str, tuple[int, int], Sequence[Region], int, Told | None], tuple[QuoteType, Told] | None
]
Decider = Callable[[str, tuple[int, int], Sequence[Region]], list[Decision]]

_LOOK = 200  # characters of a paragraph that tell its script
_SAID = 0.9  # stated for what the rules of a script find; not measured


def _decide(
    attribute: Attributor, text: str, span: tuple[int, int], regions: Sequence[Region]
) -> list[Decision]:
    decisions: list[Decision] = []
    last: Told | None = None
    for q in range(len(regions)):
        found = attribute(text, span, regions, q, last)
        if found is None:
            decisions.append(Decision("mention_only", -1, -1, speech=1 - _SAID))
            continue
        kind, last = found
        decisions.append(Decision(kind, -1, -1, speech=_SAID, certainty=_SAID, told=last))
    return decisions


def _decide_russian(text: str, span: tuple[int, int], regions: Sequence[Region]) -> list[Decision]:
    return decide_foreign(text, span, regions, "ru")


_NEVER = re.compile(r"(?!)")
# Letters of a script, how many of them a paragraph's opening has at least, letters of which it has none, and
# who decides on it; the first that fits.
_SCRIPTS: tuple[tuple[re.Pattern[str], int, re.Pattern[str], Decider], ...] = (
    (
        re.compile("[\u3400-\u9fff\uf900-\ufaff]"),
        6,
        re.compile("[\u3040-\u30ff\uac00-\ud7af]"),  # kana, Hangul
        partial(_decide, attribution_in_chinese),
    ),
    (re.compile("[\uac00-\ud7af]"), 6, _NEVER, partial(_decide, attribution_in_korean)),
    (re.compile("[\u0620-\u064a]"), 6, _NEVER, partial(_decide, attribution_in_arabic)),
    (re.compile("[\u0400-\u04ff]"), 20, _NEVER, _decide_russian),
)


def decider_for(text: str, start: int, end: int) -> Decider | None:
    """The rules for a paragraph's script; None for another one, and for Japanese, which has its own.

    >>> [decider_for(t, 0, len(t)) is None for t in ("部长说我们不会离开", "大臣は「残る」と述べた。")]
    [False, True]
    """
    opening = text[start : min(end, start + _LOOK)]
    for letters, fewest, others, decide in _SCRIPTS:
        if len(letters.findall(opening)) >= fewest and not others.search(text, start, end):
            return decide
    return None
