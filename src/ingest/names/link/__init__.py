"""Link the names of one document: which mentions mean the same thing, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ingest.names.authority import load_authority
from ingest.names.authority.shared_head import shared_heads
from ingest.names.forms.keys import bare, fold, is_acronym
from ingest.names.forms.persons import is_given_name, lowered, split_name
from ingest.names.forms.variants import without_unit
from ingest.names.link.addressed import addressed_apart
from ingest.names.link.groups import Form, Groups
from ingest.names.link.of_country import name_by_country
from ingest.names.link.people import Assigned, link_people
from ingest.names.link.things import link_things
from ingest.records import Evidence, Mention, Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.authority import Authority
    from ingest.names.authority.entries import AuthorityEntry
    from ingest.names.authority.shared_head import SharedHead
    from ingest.records import EntityType, Span
    from ingest.settings import Settings

_SHORT = 6
_SHORTEST_SHOUTED = 5  # letters of a dateline's place in capitals; fewer may be initials
"""Letters of a surface up to which an acronym is told from the word of the same letters."""


def link_names(
    text: str, spans: Sequence[Span], settings: Settings
) -> tuple[tuple[Name, ...], tuple[Mention, ...]]:
    """Give each mention of a document the name that it stands for.

    The authority is asked first, then the document itself: full names before surnames,
    definitions of acronyms, shortenings.  What nothing explains stands for itself.

    Args:
        text: The document's kept text.
        spans: The names found in it, in order, not overlapping.
        settings: Names the user's authority file.

    Returns:
        The document's names in order of their first mention, and one mention for each span.
    """
    authority = load_authority(settings)
    heads = shared_heads(text, authority)
    forms, of_span = _forms(text, [span for span in spans if (span.char_start, span.char_end) not in heads])
    of_span = _with_heads(heads, spans, forms, of_span)
    groups = Groups(forms)
    people = [i for i, form in enumerate(forms) if form.entity_type == "PERSON"]
    _ask_authority(authority, forms, people)
    assigned = link_people(text, groups, people)
    _weak_people(authority, groups, people, assigned)
    things = [i for i, form in enumerate(forms) if form.entity_type != "PERSON"]
    name_by_country(text, authority, forms, things)
    link_things(text, groups, things, spans)
    return _result(text, groups, spans, of_span, assigned)


def _forms(text: str, spans: Sequence[Span]) -> tuple[list[Form], list[int]]:
    """Gather equal spellings; a spelling that is tagged in two ways keeps to the commoner, people apart."""
    counts: dict[tuple[str, bool], Counter[EntityType]] = defaultdict(Counter)
    addressed = addressed_apart(text, spans)
    keys = []
    for span in spans:
        is_person = span.entity_type == "PERSON"
        _, key = addressed.get((span.char_start, span.char_end), ("", ""))
        key = key or _key(text[span.char_start : span.char_end], is_person=is_person)
        keys.append((key, is_person))
        counts[key, is_person][span.entity_type] += 1
    forms: list[Form] = []
    index: dict[tuple[str, bool, str], int] = {}
    of_span = []
    for span, (key, is_person) in zip(spans, keys, strict=True):
        surface = text[span.char_start : span.char_end]
        shown, titled = addressed.get((span.char_start, span.char_end), (surface, ""))
        # One spelling in several cases (a headline in capitals) is one form, but an acronym is
        # apart from the word of the same letters.
        shape = "A" if len(surface) <= _SHORT and is_acronym(bare(surface)) else ""
        at = index.get((key, is_person, shape))
        if at is None:
            types = counts[key, is_person]
            kind = max(types, key=lambda t: (types[t], t))
            at = index[key, is_person, shape] = len(forms)
            forms.append(Form(shown, key, kind, is_titled=bool(titled)))
        if forms[at].surface.isupper() and not surface.isupper() and not shape and not titled:
            forms[at].surface = surface  # a dateline or a headline shows no name as people write it
        forms[at].spans.append((span.char_start, span.char_end))
        of_span.append(at)
    return forms, of_span


def _key(surface: str, *, is_person: bool) -> str:
    """The comparison form of a spelling: of a person's name without titles."""
    name = split_name(surface) if is_person else None
    return (" ".join((*name.words, name.suffix)).strip() if name else "") or fold(surface)


def _with_heads(
    heads: dict[tuple[int, int], SharedHead], spans: Sequence[Span], forms: list[Form], of_span: list[int]
) -> list[int]:
    """Give names that share a word a form each, and say which form each of all spans has."""
    rest = iter(of_span)
    out = []
    for span in spans:
        place = (span.char_start, span.char_end)
        head = heads.get(place)
        if head is None:
            out.append(next(rest))
            continue
        proof = Evidence(head.proof_start, head.proof_end)
        key, kind = fold(head.entry.name), head.entry.entity_type
        out.append(len(forms))
        forms.append(Form(head.entry.name, key, kind, [place], head.entry, "shared_head", proof))
    return out


def _ask_authority(authority: Authority, forms: Sequence[Form], people: Sequence[int]) -> None:
    """Look each spelling up, and set type, method and entry where the authority knows it.

    A short acronym of a country's body (`SDF`) is known only where the document names something else
    of that country: bodies of several countries share letters.
    """
    parts = {
        w for i in people if split_name(forms[i].surface).is_full for w in split_name(forms[i].surface).words
    }
    found = [form.entry or _entry(authority, form, parts) for form in forms]
    named = {(e.country_code, e.authority_id) for e in found if e is not None}
    countries = Counter(code for code, _ in named)
    for form, entry in zip(forms, found, strict=True):
        if (
            form.entry is None
            and entry is not None
            and not (_is_shared(form, entry) and countries[entry.country_code] == 1)
        ):
            form.entry = entry
            form.entity_type = entry.entity_type
            form.method = "demonym" if entry.authority_id.startswith("nationality:") else "authority"


def _is_shared(form: Form, entry: AuthorityEntry) -> bool:
    """Whether bodies of several countries may go by an acronym; those of the US are known anywhere."""
    return (
        entry.entity_type == "ORGANIZATION"
        and entry.country_code not in (None, "US")
        and len(form.surface) <= _SHORT
        and is_acronym(bare(form.surface))
    )


def _entry(authority: Authority, form: Form, parts: set[str]) -> AuthorityEntry | None:
    found = authority.lookup(form.surface)
    if form.entity_type == "PERSON":
        full = split_name(form.surface)
        if full.is_full:
            return authority.person(full) or next((e for e in found if e.entity_type != "PERSON"), None)
        # `Mr. Jordan` beside `Mrs. Jordan` is nobody whom a list knows by one name alone.
        if form.is_titled:
            return None
        # `Jordan` tagged as a person is a country only where no person of the document bears it;
        # `Lyons` is somebody.
        if form.key in parts or is_given_name(form.key):
            return None
        return next((e for e in found if e.entity_type != "PERSON" and not _is_town(e)), None)
    found = found or _after_country(authority, form.surface) or _of_unit(authority, form)
    same = [e for e in found if e.entity_type == form.entity_type]
    others = [e for e in found if e.entity_type != "PERSON" and not _by_metonymy(form, e)]
    return next(iter(same or others), None)


def _after_country(authority: Authority, surface: str) -> tuple[AuthorityEntry, ...]:
    """Look up what follows a country's name: `U.S. Yokota Air Base`, `Russian Wagner Group`."""
    before, _, rest = surface.partition(" ")
    if not rest or rest[0].islower():
        return ()
    of = {
        e.country_code
        for e in authority.lookup(before)
        if e.authority_id.startswith(("country:", "nationality:"))
    }
    if not of:
        return ()
    return tuple(
        e
        for e in authority.lookup(rest)
        if e.entity_type in ("FACILITY", "PRODUCT")
        or (e.entity_type in ("ORGANIZATION", "LOCATION") and e.country_code in of)
    )


def _of_unit(authority: Authority, form: Form) -> tuple[AuthorityEntry, ...]:
    """Look up what follows the kind of a place: `the northern Province of Kassar`."""
    name = without_unit(form.key)
    if form.entity_type != "LOCATION" or name == form.key:
        return ()
    return tuple(e for e in authority.lookup(name.title()) if e.entity_type == "LOCATION")


def _is_town(entry: AuthorityEntry) -> bool:
    return entry.authority_id.startswith("city:")


def _by_metonymy(form: Form, entry: AuthorityEntry) -> bool:
    """A city that acts (`Chicago beat Boston`) is a club or a council; a country that acts is its state."""
    return (
        form.entity_type == "ORGANIZATION"
        and entry.entity_type == "LOCATION"
        and entry.authority_id.startswith(("city:", "state:", "region:"))
        and entry.country_code is not None
    )


def _weak_people(
    authority: Authority, groups: Groups, people: Sequence[int], assigned: dict[tuple[int, int], Assigned]
) -> None:
    """A one-word name that the authority spells out holds where the document says nothing else."""
    for index in people:
        form = groups.forms[index]
        if form.entry is None and (index, form.spans[0][0]) not in assigned:
            entry = next((e for e in authority.lookup(form.surface) if e.entity_type == "PERSON"), None)
            if entry is not None:
                form.entry, form.method = entry, "authority"


def _result(
    text: str,
    groups: Groups,
    spans: Sequence[Span],
    of_span: Sequence[int],
    assigned: dict[tuple[int, int], Assigned],
) -> tuple[tuple[Name, ...], tuple[Mention, ...]]:
    members: dict[int, list[int]] = {}
    for index in range(len(groups.forms)):
        members.setdefault(groups.root(index), []).append(index)
    names: list[Name] = []
    known: dict[int, Name] = {}
    index_of: dict[tuple[str, str, str | None], int] = {}
    mentions = []
    for span, form_index in zip(spans, of_span, strict=True):
        form = groups.forms[form_index]
        special = assigned.get((form_index, span.char_start))
        root = groups.root(special.target if special else form_index)
        name = known.get(root)
        if name is None:
            name = known[root] = _name(groups, root, members[root])
        identity = (name.entity_type, name.key, name.authority_id)
        at = index_of.setdefault(identity, len(names))
        if at == len(names):
            names.append(name)
        mentions.append(
            Mention(
                char_start=span.char_start,
                char_end=span.char_end,
                surface=text[span.char_start : span.char_end],
                entity_type=names[at].entity_type,
                name_index=at,
                method=special.method if special else form.method,
                evidence=(special or form).evidence or Evidence(span.char_start, span.char_end),
            )
        )
    return tuple(names), tuple(mentions)


def _name(groups: Groups, root: int, members: list[int]) -> Name:
    entry = groups.forms[root].entry
    best = max(members, key=lambda i: (len(groups.forms[i].key), -groups.forms[i].spans[0][0]))
    form = groups.forms[best]
    if entry is not None:
        return Name(entry.authority_id, form.surface, entry.entity_type, entry.authority_id)
    is_shouted = form.entity_type == "LOCATION" and len(form.surface) >= _SHORTEST_SHOUTED
    shown = lowered(form.surface) if is_shouted or form.entity_type == "PERSON" else form.surface
    return Name(form.key, shown, form.entity_type)
