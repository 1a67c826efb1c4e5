"""A document as the speakers of its quotations are looked for in it, and a speaker that was found."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.quotes.speakers.resolve import People, mention_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Attribution, Mention, Section

PLACES = frozenset(("LOCATION", "FACILITY"))


@dataclass(slots=True)
class Speaker:
    """A speaker as it stands in the text and whom it means.

    Attributes:
        start: Where the words for the speaker begin.
        end: Where they end.
        name_index: Whom they mean; None where nobody is named.
        attribution: How the speaker was found.
        certainty: Probability that these are the words for the speaker.
    """

    start: int
    end: int
    name_index: int | None
    attribution: Attribution
    certainty: float = 1.0


@dataclass(slots=True)
class Book:
    """The document as the speakers of its quotations are looked for in it.

    Attributes:
        text: The whole text.
        sections: Its sections.
        people: Its persons, and who of them spoke last.
        mentions: Its mentions, in order.
        mention_starts: Where they begin.
        first_turn: Where a transcript's first turn begins; -1 before it is reached.
        interviewee: Who answers in it; None where nobody is named.
    """

    text: str
    sections: Sequence[Section]
    people: People
    mentions: Sequence[Mention]
    mention_starts: list[int]
    first_turn: int = -1
    interviewee: int | None = None

    def mention_at(self, start: int, end: int) -> Mention | None:
        """The last mention inside a stretch; a person rather than another."""
        return mention_at(self.mentions, self.mention_starts, start, end)

    def in_block_quote(self, at: int) -> bool:
        """Whether a block quote's section holds an offset."""
        i = bisect_right(self.sections, at, key=lambda section: section.char_start) - 1
        return i >= 0 and self.sections[i].tag == "block_quote" and at < self.sections[i].char_end
