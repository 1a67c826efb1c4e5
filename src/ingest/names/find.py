"""Placeholder: capitalised pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.records import Section, Span
from ingest.settings import Settings


def find_names(text: str, sections: Sequence[Section], settings: Settings) -> tuple[Span, ...]:
    return tuple(
        Span(m.start(), m.end(), "PERSON") for m in re.finditer(r"[A-Z][a-z]+ [A-Z][a-z]+", text)
    )
