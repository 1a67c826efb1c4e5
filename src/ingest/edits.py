"""The few named changes that kept characters may undergo; everything else stays as it stood.

Each block's source slice goes through `mend` once.  What comes out is the text that people
read, and the edits that turn the one into the other: `source[start:end]` with the edits applied
equals the text, character for character.  Nothing here guesses at wording: quotation marks,
dashes, accents and spelling are the author's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.records import Edit, maker

if TYPE_CHECKING:
    from collections.abc import Iterator

EDIT_RULES = {
    "white_space": (
        "A run of white space other than one plain space (line break, tab, no-break space, doubled space, "
        "with any invisible characters inside it) is layout of the source and reads as one space."
    ),
    "invisible": (
        "A character without width or ink (soft hyphen, zero-width space, byte order mark, control) splits "
        "words for a search and says nothing; joiners inside Arabic, Indic and emoji sequences and marks of "
        "writing direction do say something and stay."
    ),
    "mojibake": "UTF-8 that was once read as Windows-1252 or Mac Roman; only runs that ftfy is sure of.",
    "entity": (
        "A character reference that was escaped twice or left over in plain text (`&amp;amp;`, `&#8217;`) "
        "stands for the one character that it names."
    ),
    "unwrap": (
        "Lines wrapped at a fixed width meet again without a space: Chinese and Japanese text, and words "
        "cut by a hyphen (the hyphen goes only where the whole word stands elsewhere in the document)."
    ),
    "hyphenation": (
        "A hyphen at the end of a line of a page cuts a word: the word is whole again. It stays where the "
        "word stands with it elsewhere in the document."
    ),
    "mark": (
        "A mark of a text format (in Markdown `#`, `**`, a list bullet, a link's target) says how to show "
        "the words beside it."
    ),
    "quote_mark": (
        "The `>` that mail and forums put before each line of somebody else's words marks a block quote."
    ),
    "line_break": (
        "A `<br>` inside a paragraph parts two words where no white space stands; it reads as one space."
    ),
    "quoted_markup": (
        "A quotation that the markup alone marks (`<q>`) stands between the marks that a browser shows "
        "around it."
    ),
    "table_cell": (
        "The cells of a table row are parted by markup alone; in the text a bar stands between them."
    ),
}
"""What can stand in `edits.rule`, and why such a change is right, in words that an analyst can read."""

_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are no white space
    "\u00ad"  # soft hyphen
    "\u180e\u200b\u2060-\u2064\ufeff"  # zero-width spaces, word joiner, invisible operators, byte order mark
    "\ufff9-\ufffc\ufffe\uffff"  # interlinear annotation, object placeholder, noncharacters
)
# Scripts in which a joiner or non-joiner changes the shape of the letters, at a word's end too.
_JOINING = (
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\ua840-\ua87f\ua8e0-\ua8ff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = "\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff"
_TAGS = "\U000e0000-\U000e007f"  # spell out a flag after a waving black flag; hidden text elsewhere

# Every search begins with one character class, which `re` scans fastest; the exact rule is asked there only.
_ODD = re.compile(f"[^\\S ]|[{_INVISIBLE}\u200c\u200d{_TAGS}]")
_BLANK = re.compile(
    f"(?:[\\s{_INVISIBLE}]|(?<![{_JOINING}{_EMOJI}])[\u200c\u200d]|(?<![\U0001f3f4{_TAGS}])[{_TAGS}]+)+"
)
_WHITE = re.compile(r"\s")
# White space but for single plain spaces, and characters that ask for more than folding it.
_LAYOUT = re.compile(r"(?: (?=\s)|[^\S ])\s*")
_INVISIBLES = re.compile(f"[{_INVISIBLE}\u200c\u200d{_TAGS}]")
_NOT_WHITE = re.compile(r"\S+")
_new_edit = maker(Edit)

# What the bytes 0x80 to 0xBF look like when read as Windows-1252 (or, where it has none, Latin-1).
_TRAIL = (
    "[\x80-\xbf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
_LEAD = re.compile("[\x80-\x84\x86-\x9f\xc2-\xf4\u201a\u221a]")
_CANDIDATE = re.compile(
    f"(?:[\xc2-\xdf]{_TRAIL}|[\xe0-\xef]{_TRAIL}{_TRAIL}|[\xf0-\xf4]{_TRAIL}{_TRAIL}{_TRAIL})+"
    "|(?<=[a-z.,;:?!])\xc2 "  # what was a no-break space
    "|\u201a\u00c4[^\x00-\x7f]"  # read as Mac Roman: quotation marks and dashes
    "|\u221a[^\x00-\x7f]"  # read as Mac Roman: accented Latin letters
    "|[\x80-\x84\x86-\x9f]+"  # Windows-1252 declared as Latin-1
)
# Where a candidate may begin: most accented letters have one of ASCII after them.
_MAY_BE_WRONG = re.compile(
    "[\x80-\x84\x86-\x9f\xc2-\xf4\u201a\u221a](?:[^\x00-\x7f]|(?<=\xc2) |(?<=[\x80-\x9f]))"
)
_ENTITY = re.compile(
    r"(?:&(?:amp;){0,4}(?:nbsp|#160|#xa0|ensp|emsp|thinsp);\s*)+"
    r"|(?P<name>&(?:amp;){0,4}(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
)
_MOST_ESCAPES = 6
_C1_ONLY = re.compile("[\x80-\x9f]+")
_LONGEST_CACHED = 64


_INK = re.compile(f"[^\\s{_INVISIBLE}\u200c\u200d\u200e\u200f\u2028-\u202e\u2066-\u2069{_TAGS}]")


def has_ink(text: str) -> bool:
    """Whether a text has a character that a reader could see."""
    return _INK.search(text) is not None


def mend(source_text: str, start: int, end: int) -> tuple[str, tuple[Edit, ...]]:
    r"""Give the kept text of a source slice, and the edits that make it.

    Args:
        source_text: The whole source text.
        start: Where the slice begins; no white space stands there.
        end: Where it ends; no white space stands before it.

    Returns:
        The text, and the edits in order, not overlapping, with offsets into `source_text`.  The text
        holds no white space but single plain spaces inside it.  It is empty only where the slice
        holds nothing but invisible characters.

    >>> mend("one\ntwo", 0, 7)
    ('one two', (Edit(rule='white_space', before='\n', after=' ', source_start=3, source_end=4),))
    """
    text = source_text[start:end]
    if text.isascii() and text.isprintable() and "  " not in text and "&" not in text:
        return text, ()  # most text, and these looks take a fifth of the time that a search takes
    if "&" not in text or not _ENTITY.search(source_text, start, end):
        folded = text if text.isprintable() and "  " not in text else " ".join(text.split())
        if _is_visible(folded) and (text.isascii() or not _is_wrong(source_text, start, end)):
            return folded, () if folded == text else tuple(_layout(source_text, start, end))
    edits = tuple(_edits(source_text, start, end))
    if not edits:
        return text, ()
    return apply_edits(source_text, start, end, edits), edits


def _is_visible(text: str) -> bool:
    """Whether a text without odd white space has no invisible character."""
    # Of what is invisible, U+FFFC alone is printable; to ask so takes a fifth of the time of a search.
    return (text.isprintable() and "\ufffc" not in text) or _INVISIBLES.search(text) is None


def _is_wrong(source_text: str, start: int, end: int) -> bool:
    """Whether a slice holds a run that was decoded wrongly."""
    if _MAY_BE_WRONG.search(source_text, start, end) is None:
        return False
    return next(_wrong_runs(source_text, start, end), None) is not None


def _layout(source_text: str, start: int, end: int) -> list[Edit]:
    """The edits of a slice in which nothing but white space is odd."""
    found = _LAYOUT.finditer(source_text, start, end)
    return [_new_edit(("white_space", match[0], " ", *match.span())) for match in found]


def apply_edits(source_text: str, start: int, end: int, edits: tuple[Edit, ...]) -> str:
    """Apply edits to a source slice; what `mend` promises, spelt out.

    Args:
        source_text: The whole source text.
        start: Where the slice begins.
        end: Where it ends.
        edits: Edits inside the slice, in order, not overlapping.

    Returns:
        The text after the edits.
    """
    parts: list[str] = []
    at = start
    for edit in edits:
        parts.append(source_text[at : edit.source_start])
        parts.append(edit.after)
        at = edit.source_end
    parts.append(source_text[at:end])
    return "".join(parts)


def _edits(source_text: str, start: int, end: int) -> Iterator[Edit]:
    """All edits of a slice: mojibake first decides its runs, the others take what lies between."""
    at = start
    for edit in _mojibake(source_text, start, end):
        yield from _plain_edits(source_text, at, edit.source_start, start, end)
        yield edit
        at = edit.source_end
    yield from _plain_edits(source_text, at, end, start, end)


def _plain_edits(source_text: str, at: int, to: int, start: int, end: int) -> Iterator[Edit]:
    """Edits of entities, white space and invisible characters between two places of a slice."""
    if source_text.find("&", at, to) >= 0:
        for match in _ENTITY.finditer(source_text, at, to):
            run_start, run_end = match.span()
            meant = _unescaped(match["name"]) if match["name"] else " "
            if meant == " ":
                while run_start > at and source_text[run_start - 1].isspace():
                    run_start -= 1
                meant = "" if run_start == start or run_end == end else " "
            if meant is not None:
                yield from _blanks(source_text, at, run_start, start, end)
                yield Edit("entity", source_text[run_start:run_end], meant, run_start, run_end)
                at = run_end
    yield from _blanks(source_text, at, to, start, end)


def _unescaped(reference: str) -> str | None:
    """The visible character that a reference names; None where it names none."""
    text = reference
    for _ in range(_MOST_ESCAPES):
        if len(text) == 1:
            break
        text = unescape(text)
    return text if len(text) == 1 and has_ink(text) else None


def _blank_runs(source_text: str, at: int, to: int) -> Iterator[tuple[int, int]]:
    """Spans of blank runs between two places, but for single plain spaces."""
    doubled = source_text.find("  ", at, to)
    odd = _ODD.search(source_text, at, to)
    while odd or doubled >= 0:
        if odd and (doubled < 0 or odd.start() <= doubled):
            run_start = odd.start()
            if run_start > at and source_text[run_start - 1] == " ":
                run_start -= 1
        else:
            run_start = doubled
        match = _BLANK.match(source_text, run_start, to)
        if match and match.group() != " ":
            yield match.span()
        at = max(match.end() if match else 0, run_start + 1, odd.end() if odd and run_start != doubled else 0)
        if -1 < doubled < at:
            doubled = source_text.find("  ", at, to)
        if odd and odd.start() < at:
            odd = _ODD.search(source_text, at, to)


def _blanks(source_text: str, at: int, to: int, start: int, end: int) -> Iterator[Edit]:
    """Edits of white space and invisible characters between two places of a slice."""
    for run_start, run_end in _blank_runs(source_text, at, to):
        run = source_text[run_start:run_end]
        whites = _WHITE.findall(run)
        if run_start == start or run_end == end:
            yield Edit("white_space" if whites else "invisible", run, "", run_start, run_end)
        elif not whites:
            yield Edit("invisible", run, "", run_start, run_end)
        elif whites == [" "]:
            for part in _NOT_WHITE.finditer(run):
                yield Edit("invisible", part.group(), "", run_start + part.start(), run_start + part.end())
        else:
            yield Edit("white_space", run, " ", run_start, run_end)


def _wrong_runs(source_text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Spans that were decoded wrongly, each with what they mean."""
    lead = _LEAD.search(source_text, start, end)
    while lead:
        at = lead.end()
        match = _CANDIDATE.match(source_text, lead.start(), end)
        if match:
            run = match.group()
            fixed = _fix_cached(run) if len(run) <= _LONGEST_CACHED else _fix(run)
            at = match.end()
            if fixed:
                yield match.start(), match.end(), fixed
        lead = _LEAD.search(source_text, at, end)


def _mojibake(source_text: str, start: int, end: int) -> Iterator[Edit]:
    """Runs that ftfy is sure of, each with the blanks that it would leave doubled."""
    floor = start
    previous_after = ""
    runs = [*_wrong_runs(source_text, start, end), (end, end, "")]
    for (wrong_start, wrong_end, fixed), (ceiling, _, _) in pairwise(runs):  # the next may look like a blank
        run_start, run_end = wrong_start, wrong_end
        if _BLANK.fullmatch(fixed[0]):
            while run_start > floor and _BLANK.fullmatch(source_text[run_start - 1]):
                run_start -= 1
        if _BLANK.fullmatch(fixed[-1]) and (blank := _BLANK.match(source_text, run_end, ceiling)):
            run_end = blank.end()
        meant = source_text[run_start:wrong_start] + fixed + source_text[wrong_end:run_end]
        after = _BLANK.sub(_one_space, meant)
        if run_start == start or (run_start == floor and previous_after.endswith(" ")):
            after = after.lstrip(" ")
        if run_end == end:
            after = after.rstrip(" ")
        yield Edit("mojibake", source_text[run_start:run_end], after, run_start, run_end)
        floor, previous_after = run_end, after


def _one_space(match: re.Match[str]) -> str:
    return " " if _WHITE.search(match.group()) else ""


def _fix(run: str) -> str | None:
    """What the run was before it was decoded wrongly; None where that is not certain."""
    if _C1_ONLY.fullmatch(run):
        try:
            return run.encode("latin-1").decode("cp1252")
        except UnicodeDecodeError:
            return None
    # Takes 80 ms to import, and few documents need it.
    from ftfy import fix_encoding  # noqa: PLC0415
    from ftfy.badness import is_bad  # noqa: PLC0415

    if not is_bad(run):
        return None
    fixed = fix_encoding(run)
    sure = fixed != run and len(fixed) < len(run) and "\ufffd" not in fixed and not is_bad(fixed)
    return fixed if sure else None


# The same few runs come thousands of times in a document that has them.
_fix_cached = lru_cache(maxsize=1024)(_fix)
