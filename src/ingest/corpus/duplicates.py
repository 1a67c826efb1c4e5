"""Documents of the same kept text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def duplicates(items: pa.Table) -> pa.Table:
    """Find documents whose kept text another document with a smaller path has too.

    Args:
        items: `document_id`, `source_path`, `text_sha256` of all documents; a null hash (a document
            without text) equals no other.

    Returns:
        `document_id` and `duplicate_of`, one row for each duplicate.
    """
    texts = items.filter(pc.is_valid(items.column("text_sha256")))
    counts = texts.group_by("text_sha256").aggregate([([], "count_all")])
    shared = counts.filter(pc.greater(counts.column("count_all"), 1)).column("text_sha256")
    texts = texts.filter(pc.is_in(texts.column("text_sha256"), shared.combine_chunks()))
    texts = texts.sort_by([("text_sha256", "ascending"), ("source_path", "ascending")]).combine_chunks()
    originals = texts.group_by("text_sha256", use_threads=False).aggregate([("document_id", "first")])
    at = pc.index_in(texts.column("text_sha256"), originals.column("text_sha256").combine_chunks())
    duplicate_of = originals.column("document_id_first").take(at)
    found = pa.table({"document_id": texts.column("document_id"), "duplicate_of": duplicate_of})
    return found.filter(pc.not_equal(found.column("document_id"), found.column("duplicate_of")))
