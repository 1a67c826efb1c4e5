"""Names of documents as the entities that they were linked to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import distinct, id_numbers, positions
from ingest.corpus.stories.rarity import KIND_OF_TYPE, NAME, coded
from ingest.tables.parts import read_groups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest.corpus.arrays import Ids, Ints, Numbers


_NAMED = pa.schema([("name_id", pa.string()), ("mention_count", pa.int32()), ("document", pa.int64())])


def entity_codes(entities: pa.Table) -> Numbers:
    """The feature that each entity is."""
    hashes = [crc32(ident.encode()) for ident in entities.column("entity_id").to_pylist()]
    types = entities.column("entity_type").combine_chunks().dictionary_encode()
    kinds = np.array([KIND_OF_TYPE.get(kind, NAME) for kind in types.dictionary.to_pylist()], np.int64)
    of_each = kinds[types.indices.to_numpy()] if len(kinds) else np.zeros(0, np.int64)
    return coded(of_each, np.array(hashes, np.int64))


def holders_of_names(names: Sequence[Path], ids: Ids, wanted: pa.Array) -> Ints:
    """Which documents have one of these names, as indexes of `ids`."""
    found = [np.zeros(0, np.int64)]
    for path in names if len(wanted) else ():
        for rows in read_groups(path, ["document_id", "name_id"]):
            some = rows.filter(pc.is_in(rows.column("name_id"), wanted))
            found.append(positions(ids, id_numbers(some.column("document_id"))))
    at = distinct(np.concatenate(found))
    return at[at >= 0]


def entities_named(
    names: Sequence[Path], links: pa.Table, entities: pa.Table, ids: Ids
) -> tuple[Ints, Ints, Ints]:
    """The entities that some documents name.

    Args:
        names: Parts of `_names`.
        links: Rows of `_links` that are names.
        entities: Rows of `entities`.
        ids: The documents, ascending.

    Returns:
        Indexes of the document and of the entity, and mentions; one for each name of a document.
    """
    found = [_NAMED.empty_table()]
    for path in names if len(ids) else ():
        for rows in read_groups(path, ["document_id", "name_id", "mention_count"]):
            document = positions(ids, id_numbers(rows.column("document_id")))
            kept = np.flatnonzero((document >= 0) & (rows.column("mention_count").to_numpy() > 0))
            some = rows.select(["name_id", "mention_count"]).take(kept)
            found.append(some.append_column("document", pa.array(document[kept])).cast(_NAMED))
    rows = pa.concat_tables(found)
    of_link = pc.index_in(rows.column("name_id"), links.column("name_id").combine_chunks())
    rows = rows.filter(pc.is_valid(of_link))
    entity_ids = links.column("entity_id").take(of_link.drop_null())
    entity = pc.index_in(entity_ids, entities.column("entity_id").combine_chunks())
    documents, mentions = (rows.column(name).to_numpy() for name in ("document", "mention_count"))
    return documents, entity.to_numpy().astype(np.int64), mentions.astype(np.int64)
