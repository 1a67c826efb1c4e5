"""What the second model looks at: who of a paragraph's candidates says a quotation.

A paragraph has many candidates, and each has some twenty-five features.  So a candidate is a few *keys*:
a key names a template and what it is filled with, and `expand` makes its strings.  Training expands
every key, the ranker each key once.  No string holds a name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.quotes.decide.context import between, path, word
from ingest.quotes.decide.rules import stands_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.quotes.decide.rules import Choice
    from ingest.quotes.paragraphs.scene import Scene

Key = tuple[object, ...]


def expand(key: Key) -> tuple[str, ...]:
    """The feature strings that a key stands for."""
    return _TEMPLATES[key[0]](*key[1:])


def none_key(scene: Scene, choices: Sequence[Choice], q: int) -> Key:
    """The answer that nobody in the paragraph says it."""
    k = scene.quotes[q]
    return (
        "nobody",
        choices[q].rule,
        stands_alone(scene, q),
        (len(scene.quotes) > 1, k == 0, k == len(scene.shape) - 1, min(len(scene.candidates), 4)),
        word(scene, k - 1),
        word(scene, k + 1),
    )


@dataclass(slots=True)
class Standing:
    """What is the same of a candidate for every quotation of its paragraph.

    Attributes:
        index: Its place among the scene's candidates.
        piece: Its place in the shape.
        sentence: Its sentence.
        letter: Its kind.
        word: Its kind, or the pronoun that it is.
        beside: The words on its left and right, and two letters on either side.
        mentions: How many candidates share its head, up to three.
        opens: Whether it opens its sentence.
        cues: The cues that it is the subject of.
        head: Its last word.
    """

    index: int
    piece: int
    sentence: int
    letter: str
    word: str
    beside: tuple[str, str, str, str]
    mentions: int
    opens: bool
    cues: list[int]
    head: str


def read_standings(scene: Scene) -> list[Standing]:
    """Look at each candidate of a paragraph once."""
    shape, sentences = scene.shape, scene.sentences
    cues: dict[int, list[int]] = {}
    for cue, index in scene.subjects.items():
        cues.setdefault(index, []).append(cue)
    heads = Counter(candidate.head for candidate in scene.candidates)
    found = []
    for i, candidate in enumerate(scene.candidates):
        p = candidate.piece
        around = (shape[p - 2 if p > 1 else 0 : p], shape[p + 1 : p + 3])
        found.append(
            Standing(
                i,
                p,
                sentences[p],
                candidate.kind,
                candidate.head if candidate.kind == "P" else candidate.kind,
                (word(scene, p - 1), word(scene, p + 1), *around),
                min(heads[candidate.head], 3),
                p == 0 or sentences[p - 1] != sentences[p],
                cues.get(i, []),
                candidate.head,
            )
        )
    return found


def candidate_keys(
    scene: Scene, standings: Sequence[Standing], choices: Sequence[Choice], q: int
) -> list[tuple[int, list[Key]]]:
    """Keys of each candidate that may be the speaker of one quotation.

    Who stands more than a sentence away, and speaks nowhere in the paragraph by the rules, is left out.

    Args:
        scene: The paragraph, read.
        standings: Its candidates.
        choices: What the rules say of its quotations.
        q: Which quotation.

    Returns:
        The candidate's index and its keys.
    """
    k = scene.quotes[q]
    shape, here = scene.shape, scene.sentences[k]
    alone = stands_alone(scene, q)
    own = choices[q]
    chosen = {choice.candidate for choice in choices}
    nearest = max((s.index for s in standings if s.piece < k), default=-1)
    rows: list[tuple[int, list[Key]]] = []
    for standing in standings:
        p, i, distance = standing.piece, standing.index, standing.sentence - here
        if not -1 <= distance <= 1 and i not in chosen:
            continue
        where = ("a" if p > k else "b") + _near(distance)
        letters = path(between(shape, k, p))
        rank = i - nearest if p > k else nearest - i + 1
        row: list[Key] = [
            ("stands", standing.word, where, *standing.beside),
            ("way", where, letters, standing.letter),
            ("place", where, alone, min(rank, 5), standing.mentions, standing.opens),
        ]
        if i == own.candidate:
            row.append(("rule", own.rule, min(own.distance, 6), where, standing.word))
        elif i in chosen:
            row.append(("other", own.rule, where, alone))
        row += _cue_keys(scene, standing.cues, k, where)
        if standing.letter in "DRS":
            row.append(("head", standing.head))
        rows.append((i, row))
    return rows


def _near(distance: int) -> str:
    """A distance in sentences: -1, 0, 1, or far."""
    return str(distance) if -1 <= distance <= 1 else "F"


def _cue_keys(scene: Scene, cues: Sequence[int], k: int, where: str) -> tuple[Key, ...]:
    """A candidate as the subject of a cue verb."""
    if not cues:
        return (("mute", where),)
    shape = scene.shape
    cue = min(cues, key=lambda c: abs(c - k)) if len(cues) > 1 else cues[0]
    way = between(shape, k, cue)
    place = ("a" if cue > k else "b") + _near(scene.sentences[cue] - scene.sentences[k])
    return (
        ("cue", shape[cue], scene.words[cue], place),
        ("cueway", shape[cue], place, path(way), min(len(way), 6)),
    )


def _nobody(rule: str, alone: int, at: tuple[int, ...], before: str, after: str) -> tuple[str, ...]:
    several, first, last, candidates = at
    return (
        "0",
        f"0R{rule}",
        f"0a{alone}{several}",
        f"0a{alone}{rule}{first}{last}",
        f"0n{candidates}",
        f"0l{before}",
        f"0r{after}",
    )


def _stands(  # noqa: PLR0913, PLR0917 - one key, six things
    kind: str, where: str, left: str, right: str, two_left: str, two_right: str
) -> tuple[str, ...]:
    return (
        f"K{kind}",
        f"K{kind}{where}",
        f"l{left}",
        f"r{right}",
        f"l{left}{where}",
        f"r{right}{where}",
        f"l{left}r{right}",
        f"K{kind}l{left}",
        f"K{kind}r{right}",
        f"l{two_left}{where}",
        f"r{two_right}{where}",
    )


def _way(where: str, letters: str, kind: str) -> tuple[str, ...]:
    beside = letters[:1] if where[0] == "a" else letters[-1:]
    return (
        f"P{where}{letters}",
        f"P{where}{letters}{kind}",
        f"q{min(letters.count('Q'), 3)}{where}",
        f"e{beside}{where}",
    )


def _place(where: str, alone: int, rank: int, mentions: int, is_first: int) -> tuple[str, ...]:
    found = (f"{where}{alone:d}", f"n{rank}{where}", f"n{rank}{where}{alone:d}", f"h{mentions}")
    return (*found, f"1{where}{alone:d}") if is_first else found


def _rule(rule: str, distance: int, where: str, kind: str) -> tuple[str, ...]:
    return (f"R{rule}", f"R{rule}{distance}{where}", f"R{rule}{kind}")


def _other(rule: str, where: str, alone: int) -> tuple[str, ...]:
    return (f"S{rule}", f"S{rule}{where}{alone:d}")


def _cue(letter: str, verb: str, place: str) -> tuple[str, ...]:
    return (f"C{place}", f"C{letter}{place}", f"C{verb}{place}")


def _cue_way(letter: str, place: str, letters: str, distance: int) -> tuple[str, ...]:
    return (f"C{place}{letters}", f"C{letter}{letters}", f"C{place}n{distance}")


_TEMPLATES: dict[object, Callable[..., tuple[str, ...]]] = {
    "nobody": _nobody,
    "stands": _stands,
    "way": _way,
    "place": _place,
    "rule": _rule,
    "other": _other,
    "cue": _cue,
    "cueway": _cue_way,
    "mute": lambda where: (f"C-{where}",),
    "head": lambda head: (f"H{head}",),
}
