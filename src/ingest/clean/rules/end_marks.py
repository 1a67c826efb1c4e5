"""Marks by which desks and press offices say that a text ends: "-30-", "ENDS", "END 2:31 P.M."."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"(?P<before>[-\u2013\u2014*#~/(\u3010\uff08]*) ?"
    r"(?P<word>ends?|end of (?:release|statement|text)|30|fin|ende|fim|fine|einde|koniec"
    r"|\u043a\u043e\u043d\u0435\u0446|\u5b8c|\u7ec8|\u7d42|\u0627\u0646\u062a\u0647\u0649|\ub05d)[.:]?"
    r"(?P<clock> \d{1,2}[:.]\d{2}.{0,12})?"
    r" ?(?P<after>[-\u2013\u2014*#~/)\u3011\uff09]*)",
    re.IGNORECASE,
)
_TEXT_FROM_TO = re.compile(r"(?:begin|end)(?: of)? (?:text|transcript|statement)[.:]?", re.IGNORECASE)
_BRACKETS = frozenset("(\u3010\uff08")
_LONGEST = 40
_SHORTEST_WORD = 3


def is_end_mark(text: str) -> bool:
    """Whether a line is such a mark: between dashes or the like, or in capitals, maybe with the time of day.

    >>> [is_end_mark(text) for text in ("-30-", "ENDS", "(Ende)", "The end", "(30)", "Begin text:")]
    [True, True, True, False, False, True]
    """
    if len(text) <= _LONGEST and _TEXT_FROM_TO.fullmatch(text):
        return True
    mark = _MARK.fullmatch(text) if len(text) <= _LONGEST else None
    if mark is None:
        return False
    if mark["before"] and mark["after"]:
        return mark["word"] != "30" or mark["before"] not in _BRACKETS  # "(30)" counts paragraphs
    return mark["word"].isupper() and len(mark["word"]) >= _SHORTEST_WORD
