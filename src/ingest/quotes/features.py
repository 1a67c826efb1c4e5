"""What the learned models look at: short strings about a quotation and about who may have said it.

The strings hold letters of the paragraph's shape, cue verbs and closed-class words, never a name:
a model of them knows how reports are written, not who is in the news.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ingest.quotes.rules import stands_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.marks import Region
    from ingest.quotes.rules import Choice
    from ingest.quotes.scan import Candidate, Scene

_WORD_LETTERS = frozenset("IBTWCAVUvuwo")
_BUCKETS = (0, 1, 2, 3, 4, 5, 5, 7, 7, 7, 10, 10, 10, 10, 10, 15, 15, 15, 15, 15)
_FAR = 20
_PATH = 8
_CHARS = 12  # characters of a quotation counted as one step of its length
_NOUN_LETTERS = frozenset("xdgrDRS")
_FIRST_PERSON = frozenset(
    ("i", "we", "i'm", "i\u2019m", "we're", "we\u2019re", "my", "our", "you", "me", "us")
)


def _bucket(number: int) -> int:
    return _BUCKETS[number] if number < len(_BUCKETS) else _FAR


def _path(between: str) -> str:
    return between if len(between) <= _PATH else f"{between[:3]}~{between[-4:]}"


def _word(scene: Scene, piece: int) -> str:
    """A piece as context: its word where it is a closed-class word or a cue, else its letter."""
    if piece < 0 or piece >= len(scene.shape):
        return "^"
    letter = scene.shape[piece]
    return scene.words[piece] if letter in _WORD_LETTERS else letter


def quote_features(
    scene: Scene, regions: Sequence[Region], choices: Sequence[Choice], q: int, text: str
) -> list[str]:
    """Features of one quotation, for telling speech from fragments and terms."""
    region, choice, k = regions[q], choices[q], scene.quotes[q]
    body = text[region.start : region.end]
    words = body.split()
    n = _bucket(len(words))
    first, last = words[0], body[-1]
    opens = (
        "A" if first[0].isupper() else "a" if first[0].islower() else "0" if first[0].isdigit() else first[0]
    )
    ends = "a" if last.isalnum() else last
    capitals = sum(w[0].isupper() for w in words)
    case = "all" if capitals == len(words) else "most" if capitals * 2 > len(words) else "few"
    alone = stands_alone(scene, q)
    longest = _bucket(max(r.end - r.start for r in regions) // _CHARS)
    share = quoted_share(scene, region, q, choice.cue, text)
    found = [
        "b",
        f"n{n}",
        f"f{opens}",
        f"e{ends}",
        f"n{n}f{opens}e{ends}",
        f"w{first.lower()}" if first[0].islower() else f"f{opens}c{case}",
        f"c{case}{n}",
        f"a{alone}n{n}",
        f"a{alone}f{opens}e{ends}",
        f"m{min(len(regions), 4)}",
        f"m{longest}n{n}",
        f"o{region.mark}",
        f"u{region.is_closed}{region.continues}",
        "i0" if _FIRST_PERSON.isdisjoint(map(str.lower, words)) else "i1",
        f"s{scene.sentences[k] == 0}{k == 0}",
        f"S{share}",
        f"S{share}n{n}",
        f"S{share}f{opens}",
        f"S{share}R{choice.rule}",
    ]
    found += (f"l{_word(scene, k - 1)}c{case}", f"o{region.mark}{k == 0 and len(scene.shape) == 1}n{n}")
    _add_neighbours(found, scene, k, (n, opens, ends), text)
    _add_rule(found, scene, k, choice, (n, opens, ends))
    return found


def _add_neighbours(found: list[str], scene: Scene, k: int, form: tuple[int, str, str], text: str) -> None:
    """What stands on either side of the quotation, alone and with its form."""
    n, opens, ends = form
    shape = scene.shape
    before, after = _word(scene, k - 1), _word(scene, k + 1)
    found += (
        f"l{before}",
        f"r{after}",
        f"l{shape[max(0, k - 2) : k]}",
        f"r{shape[k + 1 : k + 3]}",
        f"l{before}r{after}",
        f"l{before}f{opens}",
        f"e{ends}r{after}",
        f"l{before}n{n}",
        f"r{after}n{n}",
    )
    if k >= 1 and shape[k - 1] not in _WORD_LETTERS:
        if k > 1:
            found.append(f"L{_word(scene, k - 2)}{shape[k - 1]}")
        found.append(f"x{scene.words[k - 1]}" if shape[k - 1] in _NOUN_LETTERS else "x")
    if k + 1 < len(shape) and shape[k + 1] in _NOUN_LETTERS:
        found.append(f"X{text[scene.starts[k + 1] : scene.ends[k + 1]].split(None, 1)[0].lower()}")


def _add_rule(found: list[str], scene: Scene, k: int, choice: Choice, form: tuple[int, str, str]) -> None:
    """What the rules say of the quotation."""
    n, opens, ends = form
    rule, near = choice.rule, min(choice.distance, 6)
    cue = scene.words[choice.cue] if choice.cue >= 0 else ""
    letter = scene.shape[choice.cue] if choice.cue >= 0 else ""
    side = "a" if choice.cue > k else "b"
    found += (
        f"R{rule}",
        f"R{rule}n{n}",
        f"R{rule}{side}{near}{letter}",
        f"R{rule}{side}{near}e{ends}f{opens}",
        f"C{cue}{side}",
        f"C{cue}{side}{near}",
        f"C{cue}n{n}",
    )
    if choice.candidate >= 0:
        kind = scene.candidates[choice.candidate].kind
        found += (f"k{kind}{rule}", f"k{kind}{cue}")


def quoted_share(scene: Scene, region: Region, q: int, cue: int, text: str) -> int:
    """How many tenths of what is reported in the quotation's sentence stand between its marks.

    What is reported runs from the cue to the sentence's end, or, before a cue, from its beginning;
    other quotations count as quoted.

    Returns:
        0 to 10.
    """
    k = scene.quotes[q]
    sentences, here = scene.sentences, scene.sentences[k]
    first = k
    while first > 0 and sentences[first - 1] == here:
        first -= 1
    last = k
    while last + 1 < len(sentences) and sentences[last + 1] == here:
        last += 1
    if first <= cue < k:
        first = cue + 1
    elif k < cue <= last:
        # The subject may stand before the cue: "...", Smith said.
        last = cue - 1
        index = scene.subjects.get(cue, -1)
        if index >= 0 and k < scene.candidates[index].piece < cue:
            last = scene.candidates[index].piece - 1
    outside = 0
    for piece in range(first, last + 1):
        if scene.shape[piece] not in "Q,.:-T":
            outside += text.count(" ", scene.starts[piece], scene.ends[piece]) + 1
    inside = text.count(" ", region.start, region.end) + 1
    return 10 * inside // (inside + outside)


def none_features(scene: Scene, choices: Sequence[Choice], q: int) -> list[str]:
    """Features of the answer that nobody in the paragraph says it."""
    k = scene.quotes[q]
    alone = stands_alone(scene, q)
    return [
        "0",
        f"0R{choices[q].rule}",
        f"0a{alone}{len(scene.quotes) > 1}",
        f"0a{alone}{choices[q].rule}{k == 0}{k == len(scene.shape) - 1}",
        f"0n{min(len(scene.candidates), 4)}",
        f"0l{_word(scene, k - 1)}",
        f"0r{_word(scene, k + 1)}",
    ]


def speaker_features(scene: Scene, choices: Sequence[Choice], q: int) -> list[list[str]]:
    """Features of each candidate of the paragraph as the speaker of one quotation."""
    k = scene.quotes[q]
    alone = "1" if stands_alone(scene, q) else "0"
    chosen = {choice.candidate for choice in choices}
    cues: dict[int, list[int]] = {}
    for cue, index in scene.subjects.items():
        cues.setdefault(index, []).append(cue)
    heads = Counter(candidate.head for candidate in scene.candidates)
    nearest_before = max((i for i, c in enumerate(scene.candidates) if c.piece < k), default=-1)
    rows: list[list[str]] = []
    for i, candidate in enumerate(scene.candidates):
        p = candidate.piece
        distance = scene.sentences[p] - scene.sentences[k]
        where = f"{'a' if p > k else 'b'}{_near(distance)}"
        rank = i - nearest_before if p > k else nearest_before - i + 1
        row = _place_features(scene, candidate, k, where)
        row += (
            f"{where}{alone}",
            f"n{min(rank, 5)}{where}",
            f"n{min(rank, 5)}{where}{alone}",
            f"h{min(heads[candidate.head], 3)}",
        )
        own = choices[q]
        kind = candidate.head if candidate.kind == "P" else candidate.kind
        if i == own.candidate:
            row += (f"R{own.rule}", f"R{own.rule}{min(own.distance, 6)}{where}", f"R{own.rule}{kind}")
        elif i in chosen:
            row += (f"S{own.rule}", f"S{own.rule}{where}{alone}")
        if p == 0 or scene.sentences[p - 1] != scene.sentences[p]:
            row.append(f"1{where}{alone}")
        row += _cue_features(scene, cues.get(i, ()), k, where)
        if candidate.kind in "DRS":
            row.append(f"H{candidate.head}")
        rows.append(row)
    return rows


def _near(distance: int) -> str:
    """A distance in sentences: -1, 0, 1, or far."""
    return str(distance) if abs(distance) <= 1 else "F"


def _place_features(scene: Scene, candidate: Candidate, k: int, where: str) -> list[str]:
    """A candidate's kind, the words beside it, and the way from it to the quotation."""
    shape, p = scene.shape, candidate.piece
    between = shape[k + 1 : p] if p > k else shape[p + 1 : k]
    kind = candidate.head if candidate.kind == "P" else candidate.kind
    left, right = _word(scene, p - 1), _word(scene, p + 1)
    path = _path(between)
    beside = shape[k + 1 : k + 2] if p > k else shape[k - 1 : k]
    return [
        f"K{kind}",
        f"K{kind}{where}",
        f"P{where}{path}",
        f"P{where}{path}{candidate.kind}",
        f"l{left}",
        f"r{right}",
        f"l{left}{where}",
        f"r{right}{where}",
        f"l{left}r{right}",
        f"K{kind}l{left}",
        f"K{kind}r{right}",
        f"l{shape[max(0, p - 2) : p]}{where}",
        f"r{shape[p + 1 : p + 3]}{where}",
        f"q{min(between.count('Q'), 3)}{where}",
        f"e{beside}{where}",
    ]


def _cue_features(scene: Scene, cues: Sequence[int], k: int, where: str) -> list[str]:
    """Features of a candidate as the subject of a cue verb."""
    if not cues:
        return [f"C-{where}"]
    shape = scene.shape
    cue = min(cues, key=lambda c: abs(c - k))
    between = shape[k + 1 : cue] if cue > k else shape[cue + 1 : k]
    distance = scene.sentences[cue] - scene.sentences[k]
    place = f"{'a' if cue > k else 'b'}{_near(distance)}"
    return [
        f"C{place}",
        f"C{shape[cue]}{place}",
        f"C{scene.words[cue]}{place}",
        f"C{place}{_path(between)}",
        f"C{shape[cue]}{_path(between)}",
        f"C{place}n{min(len(between), 6)}",
    ]
