"""Bylines: lines that name who wrote a document, and say nothing else."""

from __future__ import annotations

import re
from functools import cache

from ingest.front.cues import UNSPACED, cues, ends_sentence, openings
from ingest.front.datelines import is_bare_date
from ingest.word_lists import bundled_lines

_LONGEST = 200
_MOST_WORDS = 30
_LONGEST_UNSPACED = 32
_LONGEST_PART = 6
_LONGEST_NAME = 5
_MOST_SMALL = 2
_SHORTEST_DAY = 4  # characters; "Sun" and "Jun" are names
_NAME_WORD = re.compile(
    r"[^\W\d_a-z](?:[\w'\u2019-]*|\.)|(?:de|van|von|der|la|bin|al|da|dos|di|del)|(?:Jr|Sr|I{1,3}|IV)\.?"
)
_WORDS = re.compile(r"[\s,|/&\u2014\u2013]+")
_BETWEEN_NAMES = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|und|et|y|e|en|i|&|with)\s+")
_BARS = re.compile("\\s*[|\u00b7\u2022]\\s*|\\s+[\u2014\u2013-]\\s+")
_FIRM_BAR = re.compile("[|\u00b7\u2022]")
_SPLIT_OFFICE = re.compile(r"\s*[,(]\s*")
_ADDRESS_AT_END = re.compile(r"[\s(<\[/=|]*[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+[\s)>\]]*\Z")
_EDGES = " :\uff1a\u3010\u3011[]()*"


def is_byline(text: str) -> bool:
    """Whether a line names who wrote it and says nothing else.

    It opens with "By" in some language; or it is a name with an office or a date beside it, as in "Ann Lee,
    political editor" and "Ann Lee | The Quay | 3 June 2024".
    """
    if len(text) > _LONGEST:
        return False
    match = cues("byline").match(text)
    if match:
        return _is_credited(text, text[match.end() :].strip(" :\uff1a"))
    return ends_as_byline(text) or _is_name_with_office(text) or _is_name_among_bars(text)


def opens_as_byline(text: str) -> bool:
    """Whether a line begins with "By" in some language."""
    return cues("byline").match(text) is not None


def ends_as_byline(text: str) -> bool:
    """Whether a short line ends with the office of who writes, as Korean and Japanese ones, or its address.

    >>> ends_as_byline("\uc774\ub3c4\ud604 \uae30\uc790 dohyun@quay.example")
    True
    """
    bare = without_address(text).strip(_EDGES)
    if bare.isascii() or len(bare) > _LONGEST_UNSPACED or ends_sentence(bare):
        return False
    return any(bare.endswith(end) and len(bare) > len(end) for end in openings("byline_end"))


def without_address(text: str) -> str:
    """A line without the mail address at its end, in brackets or bare.

    >>> without_address("[\uc774\ub3c4\ud604 \uae30\uc790 dohyun@quay.example]")
    '[\uc774\ub3c4\ud604 \uae30\uc790'
    """
    return _ADDRESS_AT_END.sub("", text) if "@" in text else text


def after_office(text: str) -> str:
    """What follows the words of an office before a name: "our correspondent | Pieter de Vries".

    The text as it is where no office opens it, or nothing follows one.
    """
    office = _office(text)
    while office and office.end() < len(text):
        text = text[office.end() :].lstrip(" ,")
        office = _office(text)
    return text


def _office(text: str) -> re.Match[str] | None:
    return cues("office").match(text) or cues("office_lead").match(text)


def is_bare_name(text: str) -> bool:
    """Whether a line is one person's name, or several; the first names must be of the list."""
    names = _BETWEEN_NAMES.split(text.rstrip("."))
    return len(text) <= _LONGEST and all(map(_is_name, names))


def is_given_name(word: str) -> bool:
    """Whether a word is a first name of the list."""
    return word in _given_names()


def _is_credited(text: str, rest: str) -> bool:
    """Whether "By" is followed by names, not by the rest of a sentence."""
    rest = after_office(rest)
    words = [w for w in _WORDS.split(rest) if w]
    if not words or len(words) > _MOST_WORDS:
        return False
    if UNSPACED.match(rest):
        return len(rest) <= _LONGEST_UNSPACED
    is_day = len(words[0]) >= _SHORTEST_DAY and words[0].lower() in openings("month")
    if is_day and not is_given_name(words[0]):
        return False  # "By Tuesday The Crews Were Back"
    known = openings("office") | openings("office_lead") | openings("date_word")
    lower = sum(w[0].islower() and w.lower() not in known for w in words)
    sentence = ends_sentence(text) and lower > _MOST_SMALL  # "By noon the talks had ended."
    return not words[0][0].islower() and lower <= len(words) // 2 and not sentence


def _is_name_with_office(text: str) -> bool:
    """Whether a line is a name and, behind a comma or in brackets, an office."""
    name, *rest = _SPLIT_OFFICE.split(text, maxsplit=1)
    return bool(rest) and _is_name(name) and _is_office(rest[0])


def _is_name_among_bars(text: str) -> bool:
    """Whether one of the parts between bars is a name, and the others a date, an office, a publication."""
    parts = [part for part in _BARS.split(text) if part]
    if len(parts) < 2:  # noqa: PLR2004 - no bar
        return False
    named = [is_bare_name(part) or _is_name_with_office(part) for part in parts]
    others = [part for part, name in zip(parts, named, strict=True) if not name]
    telling = [is_bare_date(part) or _is_office(part) for part in others]
    if not any(named) or any(part.count(" ") >= _LONGEST_PART for part in others):
        return False
    return any(telling) if _FIRM_BAR.search(text) else all(telling)


def _is_office(text: str) -> bool:
    """Whether a few words name an office: "political editor", "in Port Ellery" is none."""
    words = text.lower().rstrip(").").split()
    return len(words) <= _LONGEST_PART and not openings("office").isdisjoint(words)


def _is_name(text: str) -> bool:
    words = text.split()
    if not 2 <= len(words) <= _LONGEST_NAME or not all(_NAME_WORD.fullmatch(w) for w in words):  # noqa: PLR2004
        return False
    return is_given_name(words[0].title() if words[0].isupper() else words[0]) and len(words[-1]) > 1


@cache
def _given_names() -> frozenset[str]:
    return frozenset(row.partition(",")[0] for row in bundled_lines("given_names.csv"))
