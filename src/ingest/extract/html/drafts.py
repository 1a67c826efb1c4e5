"""From a stretch of a page's character data to a block: its text, mended, and the joints of its layout."""

# ruff: noqa: RUF001 - quotation marks

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from ingest.edits import mend
from ingest.records import Block, Edit, maker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.dom import Dom
    from ingest.records import BlockKind

CELL_SEPARATOR = " | "
_new_block = maker(Block)
_MARKS = frozenset("\"'“”„‟‘’‚‛«»‹›「」『』")
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n\s*")


class Draft(NamedTuple):
    """A block that has been read, before its text is mended.

    Attributes:
        start: Its first visible character in the source text.
        end: One past its last.
        breaks: Where single line breaks stand inside it, ascending.
        cells: Where the cells of a table row begin, ascending.
        quoted: Spans of its `<q>`, inner ones first.
        dom: Its place in the page.
        kind: What its markup says it is.
        level: Its heading level.
        seams: Where the items of a run that reads as one block begin, ascending; the first left out.
    """

    start: int
    end: int
    breaks: list[int]
    cells: list[int]
    quoted: list[tuple[int, int]]
    dom: Dom
    kind: BlockKind
    level: int
    seams: tuple[int, ...] = ()


def finish_drafts(source_text: str, drafts: Iterable[Draft]) -> tuple[Block, ...]:
    """Make the blocks of drafts; preformatted text is cut at its blank lines."""
    blocks: list[Block] = []
    for draft in drafts:
        if draft.kind == "preformatted":
            blocks += (_finish(source_text, start, end, draft) for start, end in _parts(source_text, draft))
        else:
            blocks.append(_finish(source_text, draft.start, draft.end, draft))
    return tuple(blocks)


def mended(block: Block, source_text: str) -> Block:
    """A block whose text can be read: that of menus, which none but a user keeps, is still the source's."""
    if block.dom is None or not block.dom.is_menu:
        return block
    text, edits = mend(source_text, block.source_start, block.source_end)
    return block._replace(text=text, edits=edits) if text else block


def _parts(source_text: str, draft: Draft) -> Iterator[tuple[int, int]]:
    """Where the parts between blank lines stand."""
    cuts = [match.span() for match in _BLANK_LINE.finditer(source_text, draft.start, draft.end)]
    starts, ends = [draft.start, *(e for _, e in cuts)], [*(s for s, _ in cuts), draft.end]
    for start, end in zip(starts, ends, strict=True):
        yield start, start + len(source_text[start:end].rstrip())


def _finish(source_text: str, start: int, end: int, draft: Draft) -> Block:
    _, _, breaks, cells, quoted, dom, kind, level, seams = draft
    if breaks or cells or quoted:
        text, edits = _shape(source_text, start, end, draft)
    elif seams and dom.is_menu:  # half of all edits would be here
        text, edits = source_text[start:end], ()
    else:
        text, edits = mend(source_text, start, end)
    if text:
        inside = tuple([at for at in seams if start < at < end]) if seams else ()
        return _new_block((kind, start, end, text, edits, level, dom, False, None, "", inside))
    return Block("hidden", start, end, source_text[start:end], dom=dom)  # nothing but invisible characters


def _shape(source_text: str, start: int, end: int, draft: Draft) -> tuple[str, tuple[Edit, ...]]:
    """Mend the text between the places where the layout alone parts two words."""
    joints = [joint for at in _inside(draft.breaks, start, end) if (joint := _break_joint(source_text, at))]
    joints += [
        joint
        for at in _inside(draft.cells, start, end)
        if (joint := _cell_joint(source_text, at, start, end))
    ]
    if draft.quoted and draft.kind != "preformatted":  # code stays as it is
        closers, openers = _quote_marks(source_text, draft, start, end, joints)
        joints = [*closers, *joints, *openers]
    texts: list[str] = []
    edits: list[Edit] = []
    at = start
    for joint in sorted(joints, key=lambda edit: edit.source_start):
        if joint.source_start < at:
            continue
        text, found = mend(source_text, at, joint.source_start)
        texts += (text, joint.after)
        edits += (*found, joint)
        at = joint.source_end
    text, found = mend(source_text, at, end)
    return "".join((*texts, text)), (*edits, *found)


def _inside(places: list[int], start: int, end: int) -> list[int]:
    """Those of the ascending places that lie between two others."""
    return places[bisect_right(places, start) : bisect_left(places, end)]


def _break_joint(source_text: str, at: int) -> Edit | None:
    """A line break reads as a space where no white space stands beside it."""
    if source_text[at - 1].isspace() or source_text[at : at + 1].isspace():
        return None
    return Edit("line_break", "", " ", at, at)


def _quote_marks(
    source_text: str, draft: Draft, start: int, end: int, joints: Sequence[Edit]
) -> tuple[list[Edit], list[Edit]]:
    """The marks that a browser shows around `<q>`, single ones inside another: closing ones, opening ones.

    White space beside a mark goes into its edit, but for what one of the joints has taken.
    """
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    outer_end = -1
    quoted = [span for span in draft.quoted if start < span[1] and span[0] < end]
    for left, right in sorted(quoted, key=lambda span: (span[0], -span[1])):
        first, last = _visible(source_text, max(left, start), min(right, end))
        if first < last and not _is_marked(source_text, first, last):
            marks = "‘’" if right <= outer_end else "“”"
            opening[first] = opening.get(first, "") + marks[0]
            closing[last] = marks[1] + closing.get(last, "")
        outer_end = max(outer_end, right)
    taken = {at for joint in joints for at in (joint.source_start, joint.source_end)}
    closers = []
    for at, marks in sorted(closing.items()):
        right = at
        while right < end and right not in taken and source_text[right].isspace():
            right += 1
        taken.add(right)
        closers.append(Edit("quoted_markup", source_text[at:right], marks + " " * (right > at), at, right))
    openers = []
    for at, marks in sorted(opening.items()):
        left = at
        while left > start and left not in taken and source_text[left - 1].isspace():
            left -= 1
        openers.append(Edit("quoted_markup", source_text[left:at], " " * (left < at) + marks, left, at))
    return closers, openers


def _is_marked(source_text: str, first: int, last: int) -> bool:
    """Whether quotation marks stand at either end of a stretch, or right beside it."""
    ends = source_text[max(0, first - 1) : first + 1] + source_text[last - 1 : last + 1]
    return not _MARKS.isdisjoint(ends)


def _visible(source_text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the white space at its ends; its end before its start where it holds nothing else."""
    text = source_text[start:end]
    return end - len(text.lstrip()), start + len(text.rstrip())


def _cell_joint(source_text: str, at: int, start: int, end: int) -> Edit | None:
    """What parts two cells of a table row, with the white space around it."""
    left = at
    while left > start and source_text[left - 1].isspace():
        left -= 1
    right = at
    while right < end and source_text[right].isspace():
        right += 1
    if left <= start or right >= end:
        return None
    return Edit("table_cell", source_text[left:right], CELL_SEPARATOR, left, right)
