"""People in Korean, Chinese, Japanese, Arabic and Russian text, which the model has not learned.

No capital letter shows a name there (but in Russian), so it needs a proof: a family name and a title behind
it in Korean, a title before it in Chinese, 氏 or an office behind it in Japanese, a given name in Arabic,
signs that only names of other languages are written with.  Proven once, it is found wherever it stands, and
so is its surname.
Words: `resources/names/script_names.tsv`.  Cases: `tests/cases/names/scripts.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ingest.names.find.proven import Proven, places, without_overlaps
from ingest.records import Span
from ingest.word_lists import any_of, word_lists

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.names.authority import AuthorityHit

SCRIPT_NAMES = "names/script_names.tsv"
SCRIPT_LISTS = ("title", "surname", "given", "sign", "after", "word", "body", "particle", "form", "country")

_HANGUL, _HAN = "\uac00-\ud7a3", "\u3400-\u9fff\uf900-\ufaff\u3005"
_HIRAGANA, _KATAKANA = "\u3040-\u309f", "\u30a1-\u30fa\u30fc"
_ARABIC = "\u0620-\u06d3"
_UNSEEN = re.compile(f"[{_HANGUL}{_HAN}{_HIRAGANA}{_KATAKANA}{_ARABIC}]")
_IN_HANGUL, _IN_HIRAGANA = re.compile(f"[{_HANGUL}]"), re.compile(f"[{_HIRAGANA}]")
_IN_HAN, _IN_ARABIC = re.compile(f"[{_HAN}]"), re.compile(f"[{_ARABIC}]")
_OTHER_SCRIPT = re.compile(f"[{_HANGUL}{_HAN}{_HIRAGANA}{_KATAKANA}{_ARABIC}\u0410-\u042f]")
_LATIN = re.compile("[A-Za-z]")
_CAPITALIZED = "[\u0410-\u042f\u0401][\u0430-\u044f\u0451-]+"
_RUSSIAN = re.compile(rf"{_CAPITALIZED}(?: {_CAPITALIZED})+")
_VOWEL = re.compile("[\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f]$")

_FORMER = "(?: (?:\uc804|\ud604|\uc2e0\uc784))?"  # the former, the present, the new
_ANYTHING, _WORD_ENDS = re.compile(""), re.compile(r"(?!\w)")
_RUSSIAN_ENDS = re.compile(r"(?![\w-])")
# A man's surname goes on with the ending of its case.
_RUSSIAN_CASE = re.compile("(?:\u0430|\u0443|\u044b\u043c|\u043e\u043c|\u0435)?(?![\\w-])")
_LOOK = 100  # characters on both sides of a name that tell in which script its line is

# From a text and the people that were found in it to the names that it proves.
Prover = Callable[[str, Sequence[Span]], Iterator[Proven]]


def with_scripts(spans: Sequence[Span], hits: Sequence[AuthorityHit], text: str) -> list[Span]:
    """Find people in lines of scripts that have no capital letters, and Russian surnames.

    What the model took for names in the former is left out: it has never seen these signs.

    Args:
        spans: What was found in the whole text, in order.
        hits: What the authority knows there.
        text: The text.

    Returns:
        Spans in order, not overlapping.
    """
    if text.isascii() or _OTHER_SCRIPT.search(text) is None:
        return list(spans)
    known = {(hit.char_start, hit.char_end) for hit in hits}
    told = [s for s in spans if (s.char_start, s.char_end) in known or not _is_unseen(s, text)]
    people: list[Span] = []
    for letters, prove, begins in _SCRIPTS:
        if letters.search(text) is not None:
            people += places(text, prove(text, spans), begins)
    return without_overlaps(told, people)


def _is_unseen(span: Span, text: str) -> bool:
    """Whether a name is written in such a script, among such signs."""
    if _UNSEEN.search(text, span.char_start, span.char_end) is None:
        return False
    first = max(
        text.rfind("\n", max(0, span.char_start - _LOOK), span.char_start) + 1, span.char_start - _LOOK, 0
    )
    line = text[first : span.char_start + _LOOK].partition("\n")[0]
    return len(_UNSEEN.findall(line)) > len(_LATIN.findall(line))


@cache
def _lists() -> Mapping[tuple[str, str], tuple[str, ...]]:
    return word_lists(SCRIPT_NAMES, SCRIPT_LISTS)


def _any(kind: str, language: str) -> str:
    return any_of(_lists()[kind, language])


@cache
def _korean_name() -> re.Pattern[str]:
    """A family name and two syllables before a title, with a body between them or none.

    Neither does the name end as a body does, nor as a noun with its particle.
    """
    kinds = ("title", "surname", "body", "particle", "word")
    title, surname, body, particle, word = (_any(kind, "ko") for kind in kinds)
    office = rf"(?:(?<!{particle}) [{_HANGUL}\u00b7]{{2,12}}(?<!{particle}))?"
    name = rf"(?<![{_HANGUL}])(?!{word})(?P<name>{surname}[{_HANGUL}]{{2}})(?<!{body})"
    return re.compile(
        rf"{name}(?=(?:\u00b7[{_HANGUL}]{{3}}){{0,3}}{office}{_FORMER} (?:[{_HANGUL}]{{2,8}})?{title})"
    )


@cache
def _korean_title() -> re.Pattern[str]:
    return re.compile(rf"{_FORMER} {_any('title', 'ko')}")


def _prove_korean(text: str, _people: Sequence[Span]) -> Iterator[Proven]:
    for match in _korean_name().finditer(text):
        yield Proven(match["name"], _ANYTHING)
        yield Proven(match["name"][0], _korean_title())


@cache
def _chinese_names() -> tuple[re.Pattern[str], ...]:
    kinds = ("title", "surname", "sign", "after", "word")
    title, surname, sign, after, word = (_any(kind, "zh") for kind in kinds)
    ends = rf"(?=[^{_HAN}]|{after}|\Z)"
    last = rf"(?:(?!{after})[{_HAN}]|[\u5f3a\u5f37](?![\u8c03\u8abf]))"  # a name ends as "stress" begins
    return (
        re.compile(
            rf"(?P<first>{sign}{{1,6}}(?:[\u00b7\u30fb]{sign}{{1,6}}){{0,3}})[\u00b7\u30fb](?P<last>{sign}{{2,6}})"
        ),
        re.compile(rf"{title}(?P<name>{sign}{{3,7}}){ends}"),
        re.compile(rf"(?<![{_HAN}])(?!{word})(?P<name>{surname}[{_HAN}]{{1,2}}){title}"),
        re.compile(rf"{title}(?!{word})(?P<name>{surname}{last}{{1,2}}){ends}"),
    )


def _prove_chinese(text: str, _people: Sequence[Span]) -> Iterator[Proven]:
    if _IN_HANGUL.search(text) or _IN_HIRAGANA.search(text):
        return
    parted, *titled = _chinese_names()
    for match in parted.finditer(text):
        yield Proven(match.group(), _ANYTHING)
        yield Proven(match["last"], _ANYTHING)
    for pattern in titled:
        for match in pattern.finditer(text):
            yield Proven(match["name"], _ANYTHING)


@cache
def _japanese_name() -> re.Pattern[str]:
    title, body, country = (_any(kind, "ja") for kind in ("title", "body", "country"))
    kanji = rf"(?<![{_HAN}{_KATAKANA}])[{_HAN}]{{2,5}}?(?<!{body})"
    kana = (
        rf"(?<![{_HAN}{_KATAKANA}])(?!{country}{title})"
        rf"[{_KATAKANA}]{{2,12}}(?:\u30fb[{_KATAKANA}]{{1,12}}){{0,3}}"
    )
    spaced = rf"(?<![{_HAN}{_KATAKANA}])(?P<surname>[{_HAN}]{{1,3}})[ \u3000][{_HAN}]{{1,3}}"
    return re.compile(
        rf"(?P<spaced>{spaced}){_any('form', 'ja')}|(?P<name>{kanji}|{kana})(?P<title>{title})(?![{_HAN}])"
    )


def _prove_japanese(text: str, _people: Sequence[Span]) -> Iterator[Proven]:
    for match in _japanese_name().finditer(text):
        if match["spaced"]:
            yield Proven(match["spaced"], _ANYTHING)
            yield Proven(match["surname"], _ANYTHING)
            continue
        name = match["name"]
        if len(name) > 2 or match["title"] in _lists()["form", "ja"]:  # noqa: PLR2004
            yield Proven(name, _ANYTHING)


@cache
def _arabic_name() -> re.Pattern[str]:
    joined = (
        "\u0628\u0646|\u0623\u0628\u0648|\u0622\u0644|\u0639\u0628\u062f"  # son, father, clan, servant of
    )
    word = rf"(?!{_any('after', 'ar')}\b)(?:(?:{joined}) )?[{_ARABIC}]{{3,}}"
    return re.compile(rf"(?<!\w){_any('given', 'ar')} (?P<surname>{word})(?!\w)")


def _prove_arabic(text: str, _people: Sequence[Span]) -> Iterator[Proven]:
    for match in _arabic_name().finditer(text):
        yield Proven(match.group(), _WORD_ENDS)
        yield Proven(match["surname"], _WORD_ENDS)


def _prove_russian(text: str, people: Sequence[Span]) -> Iterator[Proven]:
    """Surnames of people that are named in full; a man's without the ending of its case."""
    for span in people:
        if span.entity_type == "PERSON" and _RUSSIAN.fullmatch(text, span.char_start, span.char_end):
            surname = text[span.char_start : span.char_end].rpartition(" ")[2]
            yield Proven(surname, _RUSSIAN_ENDS if _VOWEL.search(surname) else _RUSSIAN_CASE)


# What shows that a text is in a script, who proves names in it, and where a name may begin.
_SCRIPTS: tuple[tuple[re.Pattern[str], Prover, re.Pattern[str]], ...] = (
    (_IN_HANGUL, _prove_korean, re.compile(rf"(?<![{_HANGUL}])[{_HANGUL}]")),
    (_IN_HAN, _prove_chinese, _IN_HAN),
    (
        _IN_HIRAGANA,
        _prove_japanese,
        re.compile(rf"(?<![{_HAN}])[{_HAN}]|(?<![{_KATAKANA}])[{_KATAKANA}]"),
    ),
    (_IN_ARABIC, _prove_arabic, re.compile(rf"(?<!\w)[{_ARABIC}]")),
    (_RUSSIAN, _prove_russian, re.compile(r"(?<![\w-])[\u0410-\u042f\u0401]")),
)
