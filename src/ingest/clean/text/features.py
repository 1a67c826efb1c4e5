"""What can be measured of the lines of a plain text, as one matrix: form, words, neighbours, the page.

The same columns serve the cleaning model and the heading model; `training/train_text.py` uses this code too.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.clean.lines.characters import (
    ASK,
    BAR,
    COLON,
    COMMA,
    DIGIT,
    IDEOGRAPH,
    KANA,
    LOWER,
    QUOTE,
    SPACE,
    STOP,
    TABLE_SIZE,
    UPPER,
    class_table,
)
from ingest.word_lists import word_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LINE_CUES = "line_cues.tsv"
LINE_LISTS = ("function", "speaking", "forum", "said", "furniture")

_CLASSES = KANA + 1
_LINE_BARS = "<>=*_[]"
_EDGE_MARKS = ".,:;!?|()[]\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u203a-\u2013\u2014\u2192\u2026*#"
_TERMINAL = frozenset(".!?\u3002\uff01\uff1f\u061f\u06d4")
_CLOSING = "\"'\u201d\u2019)\u00bb\u300d]"
_LEADING = frozenset("\u00bb\u203a>\u2022\u00b7*-\u2013\u2014?|+#\u25ba\u2192[]/(")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2} ?[ap]\.?m\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\u6708\d|\d\u65e5"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}\b"
    r"|\b(?:\d+|an?) (?:second|minute|hour|day|week|month|year)s? ago\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|www\.|\w@\w|(?:^|\W)@\w\w|\.com\b|\.org\b")
_ADDRESS_SIGNS = frozenset("./@")
_DIGIT = re.compile(r"\d")
_BYLINE = re.compile(
    r"(?:by|von|par|por|di|door|\u0430\u0432\u0442\u043e\u0440:?|posted by|written by)\s+\S", re.IGNORECASE
)
_LISTED = re.compile(r"\(?\d{1,3}[.)]\s|[a-z][.)]\s")
_CAPTION = re.compile(
    r"\b(?:photo|image|picture|credit|getty|reuters|afp|ap photo|file photo|pictured)\b"
    r"|\((?:left|right|above|top)\)",
    re.IGNORECASE,
)
_MAX_WORDS = 120
_MAX_CHARS = 800
_LONG_WORDS = 14
_CONTENT_CHARS = 4
_SHIFTS = (-3, -2, -1, 1, 2, 3)
_WINDOWS = (3, 8)
_FAR = 60
_SHORT_COST = 4.0


@cache
def cue_words() -> Mapping[str, tuple[int, ...]]:
    """Each word of the lists with the numbers of the lists it stands in.

    Raises:
        ConfigError: A row is not `list, language, words`.
    """
    found: dict[str, set[int]] = {}
    for kind, _, words in word_rows(LINE_CUES, LINE_LISTS):
        for word in words:
            found.setdefault(word, set()).add(LINE_LISTS.index(kind))
    return {word: tuple(sorted(lists)) for word, lists in found.items()}


@cache
def _class_table() -> NDArray[np.uint8]:
    return class_table(kana=KANA, more_bars=_LINE_BARS)


def measure_lines(
    texts: Sequence[str],
    furniture: Sequence[bool] | NDArray[np.bool_],
    listed: Sequence[bool] | NDArray[np.bool_],
) -> tuple[tuple[str, ...], Floats]:
    """Measure lines.

    Args:
        texts: The lines' texts in order; at least one, none empty.
        furniture: Whether a cleaning rule named the line, or might have.
        listed: Whether the line has the form of a list item.

    Returns:
        The names of the columns, always the same, and one row for each line.
    """
    columns = _characters(texts)
    vocabulary = _vocabulary(texts)
    columns |= _words(vocabulary)
    columns |= _forms(texts)
    columns["furniture"] = np.array(furniture, dtype=np.float32)
    columns["listed"] = np.array(listed, dtype=np.float32)
    columns |= _segment(columns)
    columns |= _likeness(vocabulary, columns)
    columns |= _page(texts, columns)
    columns |= _neighbours(columns)
    return tuple(columns), np.array(list(columns.values()), dtype=np.float32).T


def _characters(texts: Sequence[str]) -> dict[str, Floats]:
    """Counts of characters by class."""
    lengths = np.array([len(text) for text in texts])
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    classes = _class_table()[np.minimum(codes, TABLE_SIZE - 1)]
    owner = np.repeat(np.arange(len(texts)) * _CLASSES, lengths)
    counts = (
        np.bincount(owner + classes, minlength=len(texts) * _CLASSES).reshape(-1, _CLASSES).astype(np.float32)
    )
    ideographs = counts[:, IDEOGRAPH] + counts[:, KANA]
    letters = np.maximum(counts[:, LOWER] + counts[:, UPPER] + ideographs, 1)
    words = counts[:, SPACE] + 1 + ideographs // 2
    return {
        "words": words,
        "mean_word": lengths / words,
        "upper": counts[:, UPPER] / letters,
        "digit": counts[:, DIGIT] / lengths,
        "comma": counts[:, COMMA] / words,
        "stops": counts[:, STOP],
        "stop_rate": counts[:, STOP] / words,
        "quote": counts[:, QUOTE],
        "colon": counts[:, COLON],
        "bar": counts[:, BAR],
        "kana": counts[:, KANA] / letters,
        "ideograph": ideographs / letters,
        "ask": counts[:, ASK],
    }


def _vocabulary(texts: Sequence[str]) -> list[list[str]]:
    """The first words of each line, in lower case, without marks at their ends."""
    return [
        [w.strip(_EDGE_MARKS) for w in text[:800].lower().split(None, _MAX_WORDS)[:_MAX_WORDS]]
        for text in texts
    ]


def _words(vocabulary: Sequence[Sequence[str]]) -> dict[str, Floats]:
    """Shares of the words of each list."""
    lists = cue_words()
    rows = np.zeros((len(vocabulary), len(LINE_LISTS)), dtype=np.float32)
    for row, words in zip(rows, vocabulary, strict=True):
        counts = [0] * len(LINE_LISTS)
        for found in filter(None, map(lists.get, words)):
            for k in found:
                counts[k] += 1
        row[:] = [count / (len(words) or 1) for count in counts]
    return {f"{name}_share": rows[:, k] for k, name in enumerate(LINE_LISTS)}


def _forms(texts: Sequence[str]) -> dict[str, Floats]:
    """How lines begin and end, and what patterns they hold."""
    rows = np.zeros((len(texts), 15), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        head = text[:200]
        end = text.rstrip(_CLOSING)[-1:]
        tokens = head.split()
        long_tokens = [t for t in tokens[1:] if len(t) > 3]  # noqa: PLR2004 - short words stay small in titles
        row[0] = end in _TERMINAL
        row[1] = end in {":", "\uff1a"}
        row[2] = text.endswith(("...", "\u2026"))
        row[3] = text[0].isupper()
        row[4] = text[0].islower()
        row[5] = text[0] in _LEADING
        row[6] = text[0].isdigit()
        row[7] = sum(t[0].isupper() for t in long_tokens) / len(long_tokens) if long_tokens else -1
        row[8] = text.isupper()
        row[9] = _BYLINE.match(head) is not None
        row[13] = text[-1] in _CLOSING
        if len(text) < 200:  # noqa: PLR2004 - such patterns mean nothing in long paragraphs
            has_digit = _DIGIT.search(head) is not None
            row[10] = len(_CLOCK.findall(head)) if has_digit else 0
            row[11] = len(_DATE.findall(head)) if has_digit or "ago" in head.lower() else 0
            row[12] = not _ADDRESS_SIGNS.isdisjoint(head) and _ADDRESS.search(head) is not None
            row[14] = _CAPTION.search(head) is not None
    names = (
        *(
            "ends_stop",
            "ends_colon",
            "ends_dots",
            "starts_upper",
            "starts_lower",
            "starts_mark",
            "starts_digit",
        ),
        *("title_case", "all_upper", "byline", "clock", "date", "address", "ends_closing", "caption"),
    )
    return {name: rows[:, k] for k, name in enumerate(names)}


def _segment(columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """The run of lines that holds the most running text: where the article probably stands."""
    words = columns["words"]
    running = (words >= _LONG_WORDS) & (columns["stops"] > 0) & (columns["furniture"] == 0)
    weight = np.where(running, np.minimum(words, 80), 0).astype(np.float32)
    talk = columns["speaking_share"] * 2 + columns["forum_share"] * 4
    gain = weight * np.maximum(1 - talk, 0.1) - np.where(running, 0, _SHORT_COST + 4 * columns["furniture"])
    total = np.concatenate(([0.0], np.cumsum(gain)))
    lowest = np.minimum.accumulate(total)
    end = int(np.argmax(total - lowest))
    start = int(np.argmin(total[: end + 1]))
    index = np.arange(len(words))
    inside = (index >= start) & (index < max(end, start + 1))
    size = max(end - start, 1)
    return {
        "running": weight,
        "inside": inside.astype(np.float32),
        "from_start": np.clip(index - start, -_FAR, _FAR).astype(np.float32),
        "to_end": np.clip(end - 1 - index, -_FAR, _FAR).astype(np.float32),
        "place_inside": np.clip((index - start) / size, -1, 2).astype(np.float32),
        "segment_share": np.full(
            len(words), float(weight[inside].sum() / max(weight.sum(), 1)), dtype=np.float32
        ),
        "segment_words": np.full(len(words), float(weight[inside].sum()), dtype=np.float32),
    }


def _likeness(vocabulary: Sequence[Sequence[str]], columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """Share of a line's content words that occur in the running text of the probable article."""
    sets = [{w for w in words if len(w) >= _CONTENT_CHARS} for words in vocabulary]
    main = (columns["inside"] > 0) & (columns["running"] > 0)
    once: set[str] = set()
    again: set[str] = set()  # in two lines or more: what a line of the article shares with another
    for k in np.flatnonzero(main):
        again |= once & sets[k]
        once |= sets[k]
    like = np.array(
        [len(words & (again if main[k] else once)) for k, words in enumerate(sets)], dtype=np.float32
    )
    like /= np.array([len(words) + 1 for words in sets], dtype=np.float32)
    return {"likeness": like}


def _page(texts: Sequence[str], columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """The page as a whole, and repetition on it."""
    count = len(texts)
    seen = Counter(texts)
    words, running = columns["words"], columns["running"]
    whole = {
        "lines": float(count),
        "page_running": float((running > 0).mean()),
        "page_furniture": float(columns["furniture"].mean()),
        "page_running_words": float(running.sum() / max(np.minimum(words, 80).sum(), 1)),
        "page_loose": float(((running == 0) & (columns["ends_stop"] == 0)).mean()),
        "page_stop": float(columns["ends_stop"].mean()),
        "page_words": float(np.median(words)),
    }
    result = {name: np.full(count, value, dtype=np.float32) for name, value in whole.items()}
    result["position"] = (np.arange(count, dtype=np.float32) / count).astype(np.float32)
    result["repeats"] = np.array([seen[text] for text in texts], dtype=np.float32)
    return result


_NEAR = (
    "words",
    "ends_stop",
    "furniture",
    "function_share",
    "forum_share",
    "speaking_share",
    "title_case",
    "stops",
)
_AROUND = (
    *(
        "running",
        "ends_stop",
        "furniture",
        "function_share",
        "forum_share",
        "speaking_share",
        "date",
        "likeness",
    ),
    *("starts_mark", "said_share", "all_upper"),
)


def _neighbours(columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """What stands around a line."""
    result: dict[str, Floats] = {}
    count = len(columns["words"])
    index = np.arange(count)
    near = np.stack([columns[name] for name in _NEAR])
    for shift in _SHIFTS:
        at = index + shift
        values = np.where((at >= 0) & (at < count), near[:, np.clip(at, 0, count - 1)], -1)
        result |= {f"{name}{shift:+d}": values[k] for k, name in enumerate(_NEAR)}
    around = np.stack([columns[name] for name in _AROUND])
    sums = np.concatenate((np.zeros((len(_AROUND), 1)), np.cumsum(around, axis=1, dtype=np.float64)), axis=1)
    for size in _WINDOWS:
        low, high = np.maximum(index - size, 0), np.minimum(index + 1 + size, count)
        before = (sums[:, index] - sums[:, low]) / np.maximum(index - low, 1)
        after = (sums[:, high] - sums[:, index + 1]) / np.maximum(high - index - 1, 1)
        for k, name in enumerate(_AROUND):
            result[f"{name}<{size}"] = before[k]
            result[f"{name}>{size}"] = after[k]
    result |= _distances(columns["running"] > 0)
    forum = np.concatenate(([0.0], np.cumsum(columns["forum_share"] > 0)))
    result["forum_before"] = forum[:-1].astype(np.float32)
    return result


def _distances(running: NDArray[np.bool_]) -> dict[str, Floats]:
    """Lines to the nearest running text before and after."""
    index = np.arange(len(running))
    last = np.maximum.accumulate(np.where(running, index, -_FAR))
    previous = np.concatenate(([-_FAR], last[:-1]))
    following = np.minimum.accumulate(np.where(running, index, len(running) + _FAR)[::-1])[::-1]
    after = np.concatenate((following[1:], [len(running) + _FAR]))
    return {
        "since_running": np.minimum(index - previous, _FAR).astype(np.float32),
        "until_running": np.minimum(after - index, _FAR).astype(np.float32),
    }
