"""The corpus step: one entity for each name, over distinct names and not over documents."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ingest.names.authority import load_authority
from ingest.names.distinct import CorpusName, CorpusSpelling, Entity, Link
from ingest.names.merge import Merger, merge_authority, merge_definitions, merge_people, merge_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.authority import Authority
    from ingest.records import EntityType
    from ingest.settings import Settings


__all__ = ["CorpusName", "CorpusSpelling", "Entity", "Link", "resolve"]


def resolve(names: Sequence[CorpusName], settings: Settings) -> tuple[Link, ...]:
    """Give every distinct name of the corpus its entity.

    In this order: the authority, definitions that any document gives, full names of people that
    agree, bare surnames that fit one person alone, spellings that differ in form only; else a
    name stays apart.  A pure function of the set of names: their order makes no difference.

    Args:
        names: The distinct names, in any order.
        settings: Names the user's authority file.

    Returns:
        One link for each name, in the order of `names`.
    """
    authority = load_authority(settings)
    order = sorted(range(len(names)), key=lambda i: _identity(names[i]))
    rows = [names[i] for i in order]
    merger = Merger(rows)
    merge_authority(merger)
    merge_people(merger)
    merge_variants(merger)
    merge_definitions(merger)
    entities = {root: _entity(authority, [rows[i] for i in members]) for root, members in merger.groups()}
    links: list[Link | None] = [None] * len(names)
    for at, i in enumerate(order):
        reason = merger.reasons[at]
        links[i] = Link(entities[merger.root(at)], reason.basis, *reason.evidence)
    return tuple(link for link in links if link is not None)


def _identity(name: CorpusName) -> tuple[str, str, str]:
    return name.entity_type, name.key, name.authority_id or ""


def _entity(authority: Authority, members: list[CorpusName]) -> Entity:
    known = min((m.authority_id for m in members if m.authority_id is not None), default=None)
    if known is not None:
        entry = authority.entries.get(known)
        if entry is not None:
            return Entity(known, entry.name, entry.entity_type, entry.country_code, known)
    counts: dict[EntityType, int] = {}
    for member in members:
        counts[member.entity_type] = counts.get(member.entity_type, 0) + member.mention_count
    kind = max(counts, key=lambda t: (counts[t], t))
    # Of the type that is hashed: keys are unique within a type, so ids are unique too.
    best = max((m for m in members if m.entity_type == kind), key=_fullness)
    digest = sha256(f"{kind}\n{best.key}".encode()).hexdigest()[:16]
    return Entity(digest, best.display, kind, None, None)


def _fullness(name: CorpusName) -> tuple[bool, int, int, str]:
    """Rank names for display: full names before short forms, then the most frequent, then the longest."""
    return " " in name.key, name.mention_count, len(name.key), name.key
