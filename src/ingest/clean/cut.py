"""Cut a block in two where a phrase is glued to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.records import Block


def cut_block(block: Block, source_text: str, at: int) -> tuple[Block, Block]:
    """Cut a block before a character of its shown text.

    An edit that the cut would split goes to the second part.  White space at the cut belongs to
    neither part.

    Args:
        block: The block.
        source_text: The whole source text.
        at: Offset into `block.text`, greater than 0 and less than its length.

    Returns:
        The two parts, each a block with its own edits.
    """
    source_at = _source_offset(block, at)
    first_end, second_start = source_at, source_at
    while source_text[first_end - 1].isspace():
        first_end -= 1
    while source_text[second_start].isspace():
        second_start += 1
    return _part(block, source_text, block.source_start, first_end), _part(
        block, source_text, second_start, block.source_end
    )


def _source_offset(block: Block, at: int) -> int:
    """Where a character of the shown text stands in the source; an edit's start for what it wrote."""
    shown, source = 0, block.source_start
    for edit in block.edits:
        run = edit.source_start - source
        if shown + run > at:
            break
        shown += run
        if shown + len(edit.after) > at:
            return edit.source_start
        shown += len(edit.after)
        source = edit.source_end
    return source + at - shown


def _part(block: Block, source_text: str, start: int, end: int) -> Block:
    edits = tuple(e for e in block.edits if start <= e.source_start and e.source_end <= end)
    parts: list[str] = []
    at = start
    for edit in edits:
        parts += (source_text[at : edit.source_start], edit.after)
        at = edit.source_end
    parts.append(source_text[at:end])
    return block._replace(source_start=start, source_end=end, text="".join(parts), edits=edits)
