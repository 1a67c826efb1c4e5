"""The rows of `stories`: those that a run touched are made, the rest stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.tables.stories import STORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STORY_FACTS = ("document_id", "source_name", "title", "published_at", "source_path", "story_id")
"""Columns of `documents` that tell what a story is about."""


def touched_stories(before: pa.Table, now: pa.Table, documents: pa.Array) -> pa.Array:
    """Stories that these documents tell, or told before; each once.

    Args:
        before: `document_id` and `story_id` of the documents of the current snapshot.
        now: The same of the next.
        documents: Documents that came, went, or whose story may be another.
    """
    told = [
        rows.filter(pc.is_in(rows.column("document_id"), documents)).column("story_id").combine_chunks()
        for rows in (before, now)
    ]
    return pc.drop_null(pa.concat_arrays(told).unique())


def story_rows(
    documents: Iterable[pa.Table], names: Mapping[str, list[str]], touched: pa.Array, before: pa.Table
) -> pa.Table:
    """Make the rows of `stories`.

    Args:
        documents: Rows of `documents`, with the columns of `STORY_FACTS`.
        names: Names to show, as far as they may be others than before.
        touched: Stories that may be others than before.
        before: Rows of `stories` of the current snapshot.
    """
    told: dict[str, list[dict[str, object]]] = defaultdict(list)
    for rows in documents:
        for row in rows.filter(pc.is_in(rows.column("story_id"), touched)).to_pylist():
            told[row["story_id"]].append(row)
    were = before.filter(pc.is_in(before.column("story_id"), touched)).select(["story_id", "entity_names"])
    known = dict(zip(*(column.to_pylist() for column in were.columns), strict=True))
    made = [_story(i, rows, names.get(i, known.get(i, []))) for i, rows in sorted(told.items())]
    kept = before.filter(pc.invert(pc.is_in(before.column("story_id"), touched)))
    return pa.concat_tables([kept, pa.Table.from_pylist(made, STORIES.schema())])


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
