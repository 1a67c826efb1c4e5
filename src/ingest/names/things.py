"""Organisations, places and other things inside one document: definitions, acronyms, shortenings."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ingest.names.acronyms import Definition, definitions, letters_fit
from ingest.names.groups import Groups, at
from ingest.names.keys import fold, is_acronym
from ingest.records import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Span

_MIN_ACRONYM = 3


@cache
def generic_tails() -> frozenset[str]:
    """Words that end the full form of a company's name and are left out in its short form."""
    text = (resources.files("ingest") / "resources" / "org_tails.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def core(key: str) -> str:
    """Take the generic words off the end of an organisation's comparison form.

    >>> core("boeing co"), core("bank of america corp"), core("group")
    ('boeing', 'bank of america', 'group')
    """
    words = key.split()
    while len(words) > 1 and words[-1] in generic_tails():
        words.pop()
    return " ".join(words)


def link_things(text: str, groups: Groups, things: Sequence[int], spans: Sequence[Span]) -> None:
    """Join the spellings of everything that is no person.

    Args:
        text: The document's text.
        groups: All spellings; joined in place.
        things: Indexes of the spellings that are no people.
        spans: All names of the document in order.
    """
    by_key: dict[str, list[int]] = defaultdict(list)
    for index in things:
        by_key[groups.forms[index].key].append(index)
    for definition in definitions(text, spans):
        _define(text, groups, by_key, definition)
    _cores(groups, things)
    _shortenings(groups, things)
    _initials(groups, things)


def _define(text: str, groups: Groups, by_key: dict[str, list[int]], definition: Definition) -> None:
    full = by_key.get(fold(text[definition.full_start : definition.full_end]), ())
    short = by_key.get(fold(definition.short), ())
    evidence = Evidence(definition.char_start, definition.char_end)
    for target in full[:1]:
        for index in short:
            groups.join(index, target, definition.method, evidence)


def _cores(groups: Groups, things: Sequence[int]) -> None:
    """`Boeing` and `Boeing Co.`: equal but for generic words at the end."""
    by_core: dict[str, list[int]] = defaultdict(list)
    for index in things:
        if groups.forms[index].entity_type == "ORGANIZATION":
            by_core[core(groups.forms[index].key)].append(index)
    for same in by_core.values():
        longest = max(same, key=lambda i: (len(groups.forms[i].key), -i))
        for index in same:
            if index != longest:
                groups.join(index, longest, "short_name", at(groups.forms[longest].spans[0]))


def _shortenings(groups: Groups, things: Sequence[int]) -> None:
    """`Joint Operations Command` for `Japan Joint Operations Command`: the end of just one longer name."""
    by_last: dict[str, list[int]] = defaultdict(list)
    for index in things:
        by_last[groups.forms[index].key.rpartition(" ")[2]].append(index)
    for index in things:
        form = groups.forms[index]
        if " " not in form.key or groups.entry(index) is not None:
            continue
        longer = [
            other
            for other in by_last[form.key.rpartition(" ")[2]]
            if groups.forms[other].key.endswith(" " + form.key) and _alike(groups, index, other)
        ]
        if len({groups.root(other) for other in longer}) == 1:
            best = max(longer, key=lambda i: (len(groups.forms[i].key), -i))
            groups.join(index, best, "short_name", at(groups.forms[best].spans[0]))


def _alike(groups: Groups, left: int, right: int) -> bool:
    """Whether two spellings are of types that one thing may have in one text."""
    kinds = {groups.forms[left].entity_type, groups.forms[right].entity_type}
    return len(kinds) == 1 or kinds <= {"ORGANIZATION", "FACILITY", "OTHER", "EVENT", "PRODUCT"}


def _initials(groups: Groups, things: Sequence[int]) -> None:
    """`SEC` and `Securities and Exchange Commission` without a definition: letters that fit just one name."""
    names = [i for i in things if " " in groups.forms[i].key and groups.forms[i].entity_type != "NORP"]
    for index in things:
        form = groups.forms[index]
        letters = form.surface.replace(".", "")
        if len(letters) < _MIN_ACRONYM or not letters.isupper() or not is_acronym(form.surface):
            continue
        if form.entry is not None or groups.root(index) != index:
            continue
        fits = [
            i
            for i in names
            if not is_acronym(groups.forms[i].surface) and _exact(letters, groups.forms[i].key)
        ]
        if len({groups.root(i) for i in fits}) == 1:
            groups.join(index, fits[0], "acronym", at(groups.forms[fits[0]].spans[0]))


def _exact(letters: str, key: str) -> bool:
    """Whether letters are the first letters of a name's words, small words with or without."""
    words = key.split()
    return len(words) >= _MIN_ACRONYM - 1 and letters[0].lower() == words[0][0] and letters_fit(letters, key)
