"""What of the names deserves a look: a CSV that the analyst fills in and gives back as decisions."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import astuple, dataclass, fields, replace
from itertools import chain
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from ingest.names.forms.acronyms import initials
from ingest.names.forms.keys import fold
from ingest.names.forms.persons import family_name, same_person, split_name
from ingest.names.resolve.decisions import as_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from ingest.names.resolve.decisions import Decision, NameRef
    from ingest.names.resolve.distinct import CorpusName, Link

    Snippets = Callable[[CorpusName], Sequence[tuple[str, str]]]
    """Gives words around a name, with the id of their document."""
    Together = Callable[[Sequence[tuple[CorpusName, CorpusName]]], Sequence[bool]]

_CROWD = 24
"""Names that share a word are compared when so many or fewer share it."""

_CLOSE = 88.0
"""Likeness of two names, 0 to 100 (rapidfuzz token_sort_ratio), from which a look is worth while."""

_BY_LETTERS = 90
"""What stands for the likeness of an acronym and a phrase, 0 to 100."""

_ROWS = 200
"""Rows of each reason at most."""

_FREQUENT = 5
"""Mentions from which a name of one document deserves a look."""

_PLACES = ("snippet_1", "document_1", "snippet_2", "document_2", "snippet_3", "document_3")

_PROVEN = frozenset(("self", "authority", "decision"))


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row of the review file; the first five columns are what a decision needs.

    Attributes:
        decision: The analyst writes `same`, `different`, `is:<authority id>`, `type:<TYPE>` or `not_a_name`;
            empty but where the reason is `decided`.
        entity_type: The name's type.
        key: Its comparison form.
        other_type: The second name's type; empty where a row is about one name.
        other_key: The second name's comparison form.
        reason: Why it is here: `unlinked`, `likely_same`, `one_document`; or `decided`, where a
            decision in force is carried along.
        name: The name as it stands in texts.
        other: The second name.
        entity: What the name is linked to now.
        basis: Why.
        documents: Documents that have the name.
        mentions: Mentions of it.
        other_mentions: Mentions of the second name.
        likeness: 0 to 100, for `likely_same`.
        snippet_1: Where it stands, with some words around; where a row is about two names, they take turns.
        document_1: The document that it stands in.
        snippet_2: Another place.
        document_2: Its document.
        snippet_3: Another place.
        document_3: Its document.
    """

    decision: str
    entity_type: str
    key: str
    other_type: str
    other_key: str
    reason: str
    name: str
    other: str
    entity: str
    basis: str
    documents: int
    mentions: int
    other_mentions: int
    likeness: int
    snippet_1: str = ""
    document_1: str = ""
    snippet_2: str = ""
    document_2: str = ""
    snippet_3: str = ""
    document_3: str = ""


def review_rows(
    names: Sequence[CorpusName],
    links: Sequence[Link],
    snippets: Snippets,
    together: Together,
    decisions: Sequence[Decision] = (),
) -> tuple[ReviewRow, ...]:
    """Choose what deserves a look: of each reason, the names with the most mentions first.

    What a decision answers is not asked again.  The decisions themselves come last, so that the rows with a
    `decision` are always the whole of what is decided.

    Args:
        names: All distinct names of the corpus.
        links: What `resolve` gave for them.
        snippets: Gives up to three places where a name stands.
        together: Tells of each of some pairs of names whether one document has both.
        decisions: Those that the names were resolved with.

    Returns:
        The rows, by reason and then by weight; the same for the same corpus, whatever the order of `names`.
    """
    order = sorted(
        range(len(names)), key=lambda i: (names[i].entity_type, names[i].key, names[i].authority_id or "")
    )
    rows = [names[i] for i in order]
    given = [links[i] for i in order]
    is_answered = _answered(rows, decisions)
    chosen: list[ReviewRow] = []
    for pairs in (_likely(rows, given, together), _thin(rows, given), _unlinked(rows, given)):
        asked = (pair for pair in pairs if not is_answered(pair))
        ranked = sorted(asked, key=lambda p: (-rows[p[1]].mention_count, -p[3], p[1], p[2] or 0))[:_ROWS]
        chosen.extend(_row(rows, given, pair, snippets) for pair in ranked)
    return (*chosen, *_decided(rows, given, decisions, snippets))


_Pair = tuple[str, int, int | None, int]
"""Reason, row, second row, likeness."""


def _answered(rows: Sequence[CorpusName], decisions: Sequence[Decision]) -> Callable[[_Pair], bool]:
    """Tell whether a decision speaks of a pair, or of one of its names alone."""
    pairs = {frozenset((d.name, d.other)) for d in decisions if d.other is not None}
    single = {d.name for d in decisions if d.other is None}

    def is_answered(pair: _Pair) -> bool:
        refs = [(rows[i].entity_type, rows[i].key) for i in pair[1:3] if i is not None]
        return frozenset(refs) in pairs or not single.isdisjoint(refs)

    return is_answered


def _decided(
    rows: Sequence[CorpusName], links: Sequence[Link], decisions: Sequence[Decision], snippets: Snippets
) -> Iterator[ReviewRow]:
    """The decisions in force, in the order of the file; those on names now gone too, for they may return."""
    index: dict[NameRef, int] = {(row.entity_type, row.key): i for i, row in enumerate(rows)}
    for decision in decisions:
        at, other = index.get(decision.name), index.get(decision.other) if decision.other else None
        other_type, other_key = decision.other or ("", "")
        known = (
            _row(rows, links, ("decided", at, other, 0), snippets)
            if at is not None
            else ReviewRow("", "", "", "", "", "decided", decision.name[1], other_key, "", "", 0, 0, 0, 0)
        )
        yield replace(
            known,
            decision=f"{decision.action}:{decision.value}" if decision.value else decision.action,
            entity_type=decision.name[0],
            key=decision.name[1],
            other_type=other_type,
            other_key=other_key,
            other=known.other or other_key,
        )


def _unlinked(rows: Sequence[CorpusName], links: Sequence[Link]) -> Iterator[_Pair]:
    """Names that several documents have, or one has often, and that no list knows and nothing joins."""
    members: dict[str, int] = defaultdict(int)
    for link in links:
        members[link.entity.entity_id] += 1
    for i, (row, link) in enumerate(zip(rows, links, strict=True)):
        alone = members[link.entity.entity_id] == 1 and link.entity.authority_id is None
        if alone and link.basis == "self" and (row.document_count > 1 or row.mention_count >= _FREQUENT):
            yield "unlinked", i, None, 0


def _thin(rows: Sequence[CorpusName], links: Sequence[Link]) -> Iterator[_Pair]:
    """Merges whose other side stands in one document only."""
    members: dict[str, list[int]] = defaultdict(list)
    for i, link in enumerate(links):
        members[link.entity.entity_id].append(i)
    for group in members.values():
        for i in group:
            others = [j for j in group if j != i]
            if others and links[i].basis not in _PROVEN and sum(rows[j].document_count for j in others) == 1:
                yield "one_document", i, others[0], 0


def _likely(rows: Sequence[CorpusName], links: Sequence[Link], together: Together) -> Iterator[_Pair]:
    """Names that nothing proves to be one but much suggests: likeness, agreeing parts, initials.

    An acronym and a phrase of its letters are offered where one document has both, or one explains the
    acronym so: else the letters fit by chance.
    """
    by_letters: list[tuple[int, int]] = []
    seen: set[tuple[int, int]] = set()
    for block in _blocks(rows):
        for place, i in enumerate(block):
            for j in block[:place]:
                pair = (i, j) if (rows[i].mention_count, j) >= (rows[j].mention_count, i) else (j, i)
                if pair in seen or links[i].entity == links[j].entity:
                    continue
                seen.add(pair)
                if "decision" in (links[i].basis, links[j].basis):
                    continue
                if _is_acronym_of(rows[i], rows[j]):
                    by_letters.append(pair)
                elif (likeness := _likeness(rows[i], rows[j])) >= _CLOSE:
                    yield "likely_same", *pair, round(likeness)
    met = together([(rows[i], rows[j]) for i, j in by_letters])
    for (i, j), meets in zip(by_letters, met, strict=True):
        if meets or _explains(rows[i], rows[j]) or _explains(rows[j], rows[i]):
            yield "likely_same", i, j, _BY_LETTERS


def _blocks(rows: Sequence[CorpusName]) -> Iterator[list[int]]:
    """Names that share a word, a family name or an acronym's letters, where not too many share it."""
    blocks: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        is_person = row.entity_type == "PERSON"
        name = split_name(row.display)
        words = set(family_name(name)) if is_person and name.words else set(row.key.split())
        if not is_person:
            words |= initials(row.display) if " " in row.key else {row.key}
        for word in words:
            if len(word) > 1:
                blocks[is_person, word].append(i)
    return (block for block in blocks.values() if 1 < len(block) <= _CROWD)


def _likeness(left: CorpusName, right: CorpusName) -> float:
    if left.entity_type == "PERSON":
        one, two = split_name(left.display), split_name(right.display)
        if one.is_full and two.is_full and same_person(one, two):
            return 95.0
        if not (one.is_full and two.is_full):
            return 0.0
    elif (" " in left.key) != (" " in right.key):
        return 0.0
    return fuzz.token_sort_ratio(left.key, right.key, score_cutoff=_CLOSE)


def _is_acronym_of(left: CorpusName, right: CorpusName) -> bool:
    """Whether one is a word made of the first letters of the other's words."""
    if "PERSON" in (left.entity_type, right.entity_type) or (" " in left.key) == (" " in right.key):
        return False
    short, full = sorted((left, right), key=lambda n: len(n.key))
    return len(short.key) > 2 and short.key in initials(full.display)  # noqa: PLR2004 (letters)


def _explains(full: CorpusName, short: CorpusName) -> bool:
    """Whether some document explains an acronym by a full name, though others explain it otherwise."""
    return any(s.basis == "acronym" and fold(s.surface) == short.key for s in full.spellings)


def _row(rows: Sequence[CorpusName], links: Sequence[Link], pair: _Pair, snippets: Snippets) -> ReviewRow:
    reason, i, j, likeness = pair
    row, link = rows[i], links[i]
    other = rows[j] if j is not None else None
    return ReviewRow(
        decision="",
        entity_type=row.entity_type,
        key=row.key,
        other_type=other.entity_type if other else "",
        other_key=other.key if other else "",
        reason=reason,
        name=row.display,
        other=other.display if other else "",
        entity=f"{link.entity.entity_name} ({link.entity.entity_id})",
        basis=link.basis,
        documents=row.document_count,
        mentions=row.mention_count,
        other_mentions=other.mention_count if other else 0,
        likeness=likeness,
        **dict(zip(_PLACES, chain.from_iterable(_shown(snippets, row, other)), strict=False)),
    )


def _shown(snippets: Snippets, row: CorpusName, other: CorpusName | None) -> list[tuple[str, str]]:
    """Places of a name; of two names in turn."""
    places = list(snippets(row))
    for at, place in enumerate(snippets(other) if other is not None else ()):
        places.insert(2 * at + 1, place)
    return places


def write_review(path: Path, rows: Iterable[ReviewRow]) -> None:
    """Write a review file, to be opened as a sheet.

    Text that a spreadsheet could take for a formula is written by `as_cell`.

    Args:
        path: The file; overwritten.
        rows: What `review_rows` gave.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([field.name for field in fields(ReviewRow)])
        writer.writerows(
            [as_cell(value) if isinstance(value, str) else value for value in astuple(row)] for row in rows
        )
