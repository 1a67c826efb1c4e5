"""Texts about several people of one surname, and who is meant where: for a test and a benchmark."""

from __future__ import annotations

from ingest.records import Span

GIVEN = {
    "f": ("Anna", "Maria", "Susan", "Helen", "Laura", "Nina"),
    "m": ("Paul", "Peter", "Carl", "Henry", "Victor", "Oscar"),
}
SURNAMES = ("Smith", "Johnson", "Brown", "Garcia", "Kim", "Novak", "Haddad", "Lindqvist")


def same_surname_document(rng):
    """A text about two or three people of one surname; for each mention, who is meant."""
    surname = rng.choice(SURNAMES)
    people = []
    for _ in range(rng.choice((2, 2, 3))):
        gender = rng.choice("fm")
        free = [g for g in GIVEN[gender] if g not in {p[0] for p in people}]
        people.append((rng.choice(free), gender))
    text, spans, meant, _last = "", [], [], None

    def mention(before, name, who, after):
        nonlocal text
        text += before
        spans.append(Span(len(text), len(text) + len(name), "PERSON"))
        text += name + after
        meant.append(who)

    for place, (given_name, gender) in enumerate(people):
        initial = rng.choice(("", rng.choice("ABCDEFGH")))
        who = given_name, initial, surname
        full = f"{given_name} {initial}. {surname}" if initial else f"{given_name} {surname}"
        mention(rng.choice(("", "Dr. ", "Yesterday ")), full, who, " spoke at length. ")
        if rng.random() < 0.7:
            mention("", surname, who, " sat down. ")
        if rng.random() < 0.4 and [s for _, s in people[: place + 1]].count(gender) == 1:
            mention("Ms. " if gender == "f" else "Mr. ", surname, who, " went on. ")
    return text, spans, meant


def differ(people):
    """Whether people of one entity are surely several: by given or family name, or by middle initial."""
    initials = {initial for _, initial, _ in people if initial}
    return len({(given_name, surname) for given_name, _, surname in people}) > 1 or len(initials) > 1
