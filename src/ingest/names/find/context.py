"""What stands around a name tells what it is: "the port of X", "X's parliament", "Strait of X", a dateline.

The model decides from what names like it were in its training; a name nobody has heard of is told best by
the few phrases that fit one kind of thing alone.  Such a phrase speaks for all occurrences in the document.
Cases: `tests/cases/names/context.tsv`.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.names.find.bare_names import is_portfolio
from ingest.names.find.spans import Found
from ingest.names.forms.acronyms import letters_fit
from ingest.names.forms.bodies import LEGAL_FORMS
from ingest.names.forms.keys import is_acronym
from ingest.names.forms.word_classes import word_class
from ingest.names.model.features import ORGANIZATION_WORDS, key
from ingest.names.model.recase import LOWER
from ingest.names.model.types import load_cues
from ingest.word_lists import bundled_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.names.model.features import KeyTable
    from ingest.names.model.tokens import Tokens
    from ingest.records import Span

Spelling = tuple[str, ...]

_SHORT = 3
"""Words of a name up to which a phrase before it decides; a longer name tells itself what it is."""
_APOSTROPHES = frozenset(("'s", "\u2019s", "'", "\u2019"))
_ROLE_REACH = 2
_LOOKED_AT = 300
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 3, 6
_SHORTEST, _SHORTEST_PEOPLE = 3, 5
_LEGAL_FORMS = LEGAL_FORMS - {"SA", "NV", "Co", "Limited"}  # those that mean a state or a word as often
# BRENNICK, 12 September -;  PORT SELIM, Kassar, 3 June -;  ST. ALDWYN, Outer Isles -;  OSLO (Agency) -
_DATELINE = re.compile(
    r"^(?P<place>[A-Z](?:[A-Z]|[.'\u2019 -](?=[A-Z ])){0,40}[A-Z])"
    r"(?P<more>(?:, (?P<region>[A-Z][\w.'\u2019]{0,20}(?: [A-Z][\w.'\u2019]{0,20}){0,2}))?"
    r"(?:,? (?:\d{1,2} [A-Z][a-z]+\.?|[A-Z][a-z]+\.? \d{1,2})(?:,? \d{4})?)?"
    r"(?:,? \((?P<agency>[A-Z][\w ./-]{1,30})\))?)"
    r" ?(?:\u2014|\u2013|--|-(?= ))(?=\s?\S)",
    re.MULTILINE,
)
_ENDINGS = ("n", "an", "ian", "i", "ese", "ish")
"""What turns a place's name into a word for its people: Tavoria, Tavorian."""
_LANDS = ("land", "mark", "burg")
"""What a place's name ends in whose people are `-er`: Norlander."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a document's phrases say of its names.

    Attributes:
        found: The names, borders and kinds mended where a phrase tells.
        sure: Spellings that are places, whatever else the model took them for.
        kinds: Single words that are names wherever they stand: acronyms that the text defines, words for the
            people of such a place.
        peoples: Of them those for people.
    """

    found: list[Found]
    sure: frozenset[Spelling]
    kinds: dict[str, str]
    peoples: frozenset[str]


@cache
def _listed(kind: str) -> frozenset[str]:
    rows = [line.split("\t") for line in bundled_lines("names/place_phrases.tsv")]
    return frozenset(word for of_kind, word in rows[1:] if of_kind == kind)


def in_context(found: Sequence[Found], tokens: Tokens, text: str, cases: KeyTable) -> Context:
    """Mend names by what stands around them.

    Args:
        found: Names in order.
        tokens: The words, as they are read.
        text: The document.
        cases: See `Lexicon`.

    Returns:
        Names in order, and what holds for the whole document.
    """
    words = tokens.words
    whole = _toponyms(_dated(_widened(found, tokens, text), tokens, text, cases), words)
    full = {words[name.stop - 1] for name in whole if name.kind == "PER" and name.stop - name.first > 1}
    places = {
        name.spelling(words)
        for name in whole
        if name.stop - name.first <= _SHORT and (name.kind == "LOC" or _is_told(name, words))
    }
    whole = _things(whole, words)
    derived = {form: place for (*_, place) in places if len(place) >= _SHORTEST for form in _peoples(place)}
    seen = derived.keys() & set(words)
    sure = {
        spelling
        for spelling in (
            *((derived[form],) for form in seen),
            *(n.spelling(words) for n in whole if n.stop - n.first <= _SHORT and _is_told(n, words)),
        )
        if spelling[-1] not in full
    }
    sure |= {
        (words[n.first],) for n in whole if n.kind == "LOC" and words[n.first + 1 : n.first + 2] == ["of"]
    }
    sure |= {rest for n in whole if (rest := _state(n, words)) and rest[-1] not in full}
    kinds = {**dict.fromkeys(seen, "MISC"), **dict(_defined(whole, words))}
    return Context(whole, frozenset(sure), kinds, frozenset(seen))


def _defined(found: Sequence[Found], words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Acronyms in brackets after the name of a body they abbreviate: "the Ministry of Tides (MoT)"."""
    for name in found:
        bracket = words[name.stop : name.stop + 3]
        if name.kind == "ORG" and len(bracket) == len("(X)") and bracket[0] == "(" and bracket[2] == ")":
            full = " ".join(words[name.first : name.stop])
            if is_acronym(bracket[1]) and bracket[1].isalpha() and letters_fit(bracket[1], full):
                yield bracket[1], "ORG"


def _widened(found: Sequence[Found], tokens: Tokens, text: str) -> list[Found]:
    """Names of bodies with a word more, persons without the agency after a slash."""
    words = tokens.words
    acronyms = {
        w
        for w in set(words)
        if w.isupper() and _SHORTEST_ACRONYM <= len(w) <= _LONGEST_ACRONYM and w.isalpha()
    }
    out: list[Found] = []
    last = 0
    for name in found:
        if name.kind == "PER" and "/" in words[name.first : name.stop]:
            cut = words.index("/", name.first)
            parts = Found(name.first, cut, "PER"), Found(cut + 1, name.stop, "ORG")
            out += [part for part in parts if part.first < part.stop]
            last = name.stop
            continue
        whole = _with_guild(_with_legal_form(name, tokens, text), words)
        if last < whole.first:
            whole = _with_first_word(whole, words, acronyms)
        out.append(whole)
        last = whole.stop
    return out


def _with_legal_form(name: Found, tokens: Tokens, text: str) -> Found:
    """`Kessler-Vance AG`, where the model left the legal form out."""
    words, stop = tokens.words, name.stop
    if words[stop : stop + 1] and words[stop] in _LEGAL_FORMS and _is_next(stop, tokens, text):
        stop += 1
    is_body = stop - name.first > 1 and (words[stop - 1] in _LEGAL_FORMS or _is_dutch(words, stop))
    return Found(name.first, stop, "ORG") if is_body else name


def _is_dutch(words: Sequence[str], stop: int) -> bool:
    """Whether NV or SA at a name's end is its legal form, and no state: not so in `Norrhamn, NV 89501`."""
    is_code = "".join(words[stop : stop + 1]).isdigit()
    return words[stop - 1] in {"NV", "SA"} and words[stop - 2] != "," and not is_code


def _with_guild(name: Found, words: Sequence[str]) -> Found:
    """`the Morrow Pilots' Guild`, in one piece."""
    last, *after = words[name.stop - 1 : name.stop + 2]
    if not last.endswith("s") or len(after) < 2 or after[0] not in _APOSTROPHES:  # noqa: PLR2004 - and a word
        return name
    is_body = after[1][0].isupper() and after[1].lower() in (ORGANIZATION_WORDS | _listed("guild"))
    return Found(name.first, name.stop + 2, "ORG") if is_body else name


def _with_first_word(name: Found, words: Sequence[str], acronyms: set[str]) -> Found:
    """`the Joint Strait Centre`, where the model left "Joint" out and JSC stands elsewhere."""
    first = name.first - 1
    if name.kind != "ORG" or not words[first][0].isupper():
        return name
    letters = "".join(w[0] for w in words[first : name.stop] if w[0].isupper())
    return Found(first, name.stop, "ORG") if letters in acronyms else name


def _is_next(index: int, tokens: Tokens, text: str) -> bool:
    """Whether nothing but a space parts a word from the one before."""
    return text[int(tokens.ends[index - 1]) : int(tokens.starts[index])] == " "


def _dated(found: list[Found], tokens: Tokens, text: str, cases: KeyTable) -> list[Found]:
    """Datelines: what stands in capitals before the dash is a place, in brackets an agency."""
    dated = []
    for match in _DATELINE.finditer(text):
        if not match["more"] and all(
            cases.get(key(word.lower())) == LOWER for word in match["place"].split()
        ):
            continue  # "EXCLUSIVE - "
        for group, kind in (("place", "LOC"), ("region", "LOC"), ("agency", "ORG")):
            if match[group]:
                first = int(np.searchsorted(tokens.starts, match.start(group)))
                stop = int(np.searchsorted(tokens.ends, match.end(group), side="right"))
                if first < stop:
                    dated.append(Found(first, stop, kind))
    if not dated:
        return found
    inside = {index for name in dated for index in range(name.first, name.stop)}
    apart = [n for n in found if n.first not in inside and n.stop - 1 not in inside]
    return sorted([*apart, *dated], key=lambda name: name.first)


@cache
def _toponym_heads() -> frozenset[str]:
    return frozenset(word for word, kind in load_cues().before_of.items() if kind == "LOCATION")


def _toponyms(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """`Strait of X`, in one piece."""
    heads = _toponym_heads()
    out: list[Found] = []
    for name in found:
        first, stop, kind = name.first, name.stop, name.kind
        if words[stop - 1].lower() in heads and words[stop : stop + 1] == ["of"] and stop - first == 1:
            after = stop + 1
            while after < len(words) and after - stop < _SHORT and words[after][0].isupper():
                after += 1
            if after > stop + 1 and words[first][0].isupper():
                stop, kind = after, "LOC"
        elif (
            first > 1
            and words[first - 1] == "of"
            and words[first - 2].lower() in heads
            and words[first - 2][0].isupper()
            and stop - first < _SHORT
        ):
            first, kind = first - 2, "LOC"
        if out and out[-1].stop > first:
            if out[-1].stop >= stop:
                continue
            out.pop()
        out.append(Found(first, stop, kind))
    return out


def _things(found: list[Found], words: Sequence[str]) -> list[Found]:
    """`the Saint Brigid`, always with its article, is a ship or the like and nobody."""
    seen: dict[Spelling, list[bool]] = {}
    for name in found:
        if name.kind == "PER" and name.stop - name.first > 1:
            article = name.first > 0 and words[name.first - 1].lower() == "the"
            seen.setdefault(name.spelling(words), []).append(article)
    things = {spelling for spelling, articles in seen.items() if len(articles) > 1 and all(articles)}
    if not things:
        return found
    return [Found(n.first, n.stop, "MISC" if n.spelling(words) in things else n.kind) for n in found]


def _is_told(name: Found, words: Sequence[str]) -> bool:
    """Whether the words around a name fit a place alone: "the port of X", "X's parliament"."""
    first, stop = name.first, name.stop
    if name.kind == "MISC" or words[first].isupper():
        return False
    if first > 1 and words[first - 1] in ("of", "to") and words[first - 2] in _listed(words[first - 1]):
        return not is_portfolio(words[first:stop])
    return (
        words[stop : stop + 1] != []
        and words[stop] in _APOSTROPHES
        and any(word in _listed("role") for word in words[stop + 1 : stop + 1 + _ROLE_REACH])
    )


def _state(name: Found, words: Sequence[str]) -> Spelling:
    """What a state is called beside its full name: `Velland` of `Republic of Velland`; empty for others."""
    first, stop = name.first, name.stop
    if name.kind not in {"LOC", "ORG"} or words[first + 1 : first + 2] != ["of"] or stop - first < _SHORT:
        return ()
    rest = tuple(words[first + 2 + (words[first + 2] == "the") : stop])
    is_state = words[first].lower() in word_class("state")
    return rest if is_state and len(rest) == 1 and rest[0][0].isupper() else ()


def _peoples(place: str) -> set[str]:
    """Words that may name the people of a place."""
    forms = {place + ending for ending in _ENDINGS}
    if place[-1] in "aeiouy":
        forms |= {place[:-1] + ending for ending in _ENDINGS if ending != "n"}
    forms |= {form + "s" for form in forms}
    if place.endswith(_LANDS):
        forms |= {place + "er", place + "ers"}
    return {form for form in forms if len(form) >= _SHORTEST_PEOPLE and form not in {place, place + "s"}}


def with_kinds(found: Sequence[Found], words: Sequence[str], kinds: dict[str, str]) -> list[Found]:
    """Give single words the kind that the document says they have, and add those that were missed."""
    if not kinds:
        return list(found)
    covered = {index for name in found for index in range(name.first, name.stop)}
    new = [
        Found(index, index + 1, kinds[word])
        for index, word in enumerate(words)
        if word in kinds and index not in covered
    ]
    told = [
        n if n.stop - n.first > 1 else Found(n.first, n.stop, kinds.get(words[n.first], n.kind))
        for n in found
    ]
    return sorted([*told, *new], key=lambda name: name.first)


# as in "(NYSE: KSTL)", before the letters
_TICKER = re.compile(r"\b(?:NYSE|NASDAQ|Nasdaq|AMEX|LSE|TSX|ASX|OTCQB|OTCQX|SIX|HKEX)\s?:\s?\Z")


def without_common(spans: Sequence[Span], text: str) -> list[Span]:
    """Leave acronyms out that stand for common words, and those under which shares are traded.

    Of very many different ones the first are looked at.
    """
    acronyms = dict.fromkeys(
        text[span.char_start : span.char_end]
        for span in spans
        if span.char_end - span.char_start <= _LONGEST_ACRONYM and text[span.char_start].isupper()
    )
    common = {word for word in itertools.islice(acronyms, _LOOKED_AT) if is_common_acronym(word, text)}
    return [
        span
        for span in spans
        if text[span.char_start : span.char_end] not in common
        and not (span.char_start and _TICKER.search(text, max(0, span.char_start - 10), span.char_start))
    ]


def is_common_acronym(acronym: str, text: str) -> bool:
    """Whether letters stand for common words: well-known ones, or such as a text spells out in small letters.

    >>> is_common_acronym("MOU", "They signed a memorandum of understanding. The MOU holds.")
    True
    >>> is_common_acronym("ISR", "The cells share intelligence, surveillance and reconnaissance (ISR).")
    True
    >>> is_common_acronym("NHG", "The Northern Harbour Guard (NHG) met.")
    False
    >>> is_common_acronym("NH(G", "no letters alone")
    False
    """
    if acronym in _listed("common"):
        return True
    if not (
        _SHORTEST_ACRONYM <= len(acronym) <= _LONGEST_ACRONYM
        and acronym.isascii()
        and acronym.isalpha()
        and acronym.isupper()
    ):
        return False
    rest = "".join(rf"[ -](?:(?:of|the|and|for|in|on|to) )?{letter}[a-z]+" for letter in acronym[1:].lower())
    first = rf"\b{acronym[0].lower()}[a-z]+"
    if re.search(rf"{first}{rest}\b", text) is not None:
        return True
    listed = rest.replace("[ -]", ",?[ -]")  # several things, which the letters in brackets sum up
    return f"({acronym})" in text and re.search(rf"{first}{listed} \({acronym}\)", text) is not None
