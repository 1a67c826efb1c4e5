"""Citations of law: `868 F.3d 803 (9th Cir. 2017)`, `33 U.S.C. § 1365`, `Fed. R. Civ. P. 56(a)`."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Span

_SHORT_FOR = r"(?:[A-Z][A-Za-z'\u2019]{0,8}\.(?:[A-Z0-9][a-z]{0,4}\.?){0,3}|\d[a-z]{1,2})"
_COURT = r"(?:,? \d{1,5}(?:[-\u2013]\d{1,5})?(?: n\.\d+)?){0,3}(?: \([^()\n]{0,40}\d{4}\))?"
_CITATION = re.compile(
    rf"\b\d{{1,4}} (?:{_SHORT_FOR} ?){{1,4}}(?:\u00a7{{1,2}} ?)?\d{{1,5}}(?![\w%]|-[a-z]){_COURT}"
    r"|\b(?:[A-Z][A-Za-z'\u2019]{0,5}\. ){2,4}\d{1,4}(?![\w%])"
    r"|\bD\.C\. Nos?\. \d"
)
_SIGNS = (" v. ", "\u00a7")


def without_citations(spans: Sequence[Span], text: str) -> list[Span]:
    """Leave out what stands in a citation, of a text that cites a case or a section of a law.

    Args:
        spans: Names in order.
        text: The document.
    """
    if not any(map(text.__contains__, _SIGNS)):
        return list(spans)
    cited = [match.span() for match in _CITATION.finditer(text)]
    starts = [start for start, _ in cited]
    return [span for span in spans if not _is_inside(span, cited, starts)]


def _is_inside(span: Span, cited: Sequence[tuple[int, int]], starts: Sequence[int]) -> bool:
    at = bisect_right(starts, span.char_start) - 1
    return at >= 0 and span.char_start < cited[at][1]
