"""Features of documents as numbers, and how rare each is in the corpus: in steps, to change seldom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from ingest.corpus.arrays import distinct, positions

if TYPE_CHECKING:
    from ingest.corpus.arrays import Ints, Numbers

Floats: TypeAlias = npt.NDArray[np.float32]
Levels: TypeAlias = npt.NDArray[np.uint8]

KIND_SHIFT = 29
"""A feature's code: its kind in the bits from here on, below them a part of its hash."""
WORD, QUOTED, NAME, PLACE, NATIONALITY = range(5)
KIND_WEIGHTS = np.array([0.6, 0.3, 1.0, 0.5, 0.2], np.float32)
"""Places and nationalities are named in reports of all kinds; a name of another type counts 1."""
KIND_OF_TYPE = {"LOCATION": PLACE, "NORP": NATIONALITY}
WORD_BITS = 22
"""Bits of a word's hash that make its feature: two words of a corpus seldom share one."""

CORPUS_PRIOR = 20.0
PRIORS = np.array([20.0, 1.0, 1.0, 1.0, 1.0])
"""A feature of `d` among `n` documents weighs log((n + a) / (d + b)), b the prior of its kind: a name counts
from the first document, an ordinary word only when the corpus has shown that it is rare."""
STEPS = np.array([*2.0 ** np.arange(0, 4, 0.5), *2.0 ** np.arange(4, 40, 2)])
"""d + b is taken in such steps, finer ones where a step touches few documents; n is the nearest power of
two.  So few weights change as documents come."""
LEAST_DOCUMENTS = np.array([2, 2, 1, 1, 1])
"""A word that no other document has tells nothing of what two of them share."""


def coded(kinds: npt.NDArray[np.integer] | int, hashes: npt.NDArray[np.integer]) -> Numbers:
    """Numbers of features of these kinds and hashes."""
    kinds = np.asarray(kinds, np.uint32)
    mask = np.where(kinds == WORD, (1 << WORD_BITS) - 1, (1 << KIND_SHIFT) - 1).astype(np.uint32)
    codes = hashes.astype(np.uint32) & mask | kinds << np.uint32(KIND_SHIFT)
    return codes.astype(np.uint32, copy=False)


def kinds_of(codes: Numbers) -> Ints:
    """The kind of each feature."""
    return (codes >> KIND_SHIFT).astype(np.int64)


@dataclass(frozen=True)
class Frequencies:
    """In how many documents each feature stands.

    Attributes:
        documents: Documents of the corpus, copies left out.
        words: For each word, by its code.
        codes: Features of other kinds, ascending; what is not there stands nowhere.
        counts: Of each of these.
    """

    documents: int
    words: Ints
    codes: Numbers
    counts: Ints


@dataclass(frozen=True)
class Rarity:
    """How rare each feature is.

    Attributes:
        octave: The corpus size as a power of two.
        words: Level of each word, by its code; 0 for one that tells nothing.
        codes: Features of other kinds, ascending.
        levels: Level of each of these.
    """

    octave: int
    words: Levels
    codes: Numbers
    levels: Levels

    @classmethod
    def of(cls, frequencies: Frequencies) -> Rarity:
        """The levels of these frequencies."""
        octave = round(np.log2(max(1, frequencies.documents)))
        top = int(frequencies.words.max(initial=0))
        of_count = _levels(np.arange(top + 1), np.zeros(top + 1, np.int64))
        others = _levels(frequencies.counts, kinds_of(frequencies.codes))
        return cls(octave, of_count[frequencies.words], frequencies.codes, others)

    def level(self, codes: Numbers) -> Levels:
        """The level of each feature."""
        levels = np.zeros(len(codes), np.uint8)
        is_word = codes < 1 << KIND_SHIFT
        levels[is_word] = self.words[codes[is_word]]
        at = positions(self.codes, codes[~is_word])
        levels[~is_word] = np.where(at >= 0, np.append(self.levels, np.uint8(0))[at], 0)
        return levels

    def weights(self, codes: Numbers) -> Floats:
        """What each feature weighs; 0 where it tells nothing."""
        return self._weights(self.level(codes), kinds_of(codes))

    def word_weights(self) -> Floats:
        """How rare each word is, by its code."""
        top = int(self.words.max(initial=0)) + 1
        plain = self._weights(np.arange(top, dtype=np.uint8), np.zeros(top, np.int64)) / KIND_WEIGHTS[WORD]
        of_level: Floats = plain.astype(np.float32)
        return of_level[self.words]

    def _weights(self, levels: Levels, kinds: Ints) -> Floats:
        middle = np.log(np.append(1.0, np.sqrt(STEPS[:-1] * STEPS[1:])))[levels]
        rarity = (np.log(2.0**self.octave + CORPUS_PRIOR) - middle).clip(0)
        weights: Floats = (np.where(levels > 0, rarity, 0) * KIND_WEIGHTS[kinds]).astype(np.float32)
        return weights


def _levels(counts: Ints, kinds: Ints) -> Levels:
    level = np.searchsorted(STEPS, counts + PRIORS[kinds], side="right")
    levels: Levels = np.where(counts >= LEAST_DOCUMENTS[kinds], level, 0).astype(np.uint8)
    return levels


def changed(before: Rarity, now: Rarity) -> tuple[Numbers, Numbers]:
    """Features that have another level than before, and those among them that weigh more.

    Both corpora have the same size in octaves; of another all features weigh otherwise.
    """
    was, now_is = before.words, now.words
    words = np.flatnonzero(was != now_is).astype(np.uint32)
    codes = distinct(np.concatenate([before.codes, now.codes]))
    others = codes[before.level(codes) != now.level(codes)]
    found = np.concatenate([words, others])
    old, new = before.weights(found), now.weights(found)
    return found, found[new > old]
