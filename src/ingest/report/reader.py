"""One document as a person reads it: kept text with its names and quotations, dropped text in its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.layout import BLOCK_SEPARATOR
from ingest.report.rows import rows_where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.report.rows import Row
    from ingest.store.read import Curated


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
        ends: Whether the quotation ends with them (it may run on over paragraphs).
    """

    pieces: tuple[Piece, ...]
    quote: Row | None
    ends: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A section.

    Attributes:
        section: Its row.
        paragraphs: Its paragraphs in order, each as sayings; the first is the heading where there is one.
    """

    section: Row
    paragraphs: tuple[tuple[Saying, ...], ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A run of dropped text, as the row of `dropped`."""

    dropped: Row


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of an entity that the document names.

    Attributes:
        entity: Its row.
        names: Rows of its spellings, in the whole corpus.
        methods: How the document's mentions of it were linked, and how many so.
    """

    entity: Row
    names: tuple[Row, ...]
    methods: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """All that the page of one document shows.

    Attributes:
        document: Its row.
        parts: Sections and dropped runs, in source order.
        cards: The entities that it names, by name.
        quotes: Its quotations.
        edits: How often each edit rule changed characters.
    """

    document: Row
    parts: tuple[Kept | Lost, ...]
    cards: tuple[Card, ...]
    quotes: tuple[Row, ...]
    edits: tuple[tuple[str, int], ...]


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
        raise ConfigError(f"there is no document {missing[0]!r}; the table `documents` lists their ids")
    of = {
        name: _by(rows_where(opened, name, "document_id", document_ids), "document_id")
        for name in ("sections", "mentions", "quotes", "dropped", "edits")
    }
    named = sorted({row["entity_id"] for rows in of["mentions"].values() for row in rows})
    entities = {row["entity_id"]: row for row in rows_where(opened, "entities", "entity_id", named)}
    names = _by(rows_where(opened, "entity_names", "entity_id", named), "entity_id")
    for document in documents:
        ident = document["document_id"]
        mentions = of["mentions"].get(ident, [])
        quotes = of["quotes"].get(ident, [])
        yield Reader(
            document=document,
            parts=_parts(of["sections"].get(ident, []), of["dropped"].get(ident, []), mentions, quotes),
            cards=_cards(mentions, entities, names),
            quotes=tuple(quotes),
            edits=tuple(sorted(Counter(row["rule"] for row in of["edits"].get(ident, [])).items())),
        )


def _by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _parts(
    sections: Sequence[Row], dropped: Sequence[Row], mentions: Sequence[Row], quotes: Sequence[Row]
) -> tuple[Kept | Lost, ...]:
    """Merge kept and dropped spans: they never overlap, so their starts order them."""
    mentions_in, quotes_in = _by(mentions, "section_id"), _by(quotes, "section_id")
    placed: list[tuple[int, Kept | Lost]] = [(row["source_start"], Lost(row)) for row in dropped]
    for section in sections:
        ident = section["section_id"]
        paragraphs = _paragraphs(section, mentions_in.get(ident, []), quotes_in.get(ident, []))
        placed.append((section["source_start"], Kept(section, paragraphs)))
    return tuple(part for _, part in sorted(placed, key=lambda item: item[0]))


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
    """Cut a paragraph wherever a mention or a quotation begins or ends."""
    end = start + len(text)
    inside = [
        [row for row in rows if row["char_start"] < end and start < row["char_end"]]
        for rows in (mentions, quotes)
    ]
    cuts = {start, end}
    for row in (*inside[0], *inside[1]):
        cuts.update(cut for cut in (row["char_start"], row["char_end"]) if start < cut < end)
    bounds = sorted(cuts)
    stretches = [
        (_covering(inside[1], left), Piece(text[left - start : right - start], _covering(inside[0], left)))
        for left, right in pairwise(bounds)
    ]
    for _, group in groupby(stretches, key=lambda stretch: stretch[0] and stretch[0]["quote_id"]):
        members = list(group)
        quote = members[0][0]
        ends = quote is not None and quote["char_end"] <= end
        yield Saying(tuple(piece for _, piece in members), quote, ends)


def _covering(rows: Sequence[Row], at: int) -> Row | None:
    """The innermost row whose span holds a character."""
    holding = [row for row in rows if row["char_start"] <= at < row["char_end"]]
    return max(holding, key=lambda row: (row["char_start"], -row["char_end"]), default=None)


def _cards(
    mentions: Sequence[Row], entities: Mapping[str, Row], names: Mapping[str, Sequence[Row]]
) -> tuple[Card, ...]:
    methods: dict[str, Counter[str]] = defaultdict(Counter)
    for row in mentions:
        methods[row["entity_id"]][row["method"]] += 1
    cards = [
        Card(entities[ident], tuple(names.get(ident, ())), tuple(sorted(found.items())))
        for ident, found in methods.items()
    ]
    return tuple(
        sorted(cards, key=lambda card: (card.entity["entity_name"].casefold(), card.entity["entity_id"]))
    )
