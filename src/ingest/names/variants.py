"""Spelling conventions that make no other name: British and American, joined and apart."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def _conventions() -> dict[str, str]:
    text = (resources.files("ingest") / "resources" / "spellings.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split(",") for line in lines[1:])


def plain(key: str) -> str:
    """Reduce a comparison form to what all conventions of spelling share.

    >>> plain("centre for defence studies") == plain("center for defense studies")
    True
    >>> plain("johnson & johnson") == plain("johnson and johnson")
    True
    """
    known = _conventions()
    words = [known.get(word, word) for word in key.split()]
    return "".join(word for word in words if word != "and")
