"""What the rules say of each line of a page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.clean.rules import FUNCTION_RULES, RULES_BY_ID, rule_by_id
from ingest.clean.rules.phrases import OPENING_QUOTES, match_line
from ingest.edits import has_ink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ingest.clean.rules.phrases import Form
    from ingest.clean.rules.view import Line, View

_CROWD = 4
_LONGEST_NAMED = 120
_TOLD = frozenset({"hidden", "running_head", "page_number"})  # by the format, whatever their wording


class Verdict(NamedTuple):
    """Why a block is dropped.

    Attributes:
        rule: Id of a rule, or `model`.
        kind: What the block is.
    """

    rule: str
    kind: str


@cache
def verdict_of(rule_id: str) -> Verdict:
    """The verdict of a rule, one and the same for all that it drops.

    Raises:
        ConfigError: There is no such rule.
    """
    return Verdict(rule_id, rule_by_id(rule_id).kind)


def apply_rules(
    view: View, among: Collection[int] | None = None
) -> tuple[list[Verdict | None], frozenset[int]]:
    """Find the first rule that fits each line; weak wordings count only among other furniture.

    Args:
        view: The page.
        among: The lines that are still in question, all of them by default; of the others, which are no part
            of the document, only those are named that are hidden or are a short wording of the list.

    Returns:
        A verdict, or None, for each line; and the lines that have a weak wording.
    """
    verdicts: list[Verdict | None] = []
    weak: dict[int, Verdict] = {}
    rules = [
        (rule.id, rule.matches)
        for rule in FUNCTION_RULES
        if rule.matches and (rule.concerns is None or rule.concerns(view))
    ]
    for line in view.lines:
        if among is not None and line.place not in among:
            verdicts.append(_by_wording(line, view))
            continue
        quoted = line.block.text[:1] in OPENING_QUOTES
        found = None if line.block.kind in _TOLD else match_line(line.key, quoted=quoted)
        by_function = None
        for name, matches in rules:
            if matches(line, view):
                by_function = name
                break
        if found and _is_weak(found[1], line, view):
            if not by_function:
                weak[line.place] = verdict_of(found[0])
            found = None
        rule_id = found[0] if found else by_function
        verdicts.append(verdict_of(rule_id) if rule_id else None)
    for run in _runs_with_weak(verdicts, weak) if weak else ():
        if _is_furniture(run, verdicts, weak, view):
            for index in run:
                verdicts[index] = verdicts[index] or weak[index]
    return verdicts, frozenset(weak)


def _is_weak(form: Form, line: Line, view: View) -> bool:
    """Whether a wording counts only among other furniture: a label may be a heading, or one of a list."""
    if form != "label" or line.block.kind == "heading":
        return form in {"label", "weak"}
    if line.block.kind != "list_item":
        return False
    around = view.lines[max(line.place - 1, 0) : line.place + 2]
    return any(
        other.block.kind == "list_item" and match_line(other.key, quoted=False) is None for other in around
    )


def _by_wording(line: Line, view: View) -> Verdict | None:
    """Name a line that is dropped anyway, at little cost."""
    if line.block.kind == "hidden":
        return verdict_of("hidden" if has_ink(line.block.text) else "invisible")
    if line.place in view.comments:
        return verdict_of("comment_thread")
    if line.place in view.second_copy:
        return verdict_of("second_copy")
    rights = RULES_BY_ID["copyright"]
    if (
        ("\u00a9" in line.block.text or "copyright" in line.key)
        and rights.matches
        and rights.matches(line, view)
    ):
        return verdict_of(rights.id)
    found = match_line(line.key, quoted=False) if len(line.key) <= _LONGEST_NAMED else None
    return verdict_of(found[0]) if found else None


def _runs_with_weak(verdicts: Sequence[Verdict | None], weak: Mapping[int, Verdict]) -> Iterator[range]:
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
    run: range, verdicts: Sequence[Verdict | None], weak: Mapping[int, Verdict], view: View
) -> bool:
    """Whether doubtful lines stand where furniture stands."""
    if len(run) == len(verdicts):
        return any(verdicts[i] for i in run)
    if any(view.lines[i].block.kind in {"list_item", "heading"} for i in run if i in weak):
        return any(verdicts[i] for i in run)
    sure = any(v is not None and v.kind not in {"separator", "hidden"} for v in (verdicts[i] for i in run))
    return sure or len(run) >= _CROWD or run.start == 0 or run.stop == len(verdicts)
