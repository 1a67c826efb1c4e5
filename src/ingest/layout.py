"""Lay the kept blocks out as one text, and keep the way back to the source."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ingest.records import BLOCK_SEPARATOR, Edit, Section, SectionPlan, SourceMap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.records import Block

# Characters of the kept text that come from one stretch of the source text: where they begin in the former,
# where they begin and end in the latter, and whether they are the same there.
_Run = tuple[int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Layout:
    """The kept text of a document with its sections and the way back to the source text."""

    text: str
    sections: tuple[Section, ...]
    source_map: SourceMap
    edits: tuple[Edit, ...]


def lay_out(plans: Sequence[SectionPlan]) -> Layout:
    """Join the blocks of all sections with one blank line between them."""
    runs: list[_Run] = []
    sections: list[Section] = []
    texts: list[str] = []
    at = 0
    for plan in plans:
        section_start = at
        for block in plan.blocks:
            if block.edits:
                runs.extend(_runs(block, at))
            else:
                runs.append((at, block.source_start, block.source_end, True))
            texts.append(block.text)
            at += len(block.text) + len(BLOCK_SEPARATOR)
        sections.append(_section(plan, section_start))
    return Layout(
        text=BLOCK_SEPARATOR.join(texts),
        sections=tuple(sections),
        source_map=SourceMap(*zip(*runs, strict=True)) if runs else SourceMap((), (), (), ()),
        edits=tuple(chain.from_iterable(block.edits for plan in plans for block in plan.blocks)),
    )


def _section(plan: SectionPlan, char_start: int) -> Section:
    text = BLOCK_SEPARATOR.join(block.text for block in plan.blocks)
    return Section(
        tag=plan.tag,
        tag_rule=plan.tag_rule,
        heading=plan.blocks[0].text if plan.has_heading else None,
        level=plan.level,
        text=text,
        char_start=char_start,
        char_end=char_start + len(text),
        source_start=plan.blocks[0].source_start,
        source_end=plan.blocks[-1].source_end,
    )


def _runs(block: Block, char_start: int) -> Iterator[_Run]:
    """Cut a block at its edits: verbatim runs, and one run for each non-empty `after`."""
    at, source_at = char_start, block.source_start
    for edit in block.edits:
        if edit.source_start > source_at:
            yield at, source_at, edit.source_start, True
            at += edit.source_start - source_at
        if edit.after:
            yield at, edit.source_start, edit.source_end, False
            at += len(edit.after)
        source_at = edit.source_end
    if block.source_end > source_at:
        yield at, source_at, block.source_end, True


def to_source(source_map: SourceMap, char_start: int, char_end: int) -> tuple[int, int]:
    """Find the source span of a span of kept text.

    A span that begins or ends inside an edit takes the whole edit.

    Args:
        source_map: The document's map.
        char_start: Start in the kept text; a character of a block.
        char_end: End in the kept text, greater than `char_start`.

    Returns:
        Start and end in the source text.
    """
    starts = source_map.char_starts
    first = last = bisect_right(starts, char_start) - 1
    if last + 1 < len(starts) and starts[last + 1] < char_end:  # seldom: most spans lie in one run
        last = bisect_right(starts, char_end - 1, last) - 1
    source_start = source_map.source_starts[first]
    if source_map.verbatim[first]:
        source_start += char_start - source_map.char_starts[first]
    if source_map.verbatim[last]:
        return source_start, source_map.source_starts[last] + char_end - source_map.char_starts[last]
    return source_start, source_map.source_ends[last]
