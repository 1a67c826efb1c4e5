"""The reviewed openings by which a line says what it is, and the small measures of a line."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.word_lists import numbered_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESOURCE = "section_cues.tsv"
_CUES = (
    "byline",
    "byline_end",
    "office",
    "office_lead",
    "date_label",
    "update_label",
    "date_word",
    "month",
    "document_label",
    "reference",
    "party",
    "embargo",
    "heading",
    "conclusion",
    "conclusion_heading",
    "correction",
    "credit",
    "source",
    "caption",
)
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_FULL_STOP = re.compile(r"[.!\u2026\u3002\uff01\u06d4](?:\s?[\"'\u201d\u201c\u2019\u2018\u00bb\u00ab)\]])*$")


@cache
def cues(kind: str) -> re.Pattern[str]:
    """The reviewed openings of one kind (byline, conclusion, ...), as one pattern.

    Raises:
        ConfigError: There is no such kind, or a row of the list is not `cue, language, opening`.
    """
    ordered = sorted(openings(kind), key=lambda opening: (-len(opening), opening))
    bounded = (
        re.escape(o) + (r"(?!\w)" if o[-1].isalnum() and not UNSPACED.match(o[-1]) else "") for o in ordered
    )
    return re.compile("(?:" + "|".join(bounded) + ")", re.IGNORECASE)


@cache
def openings(kind: str) -> frozenset[str]:
    """The openings of one kind, in lower case.

    Raises:
        ConfigError: As `cues`.
    """
    if kind not in _CUES:
        raise ConfigError(f"no kind of cue {kind!r}; there are: {', '.join(_CUES)}")
    return _openings_by_kind()[kind]


@cache
def _openings_by_kind() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {kind: set() for kind in _CUES}
    for number, row in numbered_lines(_RESOURCE):
        cells = row.split("\t")
        if len(cells) != 3 or cells[0] not in _CUES:  # noqa: PLR2004 - cue, language, opening
            raise ConfigError(f"{_RESOURCE}:{number}: expected cue, language, opening; found {row!r}")
        found[cells[0]].add(cells[2])
    return {kind: frozenset(words) for kind, words in found.items()}


def word_count(text: str) -> int:
    """Words of a text; two characters count as one where words are not spaced."""
    words = text.count(" ") + 1
    return words if text.isascii() else max(words, len(UNSPACED.findall(text)) // 2)


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop or an exclamation mark; a headline may well ask."""
    return _FULL_STOP.search(text[-6:]) is not None
