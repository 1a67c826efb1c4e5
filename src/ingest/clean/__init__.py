"""Placeholder: drops `Login` lines."""

from __future__ import annotations

from ingest.records import Block, Dropped, Page


def clean(page: Page) -> tuple[tuple[Block, ...], tuple[Dropped, ...]]:
    kept = tuple(b for b in page.blocks if b.text != "Login")
    dropped = tuple(
        Dropped(page.source_text[b.source_start : b.source_end], "login", "login", b.source_start, b.source_end)
        for b in page.blocks
        if b.text == "Login"
    )
    return kept, dropped
