"""Plain text to blocks: which lines make a paragraph, and what a line's form says it is."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.extract.joints import HAN_OR_KANA, cut_word, meet_unspaced
from ingest.extract.markdown import markdown_page
from ingest.extract.pieces import make_block
from ingest.extract.text.lines import Line, find_lines
from ingest.extract.text.shapes import cell_edits, find_shapes
from ingest.records import Edit, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.metadata import RawDocument
    from ingest.records import Block

LIST_ITEM = re.compile(
    r"(?:[-*+•·‣▪◦●]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})\)|\d{1,3}\.|[①-⑳])[ \t\u00a0\u3000]+(?=\S)"
    r"(?!\d{3}[-.]\d{4}\b|\d{1,4} [-\u2013\u2014](?:\n|\Z))"  # a telephone number, the number of a page
)
_FIRST_WORD = re.compile(r"\S{1,200}")
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]{0,200}+(?![@/:]|\.\w)")  # no address
_SENTENCE_END = re.compile(
    "[.!?\u2026:;\u3002\uff01\uff1f\u061f\u06d4][\"'\u201d\u201c\u2019\u2018\u00bb\u00ab)\\]]*$"
)

# "> We will stay": the mark of mail and forums for somebody else's words, once or several times.
_QUOTED = re.compile(r">(?=[ \t>]|$)[> \t]*", re.MULTILINE)
_SET_IN = 4  # characters of white space from which a paragraph stands apart from those at the margin
_AT_MARGIN = 0.5  # share of a file's lines that stand at the margin where such a paragraph is one
_SPOKEN_WORDS = 8
_SUB_ITEM = 2  # characters of white space before the dash of an item below another

# A hard-wrapped file keeps its lines below a width that a person or a mail program once set.
_WIDEST_WRAP = 120
_NARROWEST_WRAP = 30
_FULL_SHARE = 0.6
_RUNNING_ON_SHARE = 0.25
# Where most lines are short for other reasons, the widest line and those that break off near it tell.
_WIDEST_KEPT = 100
_NARROWEST_KEPT = 60
_FEWEST_FULL = 2
_KEPT_RUNNING_ON = 0.4
_RAGGED = 2


def extract_text(raw: RawDocument) -> Page:
    """Cut plain text or Markdown into blocks.

    Paragraphs are separated by blank lines or stand one on a line, whichever the file does;
    lines that were wrapped at a fixed width are joined again.

    Args:
        raw: A decoded document of media type `text/plain` or `text/markdown`.

    Returns:
        Its page; the source text is the decoded text, unchanged.
    """
    if raw.media_type == "text/markdown":
        return markdown_page(raw.text)
    lines = find_lines(raw.text, 0, len(raw.text))
    return Page(raw.text, tuple(paragraph_blocks(raw.text, lines)))


def paragraph_blocks(source_text: str, lines: Sequence[Line]) -> Iterator[Block]:
    """Group lines into paragraphs and make a block of each."""
    shapes = find_shapes(source_text, lines)
    width = _wrap_width(source_text, [line for i, line in enumerate(lines) if i not in shapes])
    at_margin = sum(line.indent == 0 for line in lines) >= _AT_MARGIN * len(lines)
    first = 0
    quoted_before = False
    for last, line in enumerate(lines):
        if kind := shapes.get(last):
            cells = cell_edits(source_text, line) if kind == "table_row" else ()
            yield make_block(source_text, (line.start, line.end), kind, cells)
            first = last + 1
            continue
        following = lines[last + 1] if last + 1 < len(lines) and last + 1 not in shapes else None
        if following and _meet(source_text, lines[first], line, following, width):
            continue
        quoted_before = at_margin and _is_set_in(
            source_text, lines, first, last, quoted_before=quoted_before, wrapped=width > 0
        )
        yield _paragraph(source_text, lines[first : last + 1], set_in=quoted_before)
        first = last + 1


def _meet(source_text: str, first: Line, line: Line, following: Line, width: int) -> bool:
    """Whether the following line belongs to the paragraph that began with `first`."""
    quoted = _QUOTED.match(source_text, line.start, line.end) is not None
    if quoted or _QUOTED.match(source_text, following.start, following.end):
        return quoted and not following.after_blank and source_text[following.start] == ">"
    return width > 0 and _runs_on(source_text, first, line, following, width)


def _is_set_in(  # noqa: PLR0913 - a paragraph and what stands around it
    source_text: str, lines: Sequence[Line], first: int, last: int, *, quoted_before: bool, wrapped: bool
) -> bool:
    """Whether a paragraph is a quotation set in from the margin.

    All its lines are, and it is a whole sentence; and the text before announces it with a colon, or it goes
    on with such a paragraph, or it has several lines in a wrapped file.
    """
    own = lines[first : last + 1]
    if any(line.indent < _SET_IN for line in own) or LIST_ITEM.match(source_text, own[0].start, own[-1].end):
        return False
    words = sum(len(source_text[line.start : line.end].split()) for line in own)
    if words < _SPOKEN_WORDS or _is_open(source_text, own[-1]):
        return False
    if first and source_text[lines[first - 1].end - 1] == ":":
        return True
    if quoted_before:
        return abs(own[0].indent - lines[first - 1].indent) <= 1
    return wrapped and len(own) > 1 and own[0].after_blank and own[0].indent <= own[1].indent


def _wrap_width(source_text: str, lines: Sequence[Line]) -> int:
    """The width at which a file was wrapped; 0 for a file that was not.

    In a wrapped file hardly any line leaves room for the first word of the next one, and
    many full lines break off where the next goes on, with a small letter where there are any.
    """
    pairs = [(a, b) for a, b in pairwise(lines) if not b.after_blank]
    if len(pairs) < 2:  # noqa: PLR2004 - one pair of lines shows no habit
        return 0
    lengths = sorted(a.indent + a.end - a.start for a, _ in pairs)
    width = lengths[(len(lengths) * 19) // 20]
    if _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        full = [pair for pair in pairs if not _had_room(source_text, *pair, width)]
        running_on = sum(_goes_on_small(source_text, *pair) for pair in full)
        if len(full) >= _FULL_SHARE * len(pairs) and running_on >= _RUNNING_ON_SHARE * len(pairs):
            return width
    return _width_kept(source_text, lines, pairs)


def _width_kept(source_text: str, lines: Sequence[Line], pairs: Sequence[tuple[Line, Line]]) -> int:
    """The width that no line of a file of many short lines goes beyond, where full lines break off; else 0.

    Lists, addresses and headings stand beside the wrapped paragraphs, and a line with room left for the next
    word never goes on with a small letter, as verses do.
    """
    spaced = [line for line in lines if " " in source_text[line.start : line.end]]
    width = max((line.indent + line.end - line.start for line in spaced), default=0)
    if not _NARROWEST_KEPT <= width <= _WIDEST_KEPT:
        return 0
    full = 0
    running_on = 0
    for pair in pairs:
        small = _goes_on_small(source_text, *pair)
        if not _had_room(source_text, *pair, width - _RAGGED):
            full += 1
            running_on += small
        elif small:
            return 0
    return width if full >= _FEWEST_FULL and running_on >= _KEPT_RUNNING_ON * full else 0


def _goes_on_small(source_text: str, line: Line, following: Line) -> bool:
    """Whether a line ends without the end of a sentence, and the next one begins with a small letter."""
    is_small = source_text[following.start].islower()
    small = is_small and _WORD.match(source_text, following.start, following.end) is not None
    goes_on = small or HAN_OR_KANA.match(source_text, following.start) is not None
    return goes_on and _is_open(source_text, line)


def _had_room(source_text: str, line: Line, following: Line, width: int) -> bool:
    """Whether the following line's first word would have fitted on the line."""
    if HAN_OR_KANA.match(source_text, following.start):
        return line.indent + line.end - line.start + 3 <= width
    word = _FIRST_WORD.match(source_text, following.start, following.end)
    length = len(word.group()) if word else 0
    return line.indent + line.end - line.start + 1 + length <= width - 2


def _runs_on(source_text: str, first: Line, line: Line, following: Line, width: int) -> bool:
    """Whether the following line belongs to the paragraph that began with `first`."""
    if following.after_blank or LIST_ITEM.match(source_text, following.start, following.end):
        return False
    if line is not first and following.indent > line.indent + 1:
        return False  # an indented line opens a paragraph
    if not _had_room(source_text, line, following, width):
        return True
    return source_text[following.start].islower() and _goes_on_small(source_text, line, following)


def _is_open(source_text: str, line: Line) -> bool:
    """Whether a line ends without the end of a sentence."""
    return _SENTENCE_END.search(source_text, max(line.start, line.end - 4), line.end) is None


def _paragraph(source_text: str, lines: Sequence[Line], *, set_in: bool) -> Block:
    start, end = lines[0].start, lines[-1].end
    marks = _quote_marks(source_text, lines)
    if marks or set_in:
        return make_block(source_text, (start, end), "block_quote", marks)
    is_item = LIST_ITEM.match(source_text, start, end) or (
        lines[0].indent >= _SUB_ITEM
        and source_text.startswith("\u2013 ", start)  # at the margin it may be speech
    )
    kind = "list_item" if is_item else "paragraph"
    joints = (_joint(source_text, a, b) for a, b in pairwise(lines))
    return make_block(source_text, (start, end), kind, tuple(e for e in joints if e))  # type: ignore[arg-type]  # a Literal


def _quote_marks(source_text: str, lines: Sequence[Line]) -> tuple[Edit, ...]:
    """Edits that take "> " off each line."""
    spans = [m.span() for line in lines if (m := _QUOTED.match(source_text, line.start, line.end))]
    return tuple(Edit("quote_mark", source_text[a:b], "", a, b) for a, b in spans)


def _joint(source_text: str, line: Line, following: Line) -> Edit | None:
    """The edit where two lines meet without a space: Chinese and Japanese, and words cut by a hyphen."""
    gap = source_text[line.end : following.start]
    if meet_unspaced(source_text, line.end, following.start):
        return Edit("unwrap", gap, "", line.end, following.start)
    halves = cut_word(source_text, (line.start, line.end), (following.start, following.end))
    if halves is None:
        return None
    if "".join(halves) in source_text:  # the word stands whole elsewhere in the document
        return Edit("unwrap", "-" + gap, "", line.end - 1, following.start)
    return Edit("unwrap", gap, "", line.end, following.start)
