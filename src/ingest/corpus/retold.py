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
from ingest.corpus.vectors import WORD_BITS, counted, distinct, read_vectors
from ingest.parts import read_groups
from ingest.state_tables import SAID
from ingest.story_tables import STORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ingest.corpus.vectors import Floats, Ints, Vectors

SHARED_NAMES = 5
"""Names that a story shows."""

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
    groups = find_stories(vectors)
    story_of = _story_ids([[vectors.id_at(i) for i in group] for group in groups], documents, copies)
    names_of = _NamesOf(vectors)
    shown = [names_of.shared(group) for group in groups]
    shared = {
        story_of[vectors.id_at(group[0])]: entities.column("entity_name")
        .take(pa.array(names, pa.int64()))
        .to_pylist()
        for group, names in zip(groups, shown, strict=True)
    }
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


class _NamesOf:
    """The names of documents, with their weights."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        is_name = np.append(0, np.cumsum(vectors.features < vectors.entity_count))
        counts = is_name[vectors.starts[1:]] - is_name[vectors.starts[:-1]]
        self._ends = (vectors.starts[:-1] + counts).tolist()  # in a document, names come first
        self._starts = vectors.starts.tolist()

    def shared(self, group: Sequence[int]) -> list[int]:
        """Entities that more than half of the documents of a group name, the weightiest first."""
        count: Counter[int] = Counter()
        weight: dict[int, float] = defaultdict(float)
        for at in group:
            entries = slice(self._starts[at], self._ends[at])
            features = self._vectors.features[entries].tolist()
            for feature, value in zip(features, self._vectors.weights[entries].tolist(), strict=True):
                count[feature] += 1
                weight[feature] += value
        common = [feature for feature, times in count.items() if 2 * times > len(group)]
        return sorted(common, key=lambda feature: (-weight[feature], feature))[:SHARED_NAMES]


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


def statement_ids(said: Sequence[Path], retold: Retold, links: pa.Table) -> pa.Table:
    """Link quotations of one speaker that say the same within a story.

    Read are first the speakers alone, then the words of those whom two documents of a story quote.

    Args:
        said: Parts of `_said`.
        retold: The stories.
        links: Rows of `_links` that are names.

    Returns:
        `quote_id` and `same_statement_id`, one row for each linked quotation.
    """
    voices = _Voices(retold.documents, links)
    twice = voices.in_two_documents(said)
    quotes: dict[int, list[Said]] = defaultdict(list)
    for path in said:
        for rows in read_groups(path, SAID.names):
            voice = voices.of(rows)
            kept = np.isin(voice, twice)
            fields = ("quote_id", "document_id", "words")
            columns = (rows.column(name).filter(pa.array(kept)).to_pylist() for name in fields)
            for ident, document, words, speaker in zip(*columns, voice[kept].tolist(), strict=True):
                quotes[speaker].append(Said(ident, document, speaker, words))

    def rarity(word: int) -> float:
        return float(retold.word_rarity[word & ((1 << WORD_BITS) - 1)])

    linked: dict[str, str] = {}
    for speaker in sorted(quotes):
        linked |= same_statements(quotes[speaker], rarity)
    schema = pa.schema([("quote_id", pa.string()), ("same_statement_id", pa.string())])
    return pa.table({"quote_id": list(linked), "same_statement_id": list(linked.values())}, schema)


class _Voices:
    """Who speaks in which story, as one number; -1 where nobody does, or in none."""

    def __init__(self, documents: pa.Table, links: pa.Table) -> None:
        told = documents.filter(pc.is_valid(documents.column("story_id")))
        self._documents = told.column("document_id").combine_chunks()
        self._stories = _codes(told.column("story_id"))
        self._names = links.column("name_id").combine_chunks()
        self._speakers = _codes(links.column("entity_id"))

    def of(self, rows: pa.Table) -> Ints:
        document = pc.fill_null(pc.index_in(rows.column("document_id"), self._documents), -1).to_numpy()
        name = pc.fill_null(pc.index_in(rows.column("speaker_name_id"), self._names), -1).to_numpy()
        voice = np.full(rows.num_rows, -1, np.int64)
        there = (document >= 0) & (name >= 0)
        width = len(self._names)
        voice[there] = self._stories[document[there]] * width + self._speakers[name[there]]
        return voice

    def in_two_documents(self, said: Sequence[Path]) -> Ints:
        """Those that speak in more than one document of their story."""
        found = [np.zeros(0, np.int64)]
        for path in said:
            for rows in read_groups(path, ["document_id", "speaker_name_id"]):  # all of a document
                voice = self.of(rows)
                document = _codes(rows.column("document_id"))
                pairs = voice * rows.num_rows + document
                found.append(distinct(pairs[voice >= 0]) // max(1, rows.num_rows))
        voices, times = counted(np.concatenate(found))
        return voices[times > 1]


def _codes(column: pa.ChunkedArray) -> Ints:
    """The same number for the same value."""
    codes: Ints = column.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes
