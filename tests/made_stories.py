"""Invented documents on two events, and what a run makes of them."""

from __future__ import annotations

import random

BRIDGE = (
    "Mona Ekdahl opened the bridge at Ulvsund. The toll troubles Pelle Grahn and the Ferry Guild, "
    "said Mona Ekdahl."
)
OTHER_BRIDGE = (
    "A toll at Ulvsund angers the Ferry Guild. Pelle Grahn wants Mona Ekdahl to close the bridge again, "
    "and soon."
)
FIRE = "A fire ate the mill of Otto Brandt in Kvarnby. Nils Holm and the Mill Union blame the wiring there."
OTHER_FIRE = (
    "The Mill Union mourns: flames took the mill in Kvarnby. Otto Brandt and Nils Holm saw it from a hill."
)


def made_words(count, seed):
    rng = random.Random(seed)  # noqa: S311 - words for tests
    return ["".join(rng.choices("abcdefghij", k=7)) for _ in range(count)]
