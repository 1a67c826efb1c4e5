"""Names of people: their parts, and whether two of them can be one person's.

Nothing here looks at a text but at the words of names (and, for `title_before`, at the word
before one).  Sources of the word lists stand in their headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from ingest.names.forms.eastern import is_cut, is_eastern, is_last_word, surnames
from ingest.names.forms.keys import bare, fold_word
from ingest.word_lists import bundled_lines

Gender = Literal["m", "f"]

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*\.?")
_APART = re.compile("[ .\u00b7\u30fb]")  # a space, a stop, and the dots between names in Chinese and Japanese
_TIGHT_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w)")
_LEAD = re.compile(r"([^\W\d_]+(?:[ -][^\W\d_]+){0,2}\.?|\b(?:Lt|Maj|Brig|Vice|Rear)\. [A-Z][a-z]+\.?)\s$")
_NEAR = 4  # spaces before a name, of which a title before it has one less

_ROMAN = frozenset(("ii", "iii", "iv"))
_SHORTEST_SHOUTED = 4
"""Letters of a single word in capitals from which it is somebody's name and no initials."""
_SYLLABLE = 5
"""Letters that a syllable of a Korean or Chinese given name has at most."""
SON_OF = frozenset(("bin", "ibn", "bint"))
_TELLING = 3
"""Words that two names share, one of them standing before the rest in full: hardly two people's."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a person's name in comparison form.

    Attributes:
        words: Given names, initials, particles and family name, in the order they stood.
        suffix: `jr`, `iii`, ...; empty without one.
        gender: What a title inside the surface says; None where it says nothing.
        one_word: Whether no space parts the words: `Solberg-Haddad` is a surname, `Suk-yeol` a given name.
    """

    words: tuple[str, ...]
    suffix: str = ""
    gender: Gender | None = None
    one_word: bool = False

    @property
    def is_full(self) -> bool:
        """Whether it has a given name (or initial) beside the family name."""
        if len(self.words) < 2 or self.one_word:  # noqa: PLR2004 (a name and another)
            return False
        particles = _words("particle")
        if self.words[0] in particles and self.words[1] in particles:
            return False  # `van den Berg`
        return self.words[0] not in particles or self.words[0] in _given_names()


@cache
def _rows(file: str) -> tuple[tuple[str, str], ...]:
    lines = bundled_lines(file)
    return tuple((left, right) for left, _, right in (line.partition(",") for line in lines[1:]))


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for word, of_kind in _rows("person_words.csv") if of_kind == kind)


@cache
def _given_names() -> dict[str, str]:
    return {
        fold_word(name) if name.isalpha() else " ".join(_parts(name)): gender
        for name, gender in _rows("given_names.csv")
    }


@cache
def _titles() -> dict[str, str]:
    return {title.lower(): gender for title, gender in _rows("titles.csv")}


@cache
def _title_ends() -> frozenset[str]:
    """The last words of titles."""
    return frozenset(title.rpartition(" ")[2] for title in _titles())


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, short in _rows("nicknames.csv"):
        for other in short.split("|"):
            found.setdefault(fold_word(name), set()).add(fold_word(other))
            found.setdefault(fold_word(other), set()).add(fold_word(name))
    return {name: frozenset(others) for name, others in found.items()}


def _parts(surface: str) -> list[str]:
    """Cut a surface into folded words; initials written together (`J.R.`, `JR`) come apart."""
    return [
        fold_word(m.group().rstrip(".").replace("'", "").replace("\u2019", ""))
        for m in _WORD.finditer(_TIGHT_INITIALS.sub(". ", surface))
    ]


@lru_cache(maxsize=65536)
def split_name(surface: str) -> PersonName:
    """Take a person's name apart: titles off the front, suffixes off the end.

    >>> split_name("Secretary Lloyd J. Austin III").words, split_name("Lloyd J. Austin III").suffix
    (('lloyd', 'j', 'austin'), 'iii')
    >>> split_name("Ms. Yoko Kamikawa").gender
    'f'
    """
    text = bare(surface)
    gender: str = ""
    while True:
        match = _title_match(text)
        if match is None:
            break
        gender = gender or _titles()[match.lower()]
        text = text[len(match) :].lstrip()
    if is_eastern(text):
        return PersonName((fold_word(text[0]), fold_word(text[1:])))
    words = _parts(text)
    suffix = ""
    while len(words) > 1 and words[-1] in _words("suffix"):
        suffix = words[-1][:1] + "r" if words[-1].endswith("nior") else words[-1]
        words.pop()
    one_word = len(words) > 1 and not _APART.search(text.strip())
    return PersonName(tuple(words), suffix, gender or None, one_word)  # type: ignore[arg-type]  # m or f


def _title_match(text: str) -> str | None:
    """Give the title that a surface begins with, when a name is left after it."""
    pieces = text.split(" ")
    for count in range(min(3, len(pieces) - 1), 0, -1):
        title = " ".join(pieces[:count])
        if title.lower() in _titles():
            return title
    return None


def title_before(text: str, start: int) -> tuple[str, Gender | None] | None:
    """Find a title right before an offset: `Defense Secretary` in `Defense Secretary Lloyd Austin`.

    Args:
        text: The text.
        start: Where a person's name begins.

    Returns:
        The title as it stands and the gender it tells, or None.
    """
    lead = text[max(0, start - 40) : start]
    word = lead[:-1].rpartition(" ")[2]
    if not lead[-1:].isspace() or (word.removesuffix(".").isalpha() and word.lower() not in _title_ends()):
        return None
    before, *near = lead.rsplit(" ", _NEAR)
    match = _LEAD.search(lead, len(before) if len(near) == _NEAR else 0)
    if match is None:
        return None
    pieces = match.group(1).split(" ")
    for first in range(len(pieces)):
        title = " ".join(pieces[first:])
        if title[:1].isupper() and title.lower() in _titles():
            return title, _titles()[title.lower()] or None  # type: ignore[return-value]  # m and f only
    return None


def are_titles(words: str) -> bool:
    """Tell whether words are titles and nothing else; no words are, too.

    >>> are_titles("Lt. Col."), are_titles("Rt Hon"), are_titles("Lt. Smith")
    (True, True, False)
    """
    pieces = words.lower().split()
    while pieces:
        for count in range(min(3, len(pieces)), 0, -1):
            if " ".join(pieces[:count]) in _titles():
                del pieces[:count]
                break
        else:
            return False
    return True


def lowered(surface: str) -> str:
    """A person's name in capitals as people write it; any other as it stands.

    >>> lowered("HELENA R. O'MARSH III"), lowered("JUAN DE LA ROCA-VEGA"), lowered("OSEI"), lowered("JFK")
    ("Helena R. O'Marsh III", 'Juan de la Roca-Vega', 'Osei', 'JFK')
    """
    if not surface.isupper() or (" " not in surface and len(surface) < _SHORTEST_SHOUTED):
        return surface
    first, *others = surface.split(" ")
    return " ".join(
        (_lowered_word(first), *(w.lower() if is_particle(w.lower()) else _lowered_word(w) for w in others))
    )


def _lowered_word(word: str) -> str:
    return word if word.lower().strip(".,") in _ROMAN else word.title()


def given_gender(surface: str) -> Gender | None:
    """Tell the gender that a name's title or given name says.

    Args:
        surface: A person's name, full; a bare surname tells nothing.

    Returns:
        `m`, `f`, or None where it is unknown or both are common.

    >>> given_gender("Yoko Kamikawa"), given_gender("Lloyd J. Austin III"), given_gender("Austin")
    ('f', 'm', None)
    """
    name = split_name(surface)
    if name.gender is not None or not name.is_full:
        return name.gender
    known = _given_names()
    order = (
        (name.words[1:], name.words[:1])
        if name.words[0] in _words("family_first")
        else (name.words[:1], name.words[1:-1])
    )
    for words in order:
        for form in (" ".join(words), *words):
            gender = known.get(form)
            if gender is not None:
                return None if gender == "u" else gender  # type: ignore[return-value]  # m and f are left
    return None


def is_given_name(word: str) -> bool:
    """Tell whether a word is a known given name."""
    return fold_word(word) in _given_names()


def is_particle(word: str) -> bool:
    """Tell whether a word is part of the family name that follows it: `von`, `de`, `bin`."""
    return fold_word(word) in _words("particle")


def _same_given(left: str, right: str) -> bool:
    """Whether two given names can be one: equal, an initial of the other, or its short form."""
    if left == right:
        return True
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return right in _nicknames().get(left, ())


def _middle_fits(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether middle names agree: one may have fewer; those that both have are the same, in order.

    The first half of a double surname is one of them: `Mara Jo Ashdown-Vale`, `Mara Ashdown-Vale`.
    """
    few, many = sorted((left, right), key=len)
    if few and len(few[-1]) > 1 and few == many[-len(few) :]:
        return True
    return all(_same_given(one, two) for one, two in zip(left, right, strict=False))


def family_name(name: PersonName) -> tuple[str, ...]:
    """Give the family name with its particles: (`von`, `der`, `leyen`); the first word where it leads."""
    words = name.words
    if len(words) > 1 and _leads(words):
        return words[:1]
    first = len(words) - 1
    while first > 1 and words[first - 1] in _words("particle"):
        first -= 1
    return words[first:]


def _leads(words: tuple[str, ...]) -> bool:
    """Whether the family name stands first: `Yoon Suk-yeol`, but not `Kim Beazley` or `Lee Marvin`."""
    family, *rest = words
    if is_cut(words):
        return True
    if family not in _words("family_first"):
        return False
    if len(rest) > 1:
        # `Yoon Suk Yeol`, though `Suk` alone is a given name, too
        short = len(rest) == 2 and max(map(len, rest)) <= _SYLLABLE and family not in _given_names()  # noqa: PLR2004
        return len(rest[0]) > 1 and (short or rest[0] not in _given_names())
    return rest[0] not in _words("family_first") and family not in _given_names()


def same_person(left: PersonName, right: PersonName) -> bool:
    """Tell whether two full names can be one person's.

    The family names agree; given names agree, one is the other's initial or short form; middle
    names do not speak against it; suffixes do not differ.  Family name first or last counts as
    the same (`Kishida Fumio`, `Fumio Kishida`), with every word equal.

    Args:
        left: A full name.
        right: Another.

    Returns:
        Whether nothing speaks against it.
    """
    if left.suffix != right.suffix and left.suffix and right.suffix:
        return False
    one, two = left.words, right.words
    if one == two or "".join(one) == "".join(two) or is_last_word(one, two) or is_last_word(two, one):
        return True
    if not left.is_full or not right.is_full:
        return False
    if len(one) == len(two) and (one == two[1:] + two[:1] or two == one[1:] + one[:1]):
        return True
    family = family_name(left)
    if family == family_name(right) and family == one[-len(family) :] == two[-len(family) :]:
        given_one, given_two = one[: -len(family)], two[: -len(family)]
        if given_one and given_two and _same_given(given_one[0], given_two[0]):
            return _middle_fits(given_one[1:], given_two[1:])
    # Known by a later given name: `W. Mark Felt`, `Mark Felt`; `Aung San Suu Kyi`, `Suu Kyi`.
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) < len(longer) and len(shorter[0]) > 1 and longer[-len(shorter) :] == shorter


def clearly_same_person(left: PersonName, right: PersonName) -> bool:
    """Tell whether two full names of different documents are one person's, as far as names can tell.

    Inside one document an initial or a later given name is enough; across documents it is not:
    `J. Smith` is no `John Smith`, and `Maria Lopez` no `Anna Maria Lopez`.

    Args:
        left: A full name.
        right: Another.

    Returns:
        Whether all that both say of the given name agrees.
    """
    if not same_person(left, right):
        return False
    shorter, longer = sorted((left.words, right.words), key=len)
    extra = longer[: len(longer) - len(shorter)]
    if extra and longer[len(extra) :] == shorter:
        # `W. Mark Felt`, `Polygamist Warren Jeffs`: what stands before is no given name; or a name of
        # three words and more, particles aside, is shared whole: `Diane Crawford Smith`.
        shared = [word for word in shorter if word not in _words("particle")]
        return len(shared) >= _TELLING or all(len(w) == 1 or w not in _given_names() for w in extra)
    return (len(shorter[0]) > 1) == (len(longer[0]) > 1)


def match_keys(name: PersonName) -> tuple[tuple[str, ...], ...]:
    """Give keys of which two full names share one whenever `same_person` can hold for them.

    Comparing names that share a key, and no others, keeps a text with thousands of names cheap.
    """
    words = name.words
    family = family_name(name)
    given = words[0] if family != words[:1] else words[1]
    return (
        ("joined", "".join(words)),
        ("words", *sorted(words)),
        ("end", *words[-2:]),
        *((("joined", words[-1]),) if is_eastern(words[-1]) else ()),
        *(("name", *family, form) for form in sorted({given, given[0], *_nicknames().get(given, ())})),
    )


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether words stand one after the other in others: `bin Salim` in `Karim bin Salim al-Nasri`."""
    return any(words[at : at + len(part)] == part for at in range(len(words)))


def short_form(short: PersonName, full: PersonName) -> Literal["surname", "given_name"] | None:
    """Tell how a name without a given name, or a given name alone, can stand for a full one.

    Args:
        short: A name that is not full: `Austin`, `bin Salman`, `Lloyd`, `Austin III`.
        full: A full name.

    Returns:
        `surname`, `given_name`, or None where it cannot.
    """
    words = short.words
    if (short.suffix and short.suffix != full.suffix) or not 0 < len(words) < len(full.words):
        return None
    opens = words[0] in surnames(full.words)
    if len(words[0]) == 1 and not opens:
        return None
    family = family_name(full)
    ends = words == full.words[-len(words) :] or (words == family[-1:] and len(words[-1]) > 1)
    if opens or ends or words == family or (words[0] in SON_OF and _holds(full.words, words)):
        return "surname"
    if words == full.words[:1] or (len(words) > 1 and words == full.words[: len(words)]):
        return "given_name"
    # Family name first: the words after it are the given name.
    is_given = family == full.words[:1] and words == full.words[1:]
    return "given_name" if is_given else None
