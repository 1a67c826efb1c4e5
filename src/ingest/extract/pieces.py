"""Blocks out of source spans, with an extractor's own edits beside the ones every text gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.edits import apply_edits, mend
from ingest.records import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import BlockKind, Edit


def make_block(
    source_text: str, span: tuple[int, int], kind: BlockKind, own: Sequence[Edit] = (), level: int = 0
) -> Block:
    """Make a block of a source span.

    Args:
        source_text: The whole source text.
        span: Where the block begins and ends; no white space stands at either end.
        kind: What its form says it is.
        own: The extractor's edits, in order, not overlapping; they win over the usual ones.
        level: Heading level; 0 for none.

    Returns:
        The block; its kind is `hidden` where the edits leave nothing to show.
    """
    start, end = span
    text, edits = mend(source_text, start, end)
    if own:
        usual = (
            e
            for e in edits
            if all(e.source_end <= o.source_start or e.source_start >= o.source_end for o in own)
        )
        edits = tuple(sorted((*usual, *own), key=lambda e: e.source_start))
        text = apply_edits(source_text, start, end, edits)
    if not text.strip():
        return Block("hidden", start, end, source_text[start:end])
    return Block(kind, start, end, text, edits, level)
