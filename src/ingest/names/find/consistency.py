"""The second look: one spelling is one kind of thing throughout a document, found wherever it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ingest.names.find.spans import Found
from ingest.names.forms.bodies import LEGAL_FORMS
from ingest.names.forms.persons import family_name, split_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.names.model.tokens import Tokens

    _Votes = Mapping[tuple[str, ...], Counter[str]]

_SHORTEST_SHOUTED = 4  # letters of a surname that counts in capitals too; "UN" is a body
_ADD_SHARE = 0.4
"""A spelling is added where it was missed when at least this share of its occurrences was found."""


def agree(
    found: Sequence[Found], tokens: Tokens, sure: frozenset[tuple[str, ...]] = frozenset()
) -> list[Found]:
    """Give all names of one spelling the type most of them have, and add those that were missed.

    A single word that ends a person's full name counts as that person's surname.

    Args:
        found: Names in order.
        tokens: The document's words.
        sure: Spellings that are places, whatever the votes say.

    Returns:
        Names in order.
    """
    words = tokens.words
    votes: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    surnames: Counter[str] = Counter()
    for name in found:
        spelling = name.spelling(words)
        votes[spelling][name.kind] += 1
        if name.kind == "PER" and len(spelling) > 1:
            surnames[_surname(spelling)] += 1
    for word in [word for word in surnames if word[0].islower() and "-" in word]:
        surnames[word[0].upper() + word[1:]] += surnames[word]  # at the start of a sentence
    for word in [word for word in surnames if (word.upper(),) in votes and len(word) >= _SHORTEST_SHOUTED]:
        surnames[word.upper()] += surnames[word] * (not word.isupper())  # "SEC. LEE:" beside "Ann Lee"
    for word, count in surnames.items():
        if (word,) in votes:
            people = votes[word,].pop("PER", 0) + count
            # first, so that a surname goes before as many votes for something else
            votes[word,] = Counter({"PER": people, **votes[word,]})
    kinds = {s: "LOC" if s in sure else counts.most_common(1)[0][0] for s, counts in votes.items()}
    _bodies(kinds, votes, surnames)
    out = [Found(name.first, name.stop, kinds[name.spelling(words)]) for name in found]
    missed = _missed(found, tokens, {s: (kinds[s], c.total()) for s, c in votes.items()}, surnames)
    if missed:
        out = sorted([*out, *missed], key=lambda name: name.first)
    return out


def _surname(spelling: tuple[str, ...]) -> str:
    """The word of a full name that stands for its bearer alone: the first where the family name leads."""
    name = split_name(" ".join(spelling))
    leads = len(name.words) > 1 and family_name(name) == name.words[:1]
    return spelling[0] if leads else spelling[-1]


def _bodies(kinds: dict[tuple[str, ...], str], votes: _Votes, surnames: Counter[str]) -> None:
    """`Kestrel` is a body where `Kestrel Analytics Ltd` is one and nobody bears the name."""
    for spelling in [s for s, kind in kinds.items() if kind == "ORG" and s[-1].strip(".") in LEGAL_FORMS]:
        for stop in range(1, len(spelling)):
            part = spelling[:stop]
            is_whole = stop == len(spelling) - 1  # `Kessler-Vance AG` is no place
            is_misread = kinds.get(part) == "PER" or (is_whole and kinds.get(part) == "LOC")
            if is_misread and not _is_borne(part, votes, surnames):
                kinds[part] = "ORG"


def _is_borne(part: tuple[str, ...], votes: _Votes, surnames: Counter[str]) -> bool:
    """Whether somebody bears a word of a name, but for those who bear the whole name."""
    own = votes[part]["PER"] if len(part) > 1 else 0
    last = _surname(part)
    return any(surnames[word] > own * (word == last) for word in part)


def _missed(
    found: Sequence[Found],
    tokens: Tokens,
    known: dict[tuple[str, ...], tuple[str, int]],
    surnames: Counter[str],
) -> list[Found]:
    """Occurrences of known spellings, and of surnames, outside all names found; none crosses a sentence."""
    words = tokens.words
    free = _free_until(found, tokens)
    spellings = {
        spelling
        for spelling in (*known, *((word,) for word in surnames))
        if spelling[0][0].isupper() or "-" in spelling[0]  # `al-Khatib`
    }
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for spelling in spellings:
        lengths[spelling[0]].add(len(spelling))
    hits: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    after = 0
    for index in [index for index, word in enumerate(words) if word in lengths]:
        for length in sorted(lengths[words[index]], reverse=True) if index >= after else ():
            here = tuple(words[index : index + length])
            if index + length <= free[index] and here in spellings:
                hits[here].append(index)
                after = index + length
                break
    out = []
    for spelling, places in hits.items():
        kind, count = known.get(spelling, ("PER", surnames[spelling[0]]))
        if count >= _ADD_SHARE * (count + len(places)):
            out += [Found(place, place + len(spelling), kind) for place in places]
    return out


def _free_until(found: Sequence[Found], tokens: Tokens) -> list[int]:
    """For each word, where the words end that begin with it, meet no name and cross no sentence."""
    count = len(tokens.words)
    stops = np.zeros(count + 1, np.bool_)
    stops[tokens.sentences] = True
    covered = np.zeros(count, np.bool_)
    for name in found:
        covered[name.first : name.stop] = True
        stops[name.first] = True
    places = np.flatnonzero(stops)
    until = places[np.searchsorted(places, np.arange(count), side="right")]
    until[covered] = 0
    return until.tolist()  # type: ignore[no-any-return]  # a list of int, whatever numpy's stubs say
