"""Who speaks, by rule: light syntax around each quotation, then carry-over inside the paragraph.

Their answer is a feature of the learned ranker, which decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.scene import CANDIDATES

if TYPE_CHECKING:
    from ingest.quotes.paragraphs.scene import Scene

_TAIL = re.compile(r",?-([NPDRS])[.,]?(?:$|[.Q])")


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


def choose(scene: Scene) -> list[Choice]:
    """Choose a speaker for each quotation of a paragraph."""
    choices = [_by_cue(scene, k) or _without_cue(scene, k) for k in scene.quotes]
    _carry(scene, choices)
    return choices


def _by_cue(scene: Scene, k: int) -> Choice | None:
    """The subject of the nearest cue in the quotation's sentence."""
    shape, sentence = scene.shape, scene.sentences[k]
    best = None
    cost = 99.0
    for cue, index in scene.subjects.items():
        if scene.sentences[cue] != sentence:
            continue
        between = shape[k + 1 : cue] if cue > k else shape[cue + 1 : k]
        here = len(between) + 3.0 * between.count("Q") + _COST[shape[cue]]
        if cue > k and ("C" in between or "I" in between):
            here += 2
        if scene.candidates[index].head in ("you", "it"):
            here += 3
        if here < cost:
            cost = here
            best = Choice(index, cue, "source" if shape[cue] == "A" else "cue", len(between))
    return best


def _without_cue(scene: Scene, k: int) -> Choice:
    """Read "... - Smith" after the quotation, "Smith in 1992:" before it."""
    shape = scene.shape
    tail = _TAIL.match(shape, k + 1)
    if tail:
        return Choice(_index(scene, tail.start(1)), -1, "tail", 1)
    if k >= 1 and shape[k - 1] == ":":
        first = _first(scene, scene.sentences[k], k)
        if first >= 0:
            return Choice(_index(scene, first), -1, "colon", 1)
    return Choice()


# How much each kind of cue counts as further away than it stands.
_COST = {"V": 0.0, "U": 1.5, "v": 1.0, "u": 2.5, "w": 4.0, "A": 0.0}


def _index(scene: Scene, piece: int) -> int:
    return next((i for i, c in enumerate(scene.candidates) if c.piece == piece), -1)


def _first(scene: Scene, sentence: int, stop: int) -> int:
    """The first candidate of a sentence, before piece `stop`, that no preposition governs.

    Failing that any candidate there; -1 where there is none.
    """
    shape = scene.shape
    found = -1
    for p in range(min(stop, len(shape))):
        if scene.sentences[p] == sentence and shape[p] in CANDIDATES:
            if not (p and shape[p - 1] == "I"):
                return p
            found = p if found < 0 else found
    return found


def _carry(scene: Scene, choices: list[Choice]) -> None:
    """A quotation that stands alone has the speaker of the one before it, else of the one after."""
    alone = [stands_alone(scene, q) for q in range(len(choices))]
    known = Choice()
    for q, choice in enumerate(choices):
        if choice.candidate >= 0:
            known = choice
        elif alone[q]:
            choices[q] = Choice(known.candidate, known.cue, "carry" if known.candidate >= 0 else "none")
        else:
            k = scene.quotes[q]
            first = _first(scene, scene.sentences[k], k)
            if first >= 0:
                choices[q] = Choice(_index(scene, first), -1, "first")
    for q in range(len(choices) - 2, -1, -1):
        if choices[q].candidate < 0 <= choices[q + 1].candidate and alone[q]:
            choices[q] = Choice(choices[q + 1].candidate, choices[q + 1].cue, "carry")
    if all(choice.candidate < 0 for choice in choices):
        _from_lead_in(scene, choices, alone)


def _from_lead_in(scene: Scene, choices: list[Choice], alone: list[bool]) -> None:
    """No attribution at all: the subject of the sentence before a quotation that stands alone."""
    for q, k in enumerate(scene.quotes):
        before = scene.sentences[k] - 1
        if not alone[q] or before < 0:
            continue
        cue = next((c for c in scene.subjects if scene.sentences[c] == before), -1)
        first = _first(scene, before, k)
        if cue >= 0:
            choices[q] = Choice(scene.subjects[cue], cue, "lead")
        elif first >= 0:
            choices[q] = Choice(_index(scene, first), -1, "lead")


def lead_in(scene: Scene, *, needs_cue: bool) -> int:
    """Index of the candidate whom a paragraph without quotations announces: "Smith said:"; -1 for none.

    Args:
        scene: That paragraph.
        needs_cue: Whether its last sentence must have a verb of saying.
    """
    if not scene.shape:
        return -1
    last = scene.sentences[-1]
    cue = next((c for c in reversed(scene.subjects) if scene.sentences[c] == last), -1)
    if cue >= 0 or needs_cue:
        return scene.subjects[cue] if cue >= 0 else -1
    first = _first(scene, last, len(scene.shape))
    return _index(scene, first) if first >= 0 else -1


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
