"""Which blocks are the document, and which were put around it: nothing is dropped without a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from ingest.clean.cut import cut_block
from ingest.clean.html_model import label_blocks
from ingest.clean.phrases import OPENING_QUOTES, match_head, match_line, match_tail
from ingest.clean.rules import FUNCTION_RULES, LEADING_TAGS, RULES_BY_ID, TRAILING_TAGS, rule_by_id
from ingest.clean.view import view_page
from ingest.records import Block, Dropped, SectionTag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.clean.view import View
    from ingest.records import Page

_MODEL = "model"
_TAGS: dict[str, SectionTag] = {tag: tag for tag in get_args(SectionTag) if tag != "body"}
_CROWD = 4


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is to become of a block: dropped by a rule, or by the model with a kind."""

    rule: str
    kind: str


def clean(page: Page) -> tuple[tuple[Block, ...], tuple[Dropped, ...]]:
    """Part the document from what a page, a mail or a database wrapped around it.

    Args:
        page: The document in blocks.

    Returns:
        The kept blocks, some of them cut where furniture was glued to them, and the dropped runs;
        both in document order.  Together they hold every character that is not white space.
    """
    view = view_page(page)
    verdicts = _apply_rules(view)
    roles = _apply_model(page, verdicts)
    pieces: list[tuple[Block, _Verdict | None]] = []
    for line in view.lines:
        verdict = verdicts[line.index]
        if verdict is None:
            block = line.block
            role = roles[line.index]
            pieces.extend(_unglue(replace(block, role=role) if role else block, page.source_text))
        else:
            pieces.append((line.block, verdict))
    return tuple(_kept(pieces)), tuple(_dropped(pieces, page.source_text))


def _apply_rules(view: View) -> list[_Verdict | None]:
    """The first rule that fits each line; weak wordings only among other furniture."""
    verdicts: list[_Verdict | None] = []
    weak: dict[int, _Verdict] = {}
    for line in view.lines:
        quoted = line.block.text[0] in OPENING_QUOTES
        found = None if line.block.kind == "hidden" else match_line(line.key, quoted=quoted)
        by_function = next((r for r in FUNCTION_RULES if r.matches and r.matches(line, view)), None)
        if found and found[1] == "weak" and not by_function:
            rule = rule_by_id(found[0])
            weak[line.index] = _Verdict(rule.id, rule.kind)
            found = None
        rule_id = found[0] if found else by_function.id if by_function else None
        verdicts.append(_Verdict(rule_id, RULES_BY_ID[rule_id].kind) if rule_id else None)
    for run in _runs_with_weak(verdicts, weak):
        if _is_furniture(run, verdicts, weak, view):
            for index in run:
                verdicts[index] = verdicts[index] or weak[index]
    return verdicts


def _runs_with_weak(verdicts: Sequence[_Verdict | None], weak: dict[int, _Verdict]) -> Iterator[range]:
    """Runs of lines that are or may be furniture, if there is a doubtful one among them."""
    start = None
    for index in range(len(verdicts) + 1):
        inside = index < len(verdicts) and (verdicts[index] is not None or index in weak)
        if inside and start is None:
            start = index
        elif not inside and start is not None:
            if any(i in weak for i in range(start, index)):
                yield range(start, index)
            start = None


def _is_furniture(
    run: range, verdicts: Sequence[_Verdict | None], weak: dict[int, _Verdict], view: View
) -> bool:
    """Whether doubtful lines stand where furniture stands."""
    if len(run) == len(verdicts):
        return any(verdicts[i] for i in run)
    if any(view.lines[i].block.kind in {"list_item", "heading"} for i in run if i in weak):
        return any(verdicts[i] for i in run)
    sure = any(v is not None and v.kind not in {"separator", "hidden"} for v in (verdicts[i] for i in run))
    return sure or len(run) >= _CROWD or run.start == 0 or run.stop == len(verdicts)


def _apply_model(page: Page, verdicts: list[_Verdict | None]) -> list[SectionTag | None]:
    """Let the model judge what no rule named; gives each kept block's role."""
    roles: list[SectionTag | None] = [None] * len(page.blocks)
    if not any(block.dom is not None for block in page.blocks):
        return roles
    for index, label in enumerate(label_blocks(page)):
        if verdicts[index] is not None:
            continue
        if label.keep:
            roles[index] = _TAGS.get(label.kind)
        else:
            verdicts[index] = _Verdict(_MODEL, label.kind)
    return roles


def _unglue(block: Block, source_text: str) -> Iterator[tuple[Block, _Verdict | None]]:
    """A kept block, and the phrases glued to its ends."""
    yield from _unglue_tags(block, source_text) if block.dom is None else _unglue_phrases(block, source_text)


def _unglue_tags(block: Block, source_text: str) -> Iterator[tuple[Block, _Verdict | None]]:
    """As `_unglue`, and tags that were left over around the text of a plain-text line."""
    verdict = _Verdict("markup_remains", RULES_BY_ID["markup_remains"].kind)
    head = LEADING_TAGS.match(block.text)
    if head and head.end() < len(block.text):
        tags, block = cut_block(block, source_text, head.end())
        yield tags, verdict
    tail = TRAILING_TAGS.search(block.text) if block.text.endswith((">", ">.")) else None
    if tail and tail.start() > 0:
        block, tags = cut_block(block, source_text, tail.start())
    yield from _unglue_phrases(block, source_text)
    if tail and tail.start() > 0:
        yield tags, verdict


def _unglue_phrases(block: Block, source_text: str) -> Iterator[tuple[Block, _Verdict | None]]:
    """A kept block, and the wordings glued to its ends."""
    head = match_head(block.text)
    if head:
        furniture, block = cut_block(block, source_text, head[1])
        yield furniture, _Verdict(head[0], RULES_BY_ID[head[0]].kind)
    tails: list[tuple[Block, _Verdict | None]] = []
    while tail := match_tail(block.text):
        block, furniture = cut_block(block, source_text, tail[1])
        tails.append((furniture, _Verdict(tail[0], RULES_BY_ID[tail[0]].kind)))
    yield block, None
    yield from reversed(tails)


def _kept(pieces: Iterable[tuple[Block, _Verdict | None]]) -> Iterator[Block]:
    after_drop = False
    for block, verdict in pieces:
        if verdict is None:
            yield replace(block, after_drop=True) if after_drop else block
        after_drop = verdict is not None


def _dropped(pieces: Iterable[tuple[Block, _Verdict | None]], source_text: str) -> Iterator[Dropped]:
    """Dropped runs: neighbours with the same rule and kind are one."""
    start = end = 0
    current: _Verdict | None = None
    for block, verdict in pieces:
        if current is not None and verdict != current:
            yield Dropped(source_text[start:end], current.kind, current.rule, start, end)
        if verdict is not None:
            start = block.source_start if verdict != current else start
            end = block.source_end
        current = verdict
    if current is not None:
        yield Dropped(source_text[start:end], current.kind, current.rule, start, end)
