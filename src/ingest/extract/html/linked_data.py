"""JSON-LD: what a page says of itself for search engines, read with patience for broken markup."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

# Types that describe one article, after schema.org.
_ARTICLE_TYPES = re.compile(
    r"(?:News|Blog|Social|Live|Report|Scholarly|Tech|Analysis|Opinion|Review|Satirical|Background|AskPublic)?\w*"
    r"(?:Article|BlogPosting|Posting|Report)$"
)
_MAX_SCRIPT_CHARS = 2_000_000
_MAX_OBJECTS = 5000
_WRAPPING = re.compile(
    r"^\s*+(?:/\*\s*+)?(?://)?\s*+(?:<!\[CDATA\[|<!--)?(?:\s*+\*/)?"
    # Possessive, and not begun anew inside white space: a script of blanks would take cubic time.
    r"|(?:(?<!\s)|(?=//))(?://)?\s*+(?:\]\]>|-->)?\s*+;?\s*+$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_PAIR = re.compile(
    r'"(headline|datePublished|dateModified|articleBody|description|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)
_AUTHOR = re.compile(
    r'"author"\s*:\s*[\[{\s]*(?:"[^"]*"\s*:\s*"[^"]*"\s*,\s*){0,4}"name"\s*:\s*"((?:[^"\\]|\\.)*)"'
)

Thing = dict[str, Any]


def read_linked_data(root: _Element) -> tuple[Thing, ...]:
    """Read all JSON-LD objects of a page, articles first.

    Args:
        root: The page, scripts still in it.

    Returns:
        The objects, nested ones after those they stand in.
    """
    things = [thing for script in _scripts(root) for thing in _flatten(_load(script))]
    return tuple(sorted(things, key=lambda thing: not is_article(thing)))


def is_article(thing: Thing) -> bool:
    """Whether an object describes an article."""
    types = thing.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and _ARTICLE_TYPES.match(name.rsplit("/", 1)[-1]) for name in names)


def claimed_body(things: Sequence[Thing]) -> str:
    """The longest article text among the objects, as it stands; empty where there is none."""
    bodies = (thing.get("articleBody") or thing.get("text") for thing in things if is_article(thing))
    return max((body for body in bodies if isinstance(body, str)), key=len, default="")


def _scripts(root: _Element) -> Iterator[str]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            text = script.text
            if text and len(text) <= _MAX_SCRIPT_CHARS:
                yield text


def _load(script: str) -> list[Any]:
    """Parse one script: as it is, then mended, then by its telling pairs alone."""
    for text in _readings(script):
        try:
            return [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
    found = _several(script) or [_by_pairs(script)]
    return [value for value in found if value]


def _readings(script: str) -> Iterator[str]:
    yield script
    bare = _WRAPPING.sub("", script)
    yield bare
    bare = _TRAILING_COMMA.sub(r"\1", bare)
    yield bare
    if "&quot;" in bare:
        yield unescape(bare)


def _several(script: str) -> list[Any]:
    """Objects one after the other in one script."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    at = script.find("{")
    while at >= 0:
        try:
            value, at = decoder.raw_decode(script, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
        at = script.find("{", at)
    return found


def _by_pairs(script: str) -> Thing:
    """What can be told from a script that is no JSON."""
    thing: Thing = {}
    for key, value in _PAIR.findall(script):
        thing.setdefault(key, _string(value))
    if authors := [_string(name) for name in _AUTHOR.findall(script)]:
        thing["author"] = authors
    if thing:
        thing["@type"] = "Article" if thing.keys() & {"headline", "datePublished", "articleBody"} else "Thing"
    return thing


def _string(escaped: str) -> str:
    try:
        value = json.loads(f'"{escaped}"', strict=False)
    except ValueError:
        return escaped
    return value if isinstance(value, str) else escaped


def _flatten(values: list[Any]) -> Iterator[Thing]:
    """All objects, breadth first, up to a bound that no honest page reaches."""
    queue = values
    seen = 0
    while queue:
        following: list[Any] = []
        for value in queue:
            if isinstance(value, dict):
                seen += 1
                if seen > _MAX_OBJECTS:
                    return
                yield value
                following.extend(v for v in value.values() if isinstance(v, (dict, list)))
            elif isinstance(value, list):
                following.extend(value)
        queue = following
