"""Calls to the reader to do something on this site or a network: "Follow us on ...", "Click here to ..."."""

from __future__ import annotations

import re
from functools import cache

from ingest.clean.rules.phrases import OPENING_QUOTES, furniture_words

_LONGEST_CALL_WORDS = 40
_LATEST_CALL = 40
_LONGEST_CALL = 20
_HANDLE_AT_END = re.compile('@\\w{2,}\\.?["\u201d\u00bb]$')


def is_call(text: str, key: str) -> bool:
    """Whether a line begins with such a call, or soon comes to it, and names what it is about.

    Args:
        text: The line.
        key: Its key.

    >>> is_call("Follow us on Facebook for more", "follow us on facebook for more")
    True
    """
    quoted_whole = text[0] in OPENING_QUOTES and _HANDLE_AT_END.search(text) is not None
    if not (text[0].isalnum() or quoted_whole) or key.count(" ") >= _LONGEST_CALL_WORDS:
        return False
    last = _LATEST_CALL + _LONGEST_CALL
    call = _call("").match(key, 0, last) or _call("[.?!,:] ").search(key, 0, last)
    if call is None or call.start() > _LATEST_CALL:
        return False
    return _target().search(key, call.start()) is not None


@cache
def _call(before: str) -> re.Pattern[str]:
    """How a call begins; two patterns that each begin with a character are faster than one with both."""
    calls = "|".join(map(re.escape, sorted(furniture_words("call"))))
    return re.compile(rf"{before}(?:please )?(?:{calls})\b")


@cache
def _target() -> re.Pattern[str]:
    targets = "|".join(map(re.escape, sorted(furniture_words("target"))))
    return re.compile(rf"\b(?:{targets})\b|(?<!\w)@\w\w|\w@\w+\.\w")
