"""What the class names around a block say of it, as learnt from labelled pages: the weight of each word.

Authors of pages take their class names from the same few systems, so a word tells on sites that nobody has
seen.  A weight says how much oftener than others the blocks under a word are article text, as log odds; words
of the elements next to the block and of those further out weigh differently.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from ingest.clean.html.places import Column, Columns, Forms

NEAR_LEVELS = 3
ALL_LEVELS = 10
_RANGES = {"near": slice(NEAR_LEVELS), "far": slice(NEAR_LEVELS, ALL_LEVELS)}
_MOST_MET = 8192
# Number of words that tell, sum of their weights, the highest, the lowest: near and far of each.
_NOTHING = (0.0, 0.0, 0.0, 0.0, -np.inf, -np.inf, np.inf, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class HintWeights:
    """What words of class names tell.

    Attributes:
        words: The words.
        near: Weight of each where it stands on one of the three innermost elements; NaN for none.
        far: Weight of each where it stands on one of the seven around these; NaN for none.
    """

    words: tuple[str, ...]
    near: NDArray[np.float32]
    far: NDArray[np.float32]
    _places: Mapping[str, int] = field(init=False, repr=False)
    # What each word tells alone, below a first row for words that tell nothing, and what the class names met
    # so far tell together: a row for each.
    _alone: NDArray[np.float64] = field(init=False, repr=False)
    _met: dict[tuple[str, ...], int] = field(init=False, repr=False)
    _told: NDArray[np.float64] = field(init=False, repr=False)
    _one_at_a_time: Lock = field(init=False, repr=False, default_factory=Lock)

    def __post_init__(self) -> None:
        """Index the words."""
        alone = np.tile(_NOTHING, (1 + len(self.words), 1))
        for column, weights in enumerate((self.near, self.far)):
            there = 1 + np.flatnonzero(~np.isnan(weights))
            alone[there, column] = 1
            alone[there, column + 2 :: 2] = weights[there - 1, None]
        object.__setattr__(self, "_places", {word: place for place, word in enumerate(self.words, 1)})
        object.__setattr__(self, "_alone", alone)
        object.__setattr__(self, "_met", {})
        object.__setattr__(self, "_told", np.empty((_MOST_MET, len(_NOTHING))))

    def told_by(self, names: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
        """What the words of each element tell: number, sum, highest and lowest weight, near and far each."""
        with self._one_at_a_time:
            if new := set(names).difference(self._met):
                if len(self._met) + len(new) > _MOST_MET:
                    self._met.clear()
                    new = set(names)
                if len(new) > _MOST_MET:
                    return self._tell(names)
                start = len(self._met)
                self._told[start : start + len(new)] = self._tell(new)
                self._met.update(zip(new, range(start, start + len(new)), strict=True))
            told: NDArray[np.float64] = self._told[[self._met[hints] for hints in names]]
        return told

    def _tell(self, names: Collection[tuple[str, ...]]) -> NDArray[np.float64]:
        place_of = self._places.get
        places: list[int] = []
        starts: list[int] = []
        for hints in names:
            starts.append(len(places))
            places.append(0)  # so that each has a row
            places += map(place_of, dict.fromkeys(hints), repeat(0))
        rows = self._alone[places]
        told = np.empty((len(starts), len(_NOTHING)))
        np.add.reduceat(rows[:, :4], starts, out=told[:, :4])
        np.maximum.reduceat(rows[:, 4:6], starts, out=told[:, 4:6])
        np.minimum.reduceat(rows[:, 6:], starts, out=told[:, 6:])
        return told


def hint_columns(forms: Forms, of_block: Column, weights: HintWeights) -> Columns:
    """Measure every block by the class names of the elements around it.

    Args:
        forms: The forms of the page's elements.
        of_block: The form of each block.
        weights: What words tell.

    Returns:
        Name and values of every column, always the same columns in the same order.
    """
    # Outside of all elements nothing is told: the last row, which is its own outer form.
    told = np.vstack((weights.told_by(forms.hints), _NOTHING))
    outer = np.array((*forms.outer, -1))
    around = [np.arange(len(told))]
    while len(around) < ALL_LEVELS:
        around.append(outer[around[-1]])
    levels = np.array(around)
    result: Columns = {}
    for k, (name, part) in enumerate(_RANGES.items()):
        count, total, highest, lowest = told.T[k::2, levels[part]]
        found, sums = count.sum(axis=0), total.sum(axis=0)
        some = found > 0
        measures = {
            "mean": sums / np.maximum(found, 1),
            "max": np.where(some, highest.max(axis=0), 0),
            "min": np.where(some, lowest.min(axis=0), 0),
            "sum": sums,
        }
        result |= {f"hints_{name}_{fact}": values[of_block] for fact, values in measures.items()}
    return result
