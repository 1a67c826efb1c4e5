"""The reviewed wordings of page furniture, compiled for fast look-up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from heapq import heappop, heappush
from importlib import resources
from typing import TYPE_CHECKING, Literal, get_args

from ingest.clean.lines.keys import line_key
from ingest.errors import ConfigError
from ingest.word_lists import bundled_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Form = Literal["line", "label", "weak", "tail", "head"]

_RESOURCE = "artifacts.tsv"
_WORDS = "furniture_words.tsv"
_WILDCARDS = {"**": ".*", "*": r"\S+(?: \S+){0,5}", "#": r"\d[\d.,]*[km]?"}
_WILDCARD = re.compile(r"\*\*|\*|#")
_SENTENCE_END = "[.!?\u2026\u3002\uff01\uff1f\u061f][\"'\u201d\u2019\u00bb)\\]]*"
_NUMBER = "#"
_LONGEST_TAIL = 160
_LONGEST_LABEL = 40
_LABEL_START = 4
_SHORT_LABEL_START = 2
_TAIL_MARKS = " \t\n\u00a0.\u2026\u00bb\u203a\u2192>"
_MARKS_AT_END = ")].!?"
OPENING_QUOTES = "\"'\u201c\u2018\u00ab\u201e\u300c"
_WORDS_BEFORE_GLUE = 12


@dataclass(frozen=True, slots=True)
class Phrase:
    """One row of the list."""

    rule: str
    form: Form
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The list, compiled.

    Attributes:
        exact: Rule and form of each whole line without wildcards.
        label_lengths: How long the lines in `exact` are that may be a label, by their first four characters,
            of shorter ones by their first two.
        patterns: Whole lines with wildcards as one pattern with a group for each, by their first word where a
            space stands in front of the first wildcard, else by their first character; "" holds those that
            begin with `*`.
        pattern_rules: Rule and form of each group of these patterns.
        inside: Words, one of which a line holds that a pattern under "" may fit: a look before the search.
        tail_ends: How a text ends that one of the tails may be glued to, for a look before the search.
        tail_last: Their last three characters, of shorter ones the last two, for a look before that.
        tail_starts: How tails begin that end with a wildcard.
        tail: What may be glued to the end of a paragraph, one group a rule.
        head: What may be glued to its beginning, one group a rule.
    """

    exact: Mapping[str, tuple[str, Form]]
    label_lengths: Mapping[str, frozenset[int]]
    patterns: Mapping[str, re.Pattern[str]]
    pattern_rules: Mapping[str, tuple[tuple[str, Form], ...]]
    inside: tuple[str, ...]
    tail_ends: tuple[str, ...]
    tail_last: frozenset[str]
    tail_starts: tuple[str, ...]
    tail: re.Pattern[str]
    head: re.Pattern[str]


@cache
def read_phrases() -> tuple[Phrase, ...]:
    """Read the list.

    Raises:
        ConfigError: A row is not `rule, form, language, phrase`.
    """
    text = resources.files("ingest.resources").joinpath(_RESOURCE).read_text(encoding="utf-8")
    rows = []
    for number, row in enumerate(text.splitlines(), 1):
        if not row or row.startswith("# ") or row == "#":
            continue
        cells = row.split("\t")
        if len(cells) != 4 or cells[1] not in get_args(Form) or not line_key(_WILDCARD.sub("", cells[3])):  # noqa: PLR2004
            raise ConfigError(
                f"{_RESOURCE}:{number}: expected rule, form ({', '.join(get_args(Form))}), language, "
                f"phrase with a word in it, separated by tabulators; found {row!r}"
            )
        rows.append(Phrase(cells[0], cells[1], cells[2], cells[3]))  # type: ignore[arg-type]  # checked above
    return tuple(rows)


@cache
def furniture_words(name: str) -> frozenset[str]:
    """One list of words that the rules put together.

    Raises:
        ConfigError: There is no such list; the message names those there are.
    """
    rows = [row.split("\t") for row in bundled_lines(_WORDS)]
    words = frozenset(word for listed, word in rows if listed == name)
    if not words:
        raise ConfigError(f"{_WORDS}: no list {name!r}; there are: {', '.join(sorted({r[0] for r in rows}))}")
    return words


@cache
def words_telling(name: str) -> re.Pattern[str]:
    """What a text holds that holds one of such a list: one search before each of them is looked for."""
    return re.compile("|".join(map(re.escape, _telling_words(furniture_words(name)))))


@cache
def compiled_phrases() -> Phrases:
    """Compile the list once for the process."""
    exact: dict[str, tuple[str, Form]] = {}
    buckets: dict[str, list[Phrase]] = {}
    for phrase in read_phrases():
        if phrase.form in {"tail", "head"}:
            continue
        if _WILDCARD.search(phrase.text):
            buckets.setdefault(_bucket(phrase.text), []).append(phrase)
        else:
            exact[line_key(phrase.text)] = (phrase.rule, phrase.form)
    # The phrase that is glued on begins a sentence, or a word in the middle of nothing ("...to come.Login").
    tail = re.compile(
        f"(?P<stop>{_SENTENCE_END}\\s*|(?<=[^\\W\\d_])(?=[^\\W\\d_]))"
        f"(?P<phrase>{_alternatives('tail')})(?P<end>[\\s.\u2026\u00bb\u203a\u2192>]*)$",
        re.IGNORECASE,
    )
    head = re.compile(f"(?P<phrase>{_alternatives('head')})(?P<gap>[\\s:|]*)(?=\\w)", re.IGNORECASE)
    tails = {phrase.text for phrase in read_phrases() if phrase.form == "tail"}
    ends = tuple(sorted(_typed(_WILDCARD.split(text)[-1]) for text in tails if text[-1] not in "*#"))
    begun = {_WILDCARD.split(text)[0] for text in tails if text[-1] in "*#"}
    starts = tuple(sorted(a for a in begun if not any(b in a for b in begun if a != b)))
    patterns = {k: re.compile("|".join(f"({_regex(p.text)})" for p in v)) for k, v in buckets.items()}
    pattern_rules = {k: tuple((p.rule, p.form) for p in v) for k, v in buckets.items()}
    inside = {max(_WILDCARD.split(p.text), key=len).strip() for p in buckets.get("", ())}
    return Phrases(
        exact=exact,
        label_lengths=_label_lengths(exact),
        patterns=patterns,
        pattern_rules=pattern_rules,
        inside=_telling_words(inside),
        tail_ends=ends,
        tail_last=frozenset(text[-3:] for text in ends),
        tail_starts=starts,
        tail=tail,
        head=head,
    )


def _label_lengths(exact: Mapping[str, tuple[str, Form]]) -> Mapping[str, frozenset[int]]:
    lengths: dict[str, set[int]] = {}
    for text, (_, form) in exact.items():
        if form != "weak" and len(text) <= _LONGEST_LABEL:
            start = _LABEL_START if len(text) >= _LABEL_START else _SHORT_LABEL_START
            lengths.setdefault(text[:start], set()).add(len(text))
    return {start: frozenset(found) for start, found in lengths.items()}


def _telling_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Words, and few, of which each text holds one: long ones first, since few other texts hold them."""
    left, telling = set(texts), []
    while left:
        words = sorted({word for text in left for word in text.split()})
        telling.append(max(words, key=lambda word: len(word) ** 3 * sum(word in text for text in left)))
        left = {text for text in left if telling[-1] not in text}
    return tuple(telling)


def _typed(text: str) -> str:
    """A phrase as `match_tail` looks for it: plain apostrophes, no marks at its end."""
    return text.rstrip(_TAIL_MARKS)


def _bucket(phrase: str) -> str:
    """Where a phrase with wildcards is looked up: its first word, or its first character."""
    if phrase[0] == "#":
        return _NUMBER
    literal = _WILDCARD.split(phrase)[0]
    return literal.partition(" ")[0] if " " in literal else literal[:1]


def _regex(phrase: str) -> str:
    """A phrase as a regular expression over keys; linear, since wildcards do not nest."""
    marks = _WILDCARD.findall(phrase)
    parts = _WILDCARD.split(phrase)
    if marks:
        parts[-1] = parts[-1].rstrip(_MARKS_AT_END)  # a key ends with its last word: "comments (3"
    pattern = re.escape(parts[0])
    for mark, part in zip(marks, parts[1:], strict=True):
        if mark == "**" and pattern.endswith("\\ "):  # the space before "anything" goes with it
            pattern = pattern[:-2] + r"(?:\W.*)?" + re.escape(part)
            continue
        pattern += _WILDCARDS[mark] + re.escape(part)
    return pattern


def _alternatives(form: Form) -> str:
    """One named group a rule, longest phrases first."""
    by_rule: dict[str, list[str]] = {}
    for phrase in read_phrases():
        if phrase.form == form:
            by_rule.setdefault(phrase.rule, []).append(phrase.text)
    return "|".join(f"(?P<{rule}>{'|'.join(_longest_first(texts))})" for rule, texts in by_rule.items())


def _longest_first(texts: Iterable[str]) -> list[str]:
    pattern = [_regex(text).replace(".*", "[^.!?]*").replace(r"\S", r"[^\s.!?]") for text in texts]
    return [p.replace("'", "['\u2019]") for p in sorted(pattern, key=len, reverse=True)]


def match_line(key: str, *, quoted: bool) -> tuple[str, Form] | None:
    """Find the phrase that a whole line is.

    Args:
        key: The line's key.
        quoted: Whether the line begins with a quotation mark: then somebody says it, and only
            a line without wildcards is furniture.

    Returns:
        The phrase's rule and form; None for other lines.
    """
    phrases = compiled_phrases()
    found = phrases.exact.get(key)
    if found or not key or quoted:
        return found
    firsts = [key.partition(" ")[0], _NUMBER if key[0].isdigit() else key[0]]
    if any(map(key.__contains__, phrases.inside)):
        firsts.append("")
    for first in firsts:
        pattern = phrases.patterns.get(first)
        match = pattern.fullmatch(key) if pattern else None
        if match and match.lastindex:
            return phrases.pattern_rules[first][match.lastindex - 1]
    return None


def count_labels(key: str, *, glued: bool) -> int:
    """How many wordings a line is made of, side by side.

    Args:
        key: The line's key.
        glued: Whether nothing need stand between two of them, as where a page's elements meet.

    Returns:
        Their number, by the longest at each place that leads to the end; 0 where anything else is said.
    """
    exact, lengths = compiled_phrases().exact, compiled_phrases().label_lengths
    if key[:_LABEL_START] not in lengths and key[:_SHORT_LABEL_START] not in lengths:
        return 0
    counts = {0: 0}
    pending = [0]  # places that a wording leads to; each is looked at once all that lead there are known
    while pending and (start := heappop(pending)) < len(key):
        longer = lengths.get(key[start : start + _LABEL_START], ())
        for length in (*longer, *lengths.get(key[start : start + _SHORT_LABEL_START], ())):
            end = start + length
            if end < len(key) and not glued and key[end].isalnum() and key[end - 1].isalnum():
                continue
            found = exact.get(key[start:end]) if end <= len(key) else None
            if found and found[1] != "weak":
                following = end
                while following < len(key) and not key[following].isalnum():
                    following += 1
                if following not in counts:
                    heappush(pending, following)
                counts[following] = max(counts.get(following, 0), counts[start] + 1)
    return counts.get(len(key), 0)


def may_be_glued(texts: Sequence[str]) -> frozenset[str]:
    """Those of some paragraphs that a phrase may be glued to: a look at all of them before the search."""
    phrases = compiled_phrases()
    ends = list(map(_end, texts))
    joined = "\n".join(ends)
    starts = [start for start in phrases.tail_starts if start in joined]
    return frozenset(
        text
        for text, end in zip(texts, ends, strict=True)
        if _ends_like_tail(end, phrases) or any(map(end.__contains__, starts)) or phrases.head.match(text)
    )


def match_tail(text: str) -> tuple[str, int] | None:
    """Rule of a phrase glued to the end of a paragraph, and where it begins; None for none."""
    end = _end(text)
    phrases = compiled_phrases()
    if not _ends_like_tail(end, phrases) and not any(map(end.__contains__, phrases.tail_starts)):
        return None
    match = phrases.tail.search(text, max(0, len(text) - _LONGEST_TAIL))
    if not match:
        return None
    start = match.start("phrase")
    phrase, end = match["phrase"], match["end"]
    if phrase[0].islower() or not text[:start].strip():
        return None
    glued = not match["stop"]
    if glued and not (text[start - 1].islower() and text.count(" ", 0, start) >= _WORDS_BEFORE_GLUE):
        return None
    if end.strip() == "." and phrase.count(" ") < 2:  # noqa: PLR2004 - a sentence of one word, as people write them
        return None
    return _rule_of(match), start


def _end(text: str) -> str:
    """The end of a paragraph as tails are looked for in it."""
    return text[-_LONGEST_TAIL:].rstrip(_TAIL_MARKS).lower().replace("\u2019", "'")


def _ends_like_tail(end: str, phrases: Phrases) -> bool:
    may = end[-3:] in phrases.tail_last or end[-2:] in phrases.tail_last
    return may and end.endswith(phrases.tail_ends)


def match_head(text: str) -> tuple[str, int] | None:
    """Rule of a phrase glued to the beginning of a paragraph, and where the rest begins; None for none."""
    match = compiled_phrases().head.match(text)
    if not match or match.end() >= len(text) or not text[match.end()].isupper():
        return None
    if (
        match["gap"] and " " not in match["phrase"]
    ):  # "Advertisement Week opened": one word may be a name's first
        return None
    return _rule_of(match), match.end()


def _rule_of(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next(
        name for name, value in groups.items() if value and name not in {"stop", "phrase", "end", "gap"}
    )
