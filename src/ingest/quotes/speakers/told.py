"""Who speaks in a text in another language than English, once the words for the speaker are found."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from ingest.quotes.speakers.book import PLACES, Book, Speaker
from ingest.quotes.speakers.resolve import resolve_pronoun

if TYPE_CHECKING:
    from ingest.quotes.paragraphs import Paragraph
    from ingest.quotes.paragraphs.scene import Told
    from ingest.records import Mention

# What `certainty` states where a rule and no model names the speaker: set by hand, not measured.
_TOLD = 0.9
_NEAR = 0.8
# A pronoun that two people fit: 0.79 of these are right (model card), which `find` states of 0.675.
TWO_FIT = 0.675
_BESIDE = frozenset(("\u00b7", "\u3001"))  # between two who speak together, in Korean and Chinese
_OFFICE = 60  # characters before a name in which the office that it has may stand
_SHORTEST_OFFICE = 5
_LOOKED_AT = 50  # mentions of people before an office


def told_speaker(book: Book, told: Told) -> Speaker | None:
    """The speaker in a language that has no candidates; None where its verb has no subject."""
    start, end = told.start, told.end
    if told.is_silent:
        return None
    if told.pronoun == "they":
        return Speaker(start, end, None, "collective", _TOLD)
    whom: int | None
    if told.pronoun:
        whom, is_open = resolve_pronoun(book.people, told.pronoun, start)
        return Speaker(start, end, whom, "pronoun", TWO_FIT if is_open else _TOLD)
    mention = book.mention_at(start, end)
    whom = mention.name_index if mention else _holder(book, start, end)
    if mention is not None and mention.entity_type == "PERSON":
        if book.text[mention.char_start - 1 : mention.char_start] in _BESIDE:
            return Speaker(start, end, None, "collective", _TOLD)
        start, end = mention.char_start, mention.char_end
    elif mention is not None and _is_part(book.text[start : mention.char_start], mention):
        whom = None
    return Speaker(start, end, whom, "continuation" if told.is_carried else "explicit", _TOLD)


def _is_part(before: str, mention: Mention) -> bool:
    """Whether a name is but part of the words for a speaker: "un conseiller de | Matignon"."""
    words = before.split()
    return len(words) > 1 or (mention.entity_type in PLACES and any(word[0].isupper() for word in words))


def _holder(book: Book, start: int, end: int) -> int | None:
    """Whom "a ministra" means: the one person named before with that office ("a ministra, Ana Lobo")."""
    office = book.text[start:end].lower().split()
    if len(office) != 2 or len(office[1]) < _SHORTEST_OFFICE:  # noqa: PLR2004 - an article and an office
        return None
    found = set()
    here = bisect_left(book.people.starts, start)
    for mention in book.people.mentions[max(0, here - _LOOKED_AT) : here]:
        before = book.text[max(0, mention.char_start - _OFFICE) : mention.char_start].lower()
        if office[1] in before.rpartition("\n")[2].rpartition(". ")[2].replace(",", " ").split():
            found.add(mention.name_index)
    return found.pop() if len(found) == 1 else None


def named_before(book: Book, paragraph: Paragraph) -> Speaker | None:
    """The one person whom a paragraph names before its first quotation: "Ana Lobo celebró. “...”, dijo"."""
    people = book.people
    first = bisect_left(people.starts, paragraph.start)
    here = people.mentions[first : bisect_left(people.starts, paragraph.regions[0].outer_start)]
    if len({mention.name_index for mention in here}) != 1:
        return None
    return Speaker(here[0].char_start, here[0].char_end, here[0].name_index, "continuation", _NEAR)
