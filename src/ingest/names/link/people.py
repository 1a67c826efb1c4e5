"""People inside one document: full names first, then surnames and given names on their own."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.names.forms.eastern import surnames
from ingest.names.forms.keys import bare
from ingest.names.forms.persons import (
    Gender,
    PersonName,
    family_name,
    given_gender,
    match_keys,
    same_person,
    short_form,
    split_name,
    title_before,
)
from ingest.names.forms.variants import is_slip
from ingest.names.link.groups import Groups, at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.records import Evidence

_CLIPPED = re.compile(r"([A-Z][a-z]{0,3})\.?([A-Z][a-z]{1,3})")
_CROWD = 16
"""A key that so many people of one document share tells nobody apart: it is not compared by."""

Way = Literal["surname", "given_name", "variant"]


@dataclass(frozen=True, slots=True)
class Assigned:
    """One mention's own target: a bare surname may mean different people at different places."""

    target: int
    method: str
    evidence: Evidence


@dataclass(slots=True, eq=False)
class _Person:
    """One person of the document.

    Attributes:
        names: The full names, with the index of their spelling.
        spans: Where a full name stands (start, end, spelling); in order once all are gathered.
        gender: What titles and given names say.
    """

    names: list[tuple[PersonName, int]]
    spans: list[tuple[int, int, int]]
    gender: Gender | None


def link_people(text: str, groups: Groups, people: Sequence[int]) -> dict[tuple[int, int], Assigned]:
    """Join the spellings of people.

    Full names that can be one person's are joined when they fit exactly one person so far, the
    longest first.  A bare surname (or given name) is then decided mention by mention: the one
    person of that name, or the one named in full most recently before.

    Args:
        text: The document's text.
        groups: All spellings; full names are joined in it.
        people: Indexes of the spellings of type PERSON.

    Returns:
        Where single mentions go: index of spelling and start of mention -> target.
    """
    names = {index: split_name(groups.forms[index].surface) for index in people}
    persons = _full_names(groups, [(names[i], i) for i in people if names[i].is_full])
    by_word: dict[str, list[_Person]] = defaultdict(list)
    for person in persons:
        person.spans.sort()
        for word in sorted({w for name, _ in person.names for w in (*name.words, *surnames(name.words))}):
            by_word[word].append(person)
    assigned: dict[tuple[int, int], Assigned] = {}
    for index in people:
        if names[index].is_full or not names[index].words:
            continue
        fits = _candidates(names[index], by_word) or _unlike(groups.forms[index].surface, persons)
        if groups.forms[index].is_titled:
            fits = [fit for fit in fits if fit[1].gender in (names[index].gender, None)]
        if fits:
            for span, chosen in _assign_all(text, groups.forms[index].spans, names[index].gender, fits):
                assigned[index, span[0]] = chosen
    return assigned


def _full_names(groups: Groups, full: list[tuple[PersonName, int]]) -> list[_Person]:
    full.sort(key=lambda item: (-len(item[0].words), -len(item[0].suffix), item[1]))
    persons: list[_Person] = []
    by_key: dict[tuple[str, ...], list[_Person]] = defaultdict(list)
    for name, index in full:
        keys = match_keys(name)
        near = {id(p): p for key in keys if len(by_key[key]) < _CROWD for p in by_key[key]}
        fits = [p for p in near.values() if all(same_person(name, other) for other, _ in p.names[:_CROWD])]
        form = groups.forms[index]
        if len(fits) == 1 and _joined(groups, index, fits[0]):
            person = fits[0]
            person.names.append((name, index))
        else:
            person = _Person([(name, index)], [], None)
            persons.append(person)
        person.gender = person.gender or given_gender(form.surface)
        person.spans.extend((start, end, index) for start, end in form.spans)
        for key in keys:
            if not by_key[key] or by_key[key][-1] is not person:
                by_key[key].append(person)
    return persons


def _joined(groups: Groups, index: int, person: _Person) -> bool:
    target = person.names[0][1]
    return groups.join(index, target, "full_name", at(groups.forms[target].spans[0]))


def _candidates(short: PersonName, by_word: dict[str, list[_Person]]) -> list[tuple[Way, _Person]]:
    """People whom a short form can mean; by surname, or where nobody has that surname, by given name."""
    found: dict[Way, list[tuple[Way, _Person]]] = {"surname": [], "given_name": []}
    for person in by_word.get(short.words[-1], ()):
        ways = {short_form(short, name) for name, _ in person.names}
        if "surname" in ways:
            found["surname"].append(("surname", person))
        elif "given_name" in ways:
            found["given_name"].append(("given_name", person))
    return found["surname"] or found["given_name"]


def _unlike(surface: str, persons: Sequence[_Person]) -> list[tuple[Way, _Person]]:
    """Whom alone it names with a slip in the surname (`Lindqivst`), or clipped from both names (`MaLu`)."""
    words = split_name(surface).words
    if len(words) > 1 or len(persons) > _CROWD:
        return []
    clipped = _CLIPPED.fullmatch(bare(surface))
    found: list[tuple[Way, _Person]] = []
    for person in persons:
        for name, _ in person.names:
            family = family_name(name)[-1]
            if is_slip(words[0], family):
                found.append(("variant", person))
            elif (
                clipped
                and name.words[0].startswith(clipped[1].lower())
                and family.startswith(clipped[2].lower())
            ):
                found.append(("given_name", person))
            else:
                continue
            break
    return found if len(found) == 1 else []


def _assign_all(
    text: str,
    spans: Sequence[tuple[int, int]],
    said: Gender | None,
    fits: list[tuple[Way, _Person]],
) -> Iterable[tuple[tuple[int, int], Assigned]]:
    """Decide each mention of one short form; `said` is the gender that the form itself tells."""
    line = _timeline(fits)
    defined = _defined(text, spans, line)
    if len(fits) == 1:
        for span in spans:
            yield span, _nearest(line, span[0])
        return
    borne: dict[str, Assigned] = {}  # "Dr. Lee" is whom the text called so before, whoever was named since
    of_gender = {gender: _timeline(_of_gender(fits, gender)) for gender in ("m", "f")}
    for span in spans:
        title = title_before(text, span[0])
        if defined is not None and not title and span[0] >= defined[0]:
            yield span, _nearest([defined], span[0])
            continue
        gender = said or (title[1] if title else None)
        chosen = of_gender[gender] if gender else line
        if not chosen:
            continue  # "Lady Harwood" where all the text's Harwoods are men
        alone = len(chosen) <= _CROWD and len({person for *_, person in chosen}) == 1
        # Several people of that name: the one named in full last before this place; nobody else.
        if alone or chosen[0][0] < span[0]:
            nearest = _nearest(chosen, span[0])
            if title and not title[1] and not alone:
                nearest = borne.setdefault(title[0].lower(), nearest)
            yield span, nearest


def _defined(text: str, spans: Sequence[tuple[int, int]], line: _Line) -> _Full | None:
    """The full name that a text gives a short form in brackets: "Salim bin Karim al-Nasri (al-Nasri)"."""
    ends = {full[1]: full for full in line}
    return next(
        (
            ends[start - 2]
            for start, end in spans
            if start - 2 in ends and text[start - 2 : start] == " (" and text[end : end + 1] == ")"
        ),
        None,
    )


def _of_gender(fits: list[tuple[Way, _Person]], gender: Gender) -> list[tuple[Way, _Person]]:
    """Those of one sex; the one who is known to be, before those of whom nothing is known."""
    known = [fit for fit in fits if fit[1].gender == gender]
    return known if len(known) == 1 else [fit for fit in fits if fit[1].gender in (gender, None)]


_Full = tuple[int, int, int, Way, int]
_Line = list[_Full]


def _timeline(fits: Iterable[tuple[Way, _Person]]) -> _Line:
    """Where any of these people is named in full, in order."""
    return sorted(
        (start, end, spelling, way, id(person))
        for way, person in fits
        for start, end, spelling in person.spans
    )


def _nearest(line: _Line, start: int) -> Assigned:
    """The last full name before a place, or the first of all."""
    full_start, full_end, target, way, _ = line[max(bisect_right(line, (start,)) - 1, 0)]
    return Assigned(target, way, at((full_start, full_end)))
