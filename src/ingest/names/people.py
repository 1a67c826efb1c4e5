"""People inside one document: full names first, then surnames and given names on their own."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.names.groups import Groups, at
from ingest.names.persons import (
    PersonName,
    given_gender,
    same_person,
    short_form,
    split_name,
    title_before,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Evidence


@dataclass(frozen=True, slots=True)
class Assigned:
    """One mention's own target: a bare surname may mean different people at different places."""

    target: int
    method: str
    evidence: Evidence


@dataclass(slots=True)
class _Person:
    """One person of the document.

    Attributes:
        names: The full names, with the index of their spelling.
        spans: Where a full name stands, in order, with the spelling.
    """

    names: list[tuple[PersonName, int]]
    spans: list[tuple[int, int, int]]
    gender: Literal["m", "f"] | None


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
        for word in {w for name, _ in person.names for w in name.words}:
            by_word[word].append(person)
    assigned: dict[tuple[int, int], Assigned] = {}
    for index in people:
        if names[index].is_full or not names[index].words:
            continue
        fits = _candidates(names[index], by_word)
        if not fits:
            continue
        for start, _ in groups.forms[index].spans:
            chosen = _choose(text, start, names[index], fits)
            if chosen is not None:
                assigned[index, start] = chosen
    return assigned


def _full_names(groups: Groups, full: list[tuple[PersonName, int]]) -> list[_Person]:
    full.sort(key=lambda item: (-len(item[0].words), -len(item[0].suffix), item[1]))
    persons: list[_Person] = []
    by_word: dict[str, list[_Person]] = defaultdict(list)
    for name, index in full:
        near = {id(p): p for w in name.words for p in by_word[w]}
        fits = [p for p in near.values() if all(same_person(name, other) for other, _ in p.names)]
        form = groups.forms[index]
        if len(fits) == 1 and _joined(groups, index, fits[0]):
            person = fits[0]
            person.names.append((name, index))
        else:
            person = _Person([(name, index)], [], given_gender(form.surface))
            persons.append(person)
        person.gender = person.gender or given_gender(form.surface)
        person.spans = sorted([*person.spans, *((start, end, index) for start, end in form.spans)])
        for word in name.words:
            if person not in by_word[word]:
                by_word[word].append(person)
    return persons


def _joined(groups: Groups, index: int, person: _Person) -> bool:
    target = person.names[0][1]
    return groups.join(index, target, "full_name", at(groups.forms[target].spans[0]))


def _candidates(short: PersonName, by_word: dict[str, list[_Person]]) -> list[tuple[str, _Person]]:
    """People whom a short form can mean; by surname, or where nobody has that surname, by given name."""
    found: dict[str, list[tuple[str, _Person]]] = {"surname": [], "given_name": []}
    for person in by_word.get(short.words[-1], ()):
        ways = {short_form(short, name) for name, _ in person.names}
        for way in ("surname", "given_name"):
            if way in ways:
                found[way].append((way, person))
                break
    return found["surname"] or found["given_name"]


def _choose(text: str, start: int, short: PersonName, fits: list[tuple[str, _Person]]) -> Assigned | None:
    if len(fits) > 1:
        title = title_before(text, start)
        gender = short.gender or (title[1] if title else None)
        if gender is not None:
            left = [fit for fit in fits if fit[1].gender in (gender, None)]
            fits = left or fits
    if len(fits) == 1:
        way, person = fits[0]
        return _assign(way, person, start)
    # Several people of that name: the one named in full last before this place; nobody else.
    before = [
        (person.spans[bisect_right(person.spans, (start,)) - 1][0], way, person)
        for way, person in fits
        if person.spans[0][0] < start
    ]
    if not before:
        return None
    _, way, person = max(before, key=lambda item: item[0])
    return _assign(way, person, start)


def _assign(way: str, person: _Person, start: int) -> Assigned:
    at_index = max(bisect_right(person.spans, (start,)) - 1, 0)
    full_start, full_end, target = person.spans[at_index]
    return Assigned(target, way, at((full_start, full_end)))
