"""Cut a text into paragraphs, find what each of them quotes, and read the words around it.

Besides quotation marks: block quotes by their section's tag, lines of dialogue that open with a dash,
and the turns of a transcript ("Q: ...", "ADLER: ...").
"""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.lexicon import cues, word_classes
from ingest.quotes.paragraphs.marks import MAY_QUOTE, Region, find_regions, trim
from ingest.quotes.paragraphs.shape import scan
from ingest.quotes.paragraphs.syntax import cut_sentences, find_subjects
from ingest.quotes.paragraphs.turns import Turn, find_turns
from ingest.records import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.quotes.paragraphs.scene import Scene
    from ingest.records import Mention, Section

# Beyond these, a paragraph is read in portions: quotations, and characters around them.
_MAX_QUOTES = 24
_MAX_ROOM = 4000
# "OSLO, March 4 (Agency) - Fishermen": where and when a report was filed says nothing of who speaks.
DATELINE = re.compile(
    r"[A-Z][A-Z .'’-]+(?:, [^.()—–\n]{1,24}\.?(?: \d{1,2})?)?"
    r"(?: \([\w /]{2,24}\))?\.? ?(?:[—–-]|--) (?=[A-Z])"
)
_SIGNER = r"[A-Z][\w.’'-]*"
_FURTHER = rf"(?: (?:{_SIGNER}|de|del|la|van|von|der|bin|al))"
_OFFICE = r"(?:,[^\n.!?]{1,80})?"
# "— Anna Berg, engineer", "— Anna Berg (@aberg) May 3, 2024": a line of its own under a quotation.
_SIGNATURE = re.compile(
    rf"[—–―-]{{1,2}}[ \u00a0]?(?P<name>{_SIGNER}{_FURTHER}{{0,4}})"
    rf"(?: \(@\w+\)(?: [A-Z][a-z]+ \d{{1,2}}, \d{{4}})?)?{_OFFICE}\.?(?=\n|\Z)"
)
# "Anna Berg, engineer": the same without a dash, as the last line of a block quote.
_BARE_SIGNATURE = re.compile(rf"(?P<name>{_SIGNER}{_FURTHER}{{1,4}}){_OFFICE}(?=\n|\Z)")
_DASH = re.compile(r"[—―–-][ \u00a0]?(?=\S)")
_DASH_BREAK = re.compile(r"[,.?!…](?P<gap>[ \u00a0]+(?:[—―–][ \u00a0]*)?)(?P<one>\w+) (?P<two>\w+)")


@dataclass(slots=True)
class Paragraph:
    """One block of the text that quotes something.

    Attributes:
        number: Its place among all blocks.
        start: Where it begins.
        end: Where it ends.
        previous: Where the block before it begins; -1 for the first.
        tag: Its section's tag; `title` for a section's heading; empty where no section is.
        regions: What it quotes.
        scene: The words around.
        label: Where the label of a transcript's turn stands; None elsewhere.
    """

    number: int
    start: int
    end: int
    previous: int
    tag: str
    regions: list[Region]
    scene: Scene
    label: tuple[int, int] | None = None


def read_paragraphs(
    text: str, sections: Sequence[Section] = (), mentions: Sequence[Mention] | None = None
) -> Iterator[Paragraph]:
    """Read every block that quotes something, in order.

    Args:
        text: The whole text.
        sections: Its sections.
        mentions: Its mentions, which tell a transcript's speakers; None where nobody has looked for names.
    """
    turns = find_turns(text, mentions) if "\n" in text else {}
    last_turn = max(turns, default=-1)
    opens = {section.char_start for section in sections if section.tag == "block_quote"}
    has_dash = "—" in text or "―" in text or "–" in text or "\n- " in text
    turn: Turn | None = None
    open_mark = ""
    previous, previous_tag = -1, ""
    for number, (start, end, tag) in enumerate(_blocks(text, sections)):
        regions: list[Region] = []
        label = None
        if start in turns:
            turn = turns[start]
            regions = _turn(text, turn.words, end, goes_on=False)
            label = (turn.start, turn.end)
        elif turn is not None and turn.goes_on and start < last_turn and _is_told(text, start, tag):
            regions = _turn(text, start, end, goes_on=True)
            label = (turn.start, turn.end)
        elif tag == previous_tag == "block_quote" and signature_at(text, start, in_block_quote=True):
            pass  # names who is quoted
        elif tag == "block_quote" and _is_quoted_whole(text, start, end):
            is_next = previous_tag == tag and start not in opens
            regions = _whole(text, start, end, "block", goes_on=is_next)
        elif open_mark or MAY_QUOTE.search(text, start, end):
            regions = find_regions(text, start, end, open_mark)
        elif has_dash:
            regions = _dialogue(text, start, end)
        open_mark = ""
        if regions and not regions[-1].is_closed and regions[-1].outer_end == end:
            open_mark = regions[-1].mark
        for first, stop, portion in _portions(start, end, regions) if regions else ():
            scene = read_scene(text, first, stop, portion)
            yield Paragraph(number, first, stop, previous, tag, portion, scene, label)
        previous, previous_tag = start, tag


def signature_at(text: str, start: int, *, in_block_quote: bool) -> re.Match[str] | None:
    """The line that names whose words stand above it, the group `name` being who; None for another line.

    Args:
        text: The whole text.
        start: Where the line begins.
        in_block_quote: Whether it stands in a block quote, where it needs no dash.
    """
    signature = _SIGNATURE.match(text, start)
    if signature is None and in_block_quote:
        return _BARE_SIGNATURE.match(text, start)
    return signature


def _is_told(text: str, start: int, tag: str) -> bool:
    """Whether a block between two turns goes on with the first: no heading, no remark in brackets."""
    return tag != "title" and text[start : start + 2].strip('"“')[:1] not in ("", "(", "[", "*")


def _is_quoted_whole(text: str, start: int, end: int) -> bool:
    """Whether a block quote is one quotation: less than half of it stands between marks of its own."""
    if not MAY_QUOTE.search(text, start, end):
        return True
    marked = sum(region.end - region.start for region in find_regions(text, start, end))
    return 2 * marked < end - start


def _portions(start: int, end: int, regions: list[Region]) -> Iterator[tuple[int, int, list[Region]]]:
    """Cut a monstrous paragraph into portions, so that the work on it grows with its length only.

    Nearly every paragraph is one portion.  A portion reaches as far as its neighbours let it.
    """
    if len(regions) <= _MAX_QUOTES and end - start <= _MAX_ROOM:
        yield start, end, regions
        return
    i = 0
    while i < len(regions):
        j = i + 1
        while j < len(regions) and j - i < _MAX_QUOTES and regions[j].start - regions[j - 1].end <= _MAX_ROOM:
            j += 1
        before = regions[i - 1].outer_end if i else start
        after = regions[j].outer_start if j < len(regions) else end
        first = max(before, regions[i].outer_start - _MAX_ROOM)
        yield first, min(after, regions[j - 1].outer_end + _MAX_ROOM), regions[i:j]
        i = j


def read_scene(text: str, start: int, end: int, regions: Sequence[Region]) -> Scene:
    """Read the words around a paragraph's quotations, with sentences and subjects."""
    dateline = DATELINE.match(text, start, regions[0].outer_start if regions else end)
    scene = scan(text, dateline.end() if dateline else start, end, regions)
    cut_sentences(scene, text, regions)
    find_subjects(scene)
    return scene


def _blocks(text: str, sections: Sequence[Section]) -> Iterator[tuple[int, int, str]]:
    """Each block's span and its section's tag; a section's heading counts as a title."""
    section_starts = [section.char_start for section in sections]
    at = 0
    while at <= len(text):
        end = text.find(BLOCK_SEPARATOR, at)
        end = len(text) if end < 0 else end
        tag = ""
        i = bisect_right(section_starts, at) - 1
        if i >= 0 and at < sections[i].char_end:
            section = sections[i]
            tag = section.tag
            if section.heading is not None and section.char_start == at and end - at <= len(section.heading):
                tag = "title"
        yield at, end, tag
        at = end + len(BLOCK_SEPARATOR)


def _turn(text: str, start: int, end: int, *, goes_on: bool) -> list[Region]:
    """The words of a turn: all of it, other people's words in it too, without marks around the whole."""
    regions = find_regions(text, start, end)
    if len(regions) == 1 and regions[0].outer_start == start and regions[0].outer_end == end:
        start, end = regions[0].start, regions[0].end
    elif text[start : start + 1] in ("“", '"') and not (regions and regions[0].is_closed):
        start += 1  # a mark that every paragraph of a quoted transcript opens with
    return _whole(text, start, end, "turn", goes_on=goes_on)


def _dialogue(text: str, start: int, end: int) -> list[Region]:
    """A line such as "— Wait, said Anna. I am coming."; nothing where it names no speaker."""
    opening = _DASH.match(text, start, end)
    if opening is None:
        return []
    known, classes = cues(), word_classes()
    for m in _DASH_BREAK.finditer(text, opening.end(), end):
        one, two = m["one"], m["two"]
        follows = two[0].isupper() or classes.get(two.lower(), "") in ("P", "D", "H")
        leads = one[0].isupper() or classes.get(one.lower(), "") in ("P", "D", "H")
        verb = one if one in known and follows else two if two in known and leads else ""
        if not verb or known[verb].letter not in "VU" or verb == known[verb].lemma:
            continue
        stop = m.start() + (text[m.start()] != ",")
        first = Region(opening.end(), stop, start, m.start() + 1, "dash")
        rest = text.find(". ", m.end(), end)
        if rest < 0 or rest + 2 >= end:
            return [first]
        return [first, *_whole(text, rest + 2, end, "dash")]
    return []


def _whole(text: str, start: int, end: int, mark: str, *, goes_on: bool = False) -> list[Region]:
    """All of a stretch as one quotation, if there is a letter or digit in it."""
    first, last = trim(text, start, end)
    if not any(c.isalnum() for c in text[first:last]):
        return []
    return [Region(first, last, first, end, mark, continues=goes_on)]
