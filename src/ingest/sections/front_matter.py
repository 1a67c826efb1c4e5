"""What the front of a document says of it: where and when it was written, and by whom."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from ingest.front.authors import author_names
from ingest.front.cues import word_count
from ingest.front.datelines import inline_dateline, is_bare_date, is_clock, told_dates
from ingest.records import BLOCK_SEPARATOR
from ingest.sections.forms import BODY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.records import Section

_MORE_THAN_PLACE = re.compile(r"[\d(/,]")
_OPENING_PARAGRAPHS = 3
_FRONT_TAGS: frozenset[str] = frozenset({"byline", "dateline"})
_TEXT: frozenset[str] = frozenset({"lede", "body", "list", "table", "block_quote", "conclusion"})
_DATED: frozenset[str] = frozenset({"lede", "body", "conclusion"})


def find_dateline(sections: Sequence[Section]) -> str | None:
    """The document's dateline: what stands in front of the first paragraph, or a section of its own.

    A place alone in capitals before a dash counts only where no section is one.

    Args:
        sections: The document's sections.

    Returns:
        The dateline as it stands, without a dash after it; None where there is none.
    """
    inline = next(filter(None, map(inline_dateline, _opening_paragraphs(sections))), None)
    if inline and _MORE_THAN_PLACE.search(inline):
        return inline
    lines = (line for s in sections if s.tag == "dateline" for line in s.text.split(BLOCK_SEPARATOR))
    if own := next((line for line in lines if not is_clock(line)), None):
        return own
    return inline


def find_dates(sections: Sequence[Section]) -> tuple[str | None, str | None]:
    """The dates that the document's front gives: in datelines and bylines above its text, and in front of it.

    Args:
        sections: The document's sections.

    Returns:
        When it was published and when it was changed, as ISO 8601 dates; None for what no line says.
    """
    running = (i for i, s in enumerate(sections) if s.tag in _TEXT and word_count(s.text) >= BODY_WORDS)
    first = next(running, len(sections))
    front = [
        line
        for s in sections[:first]
        for line in ((s.text,) if s.tag in _FRONT_TAGS else _dates_of_letterhead(s))
    ]
    inline = filter(None, map(inline_dateline, _opening_paragraphs(sections)))
    return told_dates([*front, *inline])


def _dates_of_letterhead(section: Section) -> Iterator[str]:
    """The lines of a letterhead that are a date and nothing else."""
    lines = section.text.split(BLOCK_SEPARATOR) if section.tag_rule == "letterhead" else ()
    return filter(is_bare_date, lines)


def _opening_paragraphs(sections: Sequence[Section]) -> Iterator[str]:
    """The first paragraphs of the text, which a dateline may stand in front of."""
    paragraphs = [p for s in sections if s.tag in _DATED for p in s.text.split(BLOCK_SEPARATOR)]
    running = (p for p in paragraphs[_OPENING_PARAGRAPHS:] if word_count(p) >= BODY_WORDS)
    return chain(paragraphs[:_OPENING_PARAGRAPHS], islice(running, 1))


def find_authors(sections: Sequence[Section]) -> tuple[str, ...]:
    """Names that the document's bylines give, in order, without "By", titles of office and desks' words.

    Args:
        sections: The document's sections.

    Returns:
        The names; empty where no byline names anyone.
    """
    names = (name for s in sections if s.tag == "byline" for name in author_names(s.text))
    return tuple(dict.fromkeys(names))
