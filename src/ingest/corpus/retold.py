"""The rows that say which documents tell one story, and which quotations one statement."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.duplicates import lookup
from ingest.corpus.similar import near_duplicates
from ingest.corpus.statements import Said, same_statements
from ingest.corpus.stories import find_stories
from ingest.corpus.vectors import WORD_BITS, read_vectors
from ingest.signature import word_hash
from ingest.story_tables import STORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ingest.corpus.vectors import Floats, Vectors

SHARED_NAMES = 5
"""Names that a story shows."""
STATED = ("quote_id", "document_id", "quote_type", "text", "speaker_name_id")
"""Columns of `quotes` that tell who says what."""

_STORY_COLUMNS = ("near_duplicate_of", "near_duplicate_score", "story_id")


@dataclass(frozen=True, slots=True)
class Retold:
    """What the corpus step says about stories.

    Attributes:
        documents: `document_id` of all documents, and their columns that tell of stories.
        names: For each story the names that its documents share.
        word_rarity: How rare each word is, by the low bits of its hash.
    """

    documents: pa.Table
    names: dict[str, list[str]]
    word_rarity: Floats


def find_retold(
    signatures: Sequence[Path], names: Sequence[Path], links: pa.Table, entities: pa.Table, items: pa.Table
) -> Retold:
    """Find the stories and the near-duplicates of a corpus.

    Args:
        signatures: Parts of `_signatures`.
        names: Parts of `_names`.
        links: Rows of `_links` that are names.
        entities: Rows of `entities`.
        items: Rows of `_items`.
    """
    documents = items.filter(pc.invert(items.column("is_reject")))
    copies = documents.filter(pc.is_valid(documents.column("duplicate_of")))
    entities = entities.sort_by("entity_id")
    vectors = read_vectors(signatures, names, links, entities, copies.column("document_id").combine_chunks())
    groups = [[vectors.ids[i].decode() for i in group] for group in find_stories(vectors)]
    story_of = _story_ids(groups, documents, copies)
    shared: dict[str, list[str]] = {}
    for group in groups:
        shared[story_of[group[0]]] = _shared_names(vectors, entities, group)
    near = near_duplicates(signatures, documents)
    ids = documents.column("document_id")
    told = pa.table({"document_id": list(story_of), "story_id": list(story_of.values())}, _TOLD)
    columns = {
        name: lookup(ids, told if name == "story_id" else near, "document_id", name)
        for name in _STORY_COLUMNS
    }
    return Retold(pa.table({"document_id": ids, **columns}), shared, vectors.word_rarity)


_TOLD = pa.schema([("document_id", pa.string()), ("story_id", pa.string())])


def _story_ids(groups: Sequence[Sequence[str]], documents: pa.Table, copies: pa.Table) -> dict[str, str]:
    """The story of each document that tells one with others; copies tell what their original does."""
    path_of = dict(
        zip(*(documents.column(c).to_pylist() for c in ("document_id", "source_path")), strict=True)
    )
    story_of: dict[str, str] = {}
    for group in groups:
        first = min(group, key=path_of.__getitem__)
        story_of |= dict.fromkeys(group, first)
    pairs = zip(*(copies.column(name).to_pylist() for name in ("document_id", "duplicate_of")), strict=True)
    for copy, original in pairs:
        story_of[copy] = story_of.setdefault(original, original)
    return story_of


def _shared_names(vectors: Vectors, entities: pa.Table, group: Sequence[str]) -> list[str]:
    """Names that more than half of the documents of a group have, the weightiest first."""
    count: Counter[int] = Counter()
    weight: dict[int, float] = defaultdict(float)
    for at in np.searchsorted(vectors.ids, np.array(group, "S")).tolist():
        entries = slice(vectors.starts[at], vectors.starts[at + 1])
        for feature, value in zip(
            vectors.features[entries].tolist(), vectors.weights[entries].tolist(), strict=True
        ):
            if feature < vectors.entity_count:
                count[feature] += 1
                weight[feature] += value
    common = [feature for feature, times in count.items() if 2 * times > len(group)]
    common.sort(key=lambda feature: (-weight[feature], feature))
    names = entities.column("entity_name").take(pa.array(common[:SHARED_NAMES], pa.int64()))
    return [str(name) for name in names.to_pylist()]


STORY_FACTS = ("document_id", "source_name", "title", "published_at", "source_path", "story_id")
"""Columns of `documents` that tell what a story is about."""


def story_rows(documents: Iterable[pa.Table], names: dict[str, list[str]]) -> pa.Table:
    """Make the rows of `stories`.

    Args:
        documents: Rows of `documents`, with the columns of `STORY_FACTS`.
        names: Names to show of each story; none for one of copies alone.
    """
    told: dict[str, list[dict[str, object]]] = defaultdict(list)
    for rows in documents:
        for row in rows.filter(pc.is_valid(rows.column("story_id"))).to_pylist():
            told[row["story_id"]].append(row)
    return pa.Table.from_pylist(
        [_story(ident, rows, names.get(ident, [])) for ident, rows in sorted(told.items())], STORIES.schema()
    )


def _story(ident: str, rows: list[dict[str, object]], names: list[str]) -> dict[str, object]:
    dates = sorted(str(row["published_at"]) for row in rows if row["published_at"])
    instants = {str(row["published_at"]): row["published_at"] for row in rows}
    rows.sort(key=lambda row: (str(row["published_at"] or "~"), str(row["source_path"])))
    return {
        "story_id": ident,
        "title": next((row["title"] for row in rows if row["title"]), None),
        "document_count": len(rows),
        "source_count": len({row["source_name"] for row in rows} - {None}),
        "first_published_at": instants[dates[0]] if dates else None,
        "last_published_at": instants[dates[-1]] if dates else None,
        "entity_names": names,
    }


def statement_ids(quotes: Iterable[pa.Table], retold: Retold, links: pa.Table) -> pa.Table:
    """Link quotations of one speaker that say the same within a story.

    Args:
        quotes: Rows of `quotes`, with the columns `STATED`.
        retold: The stories.
        links: Rows of `_links` that are names.

    Returns:
        `quote_id` and `same_statement_id`, one row for each linked quotation.
    """
    told = retold.documents.filter(pc.is_valid(retold.documents.column("story_id")))
    said: dict[str, list[Said]] = defaultdict(list)
    for rows in quotes:
        spoken = pc.and_(
            pc.is_valid(rows.column("speaker_name_id")),
            pc.not_equal(rows.column("quote_type"), "mention_only"),
        )
        some = rows.filter(
            pc.and_(spoken, pc.is_in(rows.column("document_id"), told.column("document_id").combine_chunks()))
        )
        story = lookup(some.column("document_id"), told, "document_id", "story_id")
        speaker = lookup(some.column("speaker_name_id"), links, "name_id", "entity_id")
        fields = (story, some.column("quote_id"), some.column("document_id"), speaker, some.column("text"))
        for story_id, *row in zip(*(column.to_pylist() for column in fields), strict=True):
            if row[2] is not None:
                said[story_id].append(Said(*row))

    def rarity(word: str) -> float:
        return float(retold.word_rarity[word_hash(word) & ((1 << WORD_BITS) - 1)])

    linked: dict[str, str] = {}
    for story_id in sorted(said):
        linked |= same_statements(said[story_id], rarity)
    schema = pa.schema([("quote_id", pa.string()), ("same_statement_id", pa.string())])
    return pa.table({"quote_id": list(linked), "same_statement_id": list(linked.values())}, schema)
