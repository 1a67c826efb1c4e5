"""Who speaks, by rule: light syntax around each quotation, then carry-over inside the paragraph.

The rules stand on their own, and their answer is a feature of the learned ranker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.quotes.scan import CANDIDATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.marks import Region
    from ingest.quotes.scan import Scene

_TAIL = re.compile(r",?-([NPDRS])[.,]?(?:$|[.Q])")
_SHORT = 3


@dataclass(slots=True)
class Choice:
    """What the rules say of one quotation.

    Attributes:
        candidate: Index of the speaker among the scene's candidates; -1 for none in this paragraph.
        cue: Place of the cue in the shape; -1 for none.
        rule: Which rule chose: `cue`, `source`, `tail`, `colon`, `carry`, `first`, `none`.
        distance: Pieces between the quotation and the cue.
    """

    candidate: int = -1
    cue: int = -1
    rule: str = "none"
    distance: int = 99


def choose(scene: Scene, regions: Sequence[Region], text: str) -> list[Choice]:
    """Choose a speaker for each quotation of a paragraph."""
    choices = [_by_syntax(scene, q) for q in range(len(regions))]
    _carry(scene, regions, text, choices)
    return choices


def _by_syntax(scene: Scene, q: int) -> Choice:
    shape, k = scene.shape, scene.quotes[q]
    sentence = scene.sentences[k]
    best = Choice()
    cost = 99.0
    for cue, candidate in scene.subjects.items():
        if scene.sentences[cue] != sentence:
            continue
        between = shape[k + 1 : cue] if cue > k else shape[cue + 1 : k]
        here = len(between) + 3.0 * between.count("Q") + _WEIGHT[shape[cue]]
        if cue > k and ("C" in between or "I" in between):
            here += 2
        if scene.candidates[candidate].kind == "P" and scene.candidates[candidate].head in ("you", "it"):
            here += 3
        if here < cost:
            cost = here
            best = Choice(candidate, cue, "source" if shape[cue] == "A" else "cue", len(between))
    if best.candidate >= 0:
        return best
    tail = _TAIL.match(shape, k + 1)
    if tail:
        return Choice(_index(scene, tail.start(1)), -1, "tail", 1)
    if k >= 1 and shape[k - 1] == ":":
        p = k - 2
        while p >= 0 and scene.sentences[p] == sentence and shape[p] not in CANDIDATES:
            p -= 1
        if p >= 0 and shape[p] in CANDIDATES:
            first = _first(scene, sentence, p)
            return Choice(_index(scene, first), -1, "colon", 1)
    return best


_WEIGHT = {"V": 0.0, "U": 1.5, "v": 1.0, "u": 2.5, "w": 4.0, "A": 0.0}


def _index(scene: Scene, piece: int) -> int:
    return next((i for i, c in enumerate(scene.candidates) if c.piece == piece), -1)


def _first(scene: Scene, sentence: int, last: int) -> int:
    """The first candidate of a sentence that no preposition governs; else `last`."""
    shape = scene.shape
    for p, letter in enumerate(shape[: last + 1]):
        if scene.sentences[p] == sentence and letter in CANDIDATES and not (p and shape[p - 1] == "I"):
            return p
    return last


def _carry(scene: Scene, regions: Sequence[Region], text: str, choices: list[Choice]) -> None:
    """A quotation that stands alone has the speaker of the one before it, else of the one after."""
    known = -1
    for q, choice in enumerate(choices):
        if choice.candidate >= 0:
            known = q
        elif known >= 0 and stands_alone(scene, q):
            choices[q] = Choice(choices[known].candidate, choices[known].cue, "carry")
        elif not stands_alone(scene, q):
            first = _first(scene, scene.sentences[scene.quotes[q]], -1)
            if first >= 0 and first < scene.quotes[q]:
                choices[q] = Choice(_index(scene, first), -1, "first")
    for q in range(len(choices) - 2, -1, -1):
        if choices[q].candidate < 0 and choices[q + 1].candidate >= 0 and stands_alone(scene, q):
            choices[q] = Choice(choices[q + 1].candidate, choices[q + 1].cue, "carry")
    if all(choice.candidate < 0 for choice in choices):
        _from_lead_in(scene, choices)


def _from_lead_in(scene: Scene, choices: list[Choice]) -> None:
    """No attribution at all: the subject of the sentence before a quotation that stands alone."""
    for q, k in enumerate(scene.quotes):
        if not stands_alone(scene, q) or scene.sentences[k] == 0:
            continue
        before = scene.sentences[k] - 1
        cue = next((c for c in scene.subjects if scene.sentences[c] == before), -1)
        if cue >= 0:
            choices[q] = Choice(scene.subjects[cue], cue, "lead")
            continue
        end = next(i for i, s in enumerate(scene.sentences) if s > before)
        first = _first(scene, before, -1)
        if 0 <= first < end:
            choices[q] = Choice(_index(scene, first), -1, "lead")


def stands_alone(scene: Scene, q: int) -> bool:
    """Whether the quotation's sentence holds nothing but quotations."""
    k = scene.quotes[q]
    shape, sentences = scene.shape, scene.sentences
    sentence = sentences[k]
    p = k - 1
    while p >= 0 and sentences[p] == sentence:
        if shape[p] not in "Q-,C":
            return False
        p -= 1
    p = k + 1
    while p < len(shape) and sentences[p] == sentence:
        if shape[p] not in "Q-,.":
            return False
        p += 1
    return True


def speech_type(scene: Scene, region: Region, q: int, choice: Choice, text: str) -> str:
    """Tell speech from fragments of speech and from titles, slogans and terms.

    Returns:
        `direct`, `partial` or `mention_only`.
    """
    body = text[region.start : region.end]
    words = body.count(" ") + 1
    k = scene.quotes[q]
    shape = scene.shape
    before, after = shape[k - 1] if k else "", shape[k + 1] if k + 1 < len(shape) else ""
    ends = body[-1] in ",.?!…—" or not region.is_closed
    alone = stands_alone(scene, q)
    has_cue = choice.rule in ("cue", "source", "tail", "colon")
    if words <= _SHORT and not (ends and has_cue and choice.distance <= _SHORT) and not (has_cue and choice.distance == 0):
        return "mention_only"
    if not has_cue and not alone and (words < 5 or body.istitle()):
        return "mention_only"
    is_framed = before in ("", ":", ",", ".", "Q", "-") and (ends or after in ("", ",", ".", "-"))
    if (is_framed and (body[0].isupper() or body[0] in "[…." or before == ",")) or alone:
        return "direct"
    return "partial"
