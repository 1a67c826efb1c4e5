"""Find a document's quotations, their speakers, and whom the speakers' words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.quotes.marks import MAY_QUOTE, find_regions
from ingest.quotes.rules import choose, speech_type
from ingest.quotes.scan import scan
from ingest.records import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Mention, Name, Section


def find_quotes(
    text: str, sections: Sequence[Section], names: Sequence[Name], mentions: Sequence[Mention]
) -> tuple[Quote, ...]:
    quotes = []
    at = 0
    n = 0
    for para in text.split("\n\n"):
        start, end = at, at + len(para)
        at = end + 2
        if not MAY_QUOTE.search(text, start, end):
            continue
        regions = find_regions(text, start, end)
        if not regions:
            continue
        scene = scan(text, start, end, regions)
        choices = choose(scene, regions, text)
        for q, region in enumerate(regions):
            ch = choices[q]
            kind = speech_type(scene, region, q, ch, text)
            sp = scene.candidates[ch.candidate] if ch.candidate >= 0 and kind != "mention_only" else None
            n += 1
            quotes.append(Quote(n, kind, region.start, region.end, text[region.start : region.end],
                speaker=text[sp.start:sp.end] if sp else None,
                speaker_start=sp.start if sp else None, speaker_end=sp.end if sp else None))
    return tuple(quotes)
