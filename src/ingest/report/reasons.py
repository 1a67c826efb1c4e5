"""Why a spelling is an entity's name, with the document and the sentence that prove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.corpus.names import BY_ITSELF
from ingest.names.link.methods import METHODS
from ingest.report.rows import rows_where
from ingest.store.context import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.report.rows import Row
    from ingest.store.read import Curated

KINDS = {
    "PERSON": "person",
    "ORGANIZATION": "organisation",
    "LOCATION": "place",
    "FACILITY": "facility",
    "PRODUCT": "product",
    "EVENT": "event",
    "NORP": "nationality or group",
    "OTHER": "other",
}
"""Types of entities as people are told them."""

_MOST = 240
"""Characters of a sentence that are shown on each side of the proof."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One spelling of an entity.

    Attributes:
        surface: The spelling.
        basis: Why it is the entity's name, as in `entity_names`.
        meaning: The same in words.
        document: Id, path and title of the document that proves it, or has it first; None where none does.
        proof: The sentence there, the proof in brackets; empty where a list or the name itself is the reason.
    """

    surface: str
    basis: str
    meaning: str
    document: Row | None
    proof: str


def read_reasons(opened: Curated, names: Iterable[Row]) -> dict[str, dict[str, Reason]]:
    """Tell why names are an entity's.

    Args:
        opened: A snapshot.
        names: Rows of `entity_names`.

    Returns:
        For each entity id its spellings, in the order given, with the reason for each.
    """
    rows = list(names)
    proving = {row["evidence_document_id"] for row in rows if _is_proven(row)}
    first = {row["evidence_document_id"] for row in rows if row["evidence_document_id"]} - proving
    about = ["document_id", "source_path", "title"]
    documents = {
        row["document_id"]: row
        for ids, columns in ((proving, [*about, "text"]), (first, about))
        for row in rows_where(opened, "documents", "document_id", sorted(ids), columns)
    }
    reasons: dict[str, dict[str, Reason]] = {}
    for row in rows:
        document = documents.get(row["evidence_document_id"])
        proof = _proof(row, document) if document and _is_proven(row) else ""
        reason = Reason(row["surface"], row["basis"], METHODS[row["basis"]], document, proof)
        reasons.setdefault(row["entity_id"], {})[row["surface"]] = reason
    return reasons


def in_words(mention: Row, text: str, reasons: dict[str, Reason]) -> str:
    """Say why a mention means its entity: by its own document, the corpus, or the one and then the other.

    Args:
        mention: Its row.
        text: The text of its document.
        reasons: The entity's spellings.
    """
    if mention["method"] == "self":
        reason = reasons.get(mention["surface"])
        return _with_proof(reason) if reason else METHODS["self"]
    start, end = mention["evidence_start"], mention["evidence_end"]
    proof = " ".join(text[start:end].split()) if start is not None else ""
    here = METHODS[mention["method"]] + (f"; here “{proof}”" if proof else "")
    further = reasons.get(proof)
    if further is None or further.basis in BY_ITSELF or proof == mention["surface"]:
        return here
    return f"{here}. “{proof}”: {_with_proof(further)}"


def _with_proof(reason: Reason) -> str:
    if not (reason.proof and reason.document):
        return reason.meaning
    return f"{reason.meaning}; {reason.document['title'] or reason.document['source_path']}: “{reason.proof}”"


def _is_proven(row: Row) -> bool:
    return row["basis"] not in BY_ITSELF and row["evidence_start"] is not None


def _proof(row: Row, document: Row) -> str:
    """The sentence around the proof, on one line, a very long one cut."""
    place = (row["evidence_start"], row["evidence_end"])
    found = sentence(row["surface"], document["source_path"], document["text"], *place)
    text, start, end = found.text, found.start, found.end
    before, after = text[:start], text[end:]
    before = f"… {before[-_MOST:]}" if len(before) > _MOST else before
    after = f"{after[:_MOST]} …" if len(after) > _MOST else after
    return " ".join(f"{before}[{text[start:end]}]{after}".split())
