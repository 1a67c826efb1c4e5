"""Counts over time: days, months or years, whichever a plot can show, with none left out between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOST_COLUMNS = 62
"""More days than these are counted by month, more months than these by year."""
_EARLIEST = 0.05
"""So many of the dates may lie before the first column, in one of their own: old ones squeeze nothing."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers by row and column.

    Attributes:
        columns: Labels of the columns.
        rows: Label of each row, and its numbers.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def calendar(days: Sequence[str], rows_of: Sequence[str], rows: Sequence[str]) -> Grid:
    """Count dates by time and row.

    Args:
        days: Dates as `YYYY-MM-DD`.
        rows_of: The row of each date.
        rows: The rows in their order.

    Returns:
        A column for each day, month or year from the first to the last; what lies far before, in one column.
    """
    if not days:
        return Grid((), ())
    ordered = sorted(days)
    first, last = ordered[int(len(ordered) * _EARLIEST)], ordered[-1]
    for width, walk in _UNITS:
        columns = list(islice(walk(first[:width], last[:width]), MOST_COLUMNS + 1))
        if len(columns) <= MOST_COLUMNS:
            break
    else:
        columns = list(_years(first[:_YEAR], last[:_YEAR]))[-MOST_COLUMNS:]
    earlier = f"before {columns[0]}"
    if ordered[0][:width] < columns[0]:
        columns.insert(0, earlier)
    at = [day[:width] if day[:width] in columns else earlier for day in days]
    counts = Counter(zip(rows_of, at, strict=True))
    return Grid(
        tuple(columns), tuple((row, tuple(counts[row, column] for column in columns)) for row in rows)
    )


def _days(first: str, last: str) -> Iterator[str]:
    day = date.fromisoformat(first)
    while (label := day.isoformat()) <= last:
        yield label
        if label == last:
            return
        day += timedelta(1)


def _months(first: str, last: str) -> Iterator[str]:
    for year in _years(first[:_YEAR], last[:_YEAR]):
        months = (f"{year}-{month:02}" for month in range(1, 13))
        yield from (month for month in months if first <= month <= last)


def _years(first: str, last: str) -> Iterator[str]:
    yield from (f"{year:04}" for year in range(int(first), int(last) + 1))


_YEAR = 4
_UNITS: tuple[tuple[int, Callable[[str, str], Iterator[str]]], ...] = (
    (10, _days),
    (7, _months),
    (_YEAR, _years),
)
