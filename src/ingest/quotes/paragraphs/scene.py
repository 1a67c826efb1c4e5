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


@dataclass(frozen=True, slots=True)
class Told:
    """Who a text in another language says to have said something.

    Attributes:
        start: Where the words for the speaker begin; where there are none, where the cue begins.
        end: Where they end.
        cue: Where the verb of saying stands; None for none.
        pronoun: The English pronoun that the words mean: "he", "she", "they"; empty for other words.
        is_carried: Whether the words stand in another sentence.
    """

    start: int
    end: int
    cue: tuple[int, int] | None
    pronoun: str = ""
    is_carried: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether the verb has no subject, as Spanish "añadió": whoever spoke last goes on."""
        return self.start == self.end
