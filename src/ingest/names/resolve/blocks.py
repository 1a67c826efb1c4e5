"""Blocks of distinct names: what names have in common that may become one entity.

`merge` compares names within a block only.  So names that share no block, not even by way of others, have
no influence on each other, and a corpus that has grown is resolved anew only where blocks have changed
(`ingest.corpus.affected`).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from ingest.names.forms.bodies import core, is_generic, kind_last
from ingest.names.forms.keys import fold, is_acronym
from ingest.names.forms.persons import SON_OF, PersonName, family_name, split_name
from ingest.names.forms.variants import LONG_WORD, plain, sound, without_unit
from ingest.names.link.things import is_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from ingest.names.authority import Authority
    from ingest.names.resolve.distinct import CorpusName, CorpusSpelling

CROWD = 24
"""Names of one family name, or of one given and one family name, that are compared pairwise at most."""
LONGEST = 12
SHORT = 4
MISREAD = frozenset(("LOCATION", "PERSON", "ORGANIZATION", "PRODUCT", "OTHER", "EVENT"))
_SHORT_ACRONYM = 3
_SHORTENED = frozenset(("acronym", "alias", "short_name"))

Kind = Literal["entry", "family", "given", "short", "word", "borne", "form", "slip", "means", "meant", "club"]

Block = tuple[Kind, str]
"""What the names of a block share: what it is, and the words."""

LIMITED: frozenset[Kind] = frozenset(("family", "given", "slip"))
"""Blocks that say nothing where they are crowds."""


SILENT: frozenset[Kind] = frozenset(("borne",))
"""Blocks in which names have no say on each other: they tell who bears a word."""


_KINDS: tuple[Kind, ...] = get_args(Kind)
_KIND_BITS = 4
_HASH_BYTES = 8


def block_hash(block: Block) -> int:
    """A number for a block, which tells its kind: 63 bits, of which the last four are the kind."""
    kind, words = block
    of = "means" if kind == "meant" else kind
    digest = blake2b(f"{of}\n{words}".encode(), digest_size=_HASH_BYTES).digest()
    return int.from_bytes(digest, "big") >> _KIND_BITS + 1 << _KIND_BITS | _KINDS.index(kind)


OTHER_SIDE = _KINDS.index("means") ^ _KINDS.index("meant")
"""By these bits the number of the block of what a short form means differs from that of the short form."""


def is_of(hashed: npt.NDArray[np.int64], kinds: Iterable[Kind]) -> npt.NDArray[np.bool_]:
    """Which numbers are those of blocks of some kinds."""
    wanted = np.zeros(1 << _KIND_BITS, np.bool_)
    wanted[[_KINDS.index(kind) for kind in kinds]] = True
    found: npt.NDArray[np.bool_] = wanted[hashed & len(wanted) - 1]
    return found


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rest of a corpus says of names that are resolved without it.

    Attributes:
        crowds: Hashes of the blocks of these names that are crowds with the others.
        borne: Words that others bear.
    """

    crowds: frozenset[int] = frozenset()
    borne: frozenset[str] = frozenset()


ALONE = Surroundings()
"""The names are the whole corpus."""


def blocks(row: CorpusName, authority: Authority) -> set[Block]:
    """Give the blocks that a name stands in.

    Args:
        row: The name, counted over the corpus.
        authority: The authority it is resolved with.
    """
    found: set[Block] = {("means", fold(spelling.surface)) for spelling in explaining(row)}
    if row.authority_id is not None:
        found.add(("entry", row.authority_id))
    if row.entity_type == "PERSON":
        found.update(_of_person(row))
    if row.authority_id is None:
        found.add(("form", f"{row.entity_type == 'PERSON'} {form(row)}"))
        found |= {("slip", rest) for rest, _ in with_a_gap(row)}
        if may_be_misread(row):
            found.add(("word", row.key))
    if may_be_explained(row):
        found.add(("meant", row.key))
    if row.entity_type == "ORGANIZATION":
        found |= {("club", club) for club, place in without_town(row) if is_place(place, authority)}
        if row.authority_id is None and not is_generic(row.key):
            found.add(("club", row.key))
    return found


def _of_person(row: CorpusName) -> Iterator[Block]:
    for name in full_forms(row):
        for word in family_name(name):
            yield "family", word
            yield given_block(name, word)
        for words in _shortened(name):
            yield "short", " ".join(words)
    short = split_name(row.display)
    if not short.is_full and row.authority_id is None:
        yield "short", " ".join(short.words)


def _shortened(name: PersonName) -> Iterator[tuple[str, ...]]:
    """The surnames that may stand for a full name, as `persons.short_form` takes them."""
    words, family = name.words, family_name(name)
    yield family
    yield family[-1:]
    for start in range(1, len(words)):
        yield words[start:]
    for start, word in enumerate(words):
        if word in SON_OF:
            yield from (words[start:end] for end in range(start + 1, len(words)))


def given_block(name: PersonName, word: str) -> Block:
    """The block of a full name among those of a family name that are a crowd."""
    return "given", f"{name.words[0]} {word}"


def full_forms(row: CorpusName) -> Iterable[PersonName]:
    """The full names of a person's row: its own, and for an authority entry each full spelling."""
    surfaces = [row.display] if row.authority_id is None else [s.surface for s in row.spellings]
    return dict.fromkeys(name for name in map(split_name, surfaces) if name.is_full)


def words_borne(row: CorpusName) -> tuple[str, ...]:
    """The words of a person's name, if it has several."""
    return split_name(row.display).words if row.entity_type == "PERSON" and " " in row.key else ()


def may_be_misread(row: CorpusName) -> bool:
    """Whether a name is one word that may be of another type: no list knows it."""
    is_word = " " not in row.key and len(row.key) > SHORT
    return is_word and row.authority_id is None and row.entity_type in MISREAD


def form(row: CorpusName) -> str:
    """What all spellings of one name share."""
    if row.entity_type == "PERSON":
        return sound(row.key) if " " in row.key else plain(row.key)
    key = kind_last(core(row.key)) if row.entity_type == "ORGANIZATION" else row.key
    if row.entity_type == "LOCATION":
        key = without_unit(key)
    if row.entity_type == "NORP" or " " in key:
        key = " ".join(w.removesuffix("s") if len(w) > SHORT else w for w in key.split())
    return plain(key)


def with_a_gap(row: CorpusName) -> Iterator[tuple[str, str]]:
    """A thing's name of several words without one long word, and that word."""
    return gaps(row.key) if row.authority_id is None and row.entity_type != "PERSON" else iter(())


def gaps(key: str) -> Iterator[tuple[str, str]]:
    """A comparison form without one long word, and that word."""
    words = key.split()
    for place, word in enumerate(words if 1 < len(words) <= LONGEST else ()):
        if len(word) >= LONG_WORD:
            yield " ".join((*words[:place], "*", *words[place + 1 :])), word


def explaining(row: CorpusName) -> Iterator[CorpusSpelling]:
    """The short forms that documents explain for a name."""
    for spelling in row.spellings:
        known = spelling.basis == "authority" and _is_telling(row, spelling.surface)
        if (known or spelling.basis in _SHORTENED) and spelling.evidence_document_id is not None:
            yield spelling


def _is_telling(row: CorpusName, surface: str) -> bool:
    """Whether an acronym is long enough to mean the body that the authority gives, whatever the document."""
    letters = surface.replace(".", "")
    return row.entity_type == "ORGANIZATION" and len(letters) > _SHORT_ACRONYM and is_acronym(surface)


def may_be_explained(row: CorpusName) -> bool:
    """Whether a name may be a short form of another: many bodies bear a generic one."""
    return row.authority_id is None and row.entity_type != "PERSON" and not is_generic(row.key)


def without_town(row: CorpusName) -> Iterator[tuple[str, str]]:
    """A body's name without its first words, and those words."""
    words = row.key.split()[:LONGEST]
    for cut in range(1, len(words)):
        yield " ".join(words[cut:]), " ".join(words[:cut])
