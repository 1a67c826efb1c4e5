"""What a user can set that changes what `process()` returns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256

from ingest.settings.user_files import read_bytes
from ingest.version import pipeline_digest


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of `process()`; part of every document's fingerprint.

    Attributes:
        authority_path: A user's authority CSV, or None for the bundled entries alone.
        max_document_bytes: Larger documents, packed or unpacked, are rejected as `too_large`.
        decisions_path: The analyst's decisions on names, or None.  It concerns the corpus step
            alone: no document is read anew for it, so it is not part of the fingerprint.
        fields_path: The user's names of fields in JSON and CSV records (`ingest.decode.fields`), or None.
        taxonomy_path: The user's topics, which add to the bundled ones or replace them, or None.
        keep_path: What the user wants kept although a rule would drop it, or None.  It concerns the documents
            that hold such text alone, so it is part of their fingerprint only (`Fingerprints.kept`).

    >>> from ingest import Settings, process
    >>> process(b"Ferries run again from Monday.", "brief.txt", Settings(max_document_bytes=1000)).text
    'Ferries run again from Monday.'
    """

    authority_path: str | None = None
    max_document_bytes: int = 64 * 1024 * 1024
    decisions_path: str | None = None
    fields_path: str | None = None
    taxonomy_path: str | None = None
    keep_path: str | None = None


DEFAULT_SETTINGS = Settings()

CORPUS_ONLY = ("decisions_path",)
"""Settings of the corpus step alone."""


SOME_DOCUMENTS = ("keep_path",)
"""Settings that change nothing in most documents."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What rows were made with, beside the bytes of the document: 16 hex digits of a SHA-256 each.

    Attributes:
        documents: Of the pipeline's code and lists, and the settings that a record depends on where
            `keep_path` holds nothing in it.
        kept: The same for a document in which `keep_path` holds something.
        corpus: Of all that the corpus step depends on: decisions too.
    """

    documents: str
    kept: str
    corpus: str


def fingerprints(settings: Settings) -> Fingerprints:
    """Hash everything but the documents that the tables depend on; each user file is read once.

    A field whose name ends in `_path` counts by the content of its file, so that an edited
    authority file is noticed and a moved one is not.

    Args:
        settings: What the user has set.

    Raises:
        ConfigError: A file named in `settings` cannot be read.
    """
    values = {item.name: _value(settings, item.name) for item in fields(settings)}
    of_some = {name: values[name] for name in SOME_DOCUMENTS}
    documents = _digest({n: value for n, value in values.items() if n not in CORPUS_ONLY + SOME_DOCUMENTS})
    return Fingerprints(documents, documents + _digest(of_some), _digest(values))


def _value(settings: Settings, name: str) -> object:
    value = getattr(settings, name)
    if name.endswith("_path") and value is not None:
        return sha256(read_bytes(f"--{name.removesuffix('_path')}", value)).hexdigest()
    return value


def _digest(values: dict[str, object]) -> str:
    digest = sha256(f"pipeline_digest={pipeline_digest()!r}\n".encode())
    for name, value in values.items():
        digest.update(f"{name}={value!r}\n".encode())
    return digest.hexdigest()[:16]
