"""`explain`: an entity's names, the reason for each, and the sentence that proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.commands.command import Command, add_curated

if TYPE_CHECKING:
    import argparse

    from ingest.store.explain import Explanation, NameReason


def _explain(arguments: argparse.Namespace) -> str:
    from ingest.store.explain import explain

    return as_text(explain(arguments.entity, arguments.curated))


def as_text(found: Explanation) -> str:
    """Lay an explanation out: a line for the entity, then its names, the most frequent first."""
    about = [found.entity_type, *([found.country_code] if found.country_code else []), found.entity_id]
    counted = f"{_count(found.mention_count, 'mention')} in {_count(found.document_count, 'document')}"
    lines = [found.entity_name, f"  {', '.join(about)}; {counted}"]
    for name in found.names:
        lines += ["", *_name(name)]
    return "\n".join(lines)


def _name(name: NameReason) -> list[str]:
    lines = [f"{name.surface}  ({_count(name.mention_count, 'mention')})", f"  {name.basis}: {name.meaning}"]
    if name.source_path is not None:
        lines += [f"  {name.source_path} {name.start}-{name.end}", f"    {name.sentence}"]
    return lines


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _describe(parse: argparse.ArgumentParser) -> None:
    parse.add_argument("entity", metavar="ENTITY", help="an entity_id, or a name in any spelling found")
    add_curated(parse)


EXPLAIN = Command("print an entity's names, and for each why it is one and the proof", _explain, _describe)
