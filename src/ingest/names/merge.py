"""Evidence across the corpus: which distinct names are one entity.

Everything works on blocks of names that share a word, so that the cost follows their number.
Rows come sorted by type and key; nothing depends on their order otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ingest.names.keys import fold, is_acronym
from ingest.names.merger import AUTHORITY, SELF, Merger, Reason, Where
from ingest.names.persons import (
    PersonName,
    clearly_same_person,
    family_name,
    given_gender,
    short_form,
    split_name,
)
from ingest.names.things import core, is_generic, is_place, kind_last
from ingest.names.variants import LONG_WORD, is_slip, plain, sound, without_unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.names.authority import Authority
    from ingest.names.distinct import CorpusName

_LONGEST = 12
_CROWD = 24  # full names of one family name, or of one given and one family name, that are compared pairwise


def merge_authority(merger: Merger) -> None:
    """Rows of one authority entry are one entity; a decision has said already whose some rows are."""
    first: dict[str, int] = {}
    for index, row in enumerate(merger.rows):
        known = merger.known.get(merger.root(index), row.authority_id)
        if known is not None:
            merger.known[merger.root(index)] = known
            merger.join(index, first.setdefault(known, index), AUTHORITY)
            if merger.reasons[index] is SELF:
                merger.reasons[index] = AUTHORITY


def merge_people(merger: Merger) -> None:
    """Full names that agree and fit one person alone; then surnames that one person alone bears."""
    full: dict[str, list[tuple[int, PersonName]]] = defaultdict(list)
    short: list[tuple[int, PersonName]] = []
    for index, row in enumerate(merger.rows):
        if row.entity_type != "PERSON":
            continue
        for name in _full_forms(row):
            for word in {name.words[0], name.words[-1], *family_name(name)}:
                full[word].append((index, name))
        name = split_name(row.display)
        if not name.is_full and row.authority_id is None and name.words:
            short.append((index, name))
    for word, block in full.items():
        same_family = [item for item in block if word in family_name(item[1])]
        for part in _parted(same_family):
            _agree(merger, part)
    for index, name in short:
        _surname(merger, index, name, full.get(name.words[-1], []))


def _parted(block: list[tuple[int, PersonName]]) -> Iterable[list[tuple[int, PersonName]]]:
    """Cut a block that is too large by given name; what is too large still is left alone."""
    if len(block) <= _CROWD:
        return (block,)
    parts: dict[str, list[tuple[int, PersonName]]] = defaultdict(list)
    for item in block:
        parts[item[1].words[0]].append(item)
    return (part for part in parts.values() if len(part) <= _CROWD)


def _full_forms(row: CorpusName) -> Iterable[PersonName]:
    """The full names of a row: its own, and for an authority entry each full spelling."""
    surfaces = [row.display] if row.authority_id is None else [s.surface for s in row.spellings]
    return dict.fromkeys(name for name in map(split_name, surfaces) if name.is_full)


def _agree(merger: Merger, block: list[tuple[int, PersonName]]) -> None:
    """Join each name to the fuller ones it agrees with, when those are one person."""
    ordered = sorted(
        block, key=lambda item: (-len(item[1].words), not item[1].suffix, merger.rows[item[0]].key)
    )
    for place, (index, name) in enumerate(ordered):
        fits = [
            other for other, full in ordered[:place] if other != index and clearly_same_person(name, full)
        ]
        if len({merger.root(other) for other in fits}) != 1:
            continue
        if merger.rows[index].authority_id is None:
            merger.join(index, min(fits), Reason("full_name"))
        else:
            merger.join(min(fits), index, Reason("full_name"))


def _surname(merger: Merger, index: int, name: PersonName, candidates: list[tuple[int, PersonName]]) -> None:
    fits = [
        other
        for other, full in candidates
        if short_form(name, full) == "surname" and _may_bear(name, merger.rows[other].display)
    ]
    if len({merger.root(other) for other in fits}) == 1:
        merger.join(index, min(fits), Reason("surname"))


def _may_bear(name: PersonName, full: str) -> bool:
    """Whether a title before a surname (`Mrs. Crane`) does not speak against a full name."""
    return name.gender is None or given_gender(full) in (name.gender, None)


_Explained = tuple[int, str, Where]
"""The row of a longer name, how a document joins the shorter one to it, and where."""


def merge_definitions(merger: Merger) -> None:
    """A short form that documents explain for one full name alone means it where nothing explains it.

    A short form that many bodies may bear (`Supreme Court`) proves nothing outside its document.
    """
    explained: dict[str, list[_Explained]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        for spelling in row.spellings:
            known = spelling.basis == "authority" and _is_telling(row, spelling.surface)
            if (known or spelling.basis in _SHORTENED) and spelling.evidence_document_id is not None:
                where: Where = (spelling.evidence_document_id, spelling.evidence_start, spelling.evidence_end)
                explained[fold(spelling.surface)].append((index, spelling.basis, where))
    for index, row in enumerate(merger.rows):
        if row.authority_id is not None or row.entity_type == "PERSON" or row.key not in explained:
            continue
        if is_generic(row.key):
            continue
        _mean(merger, index, [item for item in explained[row.key] if item[0] != index])


def _mean(merger: Merger, index: int, explained: list[_Explained]) -> None:
    """Join a short form to the one longer name that explains it, and odd longer names to it."""
    row = merger.rows[index]
    others = [item for item in explained if _may_be(row, merger.rows[item[0]])]
    targets = [item for item in others if _is_commoner(merger, item, row)]
    if targets and len({merger.root(item[0]) for item in targets}) == 1:
        target, basis, where = min(targets, key=lambda item: (item[2][0] or "", item[2][1] or 0, item[0]))
        merger.join(index, target, Reason(basis, where))
    if row.entity_type == "ORGANIZATION":
        for longer, basis, where in others:
            if (longer, basis, where) not in targets:
                merger.join_aside(longer, index, Reason(basis, where))


def _is_commoner(merger: Merger, explained: _Explained, row: CorpusName) -> bool:
    """Whether a shortening that no text defines may reach beyond its document.

    A name that far more documents have by itself than with words before it stands for itself: `Kestrel` is
    no short form of `Note: Talk Kestrel`, though one document has it so.  Of a body it is the other way
    round: `Company Kestrel` is what that document calls Kestrel.
    """
    index, basis, _ = explained
    longer = merger.rows[index]
    ends = basis == "short_name" and longer.key.endswith(f" {row.key}")
    return not ends or _MANY * longer.document_count >= row.document_count


def merge_clubs(merger: Merger, authority: Authority) -> None:
    """A body named without its town (`Herons`) is the one body named so with a town (`Boston Herons`).

    Two documents at least have the town, so that one odd name explains nothing.
    """
    bodies = [(i, row) for i, row in enumerate(merger.rows) if row.entity_type == "ORGANIZATION"]
    short = {row.key: i for i, row in bodies if row.authority_id is None and not is_generic(row.key)}
    clubs: dict[int, list[int]] = defaultdict(list)
    for index, row in bodies:
        words = row.key.split()[:_LONGEST]
        for cut in range(1, len(words)):
            club = short.get(" ".join(words[cut:]))
            if club is not None and is_place(" ".join(words[:cut]), authority):
                clubs[club].append(index)
    for club, full in clubs.items():
        documents = sum(merger.rows[index].document_count for index in full)
        if documents > 1 and len({merger.root(index) for index in full}) == 1:
            merger.join(club, full[0], Reason("short_name"))


def _is_telling(row: CorpusName, surface: str) -> bool:
    """Whether an acronym is long enough to mean the body that the authority gives, whatever the document."""
    letters = surface.replace(".", "")
    return row.entity_type == "ORGANIZATION" and len(letters) > _SHORT_ACRONYM and is_acronym(surface)


_SHORT_ACRONYM = 3
_SHORTENED = frozenset(("acronym", "alias", "short_name"))


def _may_be(short: CorpusName, full: CorpusName) -> bool:
    """Whether the types allow it: a place stands for itself."""
    return short.entity_type == full.entity_type or short.entity_type not in ("LOCATION", "NORP")


def merge_variants(merger: Merger) -> None:
    """Names that differ in spelling only: conventions, transliteration, one slip of the pen."""
    blocks: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        if row.authority_id is None:
            blocks[_form(row), row.entity_type == "PERSON"].append(index)
    for (form, _), block in blocks.items():
        if len(block) > 1 and len(form) > _SHORT:
            target = max(block, key=lambda i: (merger.rows[i].mention_count, -i))
            for index in block:
                if index != target and _alike(merger.rows[index], merger.rows[target]):
                    merger.join(index, target, Reason("variant"))
    _merge_slips(merger)


def merge_types(merger: Merger) -> None:
    """A word that many documents have for one kind of thing, and few for another: the few were read wrongly.

    Only what no list knows.  The many have it for a place, unless some person of the corpus bears the
    word; or they and the few have it for what people make: bodies, products, events (`iPhone`).
    """
    blocks: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        if row.authority_id is None and row.entity_type in _MISREAD and " " not in row.key:
            blocks[row.key].append(index)
    blocks = {key: block for key, block in blocks.items() if len(block) > 1 and len(key) > _SHORT}
    if not blocks:
        return
    borne = {
        word
        for row in merger.rows
        if row.entity_type == "PERSON" and " " in row.key
        for word in split_name(row.display).words
    }
    for key, block in blocks.items():
        place = [i for i in block if merger.rows[i].entity_type == "LOCATION"]
        if place and key not in borne:
            _join_the_few(merger, block, place[0])
        made = [i for i in block if merger.rows[i].entity_type in _MADE]
        if len(made) > 1:
            _join_the_few(merger, made, max(made, key=lambda i: (merger.rows[i].document_count, -i)))


def _join_the_few(merger: Merger, block: list[int], target: int) -> None:
    for index in block:
        if merger.rows[target].document_count >= _MANY * merger.rows[index].document_count:
            merger.join(index, target, Reason("same_spelling"))


_MISREAD = frozenset(("LOCATION", "PERSON", "ORGANIZATION", "PRODUCT", "OTHER", "EVENT"))
_MADE = _MISREAD - {"LOCATION", "PERSON"}
_MANY = 3
_SHORT = 4


def _form(row: CorpusName) -> str:
    """What all spellings of one name share."""
    if row.entity_type == "PERSON":
        return sound(row.key) if " " in row.key else plain(row.key)
    key = kind_last(core(row.key)) if row.entity_type == "ORGANIZATION" else row.key
    if row.entity_type == "LOCATION":
        key = without_unit(key)
    if row.entity_type == "NORP" or " " in key:
        key = " ".join(w.removesuffix("s") if len(w) > _SHORT else w for w in key.split())
    return plain(key)


def _alike(left: CorpusName, right: CorpusName) -> bool:
    """Whether two rows of one form are one thing: of one type, or of several words."""
    return left.entity_type == right.entity_type or (" " in left.key and " " in right.key)


def _merge_slips(merger: Merger) -> None:
    """Names of several words, of things, that differ by one letter of one long word (`Minstry`)."""
    blocks: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        words = row.key.split()
        if row.authority_id is None and row.entity_type != "PERSON" and 1 < len(words) <= _LONGEST:
            for place, word in enumerate(words):
                if len(word) >= LONG_WORD:
                    rest = " ".join((*words[:place], "*", *words[place + 1 :]))
                    blocks[rest].append((word, index))
    for block in blocks.values():
        if 1 < len(block) <= _CROWD:
            target_word, target = max(block, key=lambda item: (merger.rows[item[1]].mention_count, item[0]))
            for word, index in block:
                if index != target and is_slip(word, target_word):
                    merger.join(index, target, Reason("variant"))
