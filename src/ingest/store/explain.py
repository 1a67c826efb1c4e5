"""Why the names of an entity are its names: read off the tables."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from ingest.errors import ConfigError
from ingest.names.forms.keys import fold
from ingest.names.link.methods import METHODS
from ingest.names.model.tokens import tokenize
from ingest.store.read import Curated, open_curated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NEAR, _NEAREST = 75.0, 5
"""Likeness from which another name is worth telling to somebody who asked for none, and how many are told."""
_LONGEST_SENTENCE = 400


@dataclass(frozen=True, slots=True)
class NameReason:
    """One spelling of an entity.

    Attributes:
        surface: The spelling.
        mention_count: Its mentions.
        basis: Why it is the entity's name, as in `entity_names`.
        meaning: The same in words.
        source_path: The document that proves it, or has it; None where the tables name none.
        start: Where the proof begins in that document's text.
        end: Where it ends.
        sentence: The sentence around, on one line, the proof between brackets.
    """

    surface: str
    mention_count: int
    basis: str
    meaning: str
    source_path: str | None
    start: int | None
    end: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An entity, as `entities` has it, and all its names, the most frequent first."""

    entity_id: str
    entity_name: str
    entity_type: str
    country_code: str | None
    authority_id: str | None
    document_count: int
    mention_count: int
    names: tuple[NameReason, ...]


def explain(entity: str, curated: str | Path = "data/curated") -> Explanation:
    """Say why each name of an entity is its name.

    Args:
        entity: An `entity_id`, or a name: as the entity is shown, or any spelling found in documents, case,
            diacritics, articles and possessives aside.
        curated: A curated folder, or its URL.

    Raises:
        StoreError: There are no tables.
        ConfigError: No entity has that name, or several have it; the message lists names that are near, or
            the entities.
    """
    opened = open_curated(curated)
    entities = opened.arrow("entities")
    spellings = opened.arrow("entity_names")
    chosen = _one(entity, entities, spellings)
    (row,) = entities.filter(pc.equal(entities.column("entity_id"), chosen)).to_pylist()
    its_names = spellings.filter(pc.equal(spellings.column("entity_id"), chosen)).to_pylist()
    its_names.sort(key=lambda name: (-name["mention_count"], name["surface"]))
    texts = _texts(
        opened, sorted({n["evidence_document_id"] for n in its_names if n["evidence_document_id"]})
    )
    return Explanation(**{**row, "names": tuple(_reason(name, texts) for name in its_names)})


def _one(asked: str, entities: pa.Table, spellings: pa.Table) -> str:
    ids: list[str] = entities.column("entity_id").to_pylist()
    if asked in set(ids):
        return asked
    key = fold(asked)
    names: list[tuple[str, str]] = [*zip(ids, entities.column("entity_name").to_pylist(), strict=True)]
    names += zip(*(spellings.column(c).to_pylist() for c in ("entity_id", "surface")), strict=True)
    fitting: set[str] = {ident for ident, name in names if fold(name) == key}
    exact = {ident for ident, name in names if name == asked} or fitting
    if len(exact) == 1:
        return exact.pop()
    if fitting:
        listed = _listed(entities, fitting)
        raise ConfigError(f"{len(fitting)} entities have the name {asked!r}; ask for one by its id:{listed}")
    near = _near(key, names)
    if near:
        listed = _listed(entities, near)
        raise ConfigError(f"no entity has the name or the id {asked!r}; these are near:{listed}")
    raise ConfigError(
        f"no entity has the name or the id {asked!r}, and none a name like it; "
        "entities.entity_name and entity_names.surface list what there is"
    )


def _near(key: str, names: Sequence[tuple[str, str]]) -> set[str]:
    """Entities with a name that is like what was asked, the likest first."""
    keys = [fold(name) for _, name in names]
    found = process.extract(key, keys, scorer=fuzz.WRatio, limit=_NEAREST, score_cutoff=_NEAR)
    return {names[place][0] for *_, place in found}


def _listed(entities: pa.Table, ids: set[str]) -> str:
    rows = entities.filter(pc.is_in(entities.column("entity_id"), pa.array(sorted(ids)))).to_pylist()
    rows.sort(key=lambda row: (-row["mention_count"], row["entity_id"]))
    return "".join(
        f"\n  {r['entity_id']}  {r['entity_name']} ({r['entity_type']}, {r['mention_count']} mentions)"
        for r in rows
    )


def _texts(opened: Curated, documents: list[str]) -> dict[str, tuple[str, str]]:
    """Path and text of some documents."""
    rows = opened.arrow("documents", ["document_id", "source_path", "text"])
    rows = rows.filter(pc.is_in(rows.column("document_id"), pa.array(documents, pa.string())))
    return {row["document_id"]: (row["source_path"], row["text"]) for row in rows.to_pylist()}


def _reason(name: dict[str, object], texts: dict[str, tuple[str, str]]) -> NameReason:
    basis = str(name["basis"])
    path, text = texts.get(str(name["evidence_document_id"]), (None, ""))
    start, end = name["evidence_start"], name["evidence_end"]
    sentence = _sentence(text, start, end) if isinstance(start, int) and isinstance(end, int) else ""
    return NameReason(
        str(name["surface"]),
        int(str(name["mention_count"])),
        basis,
        METHODS.get(basis, ""),
        path,
        start if isinstance(start, int) else None,
        end if isinstance(end, int) else None,
        sentence,
    )


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence that holds a stretch, on one line, the stretch in brackets; a very long one is cut."""
    tokens = tokenize(text, lambda _: None)
    begins = [int(tokens.starts[first]) for first in tokens.sentences[:-1]]
    place = max(bisect_right(begins, start) - 1, 0)
    begin = max(begins[place], start - _LONGEST_SENTENCE)
    last = bisect_right(begins, max(end - 1, start))
    stop = min(begins[last] if last < len(begins) else len(text), end + _LONGEST_SENTENCE)
    shown = f"{text[begin:start]}[{text[start:end]}]{text[end:stop]}"
    return " ".join(shown.split())
