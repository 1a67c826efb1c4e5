"""What a user can set that changes what `process()` returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of `process()`; part of every document's fingerprint.

    Attributes:
        authority_path: A user's authority CSV, or None for the bundled entries alone.
        max_document_bytes: Larger documents, packed or unpacked, are rejected as `too_large`.
    """

    authority_path: str | None = None
    max_document_bytes: int = 64 * 1024 * 1024


DEFAULT_SETTINGS = Settings()
