"""Names of authors out of author fields, as metadata and markup hold them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX = re.compile(
    r"^(?:authors? of the article|"
    r"(?:written|posted|published|reported|story|words|article|text) by|by|authors?|text von|von|"
    r"ein (?:artikel|beitrag|text) von|propos recueillis par|par|por|a cura di|di|door|av|af|od|autor(?:in)?|"
    r"auteur|tekst|text)(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:[;|/\n\u2022\u00b7]|\s(?:and|und|et|y|e|en|og|och|with|mit)\s|\s?&\s)\s*|,\s+(?:and\s+|und\s+)?(?=[^\W\d_])"
)
_ADDRESS = re.compile(r"\s*(?:https?:|www\.|/)")
_NO_NAME = re.compile(
    r"https?:|www\.|@|\d{2}|^\W*$|^(?:admin|null|none|undefined|unknown|staff only|n/a|name|"
    r"by|von|par|por|di|"
    r"follow(?: us| the author)?|log ?in|sign in|subscribe|share|print|abonnieren|anmelden|teilen|"
    r"p\u0159ihlaste se)$",
    re.IGNORECASE,
)
_URL = re.compile(r"\s*(?:https?://|www\.)[^\s,;]*")
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|md|rd|cpa|esq|mba|rn)\.?$", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:\(.*|[-\u2013|,:]\s*)$|\s+(?:updated|published|posted|on|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b.*$",
    re.IGNORECASE,
)
_EDGES = " ,:*|\u2013-"
_ABBREVIATED = re.compile(r"\b\w{1,3}\.$")
_MAX_CHARS = 80
_MAX_WORDS = 8
_MAX_AUTHORS = 20


def clean_authors(texts: Iterable[str]) -> tuple[str, ...]:
    """Cut author fields into names.

    Args:
        texts: Contents of author fields or bylines.

    Returns:
        The names in order, each once, without "By" and the like.

    >>> clean_authors(["By Ann Lee and Bo Ek, Jr."])
    ('Ann Lee', 'Bo Ek, Jr.')
    """
    names: dict[str, str] = {}
    for text in texts:
        if _ADDRESS.match(text):
            continue
        parts: list[str] = []
        for part in _BETWEEN.split(_PREFIX.sub("", _URL.sub("", text.strip()))):
            if parts and _SUFFIX.match(part):
                parts[-1] += f", {part}"
            else:
                parts.append(part)
        for part in parts:
            name = _TAIL.sub("", _PREFIX.sub("", part.strip())).strip(_EDGES)
            if not _ABBREVIATED.search(name):
                name = name.rstrip(".")
            if (
                name
                and len(name) <= _MAX_CHARS
                and len(name.split()) <= _MAX_WORDS
                and not _NO_NAME.search(name)
            ):
                names.setdefault(name.casefold(), name)
    return tuple(names.values())[:_MAX_AUTHORS]
