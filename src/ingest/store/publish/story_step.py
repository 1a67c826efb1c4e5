"""What the search for stories is told of both snapshots, and the rows of `stories` that follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.stories.originals import Corpus, Known
from ingest.corpus.stories.rows import STORY_FACTS, story_rows, touched_stories
from ingest.tables import ENTITIES, TABLES
from ingest.tables.parts import read_groups
from ingest.tables.state import FEATURES, PAIRS
from ingest.tables.stories import STORIES

if TYPE_CHECKING:
    from ingest.corpus.stories import Stories
    from ingest.store.publish.difference import Delta
    from ingest.store.publish.next_tables import NextTables


def corpus_of(tables: NextTables, delta: Delta, shown: pa.Table, relinked: pa.Array) -> Corpus:
    """All documents of the next snapshot."""
    return Corpus(
        tables.paths("_signatures"),
        tables.paths("_names"),
        shown,
        tables.read_new(ENTITIES),
        delta.items.filter(pc.invert(delta.items.column("is_reject"))),
        delta.staged.column("document_id").combine_chunks(),
        relinked,
    )


def known_of(tables: NextTables, documents: pa.Table, *, holds: bool) -> Known:
    """What the current snapshot says of stories.

    Args:
        tables: The tables of both snapshots.
        documents: Columns of its `documents`.
        holds: Whether this code and these settings found it; else nothing is known.
    """
    found = (ENTITIES, FEATURES, PAIRS)
    if not holds:
        entities, features, pairs = (table.schema().empty_table() for table in found)
        return Known([], entities, features, pairs, documents.slice(0, 0))
    entities, features, pairs = map(tables.read_old, found)
    places = tables.places(TABLES["_signatures"])
    return Known([places.old / part.name for part in places.parts], entities, features, pairs, documents)


def write_state(tables: NextTables, stories: Stories) -> None:
    """Write by what the next run knows the stories."""
    for name, rows in stories.state.items():
        tables.write(TABLES[name], rows, is_sorted=True)


def write_stories(tables: NextTables, before: pa.Table, stories: Stories, changed: pa.Array) -> None:
    """Write what is told of stories.

    Args:
        tables: The tables of both snapshots; `documents` is written.
        before: `document_id` and `story_id` of the documents of the current snapshot.
        stories: What was found.
        changed: Documents that came or went, or of which something else is told than before.
    """
    looked_at = pa.concat_arrays([changed, stories.looked_at])
    touched = touched_stories(before, stories.documents, looked_at)
    facts = (rows for path in tables.paths("documents") for rows in read_groups(path, STORY_FACTS))
    tables.write(STORIES, story_rows(facts, stories.names, touched, tables.read_old(STORIES)))
