"""Organisations, places and other things inside one document: definitions, acronyms, shortenings."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from ingest.names.forms.acronyms import Definition, definitions, initials
from ingest.names.forms.bodies import core, is_body, is_company, is_generic
from ingest.names.forms.keys import bare, fold, is_acronym
from ingest.names.forms.word_classes import word_class
from ingest.names.link.groups import Groups, at
from ingest.names.model import load_model
from ingest.names.model.features import is_place_word
from ingest.records import Evidence
from ingest.word_lists import bundled_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.authority import Authority
    from ingest.names.authority.entries import AuthorityEntry
    from ingest.records import Span

_LONGEST = 16  # words of a name that are looked at
_HEADLINES = 2  # mentions of a short name that may stand before the longer one explains them
# What joins two names, or makes one of the other's: `Northgate & Kestrel`, `Society for Kestrel Studies`
_PARTED = re.compile(r"(?:[&:;,|/@+\u2013\u2014]|\b(?:and|or|by|for|from|of|in|on|the|to|vs|with))\s*$")


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
            form, entry = groups.forms[index], groups.forms[index].entry
            if entry is not None and groups.root(index) == index and not _is_of(entry, groups, target):
                # What the document says of its `SDF` goes before what a list says of another.
                form.entry, form.method, form.entity_type = None, "self", groups.forms[target].entity_type
            groups.join(index, target, definition.method, evidence)


def _is_of(entry: AuthorityEntry, groups: Groups, target: int) -> bool:
    """Whether an entry can be what a longer name means: it is known as such, or shares half of its words."""
    known = groups.entry(target)
    if known is not None:
        return known.authority_id == entry.authority_id
    words = set(groups.forms[target].key.split())
    return any(
        2 * len(words & set(fold(name).split())) >= len(words) for name in (entry.name, *entry.aliases)
    )


def _cores(groups: Groups, things: Sequence[int]) -> None:
    """`Boeing` and `Boeing Co.`, `ATI` and `ATI Technologies`: equal but for generic words at the end."""
    by_core: dict[str, list[int]] = defaultdict(list)
    for index in things:
        if groups.forms[index].entity_type == "ORGANIZATION":
            by_core[core(groups.forms[index].key)].append(index)
    for index in things:
        form = groups.forms[index]
        head, _, tail = form.key.rpartition(" ")
        if form.entity_type == "ORGANIZATION" and head in by_core and tail in bundled_set("org_branches.txt"):
            by_core[head].append(index)
    for same in by_core.values():
        longest = max(same, key=lambda i: (len(groups.forms[i].key), -i))
        for index in same:
            if index != longest:
                groups.join(index, longest, "short_name", at(groups.forms[longest].spans[0]))


def _shortenings(groups: Groups, things: Sequence[int]) -> None:
    """`Joint Operations Command` for `Japan Joint Operations Command`: a part of just one longer name.

    The end of a longer name, or its beginning where that was written before; one word alone
    only where it is no word for a kind of body (`the Court`).  One word that begins a longer name is
    its short form where that ends with such a word (`Fortress Investment Group`) or is a place's club
    (`Boston Herons`); else it is the maker rather than what it makes (`Kestrel Cloud`).
    """
    parts: dict[str, list[int]] = defaultdict(list)
    for index in things:
        words = groups.forms[index].key.split()[:_LONGEST]
        for cut in range(1, len(words)):
            parts[" ".join(words[cut:])].append(index)
            parts[" ".join(words[:cut])].append(index)
    for index in things:
        form = groups.forms[index]
        if groups.entry(index) is not None or form.entity_type == "NORP":
            continue
        words = form.key.split()
        if len(words) == 1 and is_generic(form.key):
            continue
        near = parts.get(form.key, [])
        longer = [i for i in near if _ends(groups, i, index) or _is_state(groups, i, index)]
        if not longer and (" " in form.key or form.entity_type == "LOCATION" or _is_place(form.surface)):
            longer = [i for i in near if _begins(groups, i, index)]
        elif not longer:
            longer = [i for i in near if _begins(groups, i, index) and is_body(groups.forms[i].key)]
        if len({groups.root(other) for other in longer}) == 1:
            best = max(longer, key=lambda i: (len(groups.forms[i].key), -i))
            groups.join(index, best, "short_name", at(groups.forms[best].spans[0]))


def _is_place(surface: str) -> bool:
    return is_place_word(bare(surface), load_model().lexicon.gazetteer)


def is_place(key: str, authority: Authority) -> bool:
    """Tell whether a comparison form is a place's: the authority's, or a town of the gazetteer."""
    known = authority.lookup(key.title())
    return any(e.entity_type == "LOCATION" for e in known) or _is_place(key)


def _ends(groups: Groups, full: int, short: int) -> bool:
    key = groups.forms[short].key
    if groups.forms[short].entity_type == "LOCATION" and not (" " in key and is_generic(key)):
        return False
    if not groups.forms[full].key.endswith(" " + key) or _PARTED.search(_before(groups, full, short)):
        return False
    if " " in key:
        before = _before(groups, full, short).split()
        # `Royal Bank of Tavoria` is no `Bank of Tavoria`; `Tavorian Ministry of Tides` may be the ministry.
        is_other = is_generic(key.partition(" ")[0]) and not all(map(_is_place, before))
        return not is_other and _alike(groups, short, full)
    if (key.isalpha() and is_acronym(groups.forms[short].surface)) or _leads(groups, short, full):
        return False  # `Chipmaker AMD`, `Pro Kestrel` after many a `Kestrel`
    owner = groups.forms[full].key.split()[-2]
    if owner.endswith("s") and is_generic(owner):
        return False  # `U.S. Forces Tavoria`: the last word is where they are
    return groups.forms[short].entity_type == groups.forms[full].entity_type


def _is_state(groups: Groups, full: int, short: int) -> bool:
    """Whether a longer name is a state's, and the shorter one what it is called: `Republic of Velland`."""
    form, of, rest = groups.forms[full].key.partition(" of ")
    places = groups.forms[full].entity_type == groups.forms[short].entity_type == "LOCATION"
    return places and of != "" and rest == groups.forms[short].key and form in word_class("state")


def _leads(groups: Groups, short: int, full: int) -> bool:
    """Whether a text has a short name more often before the longer one than a headline and caption would."""
    begins = groups.forms[full].spans[0]
    return sum(1 for span in groups.forms[short].spans[: _HEADLINES + 1] if span < begins) > _HEADLINES


def _before(groups: Groups, full: int, short: int) -> str:
    """What stands in a longer name before a shorter one that ends it."""
    surface = groups.forms[full].surface
    return surface[: len(surface) - len(bare(groups.forms[short].surface))]


def _begins(groups: Groups, full: int, short: int) -> bool:
    one, two = groups.forms[full], groups.forms[short]
    # `HP` is no short form of `HP Services`, nor of `HP's Data Center Services`.
    if one.key.startswith(two.key + " s ") or (is_acronym(two.surface) and not is_company(one.key)):
        return False
    place = two.entity_type == "LOCATION"
    if place and one.key.startswith(two.key + " of "):
        return one.entity_type == "LOCATION"  # `the Strait` for `Strait of Morrow`, in headlines before it
    if place and one.key.rpartition(" ")[2] in bundled_set("place_nouns.txt"):
        return (
            False  # `New York` is no short form of `New York Bight`; `Yokota` may be one of `Yokota Air Base`
        )
    follows = one.spans[0] < two.spans[0] or (place and _heads(groups, full, short))
    return follows and one.key.startswith(two.key + " ") and one.entity_type == two.entity_type


def _heads(groups: Groups, full: int, short: int) -> bool:
    """Whether a site's short name of several words (`Anna Whitlock` for a center) may stand before it."""
    words = bare(groups.forms[short].surface).split()
    return len(words) > 1 and not any(map(_is_place, words)) and not _leads(groups, short, full)


def _alike(groups: Groups, left: int, right: int) -> bool:
    """Whether two spellings are of types that one thing may have in one text."""
    kinds = {groups.forms[left].entity_type, groups.forms[right].entity_type}
    return len(kinds) == 1 or kinds <= {"ORGANIZATION", "FACILITY", "OTHER", "EVENT", "PRODUCT"}


def _initials(groups: Groups, things: Sequence[int]) -> None:
    """`SEC` and `Securities and Exchange Commission` without a definition: letters that fit just one name."""
    acronyms = [
        i
        for i in things
        if groups.forms[i].entry is None
        and groups.root(i) == i
        and groups.forms[i].surface.replace(".", "").isupper()
        and is_acronym(groups.forms[i].surface)
    ]
    if not acronyms:
        return
    by_initials: dict[str, set[int]] = defaultdict(set)
    for i in things:
        form = groups.forms[i]
        if " " in form.key and form.entity_type not in ("NORP", "LOCATION") and not is_acronym(form.surface):
            for letters in initials(form.surface):
                by_initials[letters].add(groups.root(i))
    for index in acronyms:
        letters = groups.forms[index].surface.replace(".", "").lower()
        fits = by_initials.get(letters, set())
        if len(fits) == 1:
            target = next(iter(fits))
            groups.join(index, target, "acronym", at(groups.forms[target].spans[0]))
