"""The whole corpus in numbers: what the report's first page shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.report.calendar import Grid, calendar
from ingest.report.rows import rows_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ingest.report.rows import Row
    from ingest.store.read import Curated
    from ingest.topics.taxonomy import Taxonomy

TOP = 12
NETWORK_NAMES = 24
"""Names in the network; more are not readable."""
_SOURCES = 6
NO_SOURCE = "no source named"
OTHERS = "others"
_IN_NETWORK = ("PERSON", "ORGANIZATION", "LOCATION", "FACILITY")

Counts = tuple[tuple[str, int], ...]
"""Labels with how many of each, the most first unless said otherwise."""


@dataclass(frozen=True, slots=True)
class About:
    """A topic, and how many documents are about it.

    Attributes:
        name: Its name.
        documents: Documents with a section on it or on what lies below it.
        depth: 0 for a head, 1 for what lies below one, and so on.
    """

    name: str
    documents: int
    depth: int


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
        topics: What documents are about: each head with what lies below it, the most frequent first.
        tags: Sections by tag.
        named: For `PERSON`, `ORGANIZATION` and `LOCATION`, the entities that most documents name.
        quoted: Quotations by speaker, the most quoted first, and source (columns).
        ties: Who is named beside whom.
        rules: Characters of dropped text by rule.
        runs: The last runs, the newest first.
    """

    rows: dict[str, int]
    duplicates: int
    undated: int
    calendar: Grid
    topics: tuple[About, ...]
    tags: Counts
    named: dict[str, tuple[Row, ...]]
    quoted: Grid
    ties: Ties
    rules: Counts
    runs: tuple[Row, ...]


def overview(opened: Curated, taxonomy: Taxonomy) -> Overview:
    """Count everything in a snapshot; texts are not read.

    Args:
        opened: The snapshot.
        taxonomy: Says which topics lie below which.
    """
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
        topics=tuple(_topics(opened, taxonomy)),
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
    days = [str(day) for day in dated.column("published_at").cast(pa.date32()).to_pylist()]
    named = _counted(filter(None, dated.column("source_name").to_pylist()))
    shown = dict(named[:_SOURCES])
    sources = [
        (name if name in shown else OTHERS) if name else NO_SOURCE
        for name in dated.column("source_name").to_pylist()
    ]
    rows = [*shown, OTHERS, NO_SOURCE]
    return calendar(days, sources, [row for row in rows if row in sources])


def _topics(opened: Curated, taxonomy: Taxonomy) -> Iterator[About]:
    """Heads and what lies below them, each level by its number of documents."""
    told = opened.arrow("topics", ["document_id", "topic_id", "topic_name"])
    counted = told.group_by(["topic_id", "topic_name"]).aggregate([([], "count_all")])
    names = dict(zip(*(counted.column(name).to_pylist() for name in ("topic_id", "topic_name")), strict=True))
    below: dict[str, list[str]] = defaultdict(list)
    within: dict[str, set[str]] = defaultdict(set)
    for topic in names:
        chain = list(taxonomy.chain(topic))
        for ident, above in zip(chain, [*chain[1:], ""], strict=True):
            within[ident].add(topic)
            if ident not in below[above]:
                below[above].append(ident)
    documents = {}
    for ident, topics in within.items():
        rows = told.filter(pc.is_in(told.column("topic_id"), pa.array(sorted(topics), pa.string())))
        documents[ident] = pc.count_distinct(rows.column("document_id")).as_py()
    names = dict(taxonomy.names) | names
    yield from _below("", 0, below, names, documents)


def _below(
    above: str, depth: int, below: Mapping[str, list[str]], names: Mapping[str, str], of: Mapping[str, int]
) -> Iterator[About]:
    for ident in sorted(below.get(above, ()), key=lambda ident: (-of[ident], names[ident])):
        yield About(names[ident], of[ident], depth)
        yield from _below(ident, depth + 1, below, names, of)


def _quoted(opened: Curated, documents: pa.Table) -> Grid:
    """How often each source quotes each of the people quoted most."""
    quotes = opened.arrow("quotes", ["document_id", "speaker_name"])
    quotes = quotes.filter(quotes.column("speaker_name").is_valid())
    at = pc.index_in(quotes.column("document_id"), documents.column("document_id").combine_chunks())
    speakers = quotes.column("speaker_name").to_pylist()
    shown = [name for name, _ in _counted(speakers)[:TOP]]
    sources = documents.column("source_name").take(at).to_pylist()
    of_shown = (source for source, name in zip(sources, speakers, strict=True) if name in shown and source)
    leading = [name for name, _ in _counted(of_shown)[:_SOURCES]]
    named = [(name if name in leading else OTHERS) if name else NO_SOURCE for name in sources]
    counts = Counter(zip(speakers, named, strict=True))
    columns = [
        column for column in (*leading, OTHERS, NO_SOURCE) if any(counts[row, column] for row in shown)
    ]
    return Grid(
        tuple(columns), tuple((row, tuple(counts[row, column] for column in columns)) for row in shown)
    )


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
