"""Which rules decide on a paragraph by its script: Chinese, Korean, Arabic, Cyrillic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.speakers.arabic import decide_arabic, is_arabic
from ingest.quotes.speakers.chinese import decide_chinese, is_chinese
from ingest.quotes.speakers.foreign import decide_foreign
from ingest.quotes.speakers.korean import decide_korean, is_korean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.quotes.decide import Decision
    from ingest.quotes.paragraphs.marks import Region

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_FEWEST = 20
_LOOK = 200


def _is_russian(text: str, start: int, end: int) -> bool:
    return _CYRILLIC.search(text, start, end) is not None and (
        len(_CYRILLIC.findall(text, start, min(end, start + _LOOK))) >= _FEWEST
    )


def _decide_russian(text: str, span: tuple[int, int], regions: Sequence[Region]) -> list[Decision]:
    return decide_foreign(text, span, regions, "ru")


_SCRIPTS = (
    (is_chinese, decide_chinese),
    (is_korean, decide_korean),
    (is_arabic, decide_arabic),
    (_is_russian, _decide_russian),
)


def decider_for(
    text: str, start: int, end: int
) -> Callable[[str, tuple[int, int], Sequence[Region]], list[Decision]] | None:
    """The rules for a paragraph's script; None for another one, and for Japanese, which has its own."""
    return next((decide for is_script, decide in _SCRIPTS if is_script(text, start, end)), None)
