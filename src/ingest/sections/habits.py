"""The habits of a document: headings share a form, and the lines of a list do too.

What stands in one line says little about a heading of plain text; that nine other lines of the same form each
stand above a paragraph says much.  These columns are added to what `clean.text.features` measures.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ingest.clean.text.features import measure_lines
from ingest.front.cues import ends_sentence, word_count
from ingest.front.datelines import is_entry_date
from ingest.sections.forms import title_case_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RUNNING_WORDS = 14
_SHORT_WORDS = 14
_LONGEST_RUN = 20
_TITLE_CASE = 0.75
_BUCKETS = (3, 8)
_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})[.):]?\s+(?=[^\W\d_])|(?P<roman>[IVX]{1,5})[.):]\s+(?=\S)"
    r"|(?P<letter>[A-Za-z])[.)]\s+(?=\S)"
    r"|(?P<word>chapter|section|part|article|annex|appendix|step|figure|table|day|question)\s[\divxlc]{1,4}\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"([^\W\d_][\w()/ '-]{1,30}):(?:\s|$)")
_KINDS = ("number", "roman", "letter", "word")


def measure_candidates(texts: Sequence[str], listed: Sequence[bool]) -> tuple[tuple[str, ...], Floats]:
    """Measure the lines of a document for the heading model.

    Args:
        texts: The lines' texts in order; at least one, none empty.
        listed: Whether the line has the form of a list item.

    Returns:
        The names of the columns, always the same, and one row for each line.
    """
    names, rows = measure_lines(texts, [False] * len(texts), listed)
    habits = _measure_habits(texts)
    added = np.array(list(habits.values()), dtype=np.float32)
    return (*names, *habits), np.concatenate((rows.T, added)).T


def _measure_habits(texts: Sequence[str]) -> dict[str, Floats]:
    """What lines share with the other lines of their document."""
    short = np.array([word_count(text) < _SHORT_WORDS and not ends_sentence(text) for text in texts])
    running = np.array([word_count(text) >= RUNNING_WORDS for text in texts])
    above = np.append(running[1:], False)
    below = np.insert(running[:-1], 0, False)
    numbered = [_NUMBERED.match(text) for text in texts]
    dates = [is_entry_date(text) for text in texts]
    columns = _runs(short)
    columns |= _numbering(numbered)
    columns["entry_date"] = np.array(dates, dtype=np.float32)
    forms = [
        _form(text, number, date) if brief else ""
        for text, number, date, brief in zip(texts, numbered, dates, short, strict=True)
    ]
    for name, keys in (("form", forms), *_groups(texts, short).items()):
        columns |= _of_group(name, keys, above, below)
    dated = columns["entry_date"]
    columns["before_date"] = np.append(dated[1:], 0).astype(np.float32)
    columns["after_date"] = np.insert(dated[:-1], 0, 0).astype(np.float32)
    columns["short_share"] = np.full(len(texts), short.mean(), dtype=np.float32)
    return columns


def _runs(short: NDArray[np.bool_]) -> dict[str, Floats]:
    """How many short lines stand in a row right before and right after a line."""
    before = np.zeros(len(short), dtype=np.float32)
    for i in range(1, len(short)):
        before[i] = min(before[i - 1] + 1, _LONGEST_RUN) if short[i - 1] else 0
    after = np.zeros(len(short), dtype=np.float32)
    for i in range(len(short) - 2, -1, -1):
        after[i] = min(after[i + 1] + 1, _LONGEST_RUN) if short[i + 1] else 0
    return {"short_before": before, "short_after": after}


def _numbering(numbered: Sequence[re.Match[str] | None]) -> dict[str, Floats]:
    """Which kind of number a line begins with, and how deep it is."""
    kind = np.zeros(len(numbered), dtype=np.float32)
    depth = np.zeros(len(numbered), dtype=np.float32)
    for i, match in enumerate(numbered):
        if match:
            kind[i] = next(k for k, name in enumerate(_KINDS, 1) if match[name])
            depth[i] = (match["number"] or "").count(".") + 1
    return {"numbering": kind, "number_depth": depth}


def _groups(texts: Sequence[str], short: NDArray[np.bool_]) -> dict[str, list[str]]:
    """By what else lines belong together: last word, label; empty where a line belongs to nothing."""
    last = [
        text.rpartition(" ")[2].lower() if brief and " " in text else ""
        for text, brief in zip(texts, short, strict=True)
    ]
    label = [m[1].lower() if ":" in text and (m := _LABEL.match(text)) else "" for text in texts]
    return {"last_word": last, "label": label}


def _form(text: str, numbered: re.Match[str] | None, date: bool) -> str:  # noqa: FBT001 - one of three facts
    """The form of a short line: letter case, length, end, numbering."""
    words = word_count(text)
    size = sum(words > limit for limit in _BUCKETS)
    if text.isupper():
        case = "capitals"
    elif text[0].islower():
        case = "small"
    else:
        case = "title" if title_case_share(text) >= _TITLE_CASE else "sentence"
    end = text[-1] if text[-1] in "?:!" else ""
    number = next(name for name in _KINDS if numbered[name]) if numbered else ""
    mark = "" if text[0].isalnum() else text[0]
    return f"{case}/{size if case != 'capitals' else ''}/{end}/{number}/{mark}/{'date' if date else ''}"


def _of_group(
    name: str, keys: Sequence[str], above: NDArray[np.bool_], below: NDArray[np.bool_]
) -> dict[str, Floats]:
    """How many other lines a line's group has, and how many of these stand above, below, beside what."""
    count = Counter(keys)
    over = Counter(k for k, yes in zip(keys, above, strict=True) if yes)
    under = Counter(k for k, yes in zip(keys, below, strict=True) if yes)
    beside = Counter(a for a, b in pairwise(keys) if a == b)
    rows = np.zeros((4, len(keys)), dtype=np.float32)
    for i, key in enumerate(keys):
        if not key:
            rows[:, i] = -1
            continue
        others = count[key] - 1
        rows[0, i] = min(others, _LONGEST_RUN)
        if others:
            rows[1, i] = (over[key] - above[i]) / others
            rows[2, i] = (under[key] - below[i]) / others
            rows[3, i] = beside[key] / others
        else:
            rows[1:, i] = -1
    return {
        f"{name}_count": rows[0],
        f"{name}_above": rows[1],
        f"{name}_below": rows[2],
        f"{name}_beside": rows[3],
    }
