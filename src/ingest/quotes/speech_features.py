"""What the first model looks at: short strings about a quotation, for telling speech from terms.

The strings hold letters of the paragraph's shape, cue verbs, closed-class words and endings, never a
name: a model of them knows how reports are written, not who is in the news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.quotes.context import WORD_LETTERS, between, bucket, path, word
from ingest.quotes.frames import Frame, read_frame
from ingest.quotes.lexicon import word_classes
from ingest.quotes.rules import stands_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.marks import Region
    from ingest.quotes.rules import Choice
    from ingest.quotes.scan import Scene

_CHARS = 12  # characters of a quotation counted as one step of its length
_NOUN_LETTERS = frozenset("xdgrDRS")
_FIRST_PERSON = frozenset(
    ("i", "we", "i'm", "i\u2019m", "we're", "we\u2019re", "my", "our", "you", "me", "us")
)


def quote_features(
    scene: Scene, regions: Sequence[Region], choices: Sequence[Choice], q: int, text: str
) -> list[str]:
    """Features of one quotation."""
    region, choice, k = regions[q], choices[q], scene.quotes[q]
    frame = read_frame(scene, k)
    body = text[region.start : region.end]
    words = body.split()
    n = bucket(len(words))
    first, last = words[0], body[-1]
    opens = (
        "A" if first[0].isupper() else "a" if first[0].islower() else "0" if first[0].isdigit() else first[0]
    )
    ends = "a" if last.isalnum() else last
    capitals = sum(w[0].isupper() for w in words)
    case = "all" if capitals == len(words) else "most" if capitals * 2 > len(words) else "few"
    alone = stands_alone(scene, q)
    longest = bucket(max(r.end - r.start for r in regions) // _CHARS)
    share = quoted_share(scene, region, choice.cue, text, frame)
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
        f"l{word(scene, k - 1)}c{case}",
        f"o{region.mark}{k == 0 and len(scene.shape) == 1}n{n}",
    ]
    _add_neighbours(found, scene, k, (n, opens, ends), text)
    _add_rule(found, scene, k, choice, (n, opens, ends))
    _add_frame(found, scene, frame, (min(n, 4), case))
    found.append(f"W{word_classes().get(words[0].lower(), '-')}{min(n, 4)}{case}")
    found += _company(scene, regions, q, (n, case), text)
    return found


def _add_neighbours(found: list[str], scene: Scene, k: int, form: tuple[int, str, str], text: str) -> None:
    """What stands on either side of the quotation, alone and with its form."""
    n, opens, ends = form
    shape = scene.shape
    before, after = word(scene, k - 1), word(scene, k + 1)
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
    if k >= 1 and shape[k - 1] not in WORD_LETTERS:
        if k > 1:
            found.append(f"L{word(scene, k - 2)}{shape[k - 1]}")
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


def _add_frame(found: list[str], scene: Scene, frame: Frame, form: tuple[int, str]) -> None:
    """Whether the sentence reports, and how far from the quotation."""
    n, case = form
    shape, k = scene.shape, frame.at
    closes = f"{frame.closing >= 0}{frame.source >= 0}"
    found += (f"Fc{closes}", f"Fc{closes}{n}{case}")
    for name, cue in (("o", frame.opening), ("b", frame.nearest), ("a", frame.following)):
        if cue < 0:
            found.append(f"F{name}-{closes}{n}")
            continue
        way = between(shape, k, cue)
        verb = scene.words[cue]
        found += (
            f"F{name}{shape[cue]}{n}{case}",
            f"F{name}{verb}{n}",
            f"F{name}{verb}{path(way)[-3:]}",
            f"F{name}{shape[cue]}{path(way)}",
            f"F{name}{'T' in way}{',' in way}{'W' in way}{'.' in way}",
        )
    reports = frame.opening >= 0 or frame.closing >= 0 or frame.source >= 0
    found.append(f"F{reports}{n}{case}{word(scene, k - 1)}")


def _company(
    scene: Scene, regions: Sequence[Region], q: int, form: tuple[int, str], text: str
) -> tuple[str, ...]:
    """The other quotations of the sentence: how many, how long."""
    n, case = form
    k = scene.quotes[q]
    here = scene.sentences[k]
    others = [
        text.count(" ", r.start, r.end) + 1
        for r, place in zip(regions, scene.quotes, strict=True)
        if place != k and scene.sentences[place] == here
    ]
    longest = bucket(max(others)) if others else "-"
    return (f"Q{longest}", f"Q{longest}n{n}", f"Q{min(len(others), 3)}{case}")


def quoted_share(scene: Scene, region: Region, cue: int, text: str, frame: Frame) -> int:
    """How many tenths of what is reported in the quotation's sentence stand between its marks.

    What is reported runs from the cue to the sentence's end, or, before a cue, from its beginning;
    other quotations count as quoted.

    Returns:
        0 to 10.
    """
    k, first, last = frame.at, frame.first, frame.last
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
