"""The learned side: is it speech, and which candidate says it.

Two linear models over the strings of `features`: a three-class one for the quotation, and a softmax
over its candidates and the answer that nobody in the paragraph says it.  Their weights are a
gzipped table of text, read with the standard library; `training/train_quotes.py` writes it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import repeat
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from ingest.quotes.features import none_features, quote_features, speaker_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.quotes.marks import Region
    from ingest.quotes.rules import Choice
    from ingest.quotes.scan import Scene

MODEL = "quotes.tsv.gz"
SCALE = 1000  # weights are kept as whole thousandths

Weights = tuple[float, float, float]


class Model(NamedTuple):
    """Both models' weights by feature.

    Attributes:
        speech: Weights of `mention_only`, `partial` and `direct`.
        speaker: Weights of a candidate's features.
    """

    speech: dict[str, Weights]
    speaker: dict[str, float]


@dataclass(slots=True)
class Ranking:
    """What the model says of one quotation.

    Attributes:
        mention_only: Probability that it is no speech.
        partial: Probability that it is a fragment of what somebody says.
        direct: Probability that it is direct speech.
        candidate: Index of the likeliest speaker; -1 for nobody in the paragraph.
        certainty: Probability of that answer.
    """

    mention_only: float
    partial: float
    direct: float
    candidate: int
    certainty: float


@cache
def load_model() -> Model:
    """Read the shipped weights."""
    return parse_model(files("ingest").joinpath("resources", "models", MODEL).read_bytes())


def parse_model(content: bytes) -> Model:
    """Read weights: lines of a feature and its one or three weights, in thousandths."""
    speech: dict[str, Weights] = {}
    speaker: dict[str, float] = {}
    for line in gzip.decompress(content).decode("utf-8").splitlines():
        feature, *weights = line.split("\t")
        if len(weights) == 1:
            speaker[feature] = int(weights[0]) / SCALE
        else:
            none, partial, direct = (int(w) / SCALE for w in weights)
            speech[feature] = (none, partial, direct)
    return Model(speech, speaker)


def rank(
    scene: Scene, regions: Sequence[Region], choices: Sequence[Choice], text: str, model: Model
) -> list[Ranking]:
    """Judge every quotation of a paragraph.

    Args:
        scene: The paragraph, read.
        regions: Its quotations.
        choices: What the rules say; the model weighs their answers too.
        text: The whole text.
        model: The weights.
    """
    rankings = []
    for q in range(len(regions)):
        none, partial, direct = _speech(quote_features(scene, regions, choices, q, text), model.speech)
        rows = speaker_features(scene, choices, q)
        weight = model.speaker.get
        scores = [sum(map(weight, row, repeat(0))) for row in (*rows, none_features(scene, choices, q))]
        top = max(scores)
        total = sum(exp(score - top) for score in scores)
        best = scores.index(top)
        rankings.append(Ranking(none, partial, direct, best if best < len(rows) else -1, 1 / total))
    return rankings


def _speech(features: Iterable[str], weights: dict[str, Weights]) -> tuple[float, float, float]:
    none = partial = direct = 0.0
    for feature in features:
        found = weights.get(feature)
        if found is not None:
            none += found[0]
            partial += found[1]
            direct += found[2]
    top = max(none, partial, direct)
    none, partial, direct = exp(none - top), exp(partial - top), exp(direct - top)
    total = none + partial + direct
    return none / total, partial / total, direct / total
