"""Find the stretches of a paragraph that stand between quotation marks.

Marks are paired paragraph by paragraph, so that an odd mark costs its own quotation and no other.
A stretch that is still open where its paragraph ends goes on in the next one when that opens with
the same mark (the convention of quotations over paragraphs), and else ends with its paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What may close a quotation, by the mark that opens it.  Straight marks close with themselves.
_CLOSERS = {
    "“": "”",
    "„": "“”",
    "‟": "”",
    '"': '"',
    "''": "''",
    "``": "''",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
    "＂": "＂",
}

# One alternative for each mark; apostrophes and inch marks are told apart by what surrounds them.
_MARK = re.compile(r"''|``|[“”„‟\"«»‹›「」『』‘’‚'＂]")
# A cheap sight test: paragraphs without these hold no quotation.
MAY_QUOTE = re.compile(r"[“„‟\"«»「『‘‚”＂]|''|``|‹|(?<!\w)'(?=\w)")
_ELISION = re.compile(r"['’‘](?:\d\ds?\b|(?:em|tis|twas|til|till|cause|bout|n|round|neath|cuz)\b)", re.IGNORECASE)
_OPENS_AFTER = frozenset(" \t\n\r\u00a0\u202f\u2009([{—–-―/:;,.…<>“„\"'‘«「『\u200b\ufeff")
_PLURAL_POSSESSIVE = re.compile(r"[sS]['’] \w")
# How many marks ahead a closing one is looked for; it bounds the work on absurd input.
_REACH = 64
_SINGLE = frozenset("‘'‚")


@dataclass(slots=True)
class Region:
    """One stretch between marks; offsets are those of the whole text, marks excluded.

    Attributes:
        start: After the opening mark and white space.
        end: Before the closing mark and white space.
        outer_start: At the opening mark.
        outer_end: After the closing mark.
        mark: The opening mark; `block` for a block quote, `dash` for a line of dialogue.
        is_closed: Whether the closing mark stands in the paragraph.
        continues: Whether it goes on from the paragraph before.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    mark: str
    is_closed: bool = True
    continues: bool = False


def find_regions(text: str, start: int, end: int, open_mark: str = "") -> list[Region]:
    """Pair the marks of one paragraph.

    Args:
        text: The whole text.
        start: Where the paragraph begins.
        end: Where it ends.
        open_mark: The mark of a quotation that the paragraph before left open.

    Returns:
        The outermost stretches in order; none is empty, none overlaps another.
    """
    marks = [(m.start(), m.group()) for m in _MARK.finditer(text, start, end)]
    if not marks and not open_mark:
        return []
    regions: list[Region] = []
    i = 0
    if open_mark:
        i = _resume(text, start, end, open_mark, marks, regions)
    while i < len(marks):
        at, mark = marks[i]
        if not _can_open(text, start, end, at, mark):
            i += 1
            continue
        j = _closing(text, start, end, marks, i)
        if j >= 0:
            _add(regions, text, (at, at + len(mark)), (marks[j][0], marks[j][0] + len(marks[j][1])), mark)
            i = j + 1
            continue
        i += 1
        if mark in _SINGLE:
            continue
        # Unclosed: up to the next mark that opens, or to the paragraph's end.
        k = next((k for k in range(i, min(i + _REACH, len(marks))) if _is_double_opening(text, start, end, marks, k)), -1)
        stop = marks[k][0] if k >= 0 else end
        _add(regions, text, (at, at + len(mark)), (stop, stop), mark, is_closed=False)
    return regions


def _resume(
    text: str, start: int, end: int, open_mark: str, marks: list[tuple[int, str]], regions: list[Region]
) -> int:
    """Go on with the quotation that the paragraph before left open; return the next mark to read."""
    if marks and marks[0][0] == start and _same_family(marks[0][1], open_mark):
        j = _closing(text, start, end, marks, 0)
        stop = (marks[j][0], marks[j][0] + len(marks[j][1])) if j >= 0 else (end, end)
        others = j < 0 and any(
            _is_double_opening(text, start, end, marks, k) for k in range(1, min(_REACH, len(marks)))
        )
        if not others:
            _add(regions, text, (start, start + len(marks[0][1])), stop, marks[0][1], is_closed=j >= 0)
            if regions:
                regions[-1].continues = True
            return j + 1 if j >= 0 else len(marks)
        return 0
    # No mark at the start: the paragraph belongs to it when its first mark is one that closes.
    for k, (at, mark) in enumerate(marks[:_REACH]):
        if _can_open(text, start, end, at, mark) and mark not in _SINGLE:
            return 0
        if _closes(text, start, at, mark, open_mark):
            _add(regions, text, (start, start), (at, at + len(mark)), open_mark)
            if regions:
                regions[-1].continues = True
            return k + 1
    return 0


def _same_family(mark: str, other: str) -> bool:
    return mark == other or _CLOSERS.get(other, "") == mark or {mark, other} <= set('"“')


def _add(
    regions: list[Region],
    text: str,
    opening: tuple[int, int],
    closing: tuple[int, int],
    mark: str,
    *,
    is_closed: bool = True,
) -> None:
    start, end = opening[1], closing[0]
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(c.isalnum() for c in text[start:end]):
        regions.append(Region(start, end, opening[0], closing[1], mark, is_closed))


def _can_open(text: str, start: int, end: int, at: int, mark: str) -> bool:
    after = at + len(mark)
    if after >= end:
        return False
    if mark in "“„‟「『``«‹＂":
        return True
    if mark in "”’›」』":
        return False
    before = text[at - 1] if at > start else " "
    follows = text[after]
    if mark == "»":  # opens in the German manner only: »so«
        return not follows.isspace() and text.find("«", after, min(end, after + 2000)) >= 0 and (at == start or before.isspace())
    if mark == "‘":
        return not before.isalnum() and not follows.isspace() and not _is_elision(text, at, end)
    if mark == "'":
        opens = before.isspace() or before in "([{—–\"“" or at == start
        return opens and follows.isalnum() and not _is_elision(text, at, end)
    if mark == "‚":
        return not follows.isspace() and (at == start or before.isspace())
    # Straight double marks: by what surrounds them.
    return before in _OPENS_AFTER or follows.isalnum() and not before.isalnum() and before not in "?!%)"


def _is_elision(text: str, at: int, end: int) -> bool:
    return _ELISION.match(text, at, min(end, at + 8)) is not None


def _closes(text: str, start: int, at: int, mark: str, opened: str) -> bool:
    closers = _CLOSERS[opened]
    if mark not in closers and not (opened in "“\"''``" and mark in ("”", '"', "''")):
        return False
    if opened in _SINGLE:
        return at > start and not text[at - 1].isspace() and not text[at + 1 : at + 2].isalnum()
    return True


def _closing(text: str, start: int, end: int, marks: list[tuple[int, str]], i: int) -> int:
    """Index of the mark that closes mark `i`; -1 where none does."""
    opened = marks[i][1]
    if opened in _SINGLE:
        return _closing_single(text, start, end, marks, i)
    straight = opened in ('"', "''", "``", "＂")
    exact = -1
    for j in range(i + 1, min(i + _REACH, len(marks))):
        at, mark = marks[j]
        if mark in ("'", "’", "‘", "‚", "‹", "›"):
            continue
        if mark in _CLOSERS[opened]:
            if straight and _reopens(text, start, end, at, mark):
                # An opening mark where a closing one was due: this one is odd, unless it has no other.
                return -1
            return j
        if exact < 0 and opened in "“\"``''" and mark in ("”", '"', "''"):
            if mark == '"' and _reopens(text, start, end, at, mark):
                continue
            exact = j  # a mixed convention: “so", "so”
        if mark == opened and not straight and opened != "»":
            return exact  # “ ... “: the first was never closed
    return exact


def _reopens(text: str, start: int, end: int, at: int, mark: str) -> bool:
    """Whether a straight mark can only open: white space before it, a word after it."""
    after = at + len(mark)
    before = text[at - 1] if at > start else " "
    return after < end and (before.isspace() or before in "([") and text[after].isalnum()


def _closing_single(text: str, start: int, end: int, marks: list[tuple[int, str]], i: int) -> int:
    """A single mark closes where no letter follows; one that may be a plural's only for want of a better."""
    found = -1
    for j in range(i + 1, min(i + _REACH, len(marks))):
        at, mark = marks[j]
        if not _closes(text, start, at, mark, marks[i][1]):
            if found >= 0 and _can_open(text, start, end, at, mark):
                break
            continue
        if not _PLURAL_POSSESSIVE.match(text, at - 1, end):
            return j
        if found < 0:
            found = j
    return found


def _is_double_opening(text: str, start: int, end: int, marks: list[tuple[int, str]], k: int) -> bool:
    at, mark = marks[k]
    return mark not in _SINGLE and mark not in "’›" and _can_open(text, start, end, at, mark)
