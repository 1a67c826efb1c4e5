"""Documents with all that is said of them, a stretch of documents at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ingest.tables.parts import read_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.store import Curated

Row: TypeAlias = dict[str, Any]

DOCUMENT = (
    "document_id",
    "source_path",
    "media_type",
    "encoding",
    "url",
    "source_name",
    "title",
    "authors",
    "published_at",
    "language",
    "text",
    "word_count",
)
PLACE = ("document_id", "char_start", "char_end")
MENTION = ("mention_id", *PLACE, "entity_id", "entity_name", "entity_type", "surface")
QUOTE = ("quote_id", *PLACE, "text", "speaker_name", "speaker_entity_id", "cue")
TOPIC = ("section_id", "document_id", "topic_id", "topic_name", "score", "evidence")
SECTION = ("section_id", *PLACE)
CHILDREN = {"mentions": MENTION, "quotes": QUOTE, "topics": TOPIC, "sections": SECTION}


@dataclass(frozen=True, slots=True)
class Bundle:
    """One document and what is said of it, each a row of its table.

    Attributes:
        document: The document.
        mentions: Its mentions, in order.
        quotes: Its quotations, in order.
        topics: Topics of its sections, with `char_start` and `char_end` of the section.
    """

    document: Row
    mentions: list[Row]
    quotes: list[Row]
    topics: list[Row]


def bundles(opened: Curated) -> Iterator[Bundle]:
    """All documents of a snapshot, in the order of their ids; memory follows a row group, not the corpus."""
    for path in opened.paths("documents"):
        for rows in read_groups(path, DOCUMENT):
            if rows.num_rows:
                yield from _bundles(opened, rows)


def _bundles(opened: Curated, documents: pa.Table) -> Iterator[Bundle]:
    ids = documents.column("document_id")
    first, last = ids[0].as_py(), ids[-1].as_py()
    mentions, quotes, topics, sections = (
        _by_document(opened, name, columns, first, last) for name, columns in CHILDREN.items()
    )
    for document in documents.to_pylist():
        ident = document["document_id"]
        places = {row["section_id"]: row for row in sections[ident]}
        placed = [places[row["section_id"]] | row for row in topics[ident]]
        yield Bundle(document, mentions[ident], quotes[ident], placed)


def _by_document(
    opened: Curated, name: str, columns: Sequence[str], first: str, last: str
) -> dict[str, list[Row]]:
    """Rows of a stretch of documents, by document; only row groups that may hold some are read."""
    ids = pc.field("document_id")
    found: dict[str, list[Row]] = defaultdict(list)
    for row in opened.where(name, (ids >= first) & (ids <= last), columns).to_pylist():
        found[row["document_id"]].append(row)
    return found
