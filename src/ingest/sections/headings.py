"""Headings of plain text: nothing marks them but form and place, so a model of both judges the candidates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ingest.front.cues import ends_sentence, word_count
from ingest.models.files import load_model
from ingest.models.trees import Forest
from ingest.sections.forms import BODY_WORDS, has_heading_form, is_spoken
from ingest.sections.habits import measure_candidates

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ingest.records import Block

# Chosen on texts with marked headings; docs/model-cards/text.md has the figures.
_HEADING_FROM = -0.1  # log odds of 0.48
_HEADING_FROM_IN_LISTS = -0.8  # log odds of 0.31: where most lines are short, headings look less special
_HEADING_FROM_ANYHOW = 0.5  # log odds of 0.62: no form of a heading, but the place of one
_NO_OPENING = "\"'\u201c\u2018\u00ab([\u2013\u2014"  # of a quotation, a remark as "(CROSSTALK)", a signature
_LABEL = re.compile(r"[^\W\d_a-z][\w.'\u2019-]*(?: [\w.'\u2019-]+){0,3}[:\uff1a] ?(?=\S)")
_QUESTION = ("?", "\uff1f")
_GOES_ON = (",", ";", "\uff0c", "\uff1b", "\u060c", "\u061b")
_DOTS = ("...", "\u2026")
_RUNNING_WORDS = 14
_MOSTLY_RUNNING = 0.6
_FEWEST_BLOCKS = 4
_MOST_BLOCKS = 20_000


def find_headings(kept: Sequence[Block], open_places: Collection[int]) -> frozenset[int]:
    """Find the headings among the blocks of a plain text.

    Args:
        kept: The kept blocks of the document.
        open_places: Those of them that are nothing else yet: no title, byline, list item, ...

    Returns:
        The places of the headings.
    """
    candidates = [i for i in sorted(open_places) if _may_be_heading(kept, i)]
    if not candidates:
        return frozenset()
    if not _FEWEST_BLOCKS <= len(kept) <= _MOST_BLOCKS:
        return frozenset(i for i in candidates if _stands_above_text(kept, i))
    listed = [block.kind == "list_item" for block in kept]
    names, rows = measure_candidates([block.text for block in kept], listed)
    forest = load_model(Forest, "text_headings")
    scores = forest.scores(forest.arrange(names, rows[candidates]))[:, 0]
    running = np.mean([word_count(block.text) >= _RUNNING_WORDS for block in kept])
    loose = running < _MOSTLY_RUNNING
    wanted = _HEADING_FROM_IN_LISTS if loose else _HEADING_FROM
    return frozenset(
        i
        for i, score in zip(candidates, scores, strict=True)
        if score > (wanted if loose or has_heading_form(kept[i].text) else _HEADING_FROM_ANYHOW)
    )


def _may_be_heading(kept: Sequence[Block], at: int) -> bool:
    """A short line without a final stop, and something of the same run of text after it."""
    block = kept[at]
    if _is_turn(kept, at):
        return False
    if block.dom is not None or at + 1 >= len(kept) or kept[at + 1].after_drop or is_spoken(block.text):
        return False
    open_end = not ends_sentence(block.text) or block.text.endswith(_DOTS)
    if block.text.endswith(_GOES_ON):
        return False
    return (
        word_count(block.text) < _RUNNING_WORDS + BODY_WORDS and open_end and block.text[0] not in _NO_OPENING
    )


def _is_turn(kept: Sequence[Block], at: int) -> bool:
    """Whether a line is an interview's question, "Quay Review: Why now?", which another label answers."""
    if not kept[at].text.endswith(_QUESTION) or at + 1 >= len(kept):
        return False
    label, following = _LABEL.match(kept[at].text), _LABEL.match(kept[at + 1].text)
    return label is not None and following is not None and label[0] != following[0]


def _stands_above_text(kept: Sequence[Block], at: int) -> bool:
    """The form of a heading, and a longer paragraph after it."""
    longer = word_count(kept[at + 1].text) >= max(BODY_WORDS, 2 * word_count(kept[at].text))
    return at > 0 and longer and has_heading_form(kept[at].text)
