"""What stands under the headline of a plain text in a site's frame: byline, date, and a short story.

The line model learned from long articles.  Of a story of a few sentences it may keep hardly any, and it
takes the lines that say who wrote it and when for the site's.  The form of these lines says what they are,
and so do sentences between the headline and what ends an article.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.clean.lines.sentence_ends import ends_with_stop
from ingest.clean.text.model import LineLabel
from ingest.front.bylines import is_bare_name, is_byline
from ingest.front.cues import word_count
from ingest.front.datelines import is_dateline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.clean.rules.verdicts import Verdict
    from ingest.records import Block

_MOST_KEPT_WORDS = 120
_MOST_STORY_WORDS = 400
_SENTENCE_WORDS = 5
_FRONT_LINES = 8
_LINES_OF_HEADLINE = 2
_HEADLINE_WORDS = 4
_STANDFIRST_WORDS = 6
_LONGEST_GAP = 4
_COMMENT_FROM = 0.5
_ENDS = frozenset({"comments", "comment_thread", "copyright", "related", "related_list", "author_bio"})


def keep_front_lines(
    blocks: Sequence[Block], labels: Sequence[LineLabel], verdicts: Sequence[Verdict | None]
) -> tuple[LineLabel, ...]:
    """Keep the byline, the date and the sentences of a short story under a headline that the model found.

    Args:
        blocks: The blocks of a plain text.
        labels: What the model says of each.
        verdicts: What the rules say of each.

    Returns:
        The labels, changed where the model found a headline, or nothing at all and a byline shows one: lines
        under it that have the form of a byline or of a date are kept as such; and where it kept hardly any
        text, so are sentences, up to what ends an article, and single lines between two of them.
    """
    if all(label.keep for label in labels):
        return tuple(labels)
    title = next((k for k, label in enumerate(labels) if label.keep and label.kind == "title"), None)
    if title is None and not any(label.keep and v is None for label, v in zip(labels, verdicts, strict=True)):
        title = _title_above_front(blocks, verdicts)
    if title is None:
        return tuple(labels)
    changed = list(labels)
    if not labels[title].keep:
        changed[title] = LineLabel(keep=True, kind="title", score=labels[title].score)
    for k, kind in _front_lines(blocks, title, verdicts):
        changed[k] = LineLabel(keep=True, kind=kind, score=labels[k].score)
    kept = sum(word_count(b.text) for b, label in zip(blocks, labels, strict=True) if label.keep)
    if kept <= _MOST_KEPT_WORDS:
        story = list(_story(blocks, title, verdicts, changed))
        if sum(word_count(blocks[k].text) for k in story) <= _MOST_STORY_WORDS:
            for k in story:
                changed[k] = LineLabel(keep=True, kind="body", score=labels[k].score)
    return tuple(changed)


def _title_above_front(blocks: Sequence[Block], verdicts: Sequence[Verdict | None]) -> int | None:
    """The line that stands above a byline or a date as a headline does, maybe with one line in between."""
    for k, block in enumerate(blocks):
        if verdicts[k] is not None or not (is_byline(block.text) or is_dateline(block.text)):
            continue
        above = []
        for at in range(k - 1, max(k - 1 - _LINES_OF_HEADLINE, -1), -1):
            if verdicts[at] is not None or word_count(blocks[at].text) < _HEADLINE_WORDS:
                break
            above.append(at)
        if above:
            return above[-1]
    return None


def _front_lines(
    blocks: Sequence[Block], title: int, verdicts: Sequence[Verdict | None]
) -> Iterator[tuple[int, str]]:
    """Bylines and dates in the first lines under a headline, and a standfirst that stands above them."""
    between: list[int] = []
    found = False
    for k in range(title + 1, len(blocks)):
        if verdicts[k] is not None:
            continue
        text = blocks[k].text
        kind = "byline" if is_byline(text) else "dateline" if is_dateline(text) else ""
        if not kind and len(between) < _LINES_OF_HEADLINE and is_bare_name(text):
            kind = "byline"
        if kind:
            if not found and len(between) == 1 and word_count(blocks[between[0]].text) >= _STANDFIRST_WORDS:
                yield between[0], "subtitle"
            yield k, kind
            found = True
            continue
        between.append(k)
        if len(between) > _FRONT_LINES or sum(_is_sentence(blocks[j].text) for j in between) > 1:
            return


def _story(
    blocks: Sequence[Block],
    title: int,
    verdicts: Sequence[Verdict | None],
    labels: Sequence[LineLabel],
) -> Iterator[int]:
    """Sentences under a headline, up to what ends an article, and lines that stand between two of them."""
    gap = 0
    before = -1
    for k in range(title + 1, len(blocks)):
        verdict = verdicts[k]
        if verdict is not None:
            if verdict.rule in _ENDS and before >= 0:
                return
            continue
        if not _is_sentence(blocks[k].text) or labels[k].kind == "comment":
            gap += not labels[k].keep
            if gap > _LONGEST_GAP:
                return
            continue
        if before == k - 2 and verdicts[k - 1] is None and not labels[k - 1].keep:
            yield k - 1
        before, gap = k, 0
        yield k


def _is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, with enough words for one."""
    return word_count(text) >= _SENTENCE_WORDS and ends_with_stop(text)
