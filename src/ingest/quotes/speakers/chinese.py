"""Who says a quotation in Chinese text: the subject of a verb of saying before or after it, or a label.

某某说：“……” and “……”，某某说: the verb closes its clause, so that 说明 and 被称为 are none; who speaks
opens the clause, up to words for when, where and to whom.  Where part of it is quoted, it is partial.
"""

# ruff: noqa: RUF001, RUF002, RUF003 - full-width signs are the matter of this module

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.scene import Told
from ingest.quotes.speakers.script_words import script_pronouns, script_words
from ingest.word_lists import any_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.records import QuoteType

# Verbs that report; those of one sign must not be part of another word.
_VERB = (
    rf"(?:{any_of(script_words('verb', 'zh'))}"
    r"|(?<![小听聽据據传傳所胡])[说說]|(?<![号號自简簡俗名職职统統被昵尊])[称稱])"
    r"(?:[说說道称稱]|[表][示])?(?![明法服为為作之呼号號谢謝敬感欢歡歉祝赞讚])"
)
_TO = rf"(?:{any_of(script_words('hearer', 'zh'))})?"
_SHORT_ADVERB = (
    rf"(?:{any_of(script_words('adverb', 'zh'))}|(?:上|下|本)?(?:周|週|星期)[一二三四五六日天]"
    r"|\d{1,2}[日月号]|\d{4}年|[一二三四五六七八九十]{1,3}日|[对對][^，。；]{0,10}?(?:此|记者|記者|媒体|媒體|外界))"
)
_DOES = any_of(script_words("doing", "zh"))
# "at the meeting", "on this", "in an interview", "as host of": all up to the verb is one.
_LONG_ADVERB = rf"(?:[接通][受过過]|[在于於就向]|{_DOES})[^，。；]{{0,60}}?"
_ADVERBS = rf"(?:{_SHORT_ADVERB}{{0,3}}?(?:{_LONG_ADVERB})?)"
_SIGN = r"[^\s，,。；;：:！!？?“”「」、（）()]"
_SUBJECT = rf"(?P<subject>{_SIGN}{{1,20}}?(?:、{_SIGN}{{1,12}}?){{0,2}})"
_CLAUSE = re.compile(
    rf"{_SUBJECT}(?:（[^（）]{{1,20}}）)?{_ADVERBS}(?P<verb>{_VERB}){_TO}"
    r"(?P<rest>[：:，,]?)(?P<lead>[^。！？“”「」]{0,16})"
)
_NO_SUBJECT = re.compile(rf"{_ADVERBS}(?P<verb>{_VERB}){_TO}(?P<rest>[：:，,]?)(?P<lead>)")
_AFTER = re.compile(rf"[，,]?\s?{_SUBJECT}{_ADVERBS}(?P<verb>{_VERB}){_TO}(?=[。，,：:；！]|\s|$)")
# "王晓明出席活动时，"
_OPENING = re.compile(rf"{_SUBJECT}(?:{_SHORT_ADVERB}|[接通][受过過]|[在于於就向]|{_DOES})")
_DATELINE = re.compile("[^。！？“”「」]{2,30}[电電讯訊](?:（[^（）]{2,20}）)?[ \u3000]?")
_LABEL = re.compile(r"(?<![^\s，,。；;：:“”「」、])(?P<subject>[^\s，,。；;：:“”「」、]{2,12})[：:]\s?\Z")
_CONNECTIVE = re.compile(rf"{any_of(script_words('connective', 'zh'))}[，,]?")
_NO_SPEAKER = re.compile(
    r"[是了着著过過把让讓]|的$|^[有将將会會可应應据據听聽这這那该該]"
    rf"|^{any_of(script_words('nobody', 'zh'))}$"
)
_PRONOUNS = script_pronouns("zh")
_JOINTS = frozenset(script_words("joint", "zh"))
_PLAIN_WORDS = frozenset(script_words("plain", "zh"))
_DOING = re.compile(_DOES)
_ALSO = re.compile("[也均都则則还還又再]+$")
_ENDS = "。！？!?…，,"
_CLAUSE_STOPS = "。！？；\n"
_REACH = 90
_SENTENCE = 5


def attribution_in_chinese(
    text: str, span: tuple[int, int], regions: Sequence[Region], q: int, last: Told | None
) -> tuple[QuoteType, Told] | None:
    """Who says a quotation in Chinese; None for nobody. Arguments as in `scripts.Attributor`."""
    region = regions[q]
    begins = regions[q - 1].outer_end if q else span[0]
    stop = regions[q + 1].outer_start if q + 1 < len(regions) else span[1]
    told, whole = _before(text, begins, region)
    if told is None and (after := _after(text, region, stop)) is not None:
        told, whole = after, True
    elif told is None and q and last is not None and _goes_on(text, begins, region, last):
        told, whole = last, True
    if told is None:
        return None
    return "direct" if whole or text[region.end - 1] in "。！？" else "partial", told


def _before(text: str, begins: int, region: Region) -> tuple[Told | None, bool]:
    """The attribution that leads to a quotation, and whether all of what is said is quoted."""
    first = max(begins, region.outer_start - _REACH)
    for stop in _CLAUSE_STOPS:
        first = max(first, text.rfind(stop, first, region.outer_start) + 1)
    while first < region.outer_start and text[first] in "，, \u3000":
        first += 1
    if first == begins and (dateline := _DATELINE.match(text, first, region.outer_start)) is not None:
        first = dateline.end()
    if (connective := _CONNECTIVE.match(text, first, region.outer_start)) is not None:
        first = connective.end()
    label = _LABEL.search(text[first : region.outer_start])
    for at in _clause_starts(text, first, region.outer_start):
        clause = _CLAUSE.fullmatch(text, at, region.outer_start)
        if clause is not None and (told := _told(clause)) is not None:
            return told, not clause["lead"] and bool(clause["rest"])
        bare = _NO_SUBJECT.fullmatch(text, at, region.outer_start)
        if bare is not None and (bare["rest"] or at > first):
            return _opener(text, first, at, bare.span("verb")), bool(bare["rest"])
    if (
        label is not None
        and not _NO_SPEAKER.search(label["subject"])
        and region.end - region.start >= _SENTENCE
    ):
        return Told(first + label.start("subject"), first + label.end("subject"), None), True
    return None, False


def _opener(text: str, first: int, at: int, verb: tuple[int, int]) -> Told:
    """Who opens a sentence whose verb of saying has no subject of its own; nobody, if that cannot be told."""
    opening = _OPENING.match(text, first, at)
    subject = opening["subject"] if opening else ""
    if opening is None or _NO_SPEAKER.search(subject):
        return Told(verb[0], verb[0], verb)
    return Told(*opening.span("subject"), verb, _PRONOUNS.get(subject, ""))


def _clause_starts(text: str, first: int, end: int) -> list[int]:
    """Where the clauses of a sentence begin, the last first, since who speaks stands nearest."""
    commas = [i + 1 for i in range(first, end) if text[i] in "，,"]
    return [*reversed([at for at in commas if at < end]), first]


def _told(match: re.Match[str]) -> Told | None:
    """Who a clause says it is; who spoke last where its subject is a mere "and"; None for nobody."""
    subject, start = match["subject"], match.start("subject")
    if subject in _JOINTS:
        return Told(match.start("verb"), match.start("verb"), match.span("verb"))
    doing = _DOING.search(subject, 2)
    subject = _ALSO.sub("", subject[: doing.start()] if doing else subject)
    if not subject or subject in _PLAIN_WORDS or _NO_SPEAKER.search(subject):
        return None
    return Told(start, start + len(subject), match.span("verb"), _PRONOUNS.get(subject, ""))


def _after(text: str, region: Region, stop: int) -> Told | None:
    """The attribution behind a quotation, as in “……”，霍尔特说 and a stop."""
    body_ends = text[region.end - 1] in _ENDS
    begins = region.outer_end
    if not body_ends and text[begins : begins + 1] not in {"，", ","}:
        return None
    match = _AFTER.match(text, begins, stop)
    return _told(match) if match is not None else None


def _goes_on(text: str, begins: int, region: Region, last: Told) -> bool:
    """Whether nothing stands between two quotations but the attribution of the first, or a stop."""
    between = text[max(begins, last.end if last.start >= begins else begins) : region.outer_start]
    if last.cue is not None and last.cue[1] > begins:
        between = text[last.cue[1] : region.outer_start]
    return not between.strip("，,。：: 、和及")
