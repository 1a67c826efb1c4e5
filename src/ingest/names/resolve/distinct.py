"""The distinct names of a corpus, and what they are resolved to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.records import EntityType


@dataclass(frozen=True, slots=True)
class CorpusSpelling:
    """A spelling of a name, counted over the corpus.

    The evidence is the one with the smallest (document_id, start) that any document gives.
    """

    surface: str
    basis: str
    mention_count: int
    document_id: str
    evidence_document_id: str | None = None
    evidence_start: int | None = None
    evidence_end: int | None = None


@dataclass(frozen=True, slots=True)
class CorpusName:
    """A distinct name of the corpus: (entity_type, key, authority_id) is unique."""

    entity_type: EntityType
    key: str
    authority_id: str | None
    display: str
    document_count: int
    mention_count: int
    spellings: tuple[CorpusSpelling, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """What names were resolved to."""

    entity_id: str
    entity_name: str
    entity_type: EntityType
    country_code: str | None = None
    authority_id: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Why a name belongs to its entity; evidence may lie in another document.

    `is_name` is False where the analyst has decided that the name is none.
    """

    entity: Entity
    basis: str
    evidence_document_id: str | None = None
    evidence_start: int | None = None
    evidence_end: int | None = None
    is_name: bool = True
