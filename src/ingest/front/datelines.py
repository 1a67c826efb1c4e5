"""Datelines: lines that give a date, or a place and a date, and what stands in front of a first paragraph."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ingest.extract.dates import find_date
from ingest.front.cues import UNSPACED, cues, ends_sentence, openings, word_count

if TYPE_CHECKING:
    from collections.abc import Iterable

_AGENCY = r"\((?:[A-Z][\w./ -]{1,30})\)"
_WIRE = r"/[\w.& -]{2,30}/"
_CAPITALS = r"(?:[^\W\d_a-z\u3040-\u9fff]{2,}|[A-Z]\.(?:[A-Z]\.)*)"
_REGION = r"(?:, ?[^\W\d_a-z][\w.]{1,14}\.?(?: [^\W\d_a-z][\w.]{1,14})?)?"
_DASH = r"(?:\u2014|\u2013|--|- )"
_INLINE_DATELINE = re.compile(
    rf"(?P<place>{_CAPITALS}(?:[ .'\u2019/-]+(?:{_CAPITALS}|[a-z]{{2,3}})){{0,5}}{_REGION})"
    r"(?P<date>,? (?:[^\W\d_]{3,9}\.? \d{1,2}(?:, \d{4})?|\d{1,2}\.? [^\W\d_]{3,9}\.?(?:,? \d{4})?))?"
    rf"(?P<agency>,? ?(?:{_AGENCY}|{_WIRE})\.?)? ?{_DASH}"
)
_CAPITALIZED = r"[^\W\d_a-z][\w.'\u2019-]*"
# As agencies for firms' releases write it: "ELLERY--(TRADE WIRE)--Nov. 5, 2026--".
_TRADE_WIRE = re.compile(
    rf"{_CAPITALS}(?:[ .'\u2019-]+{_CAPITALS}){{0,4}}{_REGION}--{_AGENCY}--"
    r"(?:[^\W\d_]{3,9}\.? \d{1,2}, \d{4} ?--)?"
)
# A place in small letters counts where an agency in brackets stands behind it: "Ulvsund (qns) - ...".
_PLACE_AND_AGENCY = re.compile(
    rf"{_CAPITALIZED}(?:[ /]{_CAPITALIZED}){{0,3}},? ?"
    rf"\((?:[A-Z]{{2,8}}|[a-z]{{3}}|Reuters)(?:/\w{{2,8}})?\) ?{_DASH}"
)
_DATE_NUMBERS = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{4}\s?[\u5e74\ub144]|\d{1,2}\s?\u6708|\b(?:19|20)\d\d\b|\b\d{1,2}:\d{2}\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?:[/-]\d{2}\b)?")
_FULL_DATE = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{4}\s?[\u5e74\ub144]|\d{1,2}\s?\u6708|\b\d{1,2}:\d{2}\b"
)
_ASIAN_DATE = re.compile("(?:19|20)\\d\\d\\s?[\u5e74\ub144/.-]\\s?\\d{1,2}\\s?[\u6708\uc6d4/.-]")
# "[FR Doc. 2026-08121 Filed 4-16-26]" says where a document is filed; "20260416" is a day.
_NUMBER_OF_FILE = re.compile(r"\d{5}")
_COMPACT_DATE = re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)")
_INITIALS = 5  # capitals that the name of an agency has at most: "(AP)", not "OFFICIAL REPORT (HANSARD)"
_DIGIT = re.compile(r"\d")
_COLON = re.compile(r"[:\uff1a](?!\d)")
_BAR = re.compile("\\s*[|\u00b7\u2022]\\s*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_CLOCK = re.compile(
    r"(?:um |at )?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?|\s?uhr)?(?:\s[A-Z]{2,4})?", re.IGNORECASE
)
_LONGEST = 120
_MOST_WORDS = 16
_LONGEST_UNSPACED = 60
_LONGEST_ENTRY_DATE = 60
_MOST_WORDS_BESIDE = (3, 5)  # without and with the name of a month
_LONGEST_PART = 6
_CLOCK_WORDS = frozenset(
    {
        "am",
        "pm",
        "gmt",
        "utc",
        "est",
        "edt",
        "cst",
        "cdt",
        "pst",
        "pdt",
        "cet",
        "bst",
        "uhr",
        "at",
        "st",
        "nd",
        "rd",
        "th",
    }
)


def is_dateline(text: str) -> bool:
    """Whether a line gives a date or a place and date and nothing else."""
    filed = _NUMBER_OF_FILE.search(text) is not None and _COMPACT_DATE.search(text) is None
    if filed or len(text) > _LONGEST or word_count(text) > _MOST_WORDS:
        return False
    inline = _INLINE_DATELINE.match(text + " \u2014") if not ends_sentence(text) else None
    if inline and inline.end() >= len(text) and _tells_when_or_who(inline):
        return True
    if _DIGIT.search(text) is None or (UNSPACED.search(text) and ends_sentence(text)):
        return False
    if _ASIAN_DATE.match(text) and len(text) <= _LONGEST_UNSPACED:
        return True
    if cues("date_label").match(text) or cues("update_label").match(text):
        return _holds_date(text)
    return is_bare_date(text) or _is_date_among_bars(text)


def _tells_when_or_who(inline: re.Match[str]) -> bool:
    """Whether a line of a place alone names a day, or the agency: "CO EUR 3" is a number of a file."""
    if inline["date"]:
        return cues("month").search(inline["date"]) is not None
    agency = (inline["agency"] or "").strip(" ,.()")
    return agency != "" and (not agency.isupper() or len(agency) <= _INITIALS)


def is_bare_date(text: str) -> bool:
    """Whether a line that holds a date holds little else: a place, a weekday, a clock."""
    if _DIGIT.search(text) is None:
        return False
    months = cues("month").search(text) is not None
    if not (months or _DATE_NUMBERS.search(text)):
        return False
    if not months and _FULL_DATE.search(text) is None and _DIGIT.search(_YEAR.sub("", text)) is not None:
        return False  # "2024 140 1.6" is the row of a table
    known = _date_words()
    letters = [w for w in _LETTERS.findall(text) if w.lower() not in known]
    if letters and (_COLON.search(text) or not (months or _FULL_DATE.search(text))):
        return False  # "Week ahead: May 3", "Report of 2003"
    sentence = any(w[0].islower() for w in letters)  # "In 2024 prices rose"
    return not sentence and len(letters) <= _MOST_WORDS_BESIDE[months]


@cache
def _date_words() -> frozenset[str]:
    return _CLOCK_WORDS | openings("month") | openings("date_word")


def is_entry_date(text: str) -> bool:
    """Whether a line is a date, maybe with the time, as entries of blogs, forums and diaries carry it."""
    if len(text) > _LONGEST_ENTRY_DATE or _DIGIT.search(text) is None:
        return False
    months = openings("month")
    words = [w.lower() for w in _LETTERS.findall(text)]
    if any(w not in months and w not in _CLOCK_WORDS for w in words):
        return False
    return not months.isdisjoint(words) or _DATE_NUMBERS.search(text) is not None


def is_clock(text: str) -> bool:
    """Whether a line is a time of day and nothing else."""
    return _CLOCK.fullmatch(text.strip()) is not None


def is_time_stamp(text: str) -> bool:
    """Whether a line is a time of day, or a date with the name of a month, as in live blogs."""
    if len(text) > _LONGEST_ENTRY_DATE or _DIGIT.search(text) is None:
        return False
    return is_clock(text) or (is_entry_date(text) and cues("month").search(text) is not None)


def inline_dateline(text: str) -> str | None:
    """The dateline in front of a paragraph ("WASHINGTON, March 3 (AP) -") without its dash, if it has one."""
    match = _TRADE_WIRE.match(text) or _INLINE_DATELINE.match(text) or _PLACE_AND_AGENCY.match(text)
    if not match or match.end() >= len(text):
        return None
    line = text[: match.end()].rstrip(" -\u2013\u2014")
    return (line.removesuffix(".") if line.endswith(").") else line) or None


def told_dates(lines: Iterable[str]) -> tuple[str | None, str | None]:
    """The dates of publication and of the last change that the lines of a document's front give.

    Args:
        lines: Its datelines and bylines, in order.

    Returns:
        ISO 8601 dates; None for what no line says.

    >>> told_dates(["Published 4 June 2024, updated 5 June 2024"])
    ('2024-06-04', '2024-06-05')
    """
    published = modified = None
    for line in lines:
        update = cues("update_label").search(line)
        first, second = (line[: update.start()], line[update.start() :]) if update else (line, "")
        published = published or find_date(first)
        modified = modified or find_date(second)
    return published, modified


def _holds_date(text: str) -> bool:
    return cues("month").search(text) is not None or _DATE_NUMBERS.search(text) is not None


def _is_date_among_bars(text: str) -> bool:
    """Whether one of the parts between bars is a date, and the others are short."""
    parts = [part for part in _BAR.split(text) if part]
    if len(parts) < 2 or ends_sentence(text):  # noqa: PLR2004 - no bar
        return False
    return any(map(is_bare_date, parts)) and all(word_count(part) <= _LONGEST_PART for part in parts)
