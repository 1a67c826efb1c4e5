"""One document as a person reads it: kept text with its names and quotations, dropped text in its place."""

# ruff: noqa: RUF001 - quotation marks are looked for

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.records import BLOCK_SEPARATOR
from ingest.report.reasons import in_words, read_reasons
from ingest.report.rows import rows_where
from ingest.tables.rows import document_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.report.reasons import Reason
    from ingest.report.rows import Row
    from ingest.store.read import Curated


_CLOSING_MARK = re.compile(r"''|[”“\"»«›‹」』’‘'＂]")
"""What may stand behind the last character of a quotation: whose words they are is told after it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph, whole or part of one mention.

    Attributes:
        text: The characters.
        mention: The row of the mention that it belongs to; None for plain text.
    """

    text: str
    mention: Row | None


@dataclass(frozen=True, slots=True)
class Saying:
    """Neighbouring pieces inside one quotation, or outside of any.

    Attributes:
        pieces: The pieces in order.
        quote: The row of the quotation; None for text that quotes nothing.
        ended: The quotation that has ended with them, its closing mark included: a place to name the speaker.
    """

    pieces: tuple[Piece, ...]
    quote: Row | None
    ended: Row | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A section.

    Attributes:
        section: Its row.
        paragraphs: Its paragraphs in order, each as sayings; the first is the heading where there is one.
        topics: Rows of its topics, the best first.
    """

    section: Row
    paragraphs: tuple[tuple[Saying, ...], ...]
    topics: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A run of dropped text, as the row of `dropped`."""

    dropped: Row


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of an entity that the document names.

    Attributes:
        entity: Its row.
        names: Its spellings in the whole corpus, and why each is its name.
        here: Mentions of it in the document.
    """

    entity: Row
    names: tuple[Reason, ...]
    here: int


@dataclass(frozen=True, slots=True)
class Reader:
    """All that the page of one document shows.

    Attributes:
        document: Its row.
        parts: Sections and dropped runs, in source order.
        cards: The entities that it names, by name.
        why: For each mention why it means its entity, in words.
        repeats: Rows of the documents whose text it has or nearly has, by id.
        quotes: Its quotations.
        edits: How often each edit rule changed characters.
        topics: Name of each topic of its sections with the terms that speak for it, the weightiest first.
    """

    document: Row
    parts: tuple[Kept | Lost, ...]
    cards: tuple[Card, ...]
    why: Mapping[str, str]
    repeats: Mapping[str, Row]
    quotes: tuple[Row, ...]
    edits: tuple[tuple[str, int], ...]
    topics: tuple[tuple[str, tuple[str, ...]], ...]


def _advice(opened: Curated, asked: str) -> str:
    """What to ask for in place of what is no document's id."""
    of_path = document_id(asked)
    if rows_where(opened, "documents", "document_id", [of_path]):
        return f"that is a path; the document's id is {of_path}"
    return "the table `documents` lists their ids"


def read_documents(opened: Curated, document_ids: Sequence[str]) -> Iterator[Reader]:
    """Gather what the pages of some documents show.

    Args:
        opened: A snapshot.
        document_ids: The documents.

    Yields:
        One reader for each document, in the order of their ids.

    Raises:
        ConfigError: There is no such document.
    """
    documents = rows_where(opened, "documents", "document_id", document_ids)
    if missing := sorted(set(document_ids).difference(row["document_id"] for row in documents)):
        raise ConfigError(f"there is no document {missing[0]!r}; {_advice(opened, missing[0])}")
    of = {
        name: _by(rows_where(opened, name, "document_id", document_ids), "document_id")
        for name in ("sections", "mentions", "quotes", "topics", "dropped", "edits")
    }
    named = sorted({row["entity_id"] for rows in of["mentions"].values() for row in rows})
    entities = {row["entity_id"]: row for row in rows_where(opened, "entities", "entity_id", named)}
    reasons = read_reasons(opened, rows_where(opened, "entity_names", "entity_id", named))
    repeats = _repeated(opened, documents)
    for document in documents:
        ident = document["document_id"]
        rows = {name: found.get(ident, []) for name, found in of.items()}
        yield Reader(
            document=document,
            parts=_parts(rows),
            cards=_cards(rows["mentions"], entities, reasons),
            why={
                row["mention_id"]: in_words(row, document["text"], reasons.get(row["entity_id"], {}))
                for row in rows["mentions"]
            },
            repeats=repeats,
            quotes=tuple(rows["quotes"]),
            edits=tuple(sorted(Counter(row["rule"] for row in rows["edits"]).items())),
            topics=_topics(rows["topics"]),
        )


def _by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _parts(rows: Mapping[str, Sequence[Row]]) -> tuple[Kept | Lost, ...]:
    """Merge kept and dropped spans: they never overlap, so their starts order them."""
    within = {name: _by(rows[name], "section_id") for name in ("mentions", "quotes", "topics")}
    placed: list[tuple[int, Kept | Lost]] = [(row["source_start"], Lost(row)) for row in rows["dropped"]]
    for section in rows["sections"]:
        mentions, quotes, topics = (found.get(section["section_id"], []) for found in within.values())
        best_first = sorted(topics, key=lambda row: (-row["score"], row["topic_id"]))
        kept = Kept(section, _paragraphs(section, mentions, quotes), tuple(best_first))
        placed.append((section["source_start"], kept))
    return tuple(part for _, part in sorted(placed, key=lambda item: item[0]))


def _topics(rows: Sequence[Row]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    score: Counter[str] = Counter()
    terms: dict[str, dict[str, None]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (-row["score"], row["section_id"])):
        score[row["topic_name"]] += row["score"]
        terms[row["topic_name"]].update(dict.fromkeys(row["evidence"]))
    return tuple((name, tuple(terms[name])) for name in sorted(score, key=lambda name: (-score[name], name)))


def _paragraphs(
    section: Row, mentions: Sequence[Row], quotes: Sequence[Row]
) -> tuple[tuple[Saying, ...], ...]:
    paragraphs = []
    start = section["char_start"]
    for text in section["text"].split(BLOCK_SEPARATOR):
        paragraphs.append(tuple(_sayings(text, start, mentions, quotes)))
        start += len(text) + len(BLOCK_SEPARATOR)
    return tuple(paragraphs)


def _sayings(text: str, start: int, mentions: Sequence[Row], quotes: Sequence[Row]) -> Iterator[Saying]:
    """Cut a paragraph wherever a mention or a quotation begins or ends, and behind each closing mark."""
    end = start + len(text)
    inside = [
        [row for row in rows if row["char_start"] < end and start < row["char_end"]]
        for rows in (mentions, quotes)
    ]
    ended: dict[int, Row] = {}
    for row in inside[1]:
        mark = _CLOSING_MARK.match(text, row["char_end"] - start)
        ended[start + mark.end() if mark else row["char_end"]] = row
    cuts = {start, end, *ended}
    cuts.update(row[edge] for row in (*inside[0], *inside[1]) for edge in ("char_start", "char_end"))
    stretches = [
        (_covering(inside[1], left), ended.get(right), _piece(text, start, left, right, inside[0]))
        for left, right in pairwise(sorted(cut for cut in cuts if start <= cut <= end))
    ]
    held: list[Piece] = []
    for number, (quote, over, piece) in enumerate(stretches):
        held.append(piece)
        following = stretches[number + 1][0] if number + 1 < len(stretches) else None
        if over or number + 1 == len(stretches) or _ident(following) != _ident(quote):
            yield Saying(tuple(held), quote, over)
            held = []


def _piece(text: str, start: int, left: int, right: int, mentions: Sequence[Row]) -> Piece:
    return Piece(text[left - start : right - start], _covering(mentions, left))


def _ident(quote: Row | None) -> str | None:
    return quote["quote_id"] if quote else None


def _covering(rows: Sequence[Row], at: int) -> Row | None:
    """The innermost row whose span holds a character."""
    holding = [row for row in rows if row["char_start"] <= at < row["char_end"]]
    return max(holding, key=lambda row: (row["char_start"], -row["char_end"]), default=None)


def _repeated(opened: Curated, documents: Sequence[Row]) -> dict[str, Row]:
    """The documents that these repeat."""
    ids = {row[column] for row in documents for column in ("duplicate_of", "near_duplicate_of")} - {None}
    columns = ["document_id", "source_path", "title"]
    found = rows_where(opened, "documents", "document_id", sorted(ids), columns)
    return {row["document_id"]: row for row in found}


def _cards(
    mentions: Sequence[Row], entities: Mapping[str, Row], reasons: Mapping[str, Mapping[str, Reason]]
) -> tuple[Card, ...]:
    here = Counter(row["entity_id"] for row in mentions)
    cards = [
        Card(entities[ident], tuple(reasons.get(ident, {}).values()), count) for ident, count in here.items()
    ]
    return tuple(
        sorted(cards, key=lambda card: (card.entity["entity_name"].casefold(), card.entity["entity_id"]))
    )
