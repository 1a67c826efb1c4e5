"""Placeholder: curly quotes without speakers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.records import Mention, Name, Quote, Section


def find_quotes(
    text: str, sections: Sequence[Section], names: Sequence[Name], mentions: Sequence[Mention]
) -> tuple[Quote, ...]:
    return tuple(
        Quote(i, "direct", m.start(1), m.end(1), m.group(1))
        for i, m in enumerate(re.finditer("“([^”\n]+)”", text))
    )
