"""Cut the kept blocks into sections: front matter, lede, headed parts, conclusion, lists, captions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.records import SectionPlan
from ingest.sections.forms import (
    ends_sentence,
    has_title_form,
    inline_dateline,
    is_bare_name,
    is_byline,
    is_caption,
    is_conclusion,
    is_conclusion_heading,
    is_correction,
    is_credit,
    is_dateline,
    is_entry_date,
    word_count,
)
from ingest.sections.headings import find_headings
from ingest.sections.people import author_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.records import Block, Metadata, Section, SectionTag

_LONG_WORDS = 20
_BODY_WORDS = 12
_FRONT_BLOCKS = 8
_TITLE_BLOCKS = 3
_FEWEST_ENTRIES = 2
_BACK_BLOCKS = 4
_SUBTITLE_WORDS = 7


@dataclass(frozen=True, slots=True)
class _Part:
    """What one block is.

    Attributes:
        tag: Tag of the section that it belongs to.
        rule: Why.
        level: 1 to 6 where it is a heading, else 0.
    """

    tag: SectionTag
    rule: str
    level: int = 0


_BODY = _Part("body", "paragraph")
_LEDE = _Part("lede", "first_paragraph")
_BY_KIND: dict[str, _Part] = {
    "list_item": _Part("list", "list_items"),
    "table_row": _Part("table", "table_rows"),
    "caption": _Part("caption", "caption_markup"),
    "block_quote": _Part("block_quote", "quote_markup"),
    "preformatted": _Part("body", "preformatted"),
}
_BYLINE = _Part("byline", "byline_form")
_DATELINE = _Part("dateline", "dateline_form")
_CORRECTION = _Part("correction", "correction_form")
_FRONT_LINES = (_BYLINE, _DATELINE)
_BY_ROLE: frozenset[str] = frozenset({"subtitle", "byline", "dateline", "caption", "credit", "correction"})
_UNDER_HEADINGS: frozenset[str] = frozenset({"body", "list", "table", "block_quote"})
_ALONE: frozenset[str] = frozenset({"title", "lede", "conclusion", "caption"})


def plan_sections(kept: Sequence[Block], metadata: Metadata) -> tuple[SectionPlan, ...]:
    """Cut the kept blocks into sections.

    A section is contiguous in the source: where dropped text stands between two blocks of one
    section, the second begins a new one with the same tag and the tag rule `continues`.

    Args:
        kept: What `clean` kept, in document order.
        metadata: What the page says about itself.

    Returns:
        The sections in order; each block stands in exactly one.
    """
    parts = _parts(kept, metadata)
    plans: list[SectionPlan] = []
    first = 0
    for at in range(1, len(kept) + 1):
        if at == len(kept) or _breaks(parts[at - 1], parts[at]) or kept[at].after_drop:
            torn = first > 0 and kept[first].after_drop and not _breaks(parts[first - 1], parts[first])
            plans.append(_plan(kept[first:at], parts[first:at], torn=torn))
            first = at
    return tuple(plans)


def find_dateline(sections: Sequence[Section]) -> str | None:
    """The document's dateline: a section of its own, or what stands in front of the first paragraph.

    Args:
        sections: The document's sections.

    Returns:
        The dateline as it stands, without a dash after it; None where there is none.
    """
    own = next((s.text for s in sections if s.tag == "dateline"), None)
    if own:
        return own
    first = next((s.text for s in sections if s.tag in {"lede", "body"}), "")
    return inline_dateline(first)


def find_authors(sections: Sequence[Section]) -> tuple[str, ...]:
    """Names that the document's bylines give, in order, without "By", titles of office and desks' words.

    Args:
        sections: The document's sections.

    Returns:
        The names; empty where no byline names anyone.
    """
    names = (name for s in sections if s.tag == "byline" for name in author_names(s.text))
    return tuple(dict.fromkeys(names))


def _plan(blocks: Sequence[Block], parts: Sequence[_Part], *, torn: bool) -> SectionPlan:
    """One section; under a heading the tag is that of what stands there, a list for example."""
    part = parts[0]
    tag = parts[1].tag if part.level and part.tag == "body" and len(parts) > 1 else part.tag
    return SectionPlan(tag, "continues" if torn else part.rule, tuple(blocks), bool(part.level), part.level)


def _breaks(before: _Part, here: _Part) -> bool:
    """Whether a new section begins between two blocks; a heading takes what stands under it."""
    if here.level:
        return True
    if before.level:
        return here.tag not in _UNDER_HEADINGS
    return here.tag != before.tag or here.tag in _ALONE


def _parts(kept: Sequence[Block], metadata: Metadata) -> list[_Part]:
    """What each block is: its own form first, then its place."""
    parts: list[_Part | None] = [_by_markup(block) for block in kept]
    title = _title(kept, metadata)
    if title:
        parts[title[0]] = _Part("title", title[1])
    lede = _first_paragraph(kept, parts)
    for i, block in enumerate(kept):
        if parts[i] is None and block.dom is None:
            parts[i] = _by_form(block, i, lede, len(kept))
        elif parts[i] is None and is_correction(block.text):
            parts[i] = _CORRECTION
    if title and (subtitle := _subtitle(kept, parts, title[0] + 1)):
        parts[title[0] + 1] = subtitle
    found = find_headings(kept, [i for i, part in enumerate(parts) if _may_head(kept[i], part)])
    for i in _with_all_dates(kept, parts, found):
        parts[i] = _heading(kept[i].text, "heading_form", 2)
    lede = next((i for i, p in enumerate(parts) if p is None), len(kept))
    return list(_settle(kept, parts, lede))


def _with_all_dates(
    kept: Sequence[Block], parts: Sequence[_Part | None], found: frozenset[int]
) -> frozenset[int]:
    """One date is the document's and heads nothing; where several head the entries of a diary, all do."""
    dates = {i for i in found if is_dateline(kept[i].text)}
    if len(dates) < _FEWEST_ENTRIES:
        return found - dates
    places = range(len(kept) - 1)
    return found | {i for i in places if parts[i] == _DATELINE and is_entry_date(kept[i].text)}


def _may_head(block: Block, part: _Part | None) -> bool:
    """Whether a block may yet be a heading: it is nothing else, or a numbered line, or a date alone."""
    if part is None or part == _DATELINE:
        return part is None or is_entry_date(block.text)
    return block.kind == "list_item" and block.dom is None and block.text[0].isalnum() and not block.level


def _subtitle(kept: Sequence[Block], parts: Sequence[_Part | None], at: int) -> _Part | None:
    """The line under the headline: a standfirst, or a bare name where others write "By"."""
    if at + 1 >= len(kept) or parts[at] is not None or kept[at].dom is not None or kept[at].after_drop:
        return None
    text, words = kept[at].text, word_count(kept[at].text)
    if is_bare_name(text):
        return _Part("byline", "bare_name")
    before_names = parts[at + 1] is not None and parts[at + 1] in _FRONT_LINES
    if ends_sentence(text) and not (before_names and words <= _LONG_WORDS):
        return None
    if before_names and words <= 2 * _LONG_WORDS:
        return _Part("subtitle", "above_byline")
    long_enough = _SUBTITLE_WORDS <= words <= 2 * _LONG_WORDS and not text.endswith(":")
    return _Part("subtitle", "below_title") if long_enough and word_count(kept[at + 1].text) > words else None


def _settle(kept: Sequence[Block], parts: Sequence[_Part | None], lede: int) -> Iterator[_Part]:
    """Name what is left: the first paragraph is the lede, a summing-up near the end the conclusion."""
    headed = False
    for i, part in enumerate(parts):
        if part is not None:
            headed = headed or part.level > 0
            yield part
        elif (dom := kept[i].dom) is not None and dom.tags == "json-ld":
            yield _Part("lede" if i == lede else "body", "json_ld")
        elif i == lede and not headed:
            yield _LEDE
        elif i >= len(kept) - _BACK_BLOCKS and i > lede and is_conclusion(kept[i].text):
            yield _Part("conclusion", "conclusion_opening")
        else:
            yield _BODY


def _title(kept: Sequence[Block], metadata: Metadata) -> tuple[int, str] | None:
    """Which block is the headline, and by which rule; on HTML pages the block model says it."""
    front = range(min(len(kept), _FRONT_BLOCKS))
    if seen := [i for i in front if kept[i].role == "title"]:
        return seen[0], "model"
    if any(block.dom is not None for block in kept):
        return None
    wanted = _plain(metadata.title or "")
    if wanted and (same := [i for i in front if _plain(kept[i].text) == wanted]):
        return same[0], "metadata_title"
    if kept and kept[0].level == 1:
        return 0, "first_heading"
    first = next((i for i in front if not is_dateline(kept[i].text)), len(kept))
    return (first, "first_line") if first < min(len(kept), _TITLE_BLOCKS) and _is_title(kept, first) else None


def _is_title(kept: Sequence[Block], at: int) -> bool:
    """Whether plain text opens with a headline: the form of one, and a longer paragraph soon after."""
    text = kept[at].text
    if kept[at].kind != "paragraph" or kept[at].dom or is_byline(text):
        return False
    after = kept[at + 1 : at + _FRONT_BLOCKS]
    longer = any(word_count(b.text) > max(_BODY_WORDS, word_count(text)) for b in after)
    return longer and has_title_form(text)


def _heading(text: str, rule: str, level: int) -> _Part:
    """A heading, and the tag of the section that it opens."""
    return (
        _Part("conclusion", "conclusion_heading", level)
        if is_conclusion_heading(text)
        else _Part("body", rule, level)
    )


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _by_markup(block: Block) -> _Part | None:
    if block.role in _BY_ROLE and block.role is not None:
        return _Part(block.role, "model")
    if block.level or block.kind == "heading":
        return _heading(block.text, "heading_markup", block.level or 2)
    if block.kind == "caption" and block.dom is not None:
        return None  # the block model decides which captions of a page are the article's text
    return _BY_KIND.get(block.kind)


def _first_paragraph(kept: Sequence[Block], parts: Sequence[_Part | None]) -> int:
    """The first block that is long enough to be text."""
    for i, block in enumerate(kept):
        if parts[i] is None and word_count(block.text) >= _LONG_WORDS and not is_credit(block.text):
            return i
    return 0


def _by_form(block: Block, at: int, lede: int, size: int) -> _Part | None:
    """A byline, dateline, subtitle, credit or correction, told by form and place."""
    text = block.text
    near_front, near_back = at <= lede, at >= size - _BACK_BLOCKS
    if (near_front or near_back) and is_byline(text):
        return _BYLINE
    if (near_front or near_back) and is_dateline(text):
        return _DATELINE
    if is_credit(text):
        return _Part("credit", "credit_form")
    if is_caption(text):
        return _Part("caption", "caption_form")
    if is_correction(text):
        return _CORRECTION
    return None
