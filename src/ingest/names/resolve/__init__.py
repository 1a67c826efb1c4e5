"""The corpus step: one entity for each name, over distinct names and not over documents."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ingest.names.authority import load_authority
from ingest.names.forms.persons import split_name
from ingest.names.resolve.blocks import ALONE
from ingest.names.resolve.decisions import apply_decisions, check_ids, load_decisions
from ingest.names.resolve.distinct import CorpusName, CorpusSpelling, Entity, Link
from ingest.names.resolve.merge import (
    merge_authority,
    merge_clubs,
    merge_definitions,
    merge_people,
    merge_types,
    merge_variants,
)
from ingest.names.resolve.merger import Merger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.authority import Authority
    from ingest.names.resolve.blocks import Surroundings
    from ingest.records import EntityType
    from ingest.settings import Settings


__all__ = ["CorpusName", "CorpusSpelling", "Entity", "Link", "resolve"]


def resolve(
    names: Sequence[CorpusName], settings: Settings, around: Surroundings = ALONE
) -> tuple[Link, ...]:
    """Give every distinct name of the corpus its entity.

    In this order: the analyst's decisions, the authority, full names of people that agree, bare
    surnames that fit one person alone, spellings that differ in form only, definitions that any
    document gives, clubs without their town; else a name stays apart.  A pure function of the set of
    names: their order makes no difference.

    Args:
        names: The distinct names, in any order.
        settings: Names the user's authority file and the decisions file.
        around: Where `names` are the blocks of a corpus that have changed (`names.blocks`), what the
            other names say.

    Returns:
        One link for each name, in the order of `names`.

    Raises:
        ConfigError: The authority file or the decisions file is wrong.
    """
    authority = load_authority(settings)
    decisions = load_decisions(settings.decisions_path)
    check_ids(decisions, authority)
    order = sorted(range(len(names)), key=lambda i: _identity(names[i]))
    rows = [names[i] for i in order]
    merger = Merger(rows, around)
    decided = apply_decisions(merger, decisions)
    merge_authority(merger)
    merge_people(merger)
    merge_types(merger)
    merge_variants(merger)
    merge_definitions(merger)
    merge_clubs(merger, authority)
    links: list[Link | None] = [None] * len(names)
    for root, members in merger.groups():
        kind = next((decided.types[i] for i in members if i in decided.types), None)
        named_by = [rows[i] for i in members if i not in merger.asides]
        entity = _entity(authority, merger.known.get(root), named_by, kind)
        for at in members:
            reason = merger.reasons[at]
            links[order[at]] = Link(
                entity, reason.basis, *merger.evidence(at), is_name=at not in decided.not_names
            )
    return tuple(link for link in links if link is not None)


def _identity(name: CorpusName) -> tuple[str, str, str]:
    return name.entity_type, name.key, name.authority_id or ""


def _entity(
    authority: Authority, known: str | None, members: list[CorpusName], decided: EntityType | None
) -> Entity:
    entry = authority.entries.get(known) if known is not None else None
    if entry is not None:
        return Entity(
            entry.authority_id,
            entry.name,
            decided or entry.entity_type,
            entry.country_code,
            entry.authority_id,
        )
    counts: dict[EntityType, int] = {}
    for member in members:
        counts[member.entity_type] = counts.get(member.entity_type, 0) + member.mention_count
    kind = max(counts, key=lambda t: (counts[t], t))
    # Of the type that is hashed: keys are unique within a type, so ids are unique too.
    best = max((m for m in members if m.entity_type == kind), key=_fullness)
    digest = sha256(f"{kind}\n{best.key}".encode()).hexdigest()[:16]
    return Entity(digest, best.display, decided or kind, None, None)


def _fullness(name: CorpusName) -> tuple[bool, int, int, str]:
    """Rank names for display: full names before short forms, then the most frequent, then the longest."""
    titled = name.entity_type == "PERSON" and split_name(name.display).gender is not None  # `Mrs. Crane`
    return " " in name.key and not titled, name.mention_count, len(name.key), name.key
