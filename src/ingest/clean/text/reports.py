"""Plain texts that number their parts, as reports, rulings and papers do: no site stands around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_HEADING = 90
_SUBHEADING = re.compile(r"\d{1,2}\.(?P<part>\d{1,2})(?:\.\d{1,2})*\.? [^\W\d_]")
_ROMAN = re.compile(r"(?P<number>[IVX]{1,5})\. [^\W\d_a-z]")
_NUMERALS = ("I", "II", "III")
_FEWEST_SUBHEADINGS = 2
_STOPS = (".", "!", "?", ",", ";")


def is_report(lines: Sequence[str]) -> bool:
    """Whether headings are numbered "2.1", "2.2", or "I.", "II.", "III.": a form that no site's frame has.

    >>> is_report(["I. Background", "Two ships met.", "II. Findings", "One sank.", "III. Remedy", "Pay."])
    True
    """
    headings = [line for line in lines if len(line) <= _LONGEST_HEADING and not line.endswith(_STOPS)]
    if sum(_SUBHEADING.match(line) is not None for line in headings) >= _FEWEST_SUBHEADINGS:
        return True
    roman = [match["number"] for line in headings if (match := _ROMAN.match(line))]
    return tuple(roman[: len(_NUMERALS)]) == _NUMERALS
