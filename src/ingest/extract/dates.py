"""Dates as pages write them, to ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime

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
# Hours from UTC; other names of zones are too ambiguous to trust.
_ZONES = {"UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_ZONES |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "SAST": 2, "MSK": 3}
_ZONE_SECONDS = {name: hours * 3600 for name, hours in _ZONES.items()}
_DEFAULT = datetime(2001, 1, 1)  # noqa: DTZ001 (a date on a page has no zone)
_OTHER_DEFAULT = datetime(2002, 2, 2)  # noqa: DTZ001
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


def _iso(part: dict[str, str | None]) -> str | None:
    text = f"{part['year']}-{part['month']:0>2}-{part['day']:0>2}"
    if part["hour"]:
        text += f"T{part['hour']:0>2}:{part['minute']}:{part.get('second') or '00'}"
        if zone := part.get("zone"):
            digits = zone.replace(":", "")
            text += f"{digits[:3]}:{digits[3:] or '00'}" if digits[0] in "+-" else "+00:00"
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


def _by_words(text: str) -> str | None:
    """Read an English date in words; both defaults must agree, else a part of the date is missing."""
    # Few pages need it, and it takes 20 ms to import.
    from dateutil import parser  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    known = _ZONE_NAME.sub(
        lambda match: match[0] if match[0] in _ZONE_SECONDS or match[0] in "AMPM" else "", text
    )
    try:
        first, second = (
            parser.parse(known, default=default, tzinfos=_ZONE_SECONDS)
            for default in (_DEFAULT, _OTHER_DEFAULT)
        )
    except (ValueError, OverflowError):
        return None
    if first.date() != second.date():
        return None
    return str(first.isoformat() if _HAS_TIME.search(text) else first.date().isoformat())
