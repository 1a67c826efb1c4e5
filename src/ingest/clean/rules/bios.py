"""A line that introduces an author: "Jane Roe is a senior fellow at the Harbour Institute."."""

from __future__ import annotations

import re

from ingest.clean.rules.phrases import furniture_words

_NAME = "[^\\W\\d_a-z][\\w.'\u2019-]*"
_PARTICLE = "de|van|von|der|den|al|bin|la|di|da|dos"
_BIO = re.compile(
    rf"[\u2022*\u00b7\u2014-]? ?{_NAME},? (?:(?:{_NAME},?|{_PARTICLE}) ){{1,5}}"
    r"(?:is|are|was|edits|writes|covers|serves|teaches|works|hosts) (?!\w+(?:ed|ly)\b)"
    r"(?P<office>(?:[^.]|(?<=\b[A-Z])\.){3,160})"
)
_WORD = re.compile(r"[\w-]+")
_LONGEST = 500


def is_third_person(text: str) -> bool:
    """Whether a line says of a name what its bearer is or does; of its own author only a note would."""
    return len(text) <= _LONGEST and _BIO.match(text) is not None


def is_bio(text: str) -> bool:
    """Whether a line says of a name what office it holds, in words of the list."""
    match = _BIO.match(text) if len(text) <= _LONGEST else None
    offices = furniture_words("office")
    return match is not None and any(word in offices for word in _WORD.findall(match["office"].lower()))
