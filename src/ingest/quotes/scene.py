"""A paragraph as it is read: its shape, and who may speak in it."""

from __future__ import annotations

from dataclasses import dataclass, field

STOP = frozenset(".!?…")
CANDIDATES = frozenset("NPDRS")


@dataclass(slots=True)
class Candidate:
    """A phrase outside the quotations that may name a speaker.

    Attributes:
        kind: Its letter in the shape.
        start: Where it begins in the whole text.
        end: Where it ends.
        piece: Its place in the shape.
        head: Its last word, lower case: what two mentions of one person share.
    """

    kind: str
    start: int
    end: int
    piece: int
    head: str


@dataclass(slots=True)
class Scene:
    """One paragraph with its quotations, read.

    Attributes:
        shape: One letter a piece.
        words: For each piece its lower-cased word (a cue's lemma, a phrase's head).
        starts: For each piece where it begins in the whole text.
        ends: Where it ends.
        sentences: For each piece the number of its sentence; see `syntax`.
        candidates: Who may speak, in order.
        quotes: For each quotation its place in the shape.
        subjects: Cue's place in the shape -> index of the candidate that is its subject.
    """

    shape: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    candidates: list[Candidate]
    quotes: list[int]
    subjects: dict[int, int] = field(default_factory=dict)
