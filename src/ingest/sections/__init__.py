"""Cut the kept blocks into sections: front matter, lede, headed parts, conclusion, lists, captions."""

from __future__ import annotations

import re
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ingest.dom import elements_around
from ingest.front.bylines import ends_as_byline, is_bare_name, is_byline, opens_as_byline
from ingest.front.cues import cues, ends_sentence, word_count
from ingest.front.datelines import is_dateline, is_entry_date, is_time_stamp
from ingest.records import SectionPlan
from ingest.sections.forms import (
    BODY_WORDS,
    is_caption,
    is_conclusion,
    is_conclusion_heading,
    is_correction,
    is_credit,
    is_known_heading,
)
from ingest.sections.headings import find_headings
from ingest.sections.titles import find_title, label_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.dom import DomNode
    from ingest.metadata import Metadata
    from ingest.records import Block, SectionTag
    from ingest.sections.letterheads import Headline

_LONG_WORDS = 20
_SENTENCE_WORDS = 6
_FRONT_BLOCKS = 8
_LABEL_BLOCKS = 4
_FEWEST_ENTRIES = 2
_MOST_DATELINES = 3
_MOST_SIGNED = 2
_BACK_BLOCKS = 4
_SUBTITLE_WORDS = 7
_PLACE = re.compile(
    r"(?:[^\W\d_a-z][\w.'\u2019-]*(?: (?:of|de|la|am|an der|[^\W\d_a-z][\w.'\u2019-]*)){0,3}, ){1,2}"
    r"[^\W\d_a-z][\w.'\u2019-]*(?: [^\W\d_a-z][\w.'\u2019-]*){0,2}"
)


class _Part(NamedTuple):
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
_BARE_NAME = _Part("byline", "bare_name")
_TIME_STAMP = _Part("dateline", "time_stamp")
_CORRECTION = _Part("correction", "correction_form")
_FRONT_TAGS: frozenset[str] = frozenset({"byline", "dateline"})
_BY_ROLE: frozenset[str] = frozenset({"subtitle", "byline", "dateline", "caption", "credit", "correction"})
_UNDER_HEADINGS: frozenset[str] = frozenset({"body", "list", "table", "block_quote"})
# What stands above a headline that is known by something else than its place.
_BELOW: Mapping[str, str] = MappingProxyType(
    {
        "case_caption": "letterhead",
        "above_preamble": "letterhead",
        "below_label": "letterhead",
        "first_heading": "above_title",
    }
)
_ALONE: frozenset[str] = frozenset({"title", "lede", "conclusion", "caption"})


def plan_sections(
    kept: Sequence[Block], metadata: Metadata, nodes: Sequence[DomNode] = ()
) -> tuple[SectionPlan, ...]:
    """Cut the kept blocks into sections.

    A section is contiguous in the source: where dropped text stands between two blocks of one
    section, the second begins a new one with the same tag and the tag rule `continues`.

    Args:
        kept: What `clean` kept, in document order.
        metadata: What the page says about itself.
        nodes: The page's block-level elements, which part one block quote from the next.

    Returns:
        The sections in order; each block stands in exactly one.
    """
    parts = _parts(kept, metadata)
    quotes = [_block_quote(nodes, block, part) for block, part in zip(kept, parts, strict=True)]
    plans: list[SectionPlan] = []
    first = 0
    for at in range(1, len(kept) + 1):
        apart = at < len(kept) and quotes[at - 1] >= 0 <= quotes[at] != quotes[at - 1]
        if at == len(kept) or apart or _breaks(parts[at - 1], parts[at]) or kept[at].after_drop:
            torn = first > 0 and kept[first].after_drop and not _breaks(parts[first - 1], parts[first])
            plans.append(_plan(kept[first:at], parts[first:at], torn=torn))
            first = at
    return tuple(plans)


def _block_quote(nodes: Sequence[DomNode], block: Block, part: _Part) -> int:
    """Index of the outermost `<blockquote>` around a block that is part of one; -1 for others."""
    if not nodes or part.tag != "block_quote":
        return -1
    around = (at for at in elements_around(nodes, block.dom) if nodes[at].tag == "blockquote")
    return min(around, default=-1)  # an element's index is above those of the elements around it


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
    alone = here.tag in _ALONE and here.rule != "case_caption"  # whose parties stand on lines of their own
    return here.tag != before.tag or alone


def _parts(kept: Sequence[Block], metadata: Metadata) -> list[_Part]:
    """What each block is: its own form first, then its place."""
    parts: list[_Part | None] = [_by_markup(block) for block in kept]
    title = find_title(kept, metadata)
    _mark_labels(kept, parts, title)
    if title:
        parts[title.first : title.stop] = [_Part("title", title.rule)] * (title.stop - title.first)
    lede = _first_paragraph(kept, parts)
    for i, block in enumerate(kept):
        if parts[i] is None:
            parts[i] = (_by_form if block.dom is None else _on_page)(block, i, lede, len(kept))
    _settle_names(kept, parts)
    _settle_dates(kept, parts)
    if title:
        _mark_subtitle(kept, parts, title.stop)
    _mark_headings(kept, parts)
    open_places = [i for i, part in enumerate(parts) if part is None]
    running = (i for i in open_places if _is_running(kept[i].text))
    return list(_settle(kept, parts, next(running, next(iter(open_places), len(kept)))))


def _mark_labels(kept: Sequence[Block], parts: list[_Part | None], title: Headline | None) -> None:
    """Name the lines above a headline, and the numbers right below it: a letterhead, what kind it is."""
    below = _BELOW.get(title.rule) if title else None
    for i in range(title.first if title else min(len(kept), _LABEL_BLOCKS)):
        rule = label_rule(kept[i].text) or below
        if rule and (parts[i] is None or below):
            parts[i] = _Part("other", rule)
    at = title.stop if title else len(kept)
    while at < len(kept) and parts[at] is None and (rule := label_rule(kept[at].text)):
        parts[at] = _Part("other", rule)
        at += 1


def _is_running(text: str) -> bool:
    """Whether a block is a sentence or long enough for one; "Dear colleagues," opens no article."""
    words = word_count(text)
    return words >= BODY_WORDS or (words >= _SENTENCE_WORDS and (ends_sentence(text) or text[-1] in ":?"))


def _settle_names(kept: Sequence[Block], parts: list[_Part | None]) -> None:
    """Many lines of a name and an office, without "By", are a list of people, and wrote nothing."""
    signed = [i for i, part in enumerate(parts) if part == _BYLINE and not opens_as_byline(kept[i].text)]
    if len(signed) > _MOST_SIGNED:
        for i in signed:
            parts[i] = None


def _settle_dates(kept: Sequence[Block], parts: list[_Part | None]) -> None:
    """Several times alone on a page are a live blog's; many dates above a text, a calendar."""
    stamps = [i for i, block in enumerate(kept) if block.dom is not None and is_time_stamp(block.text)]
    if len(stamps) >= _FEWEST_ENTRIES:
        for i in stamps:
            parts[i] = parts[i] or _TIME_STAMP
    dates = [i for i, block in enumerate(kept) if block.dom is not None and parts[i] == _DATELINE]
    if len(dates) > _MOST_DATELINES:
        for i in dates:
            parts[i] = None


def _mark_headings(kept: Sequence[Block], parts: list[_Part | None]) -> None:
    """Name the headings of plain text: those that many documents have, and what the model finds."""
    for i, block in enumerate(kept[:-1]):
        if parts[i] is None and block.dom is None and is_known_heading(block.text):
            parts[i] = _heading(block.text, "heading_cue", 2)
    title = next((i for i, part in enumerate(parts) if part is not None and part.tag == "title"), -1)
    found = find_headings(kept, [i for i, part in enumerate(parts) if i > title and _may_head(kept[i], part)])
    for i in _with_all_dates(kept, parts, found):
        parts[i] = _heading(kept[i].text, "heading_form", 2)


def _mark_subtitle(kept: Sequence[Block], parts: list[_Part | None], at: int) -> None:
    """Name the line under the headline, and a bare name after it where others write "By"."""
    part = _subtitle(kept, parts, at)
    if part is None:
        return
    parts[at] = part
    after = at + 1
    if part != _BARE_NAME and after < len(kept) and parts[after] is None and is_bare_name(kept[after].text):
        parts[after] = _BARE_NAME


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
    if at + 1 >= len(kept) or kept[at].after_drop:
        return None
    following = parts[at + 1]
    if _is_place_above_date(kept, parts, at):
        return _DATELINE
    front_next = following is not None and following.tag in _FRONT_TAGS
    if kept[at].dom is not None or parts[at] is not None:
        marked = kept[at].kind == "heading" and front_next and word_count(kept[at].text) <= 2 * _LONG_WORDS
        return _Part("subtitle", "above_byline") if marked else None
    if is_bare_name(kept[at].text):
        return _BARE_NAME
    if cues("byline").fullmatch(kept[at].text):
        return _BYLINE
    before_names = front_next or (following is None and is_bare_name(kept[at + 1].text))
    return _standfirst(kept[at].text, kept[at + 1].text, before_names=before_names)


def _is_place_above_date(kept: Sequence[Block], parts: Sequence[_Part | None], at: int) -> bool:
    """Whether a line names a place, and the next one the day: "Norrhamn, Velland" above "June 3, 2026"."""
    is_text = kept[at].dom is None and parts[at] is None
    return is_text and parts[at + 1] == _DATELINE and _PLACE.fullmatch(kept[at].text) is not None


def _standfirst(text: str, following: str, *, before_names: bool) -> _Part | None:
    """Whether a line sums the article up: by who wrote it under it, or as it is longer than a headline."""
    words = word_count(text)
    if ends_sentence(text) and not (before_names and words <= _LONG_WORDS):
        return None
    if before_names and words <= 2 * _LONG_WORDS:
        return _Part("subtitle", "above_byline")
    long_enough = _SUBTITLE_WORDS <= words <= 2 * _LONG_WORDS and not text.endswith(":")
    return _Part("subtitle", "below_title") if long_enough and word_count(following) > words else None


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


def _heading(text: str, rule: str, level: int) -> _Part:
    """A heading, and the tag of the section that it opens."""
    return (
        _Part("conclusion", "conclusion_heading", level)
        if is_conclusion_heading(text)
        else _Part("body", rule, level)
    )


def _by_markup(block: Block) -> _Part | None:
    if block.role in _BY_ROLE and block.role is not None:
        return _Part(block.role, "model")
    if block.level or block.kind == "heading":
        return _heading(block.text, "heading_markup", block.level or 2)
    if block.kind == "caption" and block.dom is not None:
        return None  # the block model decides which captions of a page are the article's text
    return _BY_KIND.get(block.kind)


def _first_paragraph(kept: Sequence[Block], parts: Sequence[_Part | None]) -> int:
    """The first block that is long enough to be text, or a sentence where none is."""
    open_places = [i for i, part in enumerate(parts) if part is None]
    long = (i for i in open_places if word_count(kept[i].text) >= _LONG_WORDS)
    sentences = (i for i in open_places if ends_sentence(kept[i].text) and _is_running(kept[i].text))
    first = next((i for i in chain(long, sentences) if not is_credit(kept[i].text)), None)
    if first is not None:
        return first
    return next((i for i, part in enumerate(parts) if part is not None and part.tag in _UNDER_HEADINGS), 0)


def _on_page(block: Block, at: int, lede: int, size: int) -> _Part | None:
    """What a block of a page is by its form: byline or date above the text, who signs below, correction."""
    if at < lede and is_byline(block.text):
        return _BYLINE
    if at > lede and at >= size - _BACK_BLOCKS and ends_as_byline(block.text):
        return _BYLINE
    if at < min(lede, _FRONT_BLOCKS) and is_dateline(block.text):
        return _DATELINE
    return _CORRECTION if is_correction(block.text) else None


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
