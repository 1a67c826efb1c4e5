"""Page furniture that stands glued to a paragraph: a "Login" at its end, tags around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.clean.rules import LEADING_TAGS, TRAILING_TAGS
from ingest.clean.rules.phrases import match_head, match_tail, may_be_glued
from ingest.clean.rules.verdicts import Verdict, verdict_of
from ingest.edits import apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.records import Block

_MOST_TAILS = 8  # each cut copies the paragraph


def unglue(
    blocks: Sequence[Block], verdicts: Sequence[Verdict | None], source_text: str
) -> list[tuple[Block, Verdict | None]]:
    """Cut off what is glued to the ends of the kept blocks.

    Args:
        blocks: The blocks of a document.
        verdicts: Why each of them is dropped; None for those that are kept.
        source_text: The whole source text.

    Returns:
        The blocks and their parts in order, the kept ones with None, the others with their verdicts.
    """
    pairs = list(zip(blocks, verdicts, strict=True))
    glued = may_be_glued([block.text for block, verdict in pairs if verdict is None])
    pieces: list[tuple[Block, Verdict | None]] = []
    for block, verdict in pairs:
        if verdict is not None:
            pieces.append((block, verdict))
        elif block.dom is None:
            pieces.extend(_unglue_tags(block, source_text))
        elif block.text in glued:
            pieces.extend(_unglue_phrases(block, source_text))
        else:
            pieces.append((block, None))
    return pieces


def _unglue_tags(block: Block, source_text: str) -> Iterator[tuple[Block, Verdict | None]]:
    """As `_unglue_phrases`, and tags that were left over around the text of a plain-text line."""
    verdict = verdict_of("markup_remains")
    head = LEADING_TAGS.match(block.text)
    if head and head.end() < len(block.text):
        tags, block = cut_block(block, source_text, head.end())
        yield tags, verdict
    tail = TRAILING_TAGS.search(block.text) if block.text.endswith((">", ">.")) else None
    if tail and tail.start() > 0:
        block, tags = cut_block(block, source_text, tail.start())
    yield from _unglue_phrases(block, source_text)
    if tail and tail.start() > 0:
        yield tags, verdict


def _unglue_phrases(block: Block, source_text: str) -> Iterator[tuple[Block, Verdict | None]]:
    """A kept block, and the wordings glued to its ends."""
    head = match_head(block.text)
    if head:
        furniture, block = cut_block(block, source_text, head[1])
        yield furniture, verdict_of(head[0])
    tails: list[tuple[Block, Verdict | None]] = []
    while len(tails) < _MOST_TAILS and (tail := match_tail(block.text)):
        block, furniture = cut_block(block, source_text, tail[1])
        tails.append((furniture, verdict_of(tail[0])))
    yield block, None
    yield from reversed(tails)


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
    text = apply_edits(source_text, start, end, edits)
    return block._replace(source_start=start, source_end=end, text=text, edits=edits)
