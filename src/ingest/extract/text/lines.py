"""The lines of a plain text that are not blank."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREAKS = "\n\r\f\v\x1c-\x1e\x85\u2028\u2029"
_LINE = re.compile(f"\\S[^{_BREAKS}]*")
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        start: Where its first character that is not white space stands.
        end: After its last such character.
        after_blank: Whether a blank line, or nothing, stands before it.
        indent: Characters of white space before it on its own line.
    """

    start: int
    end: int
    after_blank: bool
    indent: int


def find_lines(source_text: str, start: int, end: int) -> tuple[Line, ...]:
    """Find the lines of a stretch of the source text that are not blank."""
    lines: list[Line] = []
    previous_end = start
    for match in _LINE.finditer(source_text, start, end):
        gap = source_text[previous_end : match.start()]
        breaks = _BREAK.findall(gap)
        line_end = match.start() + len(match.group().rstrip())
        indent = len(gap) - (max((gap.rfind(b) for b in breaks), default=-1) + 1)
        lines.append(Line(match.start(), line_end, not lines or len(breaks) > 1, indent))
        previous_end = line_end
    return tuple(lines)
