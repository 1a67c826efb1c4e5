"""Dates as pages write them, to ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

from ingest.word_lists import bundled_lines

_ISO = re.compile(
    r"\s*(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?\s*$",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    r"\s*(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?:[,\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
)
_EPOCH = re.compile(r"\s*(\d{10})(\d{3})?\s*$")
_HAS_YEAR = re.compile(r"(?:19|20)\d\d")
_HAS_TIME = re.compile(r"\d:\d\d")
_MAX_CHARS = 60
# Before print, and what programs write for a date that they do not know.
_FIRST_YEAR = 1450
_NO_DATE = "1970-01-01T00:00:00"
# Hours from UTC; other names of zones are too ambiguous to trust.
_ZONES = {"UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_ZONES |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "SAST": 2, "MSK": 3}
_ZONE_SECONDS = {name: hours * 3600 for name, hours in _ZONES.items()}
_DEFAULT = datetime(2001, 1, 1)  # noqa: DTZ001 (a date on a page has no zone)
_OTHER_DEFAULT = datetime(2002, 2, 2)  # noqa: DTZ001
# Day, month and year in the orders in which people write them; numbers with strokes are left alone, since
# 3/4 is April in one country and March in another.
_IN_SIGHT = re.compile(
    r"(?<![\d.])(?:"
    r"(?P<y1>(?:19|20)\d\d)(?:-|/|\.\s?|\s?[\u5e74\ub144]\s?)(?P<m1>\d{1,2})(?:-|/|\.\s?|\s?[\u6708\uc6d4]\s?)(?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})\.\s?(?P<m2>\d{1,2})\.\s?(?P<y2>(?:19|20)\d\d)"
    r"|(?P<d3>\d{1,2})(?:st|nd|rd|th|er|\.|\u00ba)?\s+(?:de\s+|of\s+)?(?P<m3>[^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(?P<y3>(?:19|20)\d\d)"
    r")(?!\d)"
    r"|\b(?P<m4>[^\W\d_]{3,12})\.?\s+(?P<d4>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y4>(?:19|20)\d\d)(?!\d)"
)
_ZONE_NAME = re.compile(r"\b[A-Z]{2,5}\b(?!\.)")


def read_date(text: str) -> str | None:
    """Read a date, with its time and offset where it has them.

    Args:
        text: A date as it stands in a page's markup.

    Returns:
        ISO 8601: `2024-05-03T10:20:00+02:00`, without offset where none stands, or a bare date;
        None where no complete date can be told.

    >>> read_date("2024-05-03T10:20:00.000Z")
    '2024-05-03T10:20:00+00:00'
    >>> read_date("May 3, 2024")
    '2024-05-03'
    """
    if len(text) > _MAX_CHARS:
        return None
    match = _ISO.match(text) or _DAY_FIRST.match(text)
    if match:
        return _iso(match.groupdict())
    match = _EPOCH.match(text)
    if match:
        return datetime.fromtimestamp(int(match[1]), tz=UTC).isoformat()
    return _by_words(text) if _HAS_YEAR.search(text) else None


def find_date(text: str) -> str | None:
    """Find the first date in a text that people read; in words in any of a dozen languages.

    >>> find_date("Updated 3. Mai 2024, 10:20")
    '2024-05-03'
    """
    for match in _IN_SIGHT.finditer(text):
        year, month, day = (
            next(filter(None, match.group(f"{x}1", f"{x}2", f"{x}3", f"{x}4"))) for x in "ymd"
        )
        number = int(month) if month.isdigit() else _months().get(month.lower())
        if number and (date := _iso({"year": year, "month": str(number), "day": day, "hour": None})):
            return date
    return None


@cache
def _months() -> dict[str, int]:
    """Number of each month by its names."""
    rows = (row.partition(":") for row in bundled_lines("html/months.txt"))
    return {name: int(number) for number, _, names in rows for name in names.split()}


def _iso(part: dict[str, str | None]) -> str | None:
    text = f"{part['year']}-{part['month']:0>2}-{part['day']:0>2}"
    if part["hour"]:
        text += f"T{part['hour']:0>2}:{part['minute']}:{part.get('second') or '00'}"
        if zone := part.get("zone"):
            digits = zone.replace(":", "")
            text += f"{digits[:3]}:{digits[3:] or '00'}" if digits[0] in "+-" else "+00:00"
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if read.year < _FIRST_YEAR or text.startswith(_NO_DATE) else text


def _by_words(text: str) -> str | None:
    """Read an English date in words; both defaults must agree, else a part of the date is missing."""
    # Few pages need it, and it takes 20 ms to import.
    from dateutil import parser  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    known = _ZONE_NAME.sub(
        lambda match: match[0] if match[0] in _ZONE_SECONDS or match[0] in "AMPM" else "", text
    )
    try:
        first, second = (
            parser.parse(known, default=default, tzinfos=_zone) for default in (_DEFAULT, _OTHER_DEFAULT)
        )
    except (ValueError, OverflowError):
        return None
    if first.date() != second.date():
        return None
    return str(first.isoformat() if _HAS_TIME.search(text) else first.date().isoformat())


def _zone(name: str | None, offset_s: int | None) -> int | None:
    """Offset of a zone by its name, else the one that stands there; a name that is unknown says nothing."""
    return offset_s if name is None else _ZONE_SECONDS.get(name, offset_s)
