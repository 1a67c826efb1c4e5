"""Evidence across the corpus: which distinct names are one entity.

Everything works on blocks of names that share a word, so that the cost follows their number.
Rows come sorted by type and key; nothing depends on their order otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ingest.names.forms.bodies import is_generic
from ingest.names.forms.keys import fold
from ingest.names.forms.persons import (
    PersonName,
    clearly_same_person,
    family_name,
    given_gender,
    short_form,
    split_name,
)
from ingest.names.forms.variants import is_slip
from ingest.names.link.things import is_place
from ingest.names.resolve.blocks import (
    MISREAD,
    SHORT,
    explaining,
    form,
    full_forms,
    given_block,
    may_be_explained,
    may_be_misread,
    with_a_gap,
    without_town,
    words_borne,
)
from ingest.names.resolve.merger import AUTHORITY, SELF, Merger, Reason, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.names.authority import Authority
    from ingest.names.resolve.blocks import Block
    from ingest.names.resolve.distinct import CorpusName


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
        for name in full_forms(row):
            for word in {name.words[0], name.words[-1], *family_name(name)}:
                full[word].append((index, name))
        name = split_name(row.display)
        if not name.is_full and row.authority_id is None and name.words:
            short.append((index, name))
    for word in sorted(full):
        same_family = [item for item in full[word] if word in family_name(item[1])]
        for part in _parted(merger, word, same_family):
            _agree(merger, part)
    for index, name in short:
        _surname(merger, index, name, full.get(name.words[-1], []))


def _parted(
    merger: Merger, word: str, block: list[tuple[int, PersonName]]
) -> Iterable[list[tuple[int, PersonName]]]:
    """Cut a block that is a crowd by given name; what is a crowd still is left alone."""
    if not merger.is_crowd(("family", word), (index for index, _ in block)):
        return (block,)
    parts: dict[Block, list[tuple[int, PersonName]]] = defaultdict(list)
    for item in block:
        parts[given_block(item[1], word)].append(item)
    return (part for given, part in parts.items() if not merger.is_crowd(given, (index for index, _ in part)))


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
        for spelling in explaining(row):
            where: Where = (spelling.evidence_document_id, spelling.evidence_start, spelling.evidence_end)
            explained[fold(spelling.surface)].append((index, spelling.basis, where))
    for index, row in enumerate(merger.rows):
        if row.key in explained and may_be_explained(row):
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
        for name, town in without_town(row):
            club = short.get(name)
            if club is not None and is_place(town, authority):
                clubs[club].append(index)
    for club, full in clubs.items():
        documents = sum(merger.rows[index].document_count for index in full)
        if documents > 1 and len({merger.root(index) for index in full}) == 1:
            merger.join(club, full[0], Reason("short_name"))


def _may_be(short: CorpusName, full: CorpusName) -> bool:
    """Whether the types allow it: a place stands for itself."""
    return short.entity_type == full.entity_type or short.entity_type not in ("LOCATION", "NORP")


def merge_variants(merger: Merger) -> None:
    """Names that differ in spelling only: conventions, transliteration, one slip of the pen."""
    blocks: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        if row.authority_id is None:
            blocks[form(row), row.entity_type == "PERSON"].append(index)
    for (shared, _), block in blocks.items():
        if len(block) > 1 and len(shared) > SHORT:
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
        if may_be_misread(row):
            blocks[row.key].append(index)
    blocks = {key: block for key, block in blocks.items() if len(block) > 1}
    if not blocks:
        return
    borne = merger.around.borne.union(*map(words_borne, merger.rows))
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


_MADE = MISREAD - {"LOCATION", "PERSON"}
_MANY = 3


def _alike(left: CorpusName, right: CorpusName) -> bool:
    """Whether two rows of one form are one thing: of one type, or of several words."""
    return left.entity_type == right.entity_type or (" " in left.key and " " in right.key)


def _merge_slips(merger: Merger) -> None:
    """Names of several words, of things, that differ by one letter of one long word (`Minstry`)."""
    blocks: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for index, row in enumerate(merger.rows):
        for rest, word in with_a_gap(row):
            blocks[rest].append((word, index))
    for rest, block in blocks.items():
        if len(block) > 1 and not merger.is_crowd(("slip", rest), (index for _, index in block)):
            target_word, target = max(block, key=lambda item: (merger.rows[item[1]].mention_count, item[0]))
            for word, index in block:
                if index != target and is_slip(word, target_word):
                    merger.join(index, target, Reason("variant"))
