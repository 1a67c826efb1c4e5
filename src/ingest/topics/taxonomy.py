"""The vocabulary of topics: bundled IPTC Media Topics, and what the user adds or replaces.

A user's file is a tab-separated table with the columns `topic_id`, `topic_name`, `broader`,
`weight`, `terms` (terms parted by `|`).  A topic that stands in it stands for the bundled one of
the same id, with all its terms; name and broader topic of a bundled id may be left empty.  A
topic whose rows have no terms is never told of.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from ingest.errors import ConfigError
from ingest.settings.user_files import read_text, remembered
from ingest.topics.words import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

COLUMNS = ("topic_id", "topic_name", "broader", "weight", "terms")
WEIGHTS = frozenset("123")
MAX_TERM_WORDS = 4


@dataclass(frozen=True)
class Taxonomy:
    """Topics and what speaks for them.

    Attributes:
        names: Name of each topic, by its id.
        broader: What a topic belongs to; none for a head.
        terms: Words and phrases, by `key_of`: how much each speaks for its topics, and for their heads, one
            less at each step up to them.
    """

    names: Mapping[str, str]
    broader: Mapping[str, str]
    terms: Mapping[tuple[str, ...], Mapping[str, int]]

    @cached_property
    def lengths(self) -> Mapping[str, tuple[int, ...]]:
        """How many words the terms have that begin with a word, the most first."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for term in self.terms:
            lengths[term[0]].add(len(term))
        return {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()}

    def chain(self, topic: str) -> Iterator[str]:
        """A topic, what it belongs to, and so on up to its head."""
        while topic:
            yield topic
            topic = self.broader.get(topic, "")


@dataclass(slots=True)
class _Draft:
    """A vocabulary in the making."""

    names: dict[str, str] = field(default_factory=dict)
    broader: dict[str, str] = field(default_factory=dict)
    terms: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


@remembered
def load_taxonomy(path: str | None) -> Taxonomy:
    """Read the bundled vocabulary and the user's.

    Args:
        path: The user's file, or None.

    Raises:
        ConfigError: The file is wrong; the message names the line and what to do.
    """
    draft = _Draft()
    for where, row in _bundled("media_topics.tsv", ("topic_id", "topic_name", "broader")):
        draft.names[row["topic_id"]] = row["topic_name"]
        _put_below(draft, row["topic_id"], row["broader"], where)
    _add_terms(draft, _bundled("terms.tsv", ("topic_id", "weight", "terms")))
    if path is not None:
        _add_users(draft, path)
    return _finished(draft)


def _add_users(draft: _Draft, path: str) -> None:
    rows = list(_rows(read_text("--taxonomy", path), path, COLUMNS))
    for where, row in rows:
        topic = row["topic_id"]
        if not topic:
            raise ConfigError(f"{where}: a row without topic_id")
        draft.terms[topic] = {}
        draft.names[topic] = row["topic_name"] or draft.names.get(topic, "")
        if not draft.names[topic]:
            raise ConfigError(f"{where}: the new topic {topic} needs a topic_name")
    for where, row in rows:
        _put_below(draft, row["topic_id"], row["broader"], where)
    _add_terms(draft, rows)


def _put_below(draft: _Draft, topic: str, broader: str, where: str) -> None:
    if not broader:
        return
    if broader not in draft.names:
        raise ConfigError(f"{where}: {topic} is put below {broader}, which is no topic; name it above")
    draft.broader[topic] = broader
    seen = {topic}
    while broader:
        if broader in seen:
            raise ConfigError(f"{where}: {topic} is put below itself")
        seen.add(broader)
        broader = draft.broader.get(broader, "")


def _add_terms(draft: _Draft, rows: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    for where, row in rows:
        topic = row["topic_id"]
        if topic not in draft.names:
            raise ConfigError(f"{where}: {topic!r} is no topic; there are {', '.join(sorted(draft.names))}")
        terms = [term.strip() for term in row["terms"].split("|") if term.strip()]
        if terms and row["weight"] not in WEIGHTS:
            raise ConfigError(f"{where}: weight is {row['weight']!r}; give 1, 2 or 3")
        for term in terms:
            if not 0 < len(key_of(term)) <= MAX_TERM_WORDS:
                raise ConfigError(f"{where}: {term!r} has no words, or more than {MAX_TERM_WORDS}")
            # Of two lines of a topic that name a term, the first counts.
            draft.terms[topic].setdefault(term, int(row["weight"]))


def _finished(draft: _Draft) -> Taxonomy:
    taxonomy = Taxonomy(draft.names, draft.broader, {})
    weights: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for topic, terms in sorted(draft.terms.items()):
        for term, weight in terms.items():
            key = key_of(term)
            *between, head = taxonomy.chain(topic)
            weights[key][topic] = max(weight, weights[key].get(topic, 0))
            if len(between) < weight:
                weights[key][head] = max(weight - len(between), weights[key].get(head, 0))
    return Taxonomy(draft.names, draft.broader, weights)


def _bundled(name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    content = files("ingest.resources").joinpath("topics", name).read_text(encoding="utf-8")
    return _rows(content, name, columns)


def _rows(content: str, path: str, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of a tab-separated file's content, with the place where each stands; `#` begins a comment line."""
    lines = content.splitlines()
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    table = csv.reader((line for _, line in numbered), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(table, [])
    if tuple(header) != columns:
        where = f"{path}:{numbered[0][0]}" if numbered else path
        raise ConfigError(
            f"{where}: the columns are {', '.join(header) or 'missing'}; "
            f"give, with tabulators between, {', '.join(columns)}"
        )
    for (number, _), values in zip(numbered[1:], table, strict=True):
        if len(values) > len(columns):
            raise ConfigError(f"{path}:{number}: {len(values)} fields; there are {len(columns)} columns")
        padded = [value.strip() for value in values] + [""] * (len(columns) - len(values))
        yield f"{path}:{number}", dict(zip(columns, padded, strict=True))
