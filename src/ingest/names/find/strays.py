"""Names that hold more than a name, less than one, or none: by the words they are made of.

`Q Madam President`, `I. INTRODUCTION`, `Chapter VII`, `2:14 P.M. EDT` name nothing; `Under Secretary of Trade
Ann Lee` holds an office; `Ramon "Jun" Delgado` is one person, `Al-Karim owns Gulf Pearl` are two names.
Cases: `tests/cases/names/find.tsv`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ingest.names.find.bare_names import is_portfolio
from ingest.names.find.capitals import is_everyday
from ingest.names.find.spans import Found
from ingest.names.forms.bodies import is_generic
from ingest.names.forms.persons import SON_OF, are_titles, is_given_name
from ingest.names.forms.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.names.model.features import KeyTable
    from ingest.names.model.tokens import Tokens

_PARTS = word_class("part")
_NUMBER = re.compile(r"(?=[IVXLC0-9A-Z])(?:[IVXLC]{1,6}|[0-9]{1,3}(?:[-.][0-9]{1,3})?|[A-Z])")
_NUMERAL = re.compile(r"(?:[IVX]{1,5}|[A-DF-H])\.?")  # "S. African", "E. Timor" are short for a quarter
_CLOCK = word_class("clock")
_PARTY = re.compile(r"[DRI]-[A-Z][a-z]{1,5}")
_REGION = re.compile(r"(?:[A-Z]\.){2,3}|[A-Z][a-z]{1,4}\.")
_QUOTES = frozenset('"\u201c\u201d')
_OF_SON = SON_OF | {"ben", "ag", "ould"}
_VERBS = word_class("verb")
_HEADLINE_VERBS = word_class("headline_verb")
_SECTIONS = word_class("department")
_ADVISERS = word_class("adviser")
_OFFICE = word_class("office")
_SHIPS = word_class("ship")
_SHIP_LETTERS = word_class("ship_letters")
_LONGEST_NICKNAME = 2
_LONGEST_NAME = 3
_LONGEST_TITLE = 4
_FEWEST_APART = 3  # words of what may be two names
# Scripts whose words the model has never seen.
_UNSEEN = re.compile("[\u0590-\u08ff\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST_UNSEEN = 15
_NO_LETTER = re.compile(r"[^\w\s\u30fb-]")


def without_strays(found: Sequence[Found], tokens: Tokens, cases: KeyTable) -> list[Found]:
    """Mend names by their words alone.

    Args:
        found: Names in order.
        tokens: The words, as they are read.
        cases: See `Lexicon`.

    Returns:
        Names in order.
    """
    words = tokens.words
    opens = set(tokens.sentences.tolist())
    starts = {name.first for name in found}
    named = [
        mended
        for name in _joined(found, words)
        for mended in _apart(_without_office(name, words, starts), words, cases)
    ]
    bearers = _bearers(named, words)
    out = []
    for name in named:
        first = _start(name, words, opens)
        spelling = tuple(words[first : name.stop])
        if _is_section(name, words, opens, cases) or not spelling or _is_none(first, name, spelling, words):
            continue
        if first > name.first and name.kind == "ORG" and all(is_everyday(w.lower(), cases) for w in spelling):
            continue  # "I. INTRODUCTION"
        kind = _kind(name.kind, spelling, bearers, after_comma=words[first - 1] == ",")
        out.append(Found(first, name.stop, kind))
    return out


class _Bearers(NamedTuple):
    """Who bears the names of a document.

    Attributes:
        given: Given names of its people.
        tails: What follows the first of their names, in small letters.
        ships: Names of its ships.
    """

    given: set[str]
    tails: set[tuple[str, ...]]
    ships: set[tuple[str, ...]]


def _bearers(named: Sequence[Found], words: Sequence[str]) -> _Bearers:
    people = {n.spelling(words) for n in named if n.kind == "PER" and n.stop - n.first > 1}
    given = {spelling[0] for spelling in people if is_given_name(spelling[0])}
    tails = {
        tuple(map(str.lower, spelling[at:])) for spelling in people for at in range(1, len(spelling) - 1)
    }
    return _Bearers(given, tails, {ship for name in named for ship in _ship(name, words)})


def _kind(kind: str, spelling: tuple[str, ...], bearers: _Bearers, *, after_comma: bool) -> str:
    """The type of a name, told anew where its words and the bearers of the others tell another."""
    if kind == "PER" and spelling in bearers.ships:
        return "MISC"
    if kind != "PER" and _is_somebody(kind, spelling, bearers):
        return "PER"
    is_seat = after_comma and len(spelling) == 1 and _PARTY.fullmatch(spelling[0]) is not None
    return "LOC" if is_seat else kind


def _without_office(name: Found, words: Sequence[str], starts: set[int]) -> Found:
    """A body's name without the office that leads it, and without that of whom a name follows.

    `Commander of | Northern Sea Command`, `Pentagon | Press Secretary Maj. Gen.` before a person.
    """
    first, stop = name.first, name.stop
    if name.kind not in {"ORG", "MISC"} or stop - first < 2:  # noqa: PLR2004 - one word holds no office
        return name
    if words[first + 1] in {"of", "for"} and are_titles(words[first]) and words[first][0].isupper():
        rest = first + 2 + (words[first + 2 : first + 3] == ["the"])
        if stop - rest > 1 and is_generic(words[stop - 1].lower()):
            return Found(rest, stop, name.kind)
    following = next((at for at in range(stop, stop + _LONGEST_TITLE) if at in starts), -1)
    if following == stop or (following > 0 and are_titles(" ".join(words[stop:following]))):
        while (
            at := next((at for at in range(first + 1, stop) if are_titles(" ".join(words[at:stop]))), -1)
        ) > 0:
            stop = at
    return name if stop == name.stop else Found(first, stop, name.kind)


def _is_section(name: Found, words: Sequence[str], opens: set[int], cases: KeyTable) -> bool:
    """Whether a person's name is a number and a heading (`I. BACKGROUND`), or a volume (`F.3d`)."""
    first = name.first
    if name.kind != "PER":
        return False
    if name.stop - first == 2 and words[first][-1] == "." and words[first + 1][0].isdigit():  # noqa: PLR2004
        return True
    numbered = first in opens and name.stop - first >= 2 and _NUMERAL.fullmatch(words[first]) is not None  # noqa: PLR2004
    rest = [word for word in words[first + 1 : name.stop] if word != "."]
    return numbered and len(rest) == 1 and is_everyday(rest[0].lower(), cases)


def _joined(found: Sequence[Found], words: Sequence[str]) -> Iterator[Found]:
    """One name for the pieces of `Ramon "Jun" Delgado` and of `Abd al-Rahman ibn Yusuf`."""
    last: Found | None = None
    for name in found:
        if last is not None and _goes_on(last, name, words):
            last = Found(last.first, name.stop, "PER")
            continue
        if last is not None:
            yield last
        last = name
    if last is not None:
        yield last


def _goes_on(last: Found, name: Found, words: Sequence[str]) -> bool:
    between = words[last.stop : name.first]
    if len(between) == 1 and between[0] in _OF_SON:
        return {last.kind, name.kind} <= {"PER", "LOC"} and "PER" in {last.kind, name.kind}
    if last.kind != "PER" or name.kind != "PER" or not between or between[-1] not in _QUOTES:
        return False
    inside = [word for word in words[last.first : name.first] if word in _QUOTES]
    nickname = between[1:-1] if between[0] in _QUOTES and len(between) > 1 else ()
    is_called = len(between) == 1 or 0 < len(nickname) <= _LONGEST_NICKNAME
    opened = words[last.first] not in _QUOTES and len(inside) == 2  # noqa: PLR2004 - a pair of marks
    return opened and is_called and all(word[0].isupper() for word in nickname)


def _apart(name: Found, words: Sequence[str], cases: KeyTable) -> Iterator[Found]:
    """Two names for `Al-Karim owns Gulf Pearl` and for `Department of Energy's National Laboratory`."""
    if name.kind != "ORG" or name.stop - name.first < _FEWEST_APART:
        yield name
        return
    bearer = _bearer(name, words, cases)
    if bearer > name.first:
        yield Found(bearer, name.stop, "PER")
        return
    told = next((at for at in range(name.first + 1, name.stop - 1) if words[at] in _HEADLINE_VERBS), -1)
    if told > 0 and not all(is_everyday(word.lower(), cases) for word in words[name.first : told]):
        yield Found(name.first, told, "ORG")  # "Kestrel Foods Reports Third Quarter Results"
        return
    cut = next((at for at in range(name.first + 1, name.stop - 1) if _parts(at, name, words)), -1)
    if cut < 0:
        yield name
        return
    before = words[name.first : cut]
    is_somebody = len(before) <= _LONGEST_NAME and (
        is_given_name(before[0]) or before[0][:3].lower() == "al-"
    )
    yield Found(name.first, cut, "PER" if is_somebody else "ORG")
    yield Found(cut + 1, name.stop, "ORG")


def _bearer(name: Found, words: Sequence[str], cases: KeyTable) -> int:
    """Where who holds an office begins: `Secretary of | Trade and Fisheries | Ann Lee`; -1 for nobody."""
    first, stop = name.first, name.stop
    before = [word.lower() for word in words[max(first - 3, 0) : first] if word != "the"]
    if are_titles(" ".join(words[first : first + 2])):  # "Lance Corporal Dev Patel"
        is_short = stop - first - 2 <= _LONGEST_NAME
        return first + 2 if is_short and not is_generic(words[stop - 1].lower()) else -1
    if len(before) < 2 or before[-1] not in {"of", "for"} or not are_titles(before[-2]):  # noqa: PLR2004
        return -1
    one, two = words[stop - 2 : stop]
    family_leads = one.isupper() and one.isalpha() and len(one) > 2 and two[1:].islower()  # noqa: PLR2004
    family_leads = family_leads and not words[stop - 3].isupper()
    is_full = (
        is_given_name(one) and two[0].isupper() and not (is_generic(two.lower()) or is_everyday(two, cases))
    )
    return stop - 2 if family_leads or is_full else -1


def _ship(name: Found, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The names of a ship: "the tanker | Maria Celestina", and what follows `USS`."""
    before = words[name.first - 1] if name.first else ""
    if name.kind == "PER" and before in _SHIPS:
        yield name.spelling(words)
    if words[name.first] in _SHIP_LETTERS and name.stop - name.first > 1:
        yield tuple(words[name.first + 1 : name.stop])


def _parts(at: int, name: Found, words: Sequence[str]) -> bool:
    if words[at] in _VERBS:
        return words[at + 1][0].isupper()
    is_long = name.stop - at > 2 and words[at + 1][0].isupper()  # noqa: PLR2004 - the sign and one word more
    owned = words[at] in {"'s", "\u2019s"} and is_long
    return owned and words[name.first].lower() in _SECTIONS and "of" in words[name.first : at]


def _start(name: Found, words: Sequence[str], opens: set[int]) -> int:
    """Where a name begins after the letter of a question, a number, a state, a rank."""
    first = name.first
    if first + 1 >= name.stop:
        return first
    if first in opens and words[first] == "Q":
        return first + 1
    shouted = words[first + 1].isupper() and len(words[first + 1]) > 2  # noqa: PLR2004 - "I. NORLAND"
    if first in opens and (name.kind != "PER" or shouted) and _NUMERAL.fullmatch(words[first]):
        has_stop = words[first][-1] == "." or words[first + 1] == "."
        return first + (1 if words[first][-1] == "." else 2) if has_stop else first
    is_region = name.kind == "PER" and first > 1 and words[first - 1] == "," and words[first - 2][0].isupper()
    is_full = name.stop - first > len(("given", "family"))
    if is_region and is_full and _REGION.fullmatch(words[first]) and not are_titles(words[first]):
        return first + 1
    return first


def _is_none(first: int, name: Found, spelling: tuple[str, ...], words: Sequence[str]) -> bool:
    """Whether words name nothing: a part of a document, a time of day, an office, another script."""
    low = spelling[0].lower() if len(spelling) == 1 else " ".join(spelling).lower()
    if not low.isascii() and _is_unseen(spelling):
        return True
    is_actor = name.kind in {"PER", "ORG"}
    if is_actor and len(spelling) > 2 and spelling[0].lower() in _OFFICE and spelling[1] in {"of", "for"}:  # noqa: PLR2004
        return True  # "Minister of Trade and Fisheries"
    if len(spelling) == 1:
        leads = words[name.stop : name.stop + 1] != [] and words[name.stop][0].isupper()
        is_title = low.endswith(".") or (name.kind == "PER" and leads)  # "H.E.", "Mr | Justice | Ann Lee"
        return (is_actor and low in _OFFICE) or (is_title and are_titles(spelling[0]))
    one = low.partition(" ")[0]
    before = words[first - 1] if first else ""
    if one in _CLOCK and (before[:1].isdigit() or before.lower() in _CLOCK):
        return _CLOCK.issuperset(low.split(" "))
    if one in _PARTS and name.kind != "MISC" and len(spelling) == 2 and _NUMBER.fullmatch(spelling[1]):  # noqa: PLR2004
        return True
    following = words[name.stop].lower() if name.stop < len(words) else ""
    return (is_actor and _is_office(low, spelling, following)) or are_titles(low)


def _is_office(low: str, spelling: tuple[str, ...], following: str) -> bool:
    """Whether words are an office: `Trade Secretary`, `National Security` before `Adviser`."""
    last = low.rpartition(" ")[2]
    if last in _ADVISERS or following in _ADVISERS:
        return low.removesuffix(f" {last}" * (last in _ADVISERS)).endswith("national security")
    return (last in _OFFICE and is_portfolio(spelling[:-1])) or are_titles(low)


def _is_unseen(spelling: tuple[str, ...]) -> bool:
    """Whether words in another script than the model's are a clause: several, or with marks among them."""
    text = " ".join(spelling)
    if _UNSEEN.search(text) is None:
        return False
    return len(spelling) > _LONGEST_NAME or len(text) > _LONGEST_UNSEEN or _NO_LETTER.search(text) is not None


def _is_somebody(kind: str, spelling: tuple[str, ...], bearers: _Bearers) -> bool:
    """Whether a name is a person's: `Annelies` beside `Annelies de Wit`, and `De Wit`."""
    if len(spelling) == 1:
        return kind == "ORG" and spelling[0] in bearers.given and not spelling[0].isupper()
    if kind == "ORG" and is_generic(spelling[-1].lower()):
        return False
    return tuple(map(str.lower, spelling)) in bearers.tails
