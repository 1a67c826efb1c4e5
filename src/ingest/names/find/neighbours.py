"""What stands right beside a name tells what it is: kin, a list of places, what a firm is called, a ship.

"My husband, Istvan,", "Pohnpei, Lesotho and Norway", "Vialtec, the Lorun-based company that", "the icebreaker
Polarfront", "By Ann Lee and Clara Beaumont".  Cases: `tests/cases/names/find.tsv`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.names.find.spans import Found
from ingest.names.forms.bodies import is_generic
from ingest.names.forms.persons import is_given_name
from ingest.names.forms.word_classes import word_class
from ingest.names.model.types import load_cues

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KIN = word_class("kin")
_FIRMS = word_class("firm")
_SHIPS = word_class("ship")
_SAINTS = word_class("saint")
_OWNERS = frozenset(("my", "his", "her", "their", "our", "\u2019s", "'s"))
_CLOSING = frozenset((",", ".", ";", ")", "!", "?"))
_JOINTS = frozenset((",", "and", "or"))
_SQUAD_JOINTS = frozenset((",", ";", "and", "(", ")"))
_SQUAD = 6  # names of a list of players at least
# What a state has, before which it is a place.
_FORCES = re.compile(r"(?:navy|embassy|coast guard|air force)\b")
_ARTICLES = frozenset(("the", "a", "an"))
# What goes on with "the Lorun-based company": "that built it", but not "the company director".
_AFTER_FIRM = frozenset(
    (",", ".", "that", "which", "whose", "who", "behind", "in", "of", "for", "and", "with")
)
_BY = frozenset(("By", "by", "BY"))
_FAR = 5  # words from the comma to what a firm is called
_LONGEST = 3
_FEWEST_PLACES = 2


def beside(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """Give names the kind that what stands beside them tells.

    Args:
        found: Names in order.
        words: The words, as they are read.

    Returns:
        Names in order.
    """
    parts = {
        word for n in found if n.kind == "PER" and n.stop - n.first > 1 for word in words[n.first : n.stop]
    }
    places, squad = set(_in_lists(found, words, parts)), set(_in_squads(found, words))
    after_saints = {n.spelling(words) for n in found if n.kind == "PER" and _is_named_after_saint(n, words)}
    out: list[Found] = []
    for at, name in enumerate(found):
        kind = name.kind
        if after_saints and name.spelling(words) in after_saints:
            kind = "SHIP"
        elif at in places:
            kind = "LOC"
        elif at in squad or (kind != "PER" and _is_kin(name, words)):
            kind = "PER"
        elif kind in {"PER", "LOC"} and words[name.first] not in parts and _is_firm(name, words):
            kind = "ORG"
        elif kind == "ORG" and _FORCES.match(" ".join(words[name.stop : name.stop + 2])):
            kind = "LOC"
        elif kind in {"LOC", "ORG"} and name.first and words[name.first - 1] in _SHIPS:
            kind = "SHIP"
        elif kind == "LOC" and out and _is_next_to(out[-1], name, words):
            kind = "PER"
        out.append(name if kind == name.kind else Found(name.first, name.stop, kind))
    return out


def _in_lists(found: Sequence[Found], words: Sequence[str], parts: set[str]) -> Iterator[int]:
    """Which of the names, one unknown word each, stand in a list of places: two of them at least."""
    first = 0
    for at in range(1, len(found) + 1):
        if at < len(found) and _JOINTS.issuperset(words[found[at - 1].stop : found[at].first]):
            continue
        here = found[first:at] if at - first > _FEWEST_PLACES else ()
        if sum(name.kind == "LOC" for name in here) >= _FEWEST_PLACES:
            for index, name in enumerate(here, first):
                word = words[name.first]
                is_single = name.stop - name.first == 1 and word not in parts and not is_given_name(word)
                if name.kind == "PER" and is_single:
                    yield index
        first = at


def _in_squads(found: Sequence[Found], words: Sequence[str]) -> Iterator[int]:
    """Which of the names stand in a long list of single words that are mostly people: who plays."""
    first = 0
    for at in range(1, len(found) + 1):
        if at < len(found) and _is_squad_going_on(words[found[at - 1].stop : found[at].first]):
            continue
        run = range(first, at) if at - first >= _SQUAD else ()
        here = [i for i in run if found[i].stop - found[i].first == 1]
        if len(here) >= _SQUAD and 2 * sum(found[i].kind == "PER" for i in here) > len(here):
            yield from here
        first = at


def _is_squad_going_on(between: Sequence[str]) -> bool:
    """Whether nothing but commas, numbers and names stands between two names."""
    if between and between[0][0].islower() and between[0] != "and":
        return False  # nearly always
    return all(word in _SQUAD_JOINTS or word.isdigit() or word[0].isupper() for word in between)


def _is_kin(name: Found, words: Sequence[str]) -> bool:
    """Whether a name follows whose kin it is: "my husband, | Istvan"."""
    at = name.first - 1
    has_comma = words[at] == ","
    at -= has_comma
    if at <= 0 or words[at] not in _KIN:
        return False
    closes = words[name.stop : name.stop + 1] == [] or words[name.stop] in _CLOSING
    if (has_comma and not closes) or (name.kind == "MISC" and not has_comma):
        return False  # "his wife, Norlandic minister Ann Lee"
    return words[at - 1].lower() in _OWNERS and name.stop - name.first <= _LONGEST


def _is_firm(name: Found, words: Sequence[str]) -> bool:
    """Whether a comma and what kind of firm it is follow a name that is no known person's."""
    if words[name.stop : name.stop + 1] != [","] or is_given_name(words[name.first]):
        return False
    rest = words[name.stop + 1 : name.stop + 2 + _FAR]
    if not rest or rest[0] not in _ARTICLES:
        return False
    at = next((i for i, word in enumerate(rest) if word in _FIRMS), len(rest))
    return at + 1 < len(rest) and rest[at + 1] in _AFTER_FIRM and rest[at + 1] != "who"


def _is_named_after_saint(name: Found, words: Sequence[str]) -> bool:
    """Whether a saint's name has an article, as ships have it and no saint."""
    return name.first > 0 and words[name.first] in _SAINTS and words[name.first - 1].lower() == "the"


def _is_next_to(last: Found, name: Found, words: Sequence[str]) -> bool:
    """Whether a given name and another follow the first of a byline: "By Ann Lee and | Clara Beaumont"."""
    is_pair = words[last.stop : name.first] == ["and"] and last.kind == "PER" and last.first > 0
    if not is_pair or words[last.first - 1] not in _BY:
        return False
    is_full = 1 < name.stop - name.first <= _LONGEST and is_given_name(words[name.first])
    tail = words[name.stop - 1].lower()
    return is_full and not is_generic(tail) and tail not in load_cues().last
