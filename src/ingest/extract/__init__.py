"""Placeholder: one block a line."""

from __future__ import annotations

import re

from ingest.records import Block, Page, RawDocument


def extract(raw: RawDocument) -> Page:
    blocks = tuple(
        Block("paragraph", m.start(), m.end(), m.group())
        for m in re.finditer(r"\S(?:[^\n]*\S)?", raw.text)
    )
    return Page(raw.text, blocks)
