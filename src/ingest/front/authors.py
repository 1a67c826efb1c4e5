"""The names in a byline."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.front.bylines import after_office, is_given_name, without_address
from ingest.front.cues import cues, openings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BREAK = re.compile(
    r"\s*(?P<mark>[,;|/&(\u3001\uff0c\u00b7\u2022]| - | \u2013 | \u2014 |\u2014"
    r"|\b(?:and|und|et|y|e|en|i|with|mit|avec|con|\u0438)\b)\s*"
)
_DAY = re.compile(r"\.? \d{1,2}\b")
_COMMAS = frozenset(",;\u3001\uff0c")
_EDGES = " :\uff1a.\u3010\u3011[]*\u3000"
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
    r"reuters|afp|associated|contributor|columnist|daily|updated|published|am|pm|gmt|est|edt|minutes?|read|in|from|for|"
    r"redaktion|korrespondent|r\u00e9daction|redacci\u00f3n|published|special|to)\b|\d|@",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(r"\s+(?:in|on|from|at|for|aus|\u00e0|en)\s+[^\W\d_a-z].*$")


def author_names(byline: str) -> Iterator[str]:
    """Yield the people a byline names.

    What follows a name behind a comma or a bar is an office or a place unless it begins with a first name of
    the list, or the names are a list that ends with "and".

    >>> list(author_names("By Jane Q. Roe and Omar van Dijk, Staff Writers"))
    ['Jane Q. Roe', 'Omar van Dijk']
    >>> list(author_names("Von Anna Berg, Port Ellery"))
    ['Anna Berg']
    """
    opening = cues("byline").match(byline)
    rest = byline[opening.end() :] if opening else byline
    rest = _without_ending(after_office(_before_day(without_address(rest)).strip(_EDGES)))
    if rest.isupper():
        rest = rest.title()
    parts = _BREAK.split(rest)
    names, marks = parts[::2], ["and", *(mark.strip() or "-" for mark in parts[1::2])]
    found = False
    for at, (part, mark) in enumerate(zip(names, marks, strict=True)):
        name = _before_publication(_IN_PLACE.sub("", part.strip(" ()[]\u00a0.")))
        if _SUFFIX.fullmatch(name) or not name:
            continue
        wanted = not found or mark.isalpha() or mark == "&" or _may_go_on(name, mark, marks[at + 1 :])
        wanted = wanted and not (found and name[0].islower())  # "da Agência ..."
        if not wanted or _NO_NAME.search(name) or not _NAME.match(name) or not _is_name(name):
            if found:
                return  # what follows the names is the writers' office
            continue
        found = True
        yield name.title() if name.isupper() and " " in name else name


def _before_day(text: str) -> str:
    """A byline without the day behind it: "By ANN LEE MAY 2, 2026", where May is no part of her name."""
    month = next((m for m in cues("month").finditer(text) if _DAY.match(text, m.end())), None)
    return text[: month.start()] if month and text[: month.start()].endswith((" ", "\t")) else text


def _before_publication(name: str) -> str:
    """A name without the publication behind it: "Jane Roe | Daily News", where the first is a given name."""
    office = _NO_NAME.search(name)
    before = name[: office.start()].split() if office else []
    if name.split(" ", 1)[0].isupper() and not name.isupper():  # "JANE ROE Associated Press"
        before = list(takewhile(str.isupper, name.split()))
    if len(before) < 2 or not is_given_name(before[0].title() if before[0].isupper() else before[0]):  # noqa: PLR2004
        return name
    return " ".join(before)


def _may_go_on(name: str, mark: str, later: Sequence[str]) -> bool:
    """Whether what follows a name behind a comma or a bar is a second name."""
    if not name[0].isascii() or is_given_name(name.partition(" ")[0]):
        return True
    return mark in _COMMAS and any(m.isalpha() for m in later)


def _without_ending(text: str) -> str:
    """A byline without the office at its end, as Korean and Japanese have it."""
    ends = [end for end in openings("byline_end") if text.endswith(end)]
    return text[: -len(max(ends, key=len))].rstrip() if ends else text


def _is_name(text: str) -> bool:
    words = text.split()
    unspaced = len(words) == 1 and ord(text[0]) > 0x2E80  # noqa: PLR2004 - Chinese, Japanese, Korean
    return unspaced or (
        len(words) > 1
        and all(w[0].isupper() or w.lower() in _LOWER_PARTS or not w[0].islower() for w in words)
    )
