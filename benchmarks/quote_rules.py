"""Quotations by the rules alone: what the learned weights are measured beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.quotes.decide import Decision
from ingest.quotes.decide.context import count_words
from ingest.quotes.decide.rules import choose, stands_alone
from ingest.quotes.paragraphs.syntax import relative_subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.decide.rules import Choice
    from ingest.quotes.paragraphs.marks import Region
    from ingest.quotes.paragraphs.scene import Scene
    from ingest.records import QuoteType

_SHORT = 3  # words; quotations up to this length are speech only right beside a cue
_PHRASE = 5  # words; shorter ones without a cue are terms


def decide_by_rules(scene: Scene, regions: Sequence[Region], text: str) -> list[Decision]:
    """Decide with the rules alone."""
    decisions = []
    for q, choice in enumerate(choose(scene)):
        kind = _speech_type(scene, regions[q], q, choice, text)
        candidate = choice.candidate if kind != "mention_only" else -1
        relative = relative_subject(scene, scene.quotes[q], choice.cue)
        decisions.append(Decision(kind, candidate, choice.cue, relative))
    return decisions


def _speech_type(scene: Scene, region: Region, q: int, choice: Choice, text: str) -> QuoteType:
    """Tell speech from fragments of speech and from titles, slogans and terms."""
    body = text[region.start : region.end]
    words = count_words(body)
    k = scene.quotes[q]
    shape = scene.shape
    before, after = shape[k - 1] if k else "", shape[k + 1] if k + 1 < len(shape) else ""
    ends = body[-1] in ",.?!…—" or not region.is_closed
    alone = stands_alone(scene, q)
    has_cue = choice.rule in ("cue", "source", "tail", "colon")
    if (
        words <= _SHORT
        and not (ends and has_cue and choice.distance <= _SHORT)
        and not (has_cue and choice.distance == 0)
    ):
        return "mention_only"
    if not has_cue and not alone and (words < _PHRASE or body.istitle()):
        return "mention_only"
    is_framed = before in ("", ":", ",", ".", "Q", "-") and (ends or after in ("", ",", ".", "-"))
    if (is_framed and (body[0].isupper() or body[0] in "[…." or before == ",")) or alone:
        return "direct"
    return "partial"
