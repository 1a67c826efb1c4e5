"""Markdown to blocks: marks become edits, structure becomes the kinds of blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.extract.pieces import make_block
from ingest.metadata import Metadata
from ingest.records import Edit, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.records import Block, BlockKind

_LINE = re.compile(r"[ \t]*(?P<text>\S[^\r\n]*)?(?:\r\n|\r|\n|$)")
_FENCE = re.compile(r"(```+|~~~+)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(?=[^\s#])")
_CLOSING_HASHES = re.compile(r"[ \t]+#+$")
_UNDERLINE = re.compile(r"(?:=+|-{2,})$")
_RULER = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"[-*+][ \t]+(?=\S)|(?=\d{1,3}[.)][ \t]+\S)")
_QUOTE = re.compile(r">[> \t]*")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")
_REFERENCE = re.compile(
    r"\[(?!\^)[^\]\r\n]{1,200}\]:[ \t]*\S+(?:[ \t]+[\"'(][^\r\n]*)?$"
)  # "[^1]: ..." is a footnote
_COMMENT = re.compile(r"<!--[^\r\n]*-->$")
_IMAGE_ALONE = re.compile(r"!\[[^\[\]\r\n]{0,1000}\]\([^()\r\n]{1,2000}\)$")
_INLINE = re.compile(
    r"(?P<open>!?\[)(?P<label>[^\[\]]{0,1000})(?P<close>\]\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?"
    r"(?:[ \t]+\"[^\"\r\n]{0,300}\")?\))"
    r"|(?P<auto><)(?:https?://|mailto:)[^<>\s]{1,2000}(?P<auto_end>>)"
    r"|(?P<code>`+)[^`\r\n]{1,1000}(?P<code_end>`+)"
    r"|(?P<escape>\\)[\\`*_{}\[\]()#+.!>~|-]"
)
_EMPHASIS = (
    re.compile(r"(?P<a>\*\*|__)(?=[^\s*_])[^\r\n*_]{1,1000}(?<=\S)(?P<b>(?P=a))"),
    re.compile(r"(?<![\w*\\])(?P<a>\*)(?=[^\s*])[^\r\n*]{1,1000}(?<=[^\s*\\])(?P<b>\*)(?![\w*])"),
    re.compile(r"(?<![\w_\\])(?P<a>_)(?=[^\s_])[^\r\n_]{1,1000}(?<=[^\s_\\])(?P<b>_)(?![\w_])"),
)
_FIELD = re.compile(r"(?P<key>[A-Za-z_-]{2,30}):[ \t]*(?P<value>.*)$")
_AUTHOR_LIST = re.compile(r"[,;]| and ")
_FIELDS = {
    "title": "title",
    "date": "published_at",
    "published": "published_at",
    "published_at": "published_at",
    "modified": "modified_at",
    "updated": "modified_at",
    "source": "source_name",
    "site": "source_name",
    "publication": "source_name",
    "url": "url",
    "link": "url",
    "canonical": "url",
    "lang": "language",
    "language": "language",
    "description": "description",
    "summary": "description",
}


def markdown_page(source_text: str) -> Page:
    """Cut Markdown into blocks; front matter is read as metadata and kept as a hidden block.

    Args:
        source_text: The decoded file.

    Returns:
        Its page.  Marks (`#`, `**`, link targets, ...) are removed by edits named `mark`.
    """
    lines = [m.span("text") for m in _LINE.finditer(source_text) if m.end() > m.start()]
    lines = [(s, s + len(source_text[s:e].rstrip())) if s >= 0 else (-1, -1) for s, e in lines]
    blocks: list[Block] = []
    metadata = Metadata()
    at = 0
    front = _front_matter(source_text, lines)
    if front:
        first, at = front
        hidden_start, hidden_end = lines[first][0], lines[at - 1][1]
        metadata = _read_front_matter([source_text[s:e] for s, e in lines[first + 1 : at - 1] if s >= 0])
        blocks.append(_hidden(source_text, hidden_start, hidden_end))
    blocks.extend(_blocks(source_text, lines, at))
    return Page(source_text, tuple(blocks), metadata)


def _front_matter(source_text: str, lines: list[tuple[int, int]]) -> tuple[int, int] | None:
    """First line of front matter, and the line after it; None where the file has none."""
    first = next((i for i, (s, _) in enumerate(lines) if s >= 0), 0)
    if not lines or source_text[slice(*lines[first])] != "---":
        return None
    for i in range(first + 1, min(len(lines), first + 100)):
        text = source_text[slice(*lines[i])] if lines[i][0] >= 0 else ""
        if text in {"---", "..."}:
            return (first, i + 1) if i > first + 1 else None
        if text and not (_FIELD.match(text) or text.startswith(("-", "#", "[", "]", '"', "'"))):
            return None
    return None


def _read_front_matter(lines: list[str]) -> Metadata:
    """Metadata of the simple `key: value` lines and lists that front matter is mostly made of."""
    found: dict[str, str] = {}
    authors: list[str] = []
    key = ""
    for line in lines:
        field = _FIELD.match(line)
        if field:
            key = field["key"].lower()
        value = (field["value"] if field else line.lstrip("- ")).strip().strip("[]\"'")
        if not value or line.startswith("#"):
            continue
        if key in {"author", "authors", "by", "byline"}:
            authors.extend(a.strip().strip("\"'") for a in _AUTHOR_LIST.split(value) if a.strip())
        elif field and key in _FIELDS:
            found.setdefault(_FIELDS[key], value)
    return replace(Metadata(authors=tuple(authors)), **found)  # type: ignore[arg-type]  # all str fields


def _hidden(source_text: str, start: int, end: int) -> Block:
    return make_block(source_text, (start, end), "paragraph")._replace(kind="hidden")


def _blocks(source_text: str, lines: list[tuple[int, int]], at: int) -> Iterator[Block]:
    while at < len(lines):
        start, _ = lines[at]
        if start < 0:
            at += 1
            continue
        kind, size, level = _kind(source_text, lines, at)
        last_end = next(e for s, e in reversed(lines[at : at + size]) if s >= 0)
        if kind == "hidden":
            yield _hidden(source_text, start, last_end)
        elif kind == "preformatted":
            yield make_block(source_text, (start, last_end), kind)
        else:
            own = _marks(source_text, lines[at : at + size], kind, level)
            yield make_block(source_text, (start, last_end), kind, own, level)
        at += size


def _kind(  # noqa: PLR0911 - one return for each kind of line reads best
    source_text: str, lines: list[tuple[int, int]], at: int
) -> tuple[BlockKind, int, int]:
    """What begins on a line: its kind, how many lines it takes, and its heading level."""
    text = source_text[slice(*lines[at])]
    fence = _FENCE.match(text)
    if fence:
        closing = (
            i
            for i in range(at + 1, len(lines))
            if lines[i][0] >= 0 and source_text.startswith(fence[1][:3], lines[i][0])
        )
        return "preformatted", next(closing, len(lines) - 1) - at + 1, 0
    heading = _HEADING.match(text)
    if heading:
        return "heading", 1, len(heading[1])
    if any(form.match(text) for form in (_RULER, _TABLE_RULE, _REFERENCE, _COMMENT)):
        return "hidden", 1, 0
    following = lines[at + 1] if at + 1 < len(lines) else (-1, -1)
    if following[0] >= 0 and not _ITEM.match(text) and _UNDERLINE.match(source_text[slice(*following)]):
        return "heading", 2, 1 if source_text[following[0]] == "=" else 2
    if _IMAGE_ALONE.match(text):
        return "caption", 1, 0
    if text.startswith("|"):
        return "table_row", 1, 0
    kind: BlockKind = (
        "list_item" if _ITEM.match(text) else "block_quote" if _QUOTE.match(text) else "paragraph"
    )
    return kind, _paragraph_size(source_text, lines, at), 0


def _paragraph_size(source_text: str, lines: list[tuple[int, int]], at: int) -> int:
    """Lines up to a blank one or one that begins something else."""
    quoted = source_text[lines[at][0]] == ">"
    for i in range(at + 1, len(lines)):
        if lines[i][0] < 0:
            return i - at
        text = source_text[slice(*lines[i])]
        opens = _HEADING.match(text) or _ITEM.match(text) or _FENCE.match(text) or text.startswith("|")
        if opens or _RULER.match(text) or (_QUOTE.match(text) is not None) is not quoted:
            return i - at
        if (
            i + 1 < len(lines)
            and lines[i + 1][0] >= 0
            and _UNDERLINE.match(source_text[slice(*lines[i + 1])])
        ):
            return i - at
    return len(lines) - at


def _marks(source_text: str, lines: list[tuple[int, int]], kind: BlockKind, level: int) -> tuple[Edit, ...]:
    """Edits that take the marks out of a block."""
    start, end = lines[0][0], lines[-1][1]
    spans: list[tuple[int, int]] = []
    opening = {"heading": _HEADING, "list_item": _ITEM, "block_quote": _QUOTE}.get(kind)
    for line_start, line_end in lines:
        match = opening.match(source_text, line_start, line_end) if opening else None
        if match and match.end() > match.start() and (kind == "block_quote" or line_start == start):
            spans.append(match.span())
    if level and len(lines) > 1:
        spans.append((lines[0][1], end))
    elif level and (closing := _CLOSING_HASHES.search(source_text, start, end)):
        spans.append(closing.span())
    for match in _INLINE.finditer(source_text, start, end):
        spans.extend(
            match.span(name)
            for name in ("open", "close", "auto", "auto_end", "code", "code_end", "escape")
            if match[name]
        )
    for pattern in _EMPHASIS:
        for match in pattern.finditer(source_text, start, end):
            spans.extend((match.span("a"), match.span("b")))
    return tuple(Edit("mark", source_text[s:e], "", s, e) for s, e in _apart(spans))


def _apart(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order without those that overlap an earlier one."""
    at = -1
    for start, end in sorted(spans):
        if start >= at:
            yield start, end
            at = end
