"""Who says a quotation in 「」 in Japanese text: the topic of its sentence, or a label with a colon.

「…」と述べた: the particle after the mark and a verb of saying make it speech; は or が marks who speaks.
"""

# ruff: noqa: RUF001 - full-width signs are the matter of this module

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.speakers.script_words import script_words
from ingest.word_lists import any_of

if TYPE_CHECKING:
    from ingest.quotes.paragraphs.marks import Region

BRACKETS = frozenset(("「", "『"))
_NAME = r"(?P<name>[^\W\d_a-zA-Z][\w・ー]{0,14}?)"
_SAID = re.compile(
    r"(?:など)?(?:と|って)(?:、)?[^。「」]{0,30}?"
    rf"{any_of(script_words('verb', 'ja'))}"
)
_SO_IT_IS = re.compile(r"(?:だ|である|だった)(?:という|としている|とのこと)")
_SOURCE = re.compile(rf"(?:^|[、。！？」\s]){_NAME}(?:によると|によれば)(?=[^。！？]*\Z)")
_LABEL = re.compile(rf"(?:^|[。！？\s]){_NAME}\s*[:：]\s*\Z")
_TOPIC_BEFORE = re.compile(rf"(?:^|[、。！？」\s]){_NAME}(?:は|が|も)(?=[^。！？]*\Z)")
_TOPIC_AFTER = re.compile(rf"(?:と|って)、?{_NAME}(?:は|が)[^。「」]{{0,20}}")
_KANA = re.compile("[\u3040-\u30ff]")
_REACH = 60


def is_said(text: str, region: Region) -> bool:
    """Whether a verb of saying follows the quotation, or a label or "according to" tells whose it is."""
    before = text[max(0, region.outer_start - _REACH) : region.outer_start].rpartition("\n")[2]
    if not (_KANA.search(before) or _KANA.search(text, region.start, region.outer_end + _REACH)):
        return False  # Chinese has these marks too
    is_told = _SOURCE.search(before) is not None and _SO_IT_IS.match(text, region.outer_end) is not None
    return is_told or _SAID.match(text, region.outer_end) is not None or _LABEL.search(before) is not None


def speaker_span(text: str, region: Region) -> tuple[int, int] | None:
    """Where the words for the speaker stand; None where the sentence names none.

    Args:
        text: The whole text.
        region: A quotation that is said.
    """
    first = max(0, region.outer_start - _REACH, text.rfind("\n", 0, region.outer_start) + 1)
    before = text[first : region.outer_start]
    found = _LABEL.search(before) or _SOURCE.search(before) or _TOPIC_BEFORE.search(before)
    if found:
        return first + found.start("name"), first + found.end("name")
    after = _TOPIC_AFTER.match(text, region.outer_end)
    return after.span("name") if after else None
