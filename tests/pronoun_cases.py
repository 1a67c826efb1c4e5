"""Fictional texts in which "he" or "she" speaks, made by a generator: the right person is known.

Every text holds a quotation whose speaker stands as a pronoun.  In the *single* texts the paragraph
or the one before names exactly one person whom the pronoun can mean (others are of the other sex, or
are bodies and places); in the *several* texts two people of one sex are named.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from ingest.records import Mention, Name

WOMEN = (
    "Mara Lindqvist",
    "Petra Sund",
    "Ingrid Aas",
    "Yoko Tanaka",
    "Maria Duarte",
    "Helen Okafor",
    "Anna Varga",
)
MEN = (
    "Tomas Varga",
    "Lars Berg",
    "James Okoro",
    "Pedro Duarte",
    "David Holm",
    "Michael Brandt",
    "Kenji Mori",
)
BODIES = ("the Harbour Authority", "the Norden agency", "the ministry", "the Lund Herald")
TITLES = ("Mayor", "Defence Minister", "Senator", "Professor")
SAID = ("said", "added", "told reporters", "explained", "wrote")
QUOTES = (
    "We will stay as long as it takes.",
    "Nobody asked us about the harbour.",
    "The price is absurd and everyone knows it.",
    "It was the longest night of my life.",
)
OPENINGS = (
    "{title}{full} arrived in Norrhamn on Monday.",
    "On Monday {title}{full} presented the plan in Norrhamn.",
    "At the hearing, {title}{full} defended the sale of the port.",
    "The sale of the port was defended by {title}{full} on Monday.",
    "Norrhamn greeted {title}{full} with flags.",
    "{full}, a former captain, runs the port of Norrhamn.",
)
BRIDGES = (
    "",
    " The talks lasted two hours.",
    " {body} had asked for a delay.",
    " {other} did not attend.",
    " The letter was sent to {body} and to {other}.",
)
SPEAKING = (
    "“{quote},” {pronoun} {said}.",
    "“{quote},” {pronoun} {said}. “There is no other way.”",
    "“{first},” {pronoun} {said}, “{second}.”",
    "{Pronoun} {said}: “{quote}.”",
    "{Pronoun} {said} the plan was “a promise to the whole coast.”",
    "But {pronoun} was not done. “{quote},” {pronoun} {said}.",
)


@dataclass(frozen=True)
class Case:
    """A text, its people, and who speaks its quotations."""

    text: str
    names: tuple[Name, ...]
    mentions: tuple[Mention, ...]
    speaker: str


def _mentions(text: str, people: tuple[str, ...]) -> tuple[tuple[Name, ...], tuple[Mention, ...]]:
    """The names as a perfect name model would give them: full names and surnames of one person as one."""
    found = []
    for index, full in enumerate(people):
        for surface in (full, full.split()[-1]):
            at = text.find(surface)
            while at >= 0:
                if not any(m.char_start <= at < m.char_end for m in found):
                    found.append(Mention(at, at + len(surface), surface, "PERSON", index, "full_name"))
                at = text.find(surface, at + 1)
    names = tuple(Name(full.casefold(), full, "PERSON") for full in people)
    return names, tuple(sorted(found, key=lambda m: m.char_start))


def make_case(seed: int, *, single: bool) -> Case:
    """One text; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - test texts, no secrets
    is_woman = rng.random() < 0.5
    own, others = (WOMEN, MEN) if is_woman else (MEN, WOMEN)
    speaker = rng.choice(own)
    pool = others if single else own
    other = rng.choice([p for p in pool if p.split()[-1] != speaker.split()[-1]])
    title = rng.choice((*(f"{t} " for t in TITLES), "", ""))
    quote = rng.choice(QUOTES)[:-1]
    words = quote.split()
    pronoun = "she" if is_woman else "he"
    opening = rng.choice(OPENINGS).format(title=title, full=speaker)
    bridge = rng.choice(BRIDGES).format(body=rng.choice(BODIES), other=other)
    speaking = rng.choice(SPEAKING).format(
        quote=quote,
        first=" ".join(words[:3]),
        second=" ".join(words[3:]),
        pronoun=pronoun,
        Pronoun=pronoun.capitalize(),
        said=rng.choice(SAID),
    )
    gap = rng.choice((" ", "\n\n"))
    text = opening[0].upper() + opening[1:] + bridge + gap + speaking
    names, mentions = _mentions(text, (speaker, other))
    return Case(text, names, mentions, speaker)
