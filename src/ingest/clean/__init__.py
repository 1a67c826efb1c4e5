"""Which blocks are the document, and which were put around it: nothing is dropped without a name."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, get_args

from ingest.clean.glue import unglue
from ingest.clean.html.boxes import find_related_boxes, find_teaser_rows
from ingest.clean.html.brief import keep_brief, keep_first_heading
from ingest.clean.html.model import label_blocks
from ingest.clean.rules import RULES
from ingest.clean.rules.repeats import find_pull_quotes, find_repeated_parts
from ingest.clean.rules.verdicts import Verdict, apply_rules
from ingest.clean.rules.view import view_page
from ingest.clean.text.front_lines import keep_front_lines
from ingest.clean.text.model import label_lines
from ingest.clean.text.reports import is_report
from ingest.extract.html.drafts import mended
from ingest.garbage import without_collection
from ingest.records import Block, Dropped, SectionTag
from ingest.settings.keep import NOTHING, check_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.clean.html.model import BlockLabel
    from ingest.clean.rules.view import View
    from ingest.clean.text.model import LineLabel
    from ingest.records import Page
    from ingest.settings.keep import Keep

_MODEL = "model"
# What desks, mail programs and press offices put around a text shows no site's frame.
_NO_SITE = frozenset(
    (
        "contact_block",
        "contact_line",
        "contents",
        "desk_note",
        "end_mark",
        "end_word",
        "mail_header",
        "mail_notice",
        "pull_quote",
    )
)
RULE_REASONS = {rule.id: rule.reason for rule in RULES} | {
    _MODEL: "No wording tells: the model of blocks or lines takes it for no part of the article."
}
"""What can stand in `dropped.rule`, and why such text is none of the article's, in an analyst's words."""
_TAGS: dict[str, SectionTag] = {tag: tag for tag in get_args(SectionTag) if tag != "body"}


@without_collection
def clean(page: Page, keep: Keep = NOTHING) -> tuple[tuple[Block, ...], tuple[Dropped, ...]]:
    """Part the document from what a page, a mail or a database wrapped around it.

    Args:
        page: The document in blocks.
        keep: What the user wants kept although a rule would drop it.

    Returns:
        The kept blocks, some of them cut where furniture was glued to them, and the dropped runs;
        both in document order.  Together they hold every character that is not white space.

    Raises:
        ConfigError: `keep` names a rule that there is not.
    """
    view = view_page(page)
    verdicts, roles = _judge_blocks(page, view) if _is_markup(page) else _judge_lines(page, view)
    blocks = [
        block._replace(role=role) if role else block for block, role in zip(page.blocks, roles, strict=True)
    ]
    pieces = unglue(blocks, verdicts, page.source_text)
    if keep:
        check_rules(keep, RULE_REASONS)
        pieces = list(_restored(pieces, page.source_text, keep))
    return tuple(_kept(pieces)), tuple(_dropped(pieces, page.source_text))


def _is_markup(page: Page) -> bool:
    return any(block.dom is not None for block in page.blocks)


def _judge_blocks(page: Page, view: View) -> tuple[list[Verdict | None], list[SectionTag | None]]:
    """Let the model say what the article is, then the rules what in it is furniture; gives roles too."""
    labels = keep_first_heading(page, keep_brief(page, label_blocks(page)))
    kept = {k for k, label in enumerate(labels) if label.keep}
    parts = find_repeated_parts(page, kept - view.second_copy)
    quotes = find_pull_quotes(page, view.hints, kept)
    view = replace(view, repeated_parts=parts, pull_quotes=quotes, title_index=_shown_title(labels, view))
    verdicts, _ = apply_rules(view, kept)
    boxes, rows = find_related_boxes(page, kept, verdicts), find_teaser_rows(page, view.hints, kept)
    if boxes or rows:
        verdicts, _ = apply_rules(replace(view, related_boxes=boxes, teaser_rows=rows), kept)
    return verdicts, _name_rest(labels, verdicts)


def _shown_title(labels: Sequence[BlockLabel], view: View) -> int:
    """The line that holds the title: of several, the one that the model takes for it."""
    named = (k for k, label in enumerate(labels) if label.keep and label.kind == "title")
    return next((k for k in named if view.lines[k].key == view.title_key), view.title_index)


def _judge_lines(page: Page, view: View) -> tuple[list[Verdict | None], list[SectionTag | None]]:
    """Let the model judge what no rule named, but for reports; gives each kept line's role too."""
    verdicts, doubtful = apply_rules(view)
    if any(v is not None and v.rule == "contents" for v in verdicts) or is_report(
        [b.text for b in page.blocks]
    ):
        return verdicts, [None] * len(verdicts)
    ruled = [verdict is not None and verdict.rule not in _NO_SITE for verdict in verdicts]
    named = [by_rule or k in doubtful for k, by_rule in enumerate(ruled)]
    labels = keep_front_lines(page.blocks, label_lines(page.blocks, named, ruled), verdicts)
    return verdicts, _name_rest(labels, verdicts)


def _name_rest(
    labels: Sequence[BlockLabel | LineLabel], verdicts: list[Verdict | None]
) -> list[SectionTag | None]:
    """Drop what no rule named and the model does not keep; gives the role of each that it keeps."""
    roles: list[SectionTag | None] = [None] * len(labels)
    for index, label in enumerate(labels):
        if verdicts[index] is not None:
            continue
        if label.keep:
            roles[index] = _TAGS.get(label.kind)
        else:
            verdicts[index] = _by_model(label.kind)
    return roles


@cache
def _by_model(kind: str) -> Verdict:
    return Verdict(_MODEL, kind)


def _restored(
    pieces: Iterable[tuple[Block, Verdict | None]], source_text: str, keep: Keep
) -> Iterator[tuple[Block, Verdict | None]]:
    """Take back the verdict on runs that the user wants kept; a run is what would be one row of `dropped`."""
    for verdict, run in groupby(pieces, key=itemgetter(1)):
        blocks = [block for block, _ in run]
        reason = verdict and keep.reason(
            verdict.rule, source_text[blocks[0].source_start : blocks[-1].source_end]
        )
        for block in blocks:
            yield (mended(block, source_text)._replace(kept_by=reason), None) if reason else (block, verdict)


def _kept(pieces: Iterable[tuple[Block, Verdict | None]]) -> Iterator[Block]:
    after_drop = False
    for block, verdict in pieces:
        if verdict is None:
            yield block._replace(after_drop=True) if after_drop else block
        after_drop = verdict is not None


def _dropped(pieces: Iterable[tuple[Block, Verdict | None]], source_text: str) -> Iterator[Dropped]:
    """Dropped runs: neighbours with the same rule and kind are one."""
    for verdict, run in groupby(pieces, key=itemgetter(1)):
        if verdict is None:
            continue
        blocks = [block for block, _ in run]
        start, end = blocks[0].source_start, blocks[-1].source_end
        begins = (at for block in blocks for at in (block.source_start, *block.seams))
        seams = tuple(at - start for at in begins if at > start)
        yield Dropped(source_text[start:end], verdict.kind, verdict.rule, start, end, seams)
