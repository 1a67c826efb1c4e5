"""The learned side: is it speech, and which candidate says it.

Two linear models: a three-class one over the strings of `speech_features`, and a softmax over the
candidates of `speaker_features` and the answer that nobody in the paragraph says it.  Their weights are a
gzipped table of text, read with the standard library; `training/train_quotes.py` writes it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from ingest.quotes.speaker_features import Key, candidate_keys, expand, none_key
from ingest.quotes.speech_features import quote_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.quotes.marks import Region
    from ingest.quotes.rules import Choice
    from ingest.quotes.scan import Scene

MODEL = "quotes.tsv.gz"
SCALE = 1000  # weights are kept as whole thousandths
_MAX_KEYS = 200_000  # sums kept in memory, some 30 MB

Weights = tuple[float, float, float]


class Model(NamedTuple):
    """Both models' weights by feature.

    Attributes:
        speech: Weights of `mention_only`, `partial` and `direct`.
        speaker: Weights of a candidate's features.
        sums: The sums of the weights of keys met so far; a memory only.
    """

    speech: dict[str, Weights]
    speaker: dict[str, float]
    sums: dict[Key, float]


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
    return Model(speech, speaker, {})


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
    sums, at_once = model.sums, model.sums.get
    if len(sums) > _MAX_KEYS:
        sums.clear()
    for q in range(len(regions)):
        judged = judge(scene, regions, choices, q, text)
        none, partial, direct = _speech(judged.speech, model.speech)
        scores = []
        for row in judged.candidates:
            score = 0.0
            for key in row:
                known = at_once(key)
                if known is None:
                    known = sums[key] = sum(model.speaker.get(feature, 0.0) for feature in expand(key))
                score += known
            scores.append(score)
        top = max(scores)
        total = sum(exp(score - top) for score in scores)
        best = scores.index(top)
        rankings.append(Ranking(none, partial, direct, best if best < len(scores) - 1 else -1, 1 / total))
    return rankings


@dataclass(slots=True)
class Judged:
    """What both models are given of one quotation.

    Attributes:
        speech: The strings of the first model.
        candidates: For each candidate its keys, and last those of the answer "nobody here".
    """

    speech: list[str]
    candidates: list[list[Key]]


def judge(scene: Scene, regions: Sequence[Region], choices: Sequence[Choice], q: int, text: str) -> Judged:
    """Look at one quotation as the models do."""
    return Judged(
        quote_features(scene, regions, choices, q, text),
        [*candidate_keys(scene, choices, q), [none_key(scene, choices, q)]],
    )


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
