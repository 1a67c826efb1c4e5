"""Find the stretches of a paragraph that stand between quotation marks.

Marks are paired paragraph by paragraph, so that an odd mark costs its own quotation and no other.
A stretch that is still open where its paragraph ends goes on in the next one when that opens with
the same mark (the convention of quotations over paragraphs), and else ends with its paragraph.
"""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.quotes.paragraphs.lexicon import cues, word_classes
from ingest.records import BLOCK_SEPARATOR

# What may close a quotation, by the mark that opens it.
_CLOSERS = {
    "“": "”",
    "„": "“”",
    "›": "‹",
    "”": "”",
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
    "`": "'’",
    "＂": "＂",
}
_ALWAYS_OPEN = frozenset(("“", "„", "‟", "「", "『", "``", "«", "‹", "＂"))
_NEVER_OPEN = frozenset(("’", "」", "』"))
_SINGLE = frozenset(("‘", "'", "‚", "`"))
_MINOR = frozenset(("'", "’", "‘", "‚", "‹", "›", "`"))  # never close a quotation in double marks
_OWN_MINOR = {"‹": "›", "›": "‹"}
_INWARD = {"»": "«", "›": "‹"}
_STRAIGHT = frozenset(('"', "''", "``", "＂"))
# Writers mix these; one closes another where its own partner is missing.
_MIXED = frozenset(("“", "”", "„", '"', "''", "``"))

_MARK = re.compile(r"''|``|[“”„‟\"«»‹›「」『』‘’‚'`＂]")
# A cheap sight test: a paragraph without these holds no quotation.
MAY_QUOTE = re.compile(r"[“„‟\"«»「『‘‚”＂‹]|''|``|(?<!\w)['`](?=\w)")
_ELISION = re.compile(r"['’‘](?:\d\ds?|em|tis|twas|til|till|cause|bout|n|round|neath|cuz)\b", re.IGNORECASE)
_PLURAL_POSSESSIVE = re.compile(r"[sS]['’] \w")
_FEET_AND_INCHES = re.compile(r"\d['’]\s?\d\d?\Z")
_OPENS_AFTER = frozenset(" \t\n\r\u00a0\u202f\u2009([{—–-―/:;,.…<>“„\"'‘«「『\u200b\ufeff")
# An attribution inside a quotation that was never closed: ", Lund said.", ", said the mayor."; or, at its
# end, that of the next one: ". Lund said".
_NAMED = r"(?:[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}|[Tt]he \w+|he|she|they)"
_ATTRIBUTED = re.compile(
    rf",(?= (?:{_NAMED} (?P<after>\w+)|(?P<before>\w+) (?P<nouns>(?:[a-z]+ ){{0,3}}?){_NAMED})\b)"
)
_ENDS_SENTENCE = re.compile(r" \w+ (?:[a-z]+ ){0,3}[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3}\.(?=\s|\Z)")
_LEADS_ON = re.compile(rf"[.!?](?= {_NAMED} (?P<verb>\w+)[,:]?\s*\Z)")
# How many marks ahead a closing one is looked for; it bounds the work on absurd input.
_REACH = 64
_UNSPACED = "\u2e80"  # from here on letters of East Asia, which no apostrophe stands between
_GUILLEMET_REACH = 2000


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
    marks = [
        (m.start(), m.group())
        for m in _MARK.finditer(text, start, end)
        if m.group() != '"' or not _FEET_AND_INCHES.search(text, max(start, m.start() - 6), m.start())
    ]
    if not marks:
        return []
    pairing = _Pairing(text, start, end, marks)
    i = pairing.resume(open_mark) if open_mark else 0
    while i < len(marks):
        i = pairing.read(i)
    return pairing.regions


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave white space at both ends out of a span."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_said(word: str) -> bool:
    """Whether a word is a form of a verb of speech that reports: "said", "says", and not "say"."""
    cue = cues().get(word)
    return cue is not None and cue.letter == "V" and word != cue.lemma


class _Pairing:
    """The pairing of one paragraph's marks, from left to right."""

    def __init__(self, text: str, start: int, end: int, marks: list[tuple[int, str]]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.marks = marks
        self.regions: list[Region] = []

    def read(self, i: int) -> int:
        """Read mark `i` and its partner; return the next mark to read."""
        at, mark = self.marks[i]
        if not self.can_open(at, mark):
            return i + 1
        j = self.closing_single(i) if mark in _SINGLE else self.closing(i)
        if j >= 0:
            self.add(i, j)
            return j + 1
        if mark in _SINGLE:
            if mark == "‘" and at == self.start and self.taken_up(mark):
                self.add(i, -1, self.end)
                return len(self.marks)
            return i + 1
        stop = self.next_opening(i + 1)
        self.add(i, -1, self.before_attribution(at + len(mark), stop, mark))
        i += 1
        while i < len(self.marks) and self.marks[i][0] < stop:
            i += 1
        return i

    def resume(self, open_mark: str) -> int:
        """Go on with the quotation that the paragraph before left open; return the next mark to read."""
        at, mark = self.marks[0]
        if at == self.start and (mark == open_mark or (open_mark == "«" and mark == "»")):
            j = self.closing_single(0) if mark in _SINGLE else self.closing(0, open_mark)
            if j < 0 and (not self.taken_up(mark) if mark in _SINGLE else self.next_opening(1) < self.end):
                return 0
            self.add(0, j, self.end)
            if self.regions:
                self.regions[-1].continues = True
            return j + 1 if j >= 0 else len(self.marks)
        if open_mark in _SINGLE:  # an apostrophe closes nothing
            return 0
        # No mark at the start: the paragraph goes on with it when its first mark is one that closes.
        for k, (where, other) in enumerate(self.marks[:_REACH]):
            if other not in _SINGLE and self.can_open(where, other):
                return 0
            if other in _CLOSERS[open_mark] or {other, open_mark} <= _MIXED:
                self.append(
                    Region(self.start, where, self.start, where + len(other), open_mark, continues=True)
                )
                return k + 1
        return 0

    def add(self, i: int, j: int, stop: int = 0) -> None:
        """Note the stretch from mark `i` to mark `j`; unclosed up to `stop` where `j` is -1."""
        at, mark = self.marks[i]
        if j >= 0:
            close, closer = self.marks[j]
            self.append(Region(at + len(mark), close, at, close + len(closer), mark))
        else:
            self.append(Region(at + len(mark), stop, at, stop, mark, is_closed=False))

    def append(self, region: Region) -> None:
        """Trim white space; keep what has a letter or digit in it."""
        region.start, region.end = trim(self.text, region.start, region.end)
        if any(c.isalnum() for c in self.text[region.start : region.end]):
            self.regions.append(region)

    def taken_up(self, mark: str) -> bool:
        """Whether the next paragraph opens with the mark, as those of one long quotation do."""
        return self.text.startswith(mark, self.end + len(BLOCK_SEPARATOR))

    def before_attribution(self, start: int, stop: int, mark: str) -> int:
        """Where the words of a quotation that was never closed end: before its attribution, if one follows.

        A quotation that the next paragraph takes up again with its mark was left open on purpose, unless
        ", said Lund." stands in it.
        """
        is_open = stop == self.end and self.taken_up(mark)
        for match in _ATTRIBUTED.finditer(self.text, start, stop):
            nouns = (match["nouns"] or "").split()
            is_plain = all(word_classes().get(word, "r") == "r" for word in nouns)
            ends = not is_open or _ENDS_SENTENCE.match(self.text, match.end(), stop)
            if is_plain and ends and _is_said(match["after"] or match["before"]):
                return match.end()
        if is_open:
            return stop
        leads_on = _LEADS_ON.search(self.text[start:stop]) if stop < self.end else None
        return start + leads_on.end() if leads_on and _is_said(leads_on["verb"]) else stop

    def next_opening(self, i: int) -> int:
        """Where the next double mark that opens stands, from mark `i` on; else the paragraph's end."""
        for at, mark in self.marks[i : i + _REACH]:
            if mark not in _SINGLE and self.can_open(at, mark):
                return at
        return self.end

    def can_open(self, at: int, mark: str) -> bool:
        """Whether the mark at `at` may open a quotation, by what stands beside it."""
        after = at + len(mark)
        if after >= self.end or mark in _NEVER_OPEN:
            return False
        if mark in _ALWAYS_OPEN:
            return True
        before = self.text[at - 1] if at > self.start else " "
        follows = self.text[after]
        # An attribute in stray mark-up; a mark that hangs on the word before it.
        if before == "=" or (follows.isspace() and not before.isspace() and mark not in _SINGLE):
            return False
        if mark in _INWARD:  # opens in the German manner only: »so«
            near = self.text.find(_INWARD[mark], after, min(self.end, after + _GUILLEMET_REACH)) >= 0
            return near and before.isspace() and not follows.isspace()
        if mark in _SINGLE:
            is_free = before.isspace() or before in '([{—–"“' or (mark == "‘" and not before.isalnum())
            begins = follows.isalnum() if mark == "'" else not follows.isspace()
            return is_free and begins and not _ELISION.match(self.text, at, min(self.end, at + 8))
        is_free = before in _OPENS_AFTER or (
            follows.isalnum() and not before.isalnum() and before not in "?!%)"
        )
        # In the Swedish and Finnish manner ”so” where it can do nothing but open.
        return self.only_opens(at, mark) if mark == "”" else is_free

    def closing(self, i: int, opened: str = "") -> int:
        """Index of the mark that closes double mark `i`, read as `opened` where given; -1 where none does."""
        opened = opened or self.marks[i][1]
        substitute = -1
        is_nested = False
        for j in range(i + 1, min(i + _REACH, len(self.marks))):
            at, mark = self.marks[j]
            if mark in _MINOR and mark not in _OWN_MINOR.get(opened, ""):
                continue
            only_opens = mark in _STRAIGHT and self.only_opens(at, mark)
            if mark in _CLOSERS[opened]:
                # „So", he said, “and so”: the second mark opens another quotation.
                is_next = opened == "„" and mark == "“" and not self.only_closes(at, mark)
                best = substitute if is_next and substitute >= 0 else j
                return -1 if only_opens else best
            if mark == opened and mark != "»":
                # “so“: the wrong mark closes; “so ... “so”: the first was never closed.
                return j if self.only_closes(at, mark) else substitute
            if opened not in _MIXED or mark not in _MIXED or mark in ("“", "„"):
                continue
            if only_opens:
                is_nested = True
            elif is_nested:
                is_nested = False
            elif self.text[at - 1] in ",.?!":
                return j
            elif substitute < 0:
                substitute = j
        return substitute

    def only_opens(self, at: int, mark: str) -> bool:
        """Whether a straight mark can only open: white space before it, a word after it."""
        after = at + len(mark)
        before = self.text[at - 1] if at > self.start else " "
        return after < self.end and (before.isspace() or before in "([") and self.text[after].isalnum()

    def only_closes(self, at: int, mark: str) -> bool:
        """Whether a mark stands where only a closing one can: a word before it, none after."""
        after = at + len(mark)
        return not self.text[at - 1].isspace() and (after >= self.end or not self.text[after].isalnum())

    def closing_single(self, i: int) -> int:
        """A single mark closes where no letter follows; what may be a plural's, for want of a better."""
        text, closers = self.text, _CLOSERS[self.marks[i][1]]
        found = -1
        for j in range(i + 1, min(i + _REACH, len(self.marks))):
            at, mark = self.marks[j]
            after = text[at + 1 : at + 2]
            is_free = not after.isalnum() or after >= _UNSPACED  # particles hang on the mark in Korean
            closes = mark in closers and not text[at - 1].isspace() and is_free
            if not closes:
                if found >= 0 and self.can_open(at, mark):
                    break
                continue
            if not _PLURAL_POSSESSIVE.match(text, at - 1, self.end):
                return j
            if found < 0:
                found = j
        return found
