"""The names in a byline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.sections.forms import cues

if TYPE_CHECKING:
    from collections.abc import Iterator

_BREAK = re.compile(
    r"\s*(?:[,;|/&\u3001\uff0c]| - | \u2013 | \u2014 "
    r"|\b(?:and|und|et|y|e|en|with|mit|avec|con|\u0438)\b)\s*"
)
_NAME = re.compile(r"[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){0,4}$")
_LOWER_PARTS = frozenset(
    (
        "de",
        "da",
        "di",
        "du",
        "van",
        "von",
        "der",
        "den",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "dos",
        "del",
        "y",
        "ben",
    )
)
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|PhD|MD)\.?$")
_NO_NAME = re.compile(
    r"\b(?:staff|writer|reporter|correspondent|editor|desk|bureau|chief|news|press|agency|agencies|service|times|post|"
    r"reuters|afp|associated|contributor|columnist|updated|published|am|pm|gmt|est|edt|minutes?|read|in|from|for|"
    r"redaktion|korrespondent|r\u00e9daction|redacci\u00f3n|published|special|to)\b|\d|@",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(r"\s+(?:in|from|at|for|aus|\u00e0|en)\s+[^\W\d_a-z].*$")


def author_names(byline: str) -> Iterator[str]:
    """Yield the people a byline names.

    >>> list(author_names("By Jane Q. Roe and Omar van Dijk, Staff Writers"))
    ['Jane Q. Roe', 'Omar van Dijk']
    """
    opening = cues("byline").match(byline)
    rest = byline[opening.end() :] if opening else byline
    rest = rest.strip(" :\uff1a.")
    if rest.isupper():
        rest = rest.title()
    previous = ""
    for part in _BREAK.split(rest):
        name = _IN_PLACE.sub("", part.strip(" ()[]\u00a0."))
        if _SUFFIX.fullmatch(name) or not name:
            continue
        if _NO_NAME.search(name) or not _NAME.match(name) or not _is_name(name):
            if previous:
                return  # what follows the names is the writers' office
            continue
        previous = name
        yield name


def _is_name(text: str) -> bool:
    words = text.split()
    unspaced = len(words) == 1 and ord(text[0]) > 0x2E80  # noqa: PLR2004 - Chinese, Japanese, Korean
    return unspaced or (
        len(words) > 1
        and all(w[0].isupper() or w.lower() in _LOWER_PARTS or not w[0].islower() for w in words)
    )
