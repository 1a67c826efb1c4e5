"""Placeholder: one section a block."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.records import Block, Metadata, SectionPlan


def plan_sections(kept: Sequence[Block], metadata: Metadata) -> tuple[SectionPlan, ...]:
    return tuple(SectionPlan("body", "placeholder", (b,)) for b in kept)
