"""What the corpus step says of each document: its story, and of which other it has nearly the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import id_numbers, id_strings, lookup, positions
from ingest.corpus.stories.named import entities_named, entity_codes
from ingest.corpus.stories.originals import Originals
from ingest.corpus.stories.similar import near_duplicates
from ingest.corpus.stories.vectors import weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.corpus.arrays import Ints, Numbers
    from ingest.corpus.stories.originals import Corpus, Known
    from ingest.corpus.stories.rarity import Rarity

SHARED_NAMES = 5
"""Names that a story shows."""

STORY_COLUMNS = ("near_duplicate_of", "near_duplicate_score", "story_id")
_TOLD = pa.schema([("document_id", pa.string()), ("story_id", pa.string())])


@dataclass(frozen=True, slots=True)
class Stories:
    """What the corpus step says about stories.

    Attributes:
        documents: `document_id` of all documents, and their columns that tell of stories.
        names: Names that the documents of a story share, by its id; a list for each document in `looked_at`,
            for a story may go by its id.
        looked_at: Ids of the documents whose story was looked for anew; all others' stands.
        rarity: How rare each feature is.
        changed: Words and other features whose rarity is not what it was; None where all may be so.
        state: Rows of the tables by which the next run knows what stands.
    """

    documents: pa.Table
    names: dict[str, list[str]]
    looked_at: pa.Array
    rarity: Rarity
    changed: Numbers | None
    state: dict[str, pa.Table]


def find_stories(corpus: Corpus, known: Known) -> Stories:
    """Find the stories and the near-duplicates of a corpus.

    The same comes out whatever is known from before; the more is, the less is to be done.
    """
    originals = Originals(corpus, known)
    _, looked_at = originals.groups
    heads = _heads(originals, corpus, known)
    story_of = _with_copies(originals, heads, corpus.documents)
    near = near_duplicates(corpus, known, originals)
    ids = corpus.documents.column("document_id")
    columns = {
        name: lookup(ids, story_of if name == "story_id" else near, "document_id", name)
        for name in STORY_COLUMNS
    }
    return Stories(
        pa.table({"document_id": ids, **columns}),
        _shared_names(originals, heads, corpus),
        id_strings(originals.ids[looked_at]),
        originals.rarity,
        None if originals.is_all_new else originals.changed[0],
        originals.state(),
    )


def _heads(originals: Originals, corpus: Corpus, known: Known) -> Ints:
    """Of each document the one by whose id its story goes, as an index; -1 where it tells none."""
    ids, (groups, looked_at) = originals.ids, originals.groups
    heads = np.full(len(ids), -1, np.int64)
    told = known.documents.filter(pc.is_valid(known.documents.column("story_id")))
    at = positions(ids, id_numbers(told.column("document_id")))
    story = positions(ids, id_numbers(told.column("story_id")))
    stays = (at >= 0) & ~np.append(looked_at, True)[at]
    heads[at[stays]] = story[stays]
    members = np.array([i for group in groups for i in group], np.int64)
    paths = lookup(
        pa.chunked_array([id_strings(ids[members])]), corpus.documents, "document_id", "source_path"
    )
    path_of = dict(zip(members.tolist(), paths.to_pylist(), strict=True))
    for group in groups:
        heads[group] = min(group, key=path_of.__getitem__)
    sizes = np.bincount(heads[heads >= 0], minlength=len(ids))
    alone = (heads >= 0) & (sizes[heads] < 2)  # noqa: PLR2004  # of copies alone, if they are still there
    heads[alone] = -1
    return heads


def _with_copies(originals: Originals, heads: Ints, documents: pa.Table) -> pa.Table:
    """The story of each document that tells one with others; copies tell what their original does."""
    copies = documents.filter(pc.is_valid(documents.column("duplicate_of")))
    of = positions(originals.ids, id_numbers(copies.column("duplicate_of")))
    heads = heads.copy()
    heads[of] = np.where(heads[of] >= 0, heads[of], of)
    told = np.flatnonzero(heads >= 0)
    idents = [id_strings(originals.ids[told]), copies.column("document_id").combine_chunks()]
    stories = [id_strings(originals.ids[heads[told]]), id_strings(originals.ids[heads[of]])]
    return pa.table([pa.concat_arrays(idents), pa.concat_arrays(stories)], _TOLD)


def _shared_names(originals: Originals, heads: Ints, corpus: Corpus) -> dict[str, list[str]]:
    """Names of entities that more than half of the documents of a group name, the weightiest first."""
    groups, looked_at = originals.groups
    members = np.unique(np.array([i for group in groups for i in group], np.int64))
    profiles = originals.profiles.take(members)
    vectors = weighed(profiles, originals.rarity)
    keys = profiles.features.owners << 32 | vectors.features
    documents, entities, _ = entities_named(
        corpus.names, corpus.links, corpus.entities, originals.ids[members]
    )
    named = np.unique(documents * corpus.entities.num_rows + entities)
    documents, entities = named // max(1, corpus.entities.num_rows), named % max(1, corpus.entities.num_rows)
    at = positions(keys, documents << 32 | entity_codes(corpus.entities)[entities])
    documents, entities, at = documents[at >= 0], entities[at >= 0], at[at >= 0]
    names: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for document, entity, weight in zip(
        members[documents].tolist(), entities.tolist(), vectors.weights[at].tolist(), strict=True
    ):
        names[document].append((entity, weight))
    shown = [_weightiest(group, names) for group in groups]
    idents, show = corpus.entities.column("entity_id"), corpus.entities.column("entity_name")
    none: dict[str, list[str]] = {ident: [] for ident in id_strings(originals.ids[looked_at]).to_pylist()}
    return none | {
        originals.profiles.id_at(int(heads[group[0]])): [
            show[entity].as_py()
            for _, _, entity in sorted((-weight, idents[entity].as_py(), entity) for entity, weight in found)
        ][:SHARED_NAMES]
        for group, found in zip(groups, shown, strict=True)
    }


def _weightiest(group: Sequence[int], names: dict[int, list[tuple[int, float]]]) -> list[tuple[int, float]]:
    """Entities that more than half of a group name, each with its weight."""
    count: Counter[int] = Counter()
    weights: dict[int, float] = defaultdict(float)
    for document in group:
        for entity, weight in names[document]:
            count[entity] += 1
            weights[entity] += weight
    return [(entity, weights[entity]) for entity, times in count.items() if 2 * times > len(group)]
