"""People by what is written around their names: forms of address before, letters of honours after.

"Mr al-Haddad" is somebody whatever the model takes him for; the letters of "Margaret Oduya MP" are none of
her name; "Chief Scientific Officer" is an office.  Cases: `tests/cases/names/find.tsv`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.names.find.spans import Found
from ingest.names.forms.persons import are_titles
from ingest.word_lists import bundled_set

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADDRESS = frozenset(("mr", "mrs", "ms", "miss", "messrs"))
_HONOURABLE = frozenset(("hon", "honourable", "honorable"))
_SHORTEST_SHOUTED = 3  # letters of a name in capitals
_SHORT = 3  # words of a name after "Mr" at most


def honours() -> frozenset[str]:
    """Letters that stand after a name and are none of it, without stops: `MP`, `OBE`, `PhD`."""
    return bundled_set("names/honours.txt")


def as_people(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """Mend the names of people by what stands around them.

    Args:
        found: Names in order.
        words: The words, as they are read.

    Returns:
        Names in order.
    """
    found = _with_labels(found, words)
    addressed = {
        name.spelling(words)
        for name in found
        if name.kind != "PER" and name.stop - name.first <= _SHORT and _is_addressed(name.first, words)
    }
    out: list[Found] = []
    for name in found:
        first, stop, kind = name.first, name.stop, name.kind
        if addressed and tuple(words[first:stop]) in addressed:
            kind = "PER"
        lead = _lead(words, first, stop)
        if lead:
            first, kind = first + lead, "PER"
        last = words[stop - 1]
        if (last in {",", "."} or _bare(last) in honours()) and not _is_region(name, out, words):
            stop = _before_honours(words, first, stop)
        elif last == "Officer" and "Chief" in words[max(first - 1, 0) : first + 1]:
            continue  # "Chief Scientific Officer" is an office
        if first < stop:
            out.append(Found(first, stop, kind))
    return out


def _with_labels(found: Sequence[Found], words: Sequence[str]) -> Sequence[Found]:
    """Add whom a transcript's labels name after a title in capitals: "MR. COLE:"."""
    if ":" not in words:
        return found
    labels = [at for at, word in enumerate(words) if word == ":" and at > 1 and _is_label(words, at - 1)]
    if not labels:
        return found
    covered = {index for name in found for index in range(name.first, name.stop)}
    return sorted([*found, *(Found(at - 1, at, "PER") for at in labels if at - 1 not in covered)])


def _is_label(words: Sequence[str], at: int) -> bool:
    title = words[at - 2] + "." if words[at - 1] == "." else words[at - 1]
    is_name = words[at].isupper() and words[at].isalpha() and len(words[at]) >= _SHORTEST_SHOUTED
    return is_name and len(title) > 1 and are_titles(title)


def _bare(word: str) -> str:
    return word.replace(".", "")


def _is_region(name: Found, before: Sequence[Found], words: Sequence[str]) -> bool:
    """Whether the letters are a state's behind its town: "Elleryville, MD"."""
    is_alone = name.kind == "LOC" and name.stop - name.first == 1 and len(before) > 0
    town = before[-1] if is_alone else name
    return is_alone and town.kind == "LOC" and town.stop == name.first - 1 and words[town.stop] == ","


def _lead(words: Sequence[str], first: int, stop: int) -> int:
    """How many words of address a name opens with: "Mr", "Rt Hon", and "Hon" after "the"."""
    low = [word.strip(".").lower() for word in words[first : min(first + 2, stop - 1)]]
    if not low:
        return 0
    if len(low) > 1 and low[0] in {"rt", "right"} and low[1] in _HONOURABLE:
        return 2
    after_article = first > 0 and words[first - 1].lower() == "the"
    return int(low[0] in _ADDRESS or (low[0] in _HONOURABLE and after_article))


def _is_addressed(first: int, words: Sequence[str]) -> bool:
    before = first - 2 if first > 1 and words[first - 1] == "." else first - 1
    return before >= 0 and words[before].strip(".").lower() in _ADDRESS and _is_title(words[before])


def _is_title(word: str) -> bool:
    return word[0].isupper() and word != "MS"  # a firm, a ship


def _before_honours(words: Sequence[str], first: int, stop: int) -> int:
    """Where a name ends before letters; 0 words are left where it is nothing but letters after a name."""
    while stop > first and (_bare(words[stop - 1]) in honours() or words[stop - 1] in {",", "."}):
        is_only = stop - 1 == first
        if is_only and not (first > 0 and (words[first - 1] == "," or words[first - 1][0].isupper())):
            break
        stop -= 1
    return stop
