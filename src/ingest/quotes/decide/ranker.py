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

from ingest.quotes.decide.speaker_features import (
    Key,
    candidate_keys,
    expand,
    none_key,
    read_standings,
)
from ingest.quotes.decide.speech_features import expand as expand_speech
from ingest.quotes.decide.speech_features import quote_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.quotes.decide.rules import Choice
    from ingest.quotes.paragraphs.marks import Region
    from ingest.quotes.paragraphs.scene import Scene

MODEL = "quotes.tsv.gz"
SCALE = 1000  # weights are kept as whole thousandths
_MAX_KEYS = 200_000  # sums kept in memory, some 30 MB

Weights = tuple[float, float, float]


class Model(NamedTuple):
    """Both models' weights by feature.

    Attributes:
        speech: Weights of `mention_only`, `partial` and `direct`.
        speaker: Weights of a candidate's features.
        speech_sums: The sums of the weights of a quotation's keys met so far; a memory only.
        speaker_sums: The same of a candidate's keys.
    """

    speech: dict[str, Weights]
    speaker: dict[str, float]
    speech_sums: dict[Key, Weights]
    speaker_sums: dict[Key, float]


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
    return Model(speech, speaker, {}, {})


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
    for memory in (model.speech_sums, model.speaker_sums):
        if len(memory) > _MAX_KEYS:
            memory.clear()
    standings = read_standings(scene)
    rankings = []
    for q in range(len(regions)):
        none, partial, direct = _speech(quote_keys(scene, regions, choices, q, text), model)
        rows = candidate_keys(scene, standings, choices, q)
        rows.append((-1, [none_key(scene, choices, q)]))
        scores = [_score(row, model) for _, row in rows]
        top = max(scores)
        total = sum(exp(score - top) for score in scores)
        rankings.append(Ranking(none, partial, direct, rows[scores.index(top)][0], 1 / total))
    return rankings


def _score(row: Iterable[Key], model: Model) -> float:
    """The sum of the weights of all that a candidate's keys stand for."""
    score, sums = 0.0, model.speaker_sums
    for key in row:
        known = sums.get(key)
        if known is None:
            known = sums[key] = sum(model.speaker.get(feature, 0.0) for feature in expand(key))
        score += known
    return score


def _speech(keys: Iterable[Key], model: Model) -> tuple[float, float, float]:
    """Probabilities of `mention_only`, `partial` and `direct`."""
    none = partial = direct = 0.0
    sums = model.speech_sums
    for key in keys:
        known = sums.get(key)
        if known is None:
            found = [w for feature in expand_speech(key) if (w := model.speech.get(feature)) is not None]
            known = sums[key] = (sum(w[0] for w in found), sum(w[1] for w in found), sum(w[2] for w in found))
        none += known[0]
        partial += known[1]
        direct += known[2]
    top = max(none, partial, direct)
    none, partial, direct = exp(none - top), exp(partial - top), exp(direct - top)
    total = none + partial + direct
    return none / total, partial / total, direct / total
