"""How a sentence ends: with a stop of any script, and maybe a quotation mark or bracket after it."""

from __future__ import annotations

_STOPS = frozenset(".!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964")
_CLOSING = "\"'\u201d\u201c\u2019\u2018\u00bb\u00ab)]\u300d "  # German text closes with the left ones


def ends_with_stop(text: str) -> bool:
    """Whether a text ends as a sentence does, a question too.

    >>> [ends_with_stop(text) for text in ("It rained.", 'He asked "why?"', "More news")]
    [True, True, False]
    """
    return text[-8:].rstrip(_CLOSING)[-1:] in _STOPS
