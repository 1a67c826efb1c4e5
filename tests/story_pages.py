"""The pairs of `tests/cases/stories.toml` as web pages."""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

CASES = Path(__file__).parent / "cases" / "stories.toml"


def pairs():
    return tomllib.loads(CASES.read_text(encoding="utf-8"))["pair"]


def pages():
    """Each article by its path, `<pair>/one.html` and `<pair>/other.html`."""
    return {
        f"{number}/{which}.html": _page(pair[which])
        for number, pair in enumerate(pairs())
        for which in ("one", "other")
    }


def _page(article):
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in article["text"].strip().splitlines())
    title, source, day = (escape(article[key]) for key in ("title", "source", "date"))
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="og:site_name" content="{source}">
<meta property="article:published_time" content="{day}T08:00:00Z"></head>
<body><article><h1>{title}</h1>
{paragraphs}
</article></body></html>"""
