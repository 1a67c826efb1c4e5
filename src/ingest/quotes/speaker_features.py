"""What the second model looks at: who of a paragraph's candidates says a quotation.

A paragraph has many candidates, and each has some twenty-five features.  So a candidate is a few *keys*:
a key names a template and what it is filled with, and `expand` makes its strings.  Training expands
every key, the ranker each key once.  No string holds a name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ingest.quotes.context import between, path, word
from ingest.quotes.rules import stands_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.quotes.rules import Choice
    from ingest.quotes.scan import Scene

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


def candidate_keys(scene: Scene, choices: Sequence[Choice], q: int) -> list[list[Key]]:
    """Keys of each candidate of the paragraph as the speaker of one quotation.

    Args:
        scene: The paragraph, read.
        choices: What the rules say of its quotations.
        q: Which quotation.
    """
    k = scene.quotes[q]
    shape, sentences = scene.shape, scene.sentences
    alone = stands_alone(scene, q)
    own = choices[q]
    chosen = {choice.candidate for choice in choices}
    cues: dict[int, list[int]] = {}
    for cue, index in scene.subjects.items():
        cues.setdefault(index, []).append(cue)
    heads = Counter(candidate.head for candidate in scene.candidates)
    nearest_before = max((i for i, c in enumerate(scene.candidates) if c.piece < k), default=-1)
    rows: list[list[Key]] = []
    for i, candidate in enumerate(scene.candidates):
        p = candidate.piece
        where = ("a" if p > k else "b") + _near(sentences[p] - sentences[k])
        kind = candidate.head if candidate.kind == "P" else candidate.kind
        way = between(shape, k, p)
        rank = i - nearest_before if p > k else nearest_before - i + 1
        is_first = p == 0 or sentences[p - 1] != sentences[p]
        row: list[Key] = [
            ("beside", kind, where, word(scene, p - 1), word(scene, p + 1)),
            ("around", where, shape[p - 2 if p > 1 else 0 : p], shape[p + 1 : p + 3]),
            ("way", where, path(way), candidate.kind),
            ("place", where, alone, min(rank, 5), min(heads[candidate.head], 3), is_first),
            ("between", where, min(way.count("Q"), 3), way[:1] if p > k else way[-1:]),
        ]
        if i == own.candidate:
            row.append(("rule", own.rule, min(own.distance, 6), where, kind))
        elif i in chosen:
            row.append(("other", own.rule, where, alone))
        row += _cue_keys(scene, cues.get(i, ()), k, where)
        if candidate.kind in "DRS":
            row.append(("head", candidate.head))
        rows.append(row)
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


def _beside(kind: str, where: str, left: str, right: str) -> tuple[str, ...]:
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
    )


def _around(where: str, left: str, right: str) -> tuple[str, ...]:
    return (f"l{left}{where}", f"r{right}{where}")


def _way(where: str, letters: str, kind: str) -> tuple[str, ...]:
    return (f"P{where}{letters}", f"P{where}{letters}{kind}")


def _place(where: str, alone: int, rank: int, mentions: int, is_first: int) -> tuple[str, ...]:
    found = (f"{where}{alone:d}", f"n{rank}{where}", f"n{rank}{where}{alone:d}", f"h{mentions}")
    return (*found, f"1{where}{alone:d}") if is_first else found


def _between(where: str, quotes: int, beside: str) -> tuple[str, ...]:
    return (f"q{quotes}{where}", f"e{beside}{where}")


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
    "beside": _beside,
    "around": _around,
    "way": _way,
    "place": _place,
    "between": _between,
    "rule": _rule,
    "other": _other,
    "cue": _cue,
    "cueway": _cue_way,
    "mute": lambda where: (f"C-{where}",),
    "head": lambda head: (f"H{head}",),
}
