"""What the first model looks at: short strings about a quotation, for telling speech from terms.

They come as keys, as those of `speaker_features` do.  The strings hold letters of the paragraph's shape,
cue verbs, nouns and closed-class words, never a name: a model of them knows how reports are written, not
who is in the news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.quotes.decide.context import WORD_LETTERS, between, bucket, count_words, path, word
from ingest.quotes.decide.frames import Frame, read_frame
from ingest.quotes.decide.rules import stands_alone
from ingest.quotes.paragraphs.lexicon import word_classes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.quotes.decide.rules import Choice
    from ingest.quotes.paragraphs.marks import Region
    from ingest.quotes.paragraphs.scene import Scene

Key = tuple[object, ...]
_CHARS = 12  # characters of a quotation counted as one step of its length
_NOUN_LETTERS = frozenset("xdgrDRS")
_FIRST_PERSON = frozenset(
    ("i", "we", "i'm", "i\u2019m", "we're", "we\u2019re", "my", "our", "you", "me", "us")
)


def quote_keys(
    scene: Scene, regions: Sequence[Region], choices: Sequence[Choice], q: int, text: str
) -> list[Key]:
    """Keys of one quotation."""
    region, choice, k = regions[q], choices[q], scene.quotes[q]
    frame = read_frame(scene, k)
    body = text[region.start : region.end]
    words = body.split()
    n = bucket(count_words(body))
    first, last = words[0], body[-1]
    opens = (
        "A" if first[0].isupper() else "a" if first[0].islower() else "0" if first[0].isdigit() else first[0]
    )
    ends = "a" if last.isalnum() else last
    capitals = sum(w[0].isupper() for w in words)
    case = "all" if capitals == len(words) else "most" if capitals * 2 > len(words) else "few"
    longest = bucket(max(r.end - r.start for r in regions) // _CHARS)
    share = quoted_share(scene, region, choice.cue, text, frame)
    is_lone = k == 0 and len(scene.shape) == 1
    i = int(not _FIRST_PERSON.isdisjoint(map(str.lower, words)))
    low = first.lower()
    found: list[Key] = [
        ("form", n, opens, ends, case, stands_alone(scene, q)),
        ("first", low if opens == "a" else "", word_classes().get(low, "-"), min(n, 4), case),
        ("place", min(len(regions), 4), longest, n, scene.sentences[k] == 0, k == 0),
        ("marks", region.mark, region.is_closed, region.continues, is_lone, n, i),
        ("share", share, n, opens, choice.rule),
        _company(scene, regions, q, (n, case), text),
    ]
    _add_neighbours(found, scene, k, (n, opens, ends, case), text)
    _add_rule(found, scene, k, choice, (n, opens, ends))
    _add_frame(found, scene, frame, (min(n, 4), case))
    return found


def _add_neighbours(
    found: list[Key], scene: Scene, k: int, form: tuple[int, str, str, str], text: str
) -> None:
    """What stands on either side of the quotation, alone and with its form."""
    shape = scene.shape
    found.append(("beside", word(scene, k - 1), word(scene, k + 1), *form))
    noun, further = "", ""
    if k >= 1 and shape[k - 1] not in WORD_LETTERS:
        noun = scene.words[k - 1] if shape[k - 1] in _NOUN_LETTERS else "-"
        further = f"{word(scene, k - 2)}{shape[k - 1]}" if k > 1 else ""
    after = ""
    if k + 1 < len(shape) and shape[k + 1] in _NOUN_LETTERS:
        after = text[scene.starts[k + 1] : scene.ends[k + 1]].split(None, 1)[0].lower()
    found.append(("around", shape[max(0, k - 2) : k], shape[k + 1 : k + 3]))
    if noun:
        found.append(("noun", noun, further))
    if after:
        found.append(("after", after))


def _add_rule(found: list[Key], scene: Scene, k: int, choice: Choice, form: tuple[int, str, str]) -> None:
    """What the rules say of the quotation."""
    near = min(choice.distance, 6)
    cue = scene.words[choice.cue] if choice.cue >= 0 else ""
    letter = scene.shape[choice.cue] if choice.cue >= 0 else ""
    side = "a" if choice.cue > k else "b"
    kind = scene.candidates[choice.candidate].kind if choice.candidate >= 0 else ""
    found += (("rule", choice.rule, side, near, letter, *form), ("verb", cue, side, near, form[0]))
    if kind:
        found.append(("speaker", kind, choice.rule, cue))


def _add_frame(found: list[Key], scene: Scene, frame: Frame, form: tuple[int, str]) -> None:
    """Whether the sentence reports, and how far from the quotation."""
    shape, k = scene.shape, frame.at
    closes = (frame.closing >= 0, frame.source >= 0)
    for name, cue in (("o", frame.opening), ("b", frame.nearest), ("a", frame.following)):
        if cue < 0:
            found.append(("nocue", name, *closes, form[0]))
            continue
        way = between(shape, k, cue)
        signs = ("T" in way, "," in way, "W" in way, "." in way)
        found.append(("cue", name, shape[cue], scene.words[cue], path(way), signs, *form))
    reports = frame.opening >= 0 or frame.closing >= 0 or frame.source >= 0
    found.append(("frame", *closes, reports, word(scene, k - 1), *form))


def _company(scene: Scene, regions: Sequence[Region], q: int, form: tuple[int, str], text: str) -> Key:
    """The other quotations of the sentence: how many, how long."""
    k = scene.quotes[q]
    here = scene.sentences[k]
    others = [
        text.count(" ", r.start, r.end) + 1
        for r, place in zip(regions, scene.quotes, strict=True)
        if place != k and scene.sentences[place] == here
    ]
    return ("company", bucket(max(others)) if others else "-", min(len(others), 3), *form)


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


def expand(key: Key) -> tuple[str, ...]:
    """The feature strings that a key stands for."""
    return _TEMPLATES[key[0]](*key[1:])


# One template a kind of key; the arguments are the facts that fill it.
_TEMPLATES: dict[object, Callable[..., tuple[str, ...]]] = {
    "form": lambda n, opens, ends, case, alone: (
        "b",
        f"n{n}",
        f"f{opens}",
        f"e{ends}",
        f"n{n}f{opens}e{ends}",
        f"f{opens}c{case}",
        f"c{case}{n}",
        f"a{alone}n{n}",
        f"a{alone}f{opens}e{ends}",
    ),
    "first": lambda first, letter, few, case: (f"w{first}", f"W{letter}{few}{case}"),
    "place": lambda several, longest, n, opens, leads: (
        f"m{several}",
        f"m{longest}n{n}",
        f"s{opens}{leads}",
    ),
    "marks": lambda mark, closed, goes_on, lone, n, person: (
        f"o{mark}",
        f"u{closed}{goes_on}",
        f"o{mark}{lone}n{n}",
        f"i{person}",
    ),
    "share": lambda share, n, opens, rule: (
        f"S{share}",
        f"S{share}n{n}",
        f"S{share}f{opens}",
        f"S{share}R{rule}",
    ),
    "company": lambda longest, others, n, case: (f"Q{longest}", f"Q{longest}n{n}", f"Q{others}{case}"),
    "beside": lambda before, after, n, opens, ends, case: (
        f"l{before}",
        f"r{after}",
        f"l{before}r{after}",
        f"l{before}f{opens}",
        f"e{ends}r{after}",
        f"l{before}n{n}",
        f"r{after}n{n}",
        f"l{before}c{case}",
    ),
    "around": lambda left, right: (f"l{left}", f"r{right}"),
    "noun": lambda noun, further: (f"x{noun}", f"L{further}"),
    "after": lambda noun: (f"X{noun}",),
    "rule": lambda rule, side, near, letter, n, opens, ends: (
        f"R{rule}",
        f"R{rule}n{n}",
        f"R{rule}{side}{near}{letter}",
        f"R{rule}{side}{near}e{ends}f{opens}",
    ),
    "verb": lambda cue, side, near, n: (f"C{cue}{side}", f"C{cue}{side}{near}", f"C{cue}n{n}"),
    "speaker": lambda kind, rule, cue: (f"k{kind}{rule}", f"k{kind}{cue}"),
    "nocue": lambda name, closes, source, n: (f"F{name}-{closes}{source}{n}",),
    "cue": lambda name, letter, verb, way, signs, n, case: (
        f"F{name}{letter}{n}{case}",
        f"F{name}{verb}{n}",
        f"F{name}{verb}{way[-3:]}",
        f"F{name}{letter}{way}",
        f"F{name}{signs}",
    ),
    "frame": lambda closes, source, reports, before, n, case: (
        f"Fc{closes}{source}",
        f"Fc{closes}{source}{n}{case}",
        f"F{reports}{n}{case}{before}",
    ),
}
