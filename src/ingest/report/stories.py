"""What several documents tell: each story with its documents and what one speaker says in two of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.report.rows import Row
    from ingest.store.read import Curated

STORIES = 500
"""Stories that the page shows, the newest first; the tables have them all."""

Kinship = Literal["copy", "near", "own"]


@dataclass(frozen=True, slots=True)
class Telling:
    """A document of a story.

    Attributes:
        document: Its row.
        kinship: Whether it has the text of `of`, nearly that text, or words of its own.
        of: The document that it repeats; None for one in its own words.
    """

    document: Row
    kinship: Kinship
    of: Row | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one speaker says in several documents, in the same words or others.

    Attributes:
        speaker: Whose words they are.
        said: Each quotation with its document.
    """

    speaker: str
    said: tuple[tuple[Row, Row], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An event that several documents report.

    Attributes:
        story: Its row.
        tellings: Its documents, the earliest first.
        statements: What is said twice.
    """

    story: Row
    tellings: tuple[Telling, ...]
    statements: tuple[Statement, ...]


def read_stories(opened: Curated, documents: Iterable[Row]) -> tuple[Story, ...]:
    """Gather what the page of stories shows: the newest stories, the largest first among equals.

    Args:
        opened: A snapshot.
        documents: Rows of `documents`, with the columns that tell of stories.
    """
    rows: list[Row] = opened.arrow("stories").to_pylist()
    rows.sort(key=lambda row: (-row["document_count"], row["story_id"]))
    rows.sort(key=lambda row: str(row["last_published_at"] or ""), reverse=True)
    by_id = {row["document_id"]: row for row in documents}
    members: dict[str, list[Row]] = defaultdict(list)
    for document in by_id.values():
        if document["story_id"]:
            members[document["story_id"]].append(document)
    statements = _statements(opened, by_id)
    return tuple(
        Story(row, _tellings(members[row["story_id"]], by_id), tuple(statements.get(row["story_id"], ())))
        for row in rows[:STORIES]
    )


def _tellings(documents: Iterable[Row], by_id: Mapping[str, Row]) -> tuple[Telling, ...]:
    told = []
    for row in sorted(documents, key=lambda row: (str(row["published_at"] or "~"), row["source_path"])):
        original = row["duplicate_of"] or row["near_duplicate_of"]
        kinship: Kinship = "copy" if row["duplicate_of"] else "near" if original else "own"
        told.append(Telling(row, kinship, by_id[original] if original else None))
    return tuple(told)


def _statements(opened: Curated, by_id: Mapping[str, Row]) -> dict[str, list[Statement]]:
    """What is said twice, by story; a copy or near-copy says all of it again, and is left out."""
    columns = ["quote_id", "document_id", "text", "speaker_name", "same_statement_id"]
    quotes = opened.arrow("quotes", columns)
    groups: dict[str, list[Row]] = defaultdict(list)
    for quote in quotes.filter(pc.is_valid(quotes.column("same_statement_id"))).to_pylist():
        document = by_id[quote["document_id"]]
        if not (document["duplicate_of"] or document["near_duplicate_of"]):
            groups[quote["same_statement_id"]].append(quote)
    found: dict[str, list[Statement]] = defaultdict(list)
    for _, said in sorted(item for item in groups.items() if len(item[1]) > 1):
        pairs = tuple((quote, by_id[quote["document_id"]]) for quote in said)
        found[pairs[0][1]["story_id"]].append(Statement(_speaker(said), pairs))
    return found


def _speaker(said: Sequence[Row]) -> str:
    return next((quote["speaker_name"] for quote in said if quote["speaker_name"]), "")
