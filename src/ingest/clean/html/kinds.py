"""Names for blocks that are no article text: parts of the document around it, and kinds of furniture."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from ingest.dom import elements_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.clean.html.places import Column, Columns
    from ingest.metadata import Metadata
    from ingest.records import Block, Page

_TITLE_OVERLAP = 0.6
_BEST_TITLE = 0.3
_SAME_TITLE = 0.99
_BYLINE_WORDS = 16
_DATE_WORDS = 14
_DATE_DIGITS = 0.2
_CAPTION_WORDS = 90
_SUBTITLE_WORDS = 70
_DESCRIBED = 0.8
_NEAR = 12
_MOST_BYLINES = 2
_MOST_DATELINES = 1
_MOST_SUBTITLES = 2
_CREDIT = re.compile(
    r"(?:photo|image|picture|foto|bild|video|credit|copyright|cr\u00e9dit|fotograf\w*)\b[^.]{0,20}[:/\u00a9]|\u00a9",
    re.IGNORECASE,
)
_CREDIT_WORDS = 12
_CREDITED_WORDS = 40
# What an article says about itself; models drop it, readers need it.
_CORRECTION = re.compile(
    r"(?:corrections?|clarification|editor['\u2019]s note|korrektur|berichtigung|rectificatif|erratum)\b",
    re.IGNORECASE,
)
_NEAR_END = 4
_MOSTLY = 0.5
_BUTTON_WORDS = 4
_MENU_LEVELS = 3
# A link of a menu is a word or two, a headline is longer.
_HEADLINE_CHARS = 28
_MENU_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("navigation", frozenset({"nav", "navigation", "menu", "breadcrumb", "breadcrumbs", "footer"})),
    ("share", frozenset({"share", "sharing", "social", "socials", "addthis"})),
    ("cookie", frozenset({"cookie", "cookies", "consent"})),
    ("comment", frozenset({"comment", "comments", "replies"})),
    ("related", frozenset({"related", "recommended", "popular", "trending", "latest", "teaser", "teasers"})),
    ("promotion", frozenset({"promo", "price", "shop", "deal", "deals", "affiliate", "advert", "sponsored"})),
    ("bio", frozenset({"author", "authors", "byline", "bio"})),
)
_NEAR_START = 5


def name_parts(
    metadata: Metadata, blocks: Sequence[Block], columns: Columns, body: NDArray[np.bool_]
) -> list[str]:
    """Name the blocks that belong to the document.

    Args:
        metadata: What the page says of itself.
        blocks: The visible blocks.
        columns: Their measures.
        body: Which of them are article text.

    Returns:
        For each block the part that it is, `body` among them, or an empty text for what does not belong.
    """
    parts = ["body" if is_body else "" for is_body in body]
    places = np.flatnonzero(body)
    if not len(places):
        return parts
    first, last = int(places[0]), int(places[-1])
    running = places[(columns["words"][places] > _DATE_WORDS) & (columns["stop"][places] > 0)]
    title = _find_title(
        columns, first, int(running[0]) if len(running) else first, has_claim=metadata.title is not None
    )
    if title is not None:
        parts[title] = "title"
    top = max(first - _NEAR, 0) if title is None else min(title, first)
    head = range(top, first + 1)
    near = range(top, min(first + _NEAR_START, last) + 1)
    authors = [name.casefold() for name in metadata.authors if len(name) > 3]  # noqa: PLR2004
    _mark(parts, "byline", _MOST_BYLINES, [k for k in near if _is_byline(k, blocks, columns, authors)])
    _mark(parts, "dateline", _MOST_DATELINES, [k for k in near if _is_date(k, columns)])
    _mark(parts, "subtitle", _MOST_SUBTITLES, [k for k in head if _is_subtitle(k, columns)])
    for k in _before_text(columns, first, last):
        if parts[k] == "body" and _is_marked_date(k, columns):
            parts[k] = "dateline"
    for k in range(first, min(last + _NEAR_END, len(parts))):
        if not parts[k] and _CORRECTION.match(blocks[k].text) and columns["link_share"][k] < 0.5:  # noqa: PLR2004
            parts[k] = "body"
    for k in _pictured(blocks, columns, top, last):
        if parts[k] in {"", "body"} and _is_caption(k, blocks, columns, is_body=parts[k] == "body"):
            is_credit = columns["words"][k] <= _CREDIT_WORDS and _CREDIT.match(blocks[k].text)
            parts[k] = "credit" if is_credit else "caption"
    return parts


def _mark(parts: list[str], part: str, most: int, places: Sequence[int]) -> None:
    for k in [k for k in places if not parts[k]][:most]:
        parts[k] = part


def _find_title(columns: Columns, first: int, running: int, *, has_claim: bool) -> int | None:
    """The block that is the headline: at the head of the article or above, word for word above its text."""
    heading = (columns["level"] == 1) | (columns["level"] == 2)  # noqa: PLR2004
    overlap = columns["title_overlap"]
    away = np.abs(np.arange(len(heading)) - first)
    worth = overlap + 0.5 * (columns["level"] == 1) + 0.2 * heading - 0.01 * np.minimum(away, 40)
    possible = (overlap >= _TITLE_OVERLAP) | (heading & (overlap >= _BEST_TITLE))
    if not has_claim or (columns["level"] == 1).sum() == 1:
        possible |= columns["level"] == 1
    at = np.arange(len(heading))
    possible &= (at <= first) | ((at < running) & (overlap >= _SAME_TITLE))
    possible &= columns["link_share"] <= _TITLE_OVERLAP
    return int(np.argmax(np.where(possible, worth, -np.inf))) if possible.any() else None


def _is_byline(k: int, blocks: Sequence[Block], columns: Columns, authors: Sequence[str]) -> bool:
    if columns["words"][k] > _BYLINE_WORDS or columns["around_comment"][k] or columns["around_related"][k]:
        return False
    text = blocks[k].text.casefold()
    return bool(columns["byline_start"][k] or any(name in text for name in authors))


def _is_date(k: int, columns: Columns) -> bool:
    dated = columns["inline_time"][k] or columns["near_date"][k] or columns["cue_time"][k]
    return bool(
        dated and columns["digit"][k] > 0 and columns["words"][k] <= _DATE_WORDS and not columns["level"][k]
    )


def _before_text(columns: Columns, first: int, last: int) -> range:
    """Blocks of the article before its first one that is too long for a date; none if there is no such."""
    long = columns["words"][first : last + 1] > _DATE_WORDS
    return range(first, first + int(long.argmax()))


def _is_marked_date(k: int, columns: Columns) -> bool:
    """Nothing but a date, by its markup too: not the article's, whatever a model makes of it."""
    told = columns["near_date"][k] or columns["inline_time"][k]
    return bool(told and columns["digit"][k] >= _DATE_DIGITS and _is_date(k, columns))


def _is_subtitle(k: int, columns: Columns) -> bool:
    if columns["words"][k] > _SUBTITLE_WORDS or columns["words"][k] < 4 or columns["link_share"][k] > 0:  # noqa: PLR2004
        return False
    return bool(columns["near_summary"][k] or columns["description_overlap"][k] >= _DESCRIBED)


def _pictured(blocks: Sequence[Block], columns: Columns, first: int, last: int) -> list[int]:
    """Blocks from one to another that may be captions by their markup: most are none."""
    told = columns["images"] + columns["in_figure"] + columns["near_caption"] + columns["near_picture"]
    telling = told.tolist()
    return [k for k in range(first, last + 1) if telling[k] or blocks[k].kind == "caption"]


def _is_caption(k: int, blocks: Sequence[Block], columns: Columns, *, is_body: bool) -> bool:
    """A block that is marked as one, or a line beside a picture that ends by naming who took it.

    Of what the model keeps as text, the word of a class is enough; what it drops must stand in a figure too.
    """
    if columns["around_related"][k] or columns["in_aside"][k] or columns["around_teaser"][k]:
        return False
    marked = columns["near_caption"][k] and (is_body or columns["in_figure"][k])
    if (marked or blocks[k].kind == "caption") and 1 < columns["words"][k] <= _CAPTION_WORDS:
        return True
    beside = columns["images"][k] or columns["in_figure"][k] or columns["near_caption"][k]
    beside = beside or (is_body and columns["near_picture"][k])
    return bool(beside and columns["words"][k] <= _CREDITED_WORDS and _CREDIT.search(blocks[k].text[1:]))


def name_others(columns: Columns) -> Column:
    """Name what each block would be if it is no part of the document.

    Args:
        columns: Measures of the blocks.

    Returns:
        A kind for each block.
    """
    short = columns["words"] <= _BYLINE_WORDS
    linked = columns["link_share"] > _MOSTLY
    in_nav = (columns["in_nav"] > 0) | (columns["near_nav"] > 0)
    teased = _told(columns, "related") | _told(columns, "teaser")
    kinds: tuple[tuple[str, Column], ...] = (
        ("cookie", _told(columns, "cookie")),
        ("share", (columns["near_share"] > 0) & ~in_nav),
        ("comment", (_told(columns, "comment") | (short & (columns["cue_comment"] > 0))) & ~in_nav),
        ("promotion", (columns["near_ad"] > 0) | (columns["near_shop"] > 0)),
        ("promotion", (columns["near_promo"] > 0) & ~teased),
        ("navigation", in_nav),
        ("bio", columns["near_author"] > 0),
        ("share", _told(columns, "share") | (short & (columns["cue_share"] > 0))),
        ("navigation", (columns["in_footer"] > 0) & ~_told(columns, "promo")),
        ("related", teased & ~_is_button(columns)),
        ("promotion", _told(columns, "promo") | (columns["cue_subscribe"] > 0) | _told(columns, "ad")),
        ("navigation", _told(columns, "nav") | _is_button(columns)),
        ("related", columns["in_aside"] > 0),
        ("related", (columns["words"] > 3) & linked),  # noqa: PLR2004
        ("navigation", linked),
    )
    names = np.array([*(kind for kind, _ in kinds), "other"])
    masks = np.array([*(mask for _, mask in kinds), np.ones(len(short), dtype=np.bool_)])
    named: Column = names[masks.argmax(axis=0)]
    return named


def _told(columns: Columns, group: str) -> Column:
    """Where an element around says so; what stands around most of a page says nothing of any block in it."""
    around = columns[f"around_{group}"] > 0
    mostly = np.count_nonzero(around) > _MOSTLY * len(around)
    return columns[f"near_{group}"] > 0 if mostly else around


def _is_button(columns: Columns) -> Column:
    """Short and marked as a part of a form: a button, a field's label."""
    return (columns["near_form"] > 0) & (columns["words"] <= _BUTTON_WORDS)


def name_menu(page: Page, index: int) -> str:
    """Name a run of links by the elements around it, nearest first; most are navigation.

    Args:
        page: The page.
        index: The block that the run is.
    """
    block = page.blocks[index]
    if block.dom is None:
        return "navigation"
    for at in islice(elements_around(page.nodes, block.dom), _MENU_LEVELS):
        node = page.nodes[at]
        if node.tag == "nav":
            return "navigation"
        for kind, words in _MENU_WORDS:
            if not words.isdisjoint(node.hints):
                return kind
    per_link = block.dom.link_chars / max(block.dom.links, 1)
    return "related" if per_link >= _HEADLINE_CHARS else "navigation"
