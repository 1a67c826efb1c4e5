"""Bodies named after their country in passing: `Japan's new Joint Operations Command`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.records import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.authority import Authority
    from ingest.names.authority.entries import AuthorityEntry
    from ingest.names.link.groups import Form

_BEFORE = re.compile(
    r"((?:[A-Z][\w.]*[ -]){0,2}[A-Z][\w.]*)(?:['\u2019]s?)?\s(?:(?:own|new|former|powerful)\s)?$"
)
_REACH = 48  # characters before a mention that are looked at
_TRIED = 8  # mentions of one spelling that are looked at


def name_by_country(text: str, authority: Authority, forms: Sequence[Form], things: Sequence[int]) -> None:
    """Find the authority's entry of a body whose country stands before it in the text.

    Args:
        text: The document's text.
        authority: Looked up with the country's name and nationality word before the body's.
        forms: All spellings; entry, method and evidence are set in place.
        things: Indexes of the spellings that are no people.
    """
    for index in things:
        form = forms[index]
        if form.entity_type != "ORGANIZATION" or form.entry is not None or " " not in form.surface:
            continue
        found: dict[str, tuple[AuthorityEntry, Evidence]] = {}
        for start, end in form.spans[:_TRIED]:
            before = _BEFORE.search(text[max(0, start - _REACH) : start])
            if before is None:
                continue
            entry = _body(authority, before.group(1), form.surface)
            if entry is not None:
                at = start - len(before.group())
                found.setdefault(entry.authority_id, (entry, Evidence(at, end)))
        if len(found) == 1:
            form.entry, form.evidence = next(iter(found.values()))
            form.method = "authority"
            form.entity_type = form.entry.entity_type


def _body(authority: Authority, before: str, surface: str) -> AuthorityEntry | None:
    """The entry that the body of the country has whose name ends the words before."""
    words = before.replace("-", " ").split(" ")
    for first in range(len(words)):
        for country in authority.lookup(" ".join(words[first:])):
            if country.authority_id.partition(":")[0] not in ("country", "nationality"):
                continue
            for prefix in (f"country:{country.country_code}", f"nationality:{country.country_code}"):
                named = authority.entries.get(prefix)
                for entry in authority.lookup(f"{named.name} {surface}") if named is not None else ():
                    if entry.country_code == country.country_code and entry.entity_type == "ORGANIZATION":
                        return entry
    return None
