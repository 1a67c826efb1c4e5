"""The whole corpus in numbers: what the report's first page shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.report.rows import rows_where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.report.rows import Row
    from ingest.store.read import Curated

TOP = 12
NETWORK_NAMES = 24
"""Names in the network; more are not readable."""
_SOURCES = 6
_DAYS = 62
"""More days than these are counted by month, more months than these by year."""
_NO_SOURCE = "no source named"
_OTHERS = "others"
_IN_NETWORK = ("PERSON", "ORGANIZATION", "LOCATION", "FACILITY")

Counts = tuple[tuple[str, int], ...]
"""Labels with how many of each, the most first unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers by row and column.

    Attributes:
        columns: Labels of the columns.
        rows: Label of each row, and its numbers.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Ties:
    """Names that stand in the same sections.

    Attributes:
        names: Rows of `entities`, of those that have a tie.
        ties: Two entity ids, and in how many sections both are named.
    """

    names: tuple[Row, ...]
    ties: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows.

    Attributes:
        rows: Rows of each table.
        duplicates: Documents that repeat another.
        undated: Documents without a date.
        calendar: Documents by day, month or year (in order), a row for each source.
        tags: Sections by tag.
        named: For `PERSON`, `ORGANIZATION` and `LOCATION`, the entities that most documents name.
        quoted: Quotations by speaker (columns) and source.
        ties: Who is named beside whom.
        rules: Characters of dropped text by rule.
        runs: The last runs, the newest first.
    """

    rows: dict[str, int]
    duplicates: int
    undated: int
    calendar: Grid
    tags: Counts
    named: dict[str, tuple[Row, ...]]
    quoted: Grid
    ties: Ties
    rules: Counts
    runs: tuple[Row, ...]


def overview(opened: Curated) -> Overview:
    """Count everything in a snapshot; texts are not read."""
    documents = opened.arrow("documents", ["document_id", "source_name", "published_at", "duplicate_of"])
    entities: list[Row] = opened.arrow("entities").to_pylist()
    entities.sort(key=lambda row: (-row["document_count"], -row["mention_count"], row["entity_name"]))
    dropped = opened.arrow("dropped", ["rule", "source_start", "source_end"])
    length = pc.subtract(dropped.column("source_end"), dropped.column("source_start"))
    by_rule = dropped.append_column("length", length).group_by("rule").aggregate([("length", "sum")])
    runs: list[Row] = opened.arrow("runs").to_pylist()
    return Overview(
        rows={name: sum(part.rows for part in opened.manifest.tables[name]) for name in opened.tables},
        duplicates=documents.num_rows - documents.column("duplicate_of").null_count,
        undated=documents.column("published_at").null_count,
        calendar=_calendar(documents),
        tags=_counted(opened.arrow("sections", ["tag"]).column("tag").to_pylist()),
        named={
            kind: tuple(row for row in entities if row["entity_type"] == kind)[:TOP]
            for kind in ("PERSON", "ORGANIZATION", "LOCATION")
        },
        quoted=_quoted(opened, documents),
        ties=_ties(opened, entities),
        rules=tuple(
            sorted(
                zip(
                    by_rule.column("rule").to_pylist(), by_rule.column("length_sum").to_pylist(), strict=True
                ),
                key=lambda item: (-item[1], item[0]),
            )
        ),
        runs=tuple(reversed(runs[-TOP:])),
    )


def _counted(labels: Iterable[str]) -> Counts:
    return tuple(sorted(Counter(labels).items(), key=lambda item: (-item[1], item[0])))


def _calendar(documents: pa.Table) -> Grid:
    """Documents by time and source: the sources with most documents, and the others as one."""
    dated = documents.filter(documents.column("published_at").is_valid())
    days = [str(day) for day in pc.strftime(dated.column("published_at"), "%Y-%m-%d").to_pylist()]
    for width in (7, 4):  # year and month, then the year alone
        if len(set(days)) > _DAYS:
            days = [day[:width] for day in days]
    sources = [name or _NO_SOURCE for name in dated.column("source_name").to_pylist()]
    shown = [name for name, _ in _counted(sources)[:_SOURCES]]
    counts = Counter(
        (name if name in shown else _OTHERS, day) for name, day in zip(sources, days, strict=True)
    )
    columns = tuple(sorted(set(days)))
    labels = [*shown, *([_OTHERS] if len(set(sources)) > _SOURCES else [])]
    return Grid(
        columns, tuple((label, tuple(counts[label, column] for column in columns)) for label in labels)
    )


def _quoted(opened: Curated, documents: pa.Table) -> Grid:
    """How often each source quotes each of the people quoted most."""
    quotes = opened.arrow("quotes", ["document_id", "speaker_name"])
    quotes = quotes.filter(quotes.column("speaker_name").is_valid())
    at = pc.index_in(quotes.column("document_id"), documents.column("document_id").combine_chunks())
    sources = [name or _NO_SOURCE for name in documents.column("source_name").take(at).to_pylist()]
    speakers = quotes.column("speaker_name").to_pylist()
    columns = tuple(name for name, _ in _counted(speakers)[:TOP])
    counts = Counter(zip(sources, speakers, strict=True))
    rows = [name for name, _ in _counted(sources)[:_SOURCES]]
    return Grid(columns, tuple((row, tuple(counts[row, column] for column in columns)) for row in rows))


def _ties(opened: Curated, entities: Iterable[Row]) -> Ties:
    """The names that most documents have, tied where sections name both."""
    names = tuple(row for row in entities if row["entity_type"] in _IN_NETWORK)[:NETWORK_NAMES]
    mentions = rows_where(
        opened, "mentions", "entity_id", [row["entity_id"] for row in names], ["section_id", "entity_id"]
    )
    together: dict[str, set[str]] = defaultdict(set)
    for row in mentions:
        together[row["section_id"]].add(row["entity_id"])
    counts = Counter(pair for members in together.values() for pair in combinations(sorted(members), 2))
    ties = sorted(((one, two, count) for (one, two), count in counts.items()), key=lambda tie: (-tie[2], tie))
    tied = {name for one, two, _ in ties for name in (one, two)}
    return Ties(tuple(row for row in names if row["entity_id"] in tied), tuple(ties))
