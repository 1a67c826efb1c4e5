"""Labelled text for the name finder: read, corrected to this project's idea of a name, aligned with words.

The corpora and their licences stand in docs/model-cards/names.md.  Nothing of them is kept in the repository.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from ingest.names.model.features import KeyTable, is_place_word, key
from ingest.names.model.recase import LOWER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ingest.names.model.tokens import Tokens

KINDS = ("PER", "ORG", "LOC", "MISC")
LABELS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BIES"))
LABEL_NUMBER = {label: number for number, label in enumerate(LABELS)}

GOLD_WEIGHT = 3.0
"""A sentence labelled by people counts as so many labelled by machine."""

_TEACHER_KINDS = {
    "PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "NORP": "MISC", "EVENT": "MISC",
    "WORK_OF_ART": "MISC", "LAW": "MISC", "LANGUAGE": "MISC", "PRODUCT": "MISC",
}  # fmt: skip
_ARTICLE = re.compile(r"(?:(?:the|a|an|our|his|her|their|its)\s+)+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:\s*['\u2019]s|\s+['\u2019])$")
# "Foreign Minister Julie Bishop", "U.S. Secretary of State John Kerry": what stands before the name
_TITLE = re.compile(
    r"(?:(?:(?:[A-Z][\w.-]*|for|of|and|the|in|to|-)\s+)*?(?:Minister|President|Secretary|Ambassador|Envoy"
    r"|General|Gen\.?|Colonel|Col\.|Mr|Mrs|Ms|Dr|Lt|Maj|Chief|Commander|King|Sheikh|Spokesman|Director"
    r"|Sir|Lord|HE)\s+"
    r"(?:(?:for|of|in|to)\s+(?:the\s+)?(?:[A-Z][\w.]*\s+(?:and\s+)?)+?(?=[A-Z][a-z]+ [A-Z]))?)+"
)
_INNER = frozenset(
    ("of", "and", "the", "for", "al", "bin", "in", "de", "-", "'", "s", ".", "(", ")", ",", "\u2019")
)
_PRONOUNS = frozenset((
    "It", "He", "She", "They", "We", "I", "This", "Those", "These", "There", "Both", "Who", "You", "Us",
    "That", "His", "Her", "Their", "Our", "My",
))  # fmt: skip

SpanRow = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled document.

    Attributes:
        document_id: Its id.
        text: Its text.
        spans: Names: start, end, one of `KINDS`.
        weight: How much each of its sentences counts.
        left_out: Character ranges that are not trained on: the teachers differ there.
    """

    document_id: str
    text: str
    spans: tuple[SpanRow, ...]
    weight: float = 1.0
    left_out: tuple[tuple[int, int], ...] = field(default=())


def read_rows(path: Path) -> list[dict[str, object]]:
    """Rows of a JSON-lines file, plain or gzip."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        return [json.loads(line) for line in lines]


def is_held_out(document_id: str) -> bool:
    """Whether a document labelled by people belongs to the quarter that measures."""
    return int(hashlib.sha256(f"fold:{document_id}".encode()).hexdigest()[:4], 16) % 4 == 0


def gold(folder: Path, *, hold_out: bool) -> Iterator[Example]:
    """Documents labelled by people: WNUT-17, English-EWT, WikiGold and re3d without its BBC part (CC BY-NC).

    Args:
        folder: The folder of the corpora.
        hold_out: Leave every fourth document of WikiGold and re3d out.
    """
    for row in read_rows(folder / "silver" / "gold_misc_filled.jsonl.gz"):
        yield Example(str(row["id"]), str(row["text"]), _spans(row), GOLD_WEIGHT)
    for name in ("wikigold", "re3d"):
        for row in read_rows(folder / f"{name}.jsonl.gz"):
            if "BBC" in str(row["id"]) or (hold_out and is_held_out(str(row["id"]))):
                continue
            spans = _spans(row)
            if name == "re3d":
                spans = bare_names(str(row["text"]), spans)
            yield Example(str(row["id"]), str(row["text"]), spans, GOLD_WEIGHT)


def _spans(row: dict[str, object]) -> tuple[SpanRow, ...]:
    return tuple((start, end, kind) for start, end, kind in row["spans"])  # type: ignore[attr-defined]


def bare_names(text: str, spans: tuple[SpanRow, ...]) -> tuple[SpanRow, ...]:
    """Names among descriptive mentions: no pronouns, no descriptions, no articles, no titles.

    "the Foreign Minister Julie Bishop" gives "Julie Bishop"; "Iraqi security forces" gives nothing.
    """
    out = []
    for first, last, kind in spans:
        start, end = trim(text, first, last)
        if kind == "PER" and (title := _TITLE.match(text, start, end)) and title.end() < end:
            start = title.end() if text[title.end()].isupper() else start
        words = text[start:end].split()
        if (
            words
            and words[0][0].isalnum()
            and words[-1] not in _INNER
            and text[start:end] not in _PRONOUNS
            and any(word[0].isupper() for word in words)
            and all(word[0].isupper() or word[0].isdigit() or word in _INNER for word in words)
        ):
            out.append((start, end, kind))
    return tuple(out)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets without article and possessive."""
    article = _ARTICLE.match(text, start, end)
    if article and article.end() < end:
        start = article.end()
    possessive = _POSSESSIVE.search(text[start:end])
    if possessive and possessive.start() > 0:
        end = start + possessive.start()
    return start, end


def teacher_spans(text: str, entities: list[tuple[int, int, str]]) -> set[SpanRow]:
    """A teacher's entities as spans of the four kinds."""
    return {
        (*trim(text, start, end), _TEACHER_KINDS[label])
        for start, end, label in entities
        if label in _TEACHER_KINDS
    }


def silver(rows: list[dict[str, object]]) -> Iterator[Example]:
    """Documents labelled by machine; sentences on which the teachers differ are left out."""
    for row in rows:
        tokens = row["tokens"]
        left_out = tuple(
            (tokens[first][0], tokens[stop - 1][1])  # type: ignore[index]
            for (first, stop), keep in zip(row["sents"], row["keep"], strict=True)
            if not keep
        )
        yield Example(str(row["id"]), str(row["text"]), _spans(row), 1.0, left_out)


def label_words(
    tokens: Tokens, spans: tuple[SpanRow, ...], gazetteer: KeyTable, participles: frozenset[str]
) -> NDArray[np.int8]:
    """A label for each word, an index of `LABELS`.

    Sources that keep a hyphen inside a word label too much of it: "London-based" gives "London", and
    "U.S.-Japan" two names.

    Args:
        tokens: The words of a text.
        spans: Its names.
        gazetteer: See `ingest.names.model.features.Lexicon`.
        participles: Second halves that are no part of a name.
    """
    out = np.zeros(len(tokens.words), np.int8)
    for start, end, kind in spans:
        first = int(np.searchsorted(tokens.ends, start, side="right"))
        stop = int(np.searchsorted(tokens.starts, end, side="left"))
        words = tokens.words[first:stop]
        if len(words) > len("-x") and words[-2] == "-" and words[-1] in participles:
            stop -= 2
            words = words[:-2]
        hyphens = [place for place, word in enumerate(words) if word == "-"]
        pieces = [(first, stop)]
        if len(hyphens) == 1 and kind != "PER":
            cut = hyphens[0]
            if all(_is_place(piece, gazetteer) for piece in (words[:cut], words[cut + 1 :])):
                pieces = [(first, first + cut), (first + cut + 1, stop)]
                kind = "LOC" if kind == "ORG" else kind  # noqa: PLW2901 (the pieces are no organisation)
        for begin, close in pieces:
            _write(out, begin, close, kind)
    return out


def _is_place(words: list[str], gazetteer: KeyTable) -> bool:
    word = " ".join(words)
    return word in ("U.S.", "U.K.") or is_place_word(word, gazetteer)


def _write(labels: NDArray[np.int8], first: int, stop: int, kind: str) -> None:
    if stop - first == 1:
        labels[first] = LABEL_NUMBER[f"S-{kind}"]
    elif stop > first:
        labels[first] = LABEL_NUMBER[f"B-{kind}"]
        labels[first + 1 : stop - 1] = LABEL_NUMBER[f"I-{kind}"]
        labels[stop - 1] = LABEL_NUMBER[f"E-{kind}"]


def disguise(words: list[str], labels: NDArray[np.int8], cases: KeyTable, seed: str) -> list[str]:
    """Put made-up words for those of names: the field learns to tell names by what stands around them.

    Beginning, end and capitals stay, and one word always becomes the same one.  Words that are mostly
    written in small letters ("Ministry", "Bank") stay as they are.

    Args:
        words: The words of a document.
        labels: Their labels; all but 0 are parts of names.
        cases: See `ingest.names.model.features.Lexicon`.
        seed: Decides what the words become.
    """
    random = Random(seed)  # noqa: S311 (no secret)
    made: dict[str, str] = {}
    for word, label in zip(words, labels.tolist(), strict=True):
        if label and word.isalpha() and word[0].isupper() and word not in made:
            if cases.get(key(word.lower())) == LOWER or len(word) <= len("Bank"):
                made[word] = word
            else:
                middle = "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(2))
                new = word[0] + middle + word[-3:]
                made[word] = new.upper() if word.isupper() else new
    return [made.get(word, word) for word in words]
