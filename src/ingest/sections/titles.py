"""The headline of a document, and what may stand above it: the kind of document, a date, whom to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.front.bylines import is_byline
from ingest.front.cues import word_count
from ingest.front.datelines import is_dateline
from ingest.front.labels import is_contact, is_contact_label, is_document_label, is_reference, is_slug
from ingest.sections.forms import BODY_WORDS, has_title_form
from ingest.sections.letterheads import (
    Headline,
    after_letterhead,
    find_case,
    find_notice,
    is_headline,
    opens_letterhead,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.metadata import Metadata
    from ingest.records import Block

_FRONT_BLOCKS = 8
_TITLE_BLOCKS = 3
_READ_BLOCKS = 24
_LINES_ABOVE_DATE = 2
_CONTACT_LINES = 6


def find_title(kept: Sequence[Block], metadata: Metadata) -> Headline | None:
    """Which blocks are the headline, and by which rule; on HTML pages the block model says it.

    Args:
        kept: The kept blocks of the document.
        metadata: What the document says about itself.

    Returns:
        Its places and the rule; None where no block is one.
    """
    front = range(min(len(kept), _FRONT_BLOCKS))
    if seen := [i for i in front if kept[i].role == "title"]:
        return _one(seen[0], "model")
    if any(block.dom is not None for block in kept):
        return None
    wanted = _plain(metadata.title or "")
    if wanted and (same := [i for i in front if _plain(kept[i].text) == wanted]):
        return _one(same[0], "metadata_title")
    if (marked := _marked(kept, front)) is not None:
        return _one(marked, "first_heading")
    return _below_others(kept) or _first_line(kept, front)


def _marked(kept: Sequence[Block], front: Sequence[int]) -> int | None:
    """A heading of the first level that opens the document, or the only one, below what stands above it."""
    if kept and kept[0].level == 1:
        return 0
    top = [i for i, block in enumerate(kept) if block.level == 1]
    return top[0] if len(top) == 1 and top[0] in front else None


def _one(place: int, rule: str) -> Headline:
    return Headline(place, place + 1, rule)


def _below_others(kept: Sequence[Block]) -> Headline | None:
    """A headline that other lines stand above by the form of the document: a case, a notice, a release."""
    texts = [block.text for block in kept[:_READ_BLOCKS]]
    if case := find_case(texts):
        return case
    if (notice := find_notice(texts)) is not None:
        return _one(notice, "above_preamble")
    if (below := after_letterhead(texts)) is None:
        return None
    later = range(below, min(below + _TITLE_BLOCKS, len(texts)))
    at = next((i for i in later if not _stands_above_title(texts[i])), None)
    return _one(at, "below_label") if at and is_headline(texts[at]) and _is_title(kept, at) else None


def _first_line(kept: Sequence[Block], front: Sequence[int]) -> Headline | None:
    """The first line that is no date, no kind of document and no address, where it has a headline's form."""
    contacts = _contact_lines([kept[i].text for i in front])
    first = next((i for i in front if i >= contacts and not _stands_above_title(kept[i].text)), len(kept))
    if first + 1 < len(kept) and opens_letterhead(kept[first].text, kept[first + 1].text):
        contacts = first + 1
        first = next((i for i in front if i > first and not _stands_above_title(kept[i].text)), len(kept))
    labels = sum(label_rule(kept[i].text) is not None for i in front[:first])
    furthest = min(len(kept), max(_TITLE_BLOCKS + labels, contacts + 1))
    return _one(first, "first_line") if first < furthest and _is_title(kept, first) else None


def _contact_lines(texts: Sequence[str]) -> int:
    """How many lines above a headline say whom to call, from "Contact:" to the last address; 0 without."""
    opening = next((i for i, text in enumerate(texts[:_TITLE_BLOCKS]) if is_contact_label(text)), -1)
    if opening < 0:
        return 0
    given = (
        i for i in range(min(len(texts), opening + _CONTACT_LINES) - 1, opening, -1) if is_contact(texts[i])
    )
    return next(given, -1) + 1


def label_rule(text: str) -> str | None:
    """The rule by which a line above a headline says what follows, not what it says; None for other lines."""
    if is_document_label(text):
        return "document_label"
    if is_slug(text):
        return "slug_line"
    return "reference" if is_reference(text) else None


def _stands_above_title(text: str) -> bool:
    """Whether a line is no headline, and one may yet come: a date, the kind of document, whom to call."""
    return is_dateline(text) or label_rule(text) is not None or is_contact(text)


def _is_title(kept: Sequence[Block], at: int) -> bool:
    """Whether plain text opens with a headline: the form of one, and a longer paragraph soon after."""
    text = kept[at].text
    if kept[at].kind != "paragraph" or kept[at].dom or is_byline(text):
        return False
    after = kept[at + 1 : at + _FRONT_BLOCKS]
    # Under its date, a list of those who speak may come first.
    dated = any(is_dateline(b.text) for b in after[:_LINES_ABOVE_DATE])
    longer = dated or any(word_count(b.text) > max(BODY_WORDS, word_count(text)) for b in after)
    return longer and has_title_form(text)


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
