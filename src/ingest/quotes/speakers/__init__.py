"""Who says a quotation: the words that stand for the speaker, and whom they mean.

In this order: the label of a transcript's turn, the candidate that `decide` chose in the paragraph, a
signature on the next line, the paragraph before that announces the quotation, and whoever spoke last.
"""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ingest.names.forms.persons import are_titles
from ingest.quotes.decide import name_in_apposition
from ingest.quotes.decide.rules import lead_in, stands_alone
from ingest.quotes.paragraphs import Paragraph, read_scene, signature_at
from ingest.quotes.paragraphs.lexicon import word_sets
from ingest.quotes.paragraphs.turns import find_interviewee, is_letter
from ingest.quotes.speakers.book import PLACES, Book, Speaker
from ingest.quotes.speakers.japanese import BRACKETS, speaker_span
from ingest.quotes.speakers.offices import bearer_after, closes_apposition
from ingest.quotes.speakers.resolve import (
    holder_of,
    is_collective,
    is_family,
    is_set,
    resolve_anybody,
    resolve_pronoun,
)
from ingest.quotes.speakers.told import TWO_FIT, named_before, told_speaker
from ingest.records import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from ingest.quotes.decide import Decision
    from ingest.quotes.paragraphs.marks import Region
    from ingest.quotes.paragraphs.scene import Candidate, Scene
    from ingest.records import Attribution, Mention

_LEAD_IN_CHARS = 1000  # how much of the paragraph before is read for who is announced
_JOINED = frozenset("NDS")
# "Brandt, Kolder and Oram", "Ann Holt, 44, and Tim Moss", "Norland's Brandt and Westmark's Kolder".
_ONE = "(?:NsS|N)(?:,#)?"
_NAMES = re.compile(rf"(?<!,){_ONE}(?:,{_ONE})*(?:,?C{_ONE})")
_GOVERNS = frozenset("VUvuwdgxIBA")
_OF = re.compile(r" of (?=[^\W\d_a-z])")
_BODY = re.compile(r"(?: (?:for|of|at|from|with|in) (?:the )?[A-Z][^,.;:()“”\"\n]{1,60})?, (?:the )?")
_LONGEST_BRACKETS = 44
_SEAT = re.compile("[DRI]-[A-Z]")
_CIRCUMSTANCE = frozenset(("on", "off", "in", "at", "during", "after", "before"))
_AGED = re.compile(r"\d{1,3}-year-old")
_TITLES_READ = 30  # characters that ranks and titles between a noun phrase and a name have at most
# What `certainty` states where a rule and no model names the speaker: set by hand, not measured.
_CARRIED = 0.85
_ANNOUNCED = 0.9
_JAPANESE = 0.9


def find_speaker(
    book: Book, paragraph: Paragraph, q: int, decision: Decision, resolved: dict[int, Speaker]
) -> Speaker | None:
    """The speaker named in the paragraph itself.

    Args:
        book: The document.
        paragraph: The paragraph.
        q: Which of its quotations.
        decision: What it is and who says it.
        resolved: Whom the paragraph's candidates mean, by index; filled here.
    """
    if paragraph.label is not None:
        return _turn_speaker(book, *paragraph.label)
    if decision.told is not None:
        return told_speaker(book, decision.told) or (named_before(book, paragraph) if q == 0 else None)
    if decision.candidate < 0:
        return _in_brackets(book, paragraph.regions[q])
    scene = paragraph.scene
    index = _bearer_of(book.text, scene, decision)
    if index < 0:
        return None
    if decision.relative >= 0:
        index = _antecedent(book, scene, decision)
    candidate = scene.candidates[index]
    speaker = resolved.get(index)
    if speaker is None:
        is_beside = index != decision.candidate
        joined = None if is_beside else _joined(scene, candidate, decision.cue)
        speaker = joined or _resolve(book, candidate)
        resolved[index] = speaker
    if decision.relative >= 0:
        speaker = _as_relative(scene, decision.relative, speaker)
    how = speaker.attribution
    if scene.sentences[candidate.piece] != scene.sentences[scene.quotes[q]]:
        how = "continuation"
    certainty = decision.certainty * speaker.certainty
    return Speaker(speaker.start, speaker.end, speaker.name_index, how, certainty)


def _bearer_of(text: str, scene: Scene, decision: Decision) -> int:
    """Index of who says it where the chosen words stand beside them; -1 where they stand for nobody.

    "Chairman and CEO | Ann Lee said", "Ann Lee | , D-Norrhamn, said"; "On the record:" is nobody.
    """
    index, shape, words = decision.candidate, scene.shape, scene.words
    p = scene.candidates[index].piece
    while index + 1 < len(scene.candidates) and words[p + 1 : p + 2] == ["and"]:
        office, following = scene.candidates[index], scene.candidates[index + 1]
        if following.piece != p + 2 or not are_titles(text[office.start : office.end]):
            break
        index, p = index + 1, following.piece
    if index and shape[p - 1] == "," and _SEAT.match(text, scene.candidates[index].start):
        return index - 1
    is_lead = decision.cue < 0 and shape[p + 1 : p + 2] == ":"
    return -1 if is_lead and p and words[p - 1] in _CIRCUMSTANCE else index


def _antecedent(book: Book, scene: Scene, decision: Decision) -> int:
    """Index of the candidate that a relative pronoun means: in "Lund from Norrhamn, who" not the place."""
    index, shape = decision.candidate, scene.shape
    if scene.words[decision.relative] != "who":
        return index
    while index > 0:
        candidate = scene.candidates[index]
        mention = book.mention_at(candidate.start, candidate.end)
        is_place = mention is not None and mention.entity_type in PLACES
        p = candidate.piece
        if not is_place or shape[p - 1] != "I" or scene.candidates[index - 1].piece != p - 2:
            return index
        index -= 1
    return index


def _as_relative(scene: Scene, relative: int, antecedent: Speaker) -> Speaker:
    """The "who" of "Lund, who said", which means whomever the words before it mean."""
    attribution: Attribution = "collective" if antecedent.attribution == "collective" else "pronoun"
    start, end = scene.starts[relative], scene.ends[relative]
    return Speaker(start, end, antecedent.name_index, attribution, antecedent.certainty)


def _turn_speaker(book: Book, start: int, end: int) -> Speaker:
    """The label of a transcript's turn: "ADLER" is whoever is named so, "A" whoever is interviewed."""
    label = book.text[start:end].casefold()
    people = book.people
    if book.first_turn < 0:
        book.first_turn = start
        book.interviewee = find_interviewee(book.text, people.mentions, book.sections, start)
    if is_letter(label):
        return Speaker(start, end, book.interviewee if label[0] == "a" else None, "explicit")
    mention = book.mention_at(start, end)
    if mention is not None and mention.entity_type == "PERSON":
        return Speaker(start, end, mention.name_index, "explicit")
    bearer = _in_label_brackets(book, end)
    if bearer is not None:
        return Speaker(start, end, bearer.name_index, "explicit")
    words = label.split()
    while len(words) > 1 and words[0].strip(".") in word_sets()["title"]:
        del words[0]
    bare = " ".join(words)
    fitting = {m.name_index for m in people.mentions if f" {m.surface.casefold()}".endswith(f" {bare}")}
    if not fitting and book.text[start:end].isupper() and bare == label:  # "AL:", and "Ann Lee" above
        fitting = {m.name_index for m in people.mentions if _initials(m.surface) == label}
    body = mention.name_index if mention is not None else None
    whom = fitting.pop() if len(fitting) == 1 else body
    return Speaker(start, end, holder_of(people, f"the {label}", start) if whom is None else whom, "explicit")


def _in_label_brackets(book: Book, end: int) -> Mention | None:
    """The person in brackets behind an office: "The Minister for Ports (Ms. Ann Lee):"."""
    if book.text[end : end + 2] != " (":
        return None
    mention = book.mention_at(end + 2, max(end + 2, book.text.find(")", end, end + _LONGEST_BRACKETS)))
    return mention if mention is not None and mention.entity_type == "PERSON" else None


def _initials(name: str) -> str:
    """The initials of a name of several words, in small letters; empty for one word."""
    words = name.casefold().split()
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _in_brackets(book: Book, region: Region) -> Speaker | None:
    """The speaker of a quotation in Japanese text."""
    span = speaker_span(book.text, region) if region.mark in BRACKETS else None
    if span is None:
        return None
    mention = book.mention_at(*span)
    return Speaker(*span, mention.name_index if mention else None, "explicit", _JAPANESE)


def carried_speaker(
    book: Book, paragraph: Paragraph, q: int, decision: Decision, last: Speaker | None
) -> Speaker | None:
    """The speaker of a quotation whose paragraph names none.

    Args:
        book: The document.
        paragraph: The paragraph.
        q: Which of its quotations.
        decision: What it is.
        last: Who spoke in the paragraph or in the one before; None for nobody.
    """
    region = paragraph.regions[q]
    is_silent = decision.told is not None and decision.told.is_silent
    if not (decision.kind == "direct" or is_silent) or not (
        region.continues or is_silent or stands_alone(paragraph.scene, q)
    ):
        return None
    signed = _signed(book, paragraph) if len(paragraph.scene.shape.strip("Q-,.")) == 0 else None
    if signed is not None:
        return signed
    is_first = q == 0 and region.outer_start == paragraph.start
    if is_first and not region.continues and paragraph.previous >= 0:
        announced = _announced(book, paragraph, needs_cue=region.mark == "block")
        if announced is not None:
            return announced
    return last and Speaker(last.start, last.end, last.name_index, "continuation", last.certainty * _CARRIED)


def _announced(book: Book, paragraph: Paragraph, *, needs_cue: bool) -> Speaker | None:
    """Whom the paragraph before announces: "Lund wrote:"."""
    end = paragraph.start - len(BLOCK_SEPARATOR)
    if book.text[end - 1] not in ":：":
        return None
    scene = read_scene(book.text, max(paragraph.previous, end - _LEAD_IN_CHARS), end, ())
    announced = lead_in(scene, needs_cue=needs_cue)
    if announced < 0:
        return None
    index = name_in_apposition(scene, announced)
    candidate = scene.candidates[index]
    found = _resolve(book, candidate)
    is_word = candidate.kind == "N" and " " not in book.text[candidate.start : candidate.end].strip()
    if is_word and announced not in scene.subjects.values() and found.name_index is None:
        return None  # "Partial transcript:"
    return Speaker(found.start, found.end, found.name_index, "continuation", _ANNOUNCED)


def _signed(book: Book, paragraph: Paragraph) -> Speaker | None:
    """The name on the line after a paragraph that is nothing but a quotation."""
    is_block = paragraph.regions[-1].mark == "block" and book.in_block_quote(
        paragraph.end + len(BLOCK_SEPARATOR)
    )
    signature = signature_at(book.text, paragraph.end + len(BLOCK_SEPARATOR), in_block_quote=is_block)
    if signature is None:
        return None
    start, end = signature.span("name")
    mention = book.mention_at(start, end)
    if signature.start() == start and (mention is None or mention.entity_type in PLACES):
        return None  # without a dash it may be a heading, as "Article Five", or where it was said
    return Speaker(start, end, mention.name_index if mention else None, "continuation")


def _resolve(book: Book, candidate: Candidate) -> Speaker:
    """Whom a candidate means."""
    start, end = candidate.start, candidate.end
    if candidate.kind == "P" and not is_collective(candidate):
        whom, is_open = resolve_pronoun(book.people, candidate.head, start)
        return Speaker(start, end, whom, "pronoun", TWO_FIT if is_open else 1.0)
    head = _head_mention(book, candidate) or _titled(book, candidate)
    mention = head or book.mention_at(start, end)
    if mention is not None and candidate.kind in "DNS" and mention.char_start < end < mention.char_end:
        end = mention.char_end  # "the Office | of Trade and Fisheries"
    one_of_many = candidate.kind == "D" and mention is not None and _is_one_of_many(mention)
    beside = candidate.kind == "P" or (
        candidate.kind in "DS" and mention is not None and mention.char_end != end
    )
    if mention is None or beside or one_of_many:
        if is_collective(candidate) or is_set(book.text, candidate):
            return Speaker(start, end, None, "collective")
        is_anybody = one_of_many or _AGED.fullmatch(candidate.head) is not None
        whom = resolve_anybody(book.people, start) if is_anybody else _bearer(book, candidate)
        return Speaker(start, end, whom, "explicit")
    if is_family(book.people, candidate):
        return Speaker(start, end, None, "collective")
    if book.people.is_couple(mention.name_index):
        return Speaker(start, end, None, "explicit")  # two people under one surname: neither is named
    if candidate.kind == "N" and mention.entity_type == "PERSON" and (head or mention.char_end >= end):
        lead = book.text[mention.char_start : start].strip().lower()
        start, end = start if lead in word_sets()["source"] else mention.char_start, mention.char_end
    return Speaker(start, end, mention.name_index, "explicit")


def _is_one_of_many(mention: Mention) -> bool:
    """Whether a noun for a people or a party means one of them: "the Democrat", not "the Democrats"."""
    return mention.entity_type == "NORP" and not mention.surface.endswith("s")


def _head_mention(book: Book, candidate: Candidate) -> Mention | None:
    """The person before "of": in "Anna Berg of Northair" Berg, whatever the other name is taken for."""
    of = _OF.search(book.text, candidate.start, candidate.end) if candidate.kind == "N" else None
    first = book.mention_at(candidate.start, of.start()) if of else None
    last = book.mention_at(candidate.start, candidate.end)
    if of is None or first is None or last is None or first is last:
        return None
    is_person = first.entity_type == "PERSON" and first.char_end == of.start()
    return first if is_person else None


def _titled(book: Book, candidate: Candidate) -> Mention | None:
    """The person whom a title leads to, where a candidate is a title and names no person itself."""
    mention = book.mention_at(candidate.start, candidate.end) if candidate.kind == "N" else None
    if candidate.kind != "N" or (mention is not None and mention.entity_type == "PERSON"):
        return None
    return bearer_after(book.text, (candidate.start, candidate.end), book.mentions, book.mention_starts)


def _bearer(book: Book, candidate: Candidate) -> int | None:
    """Whom a noun phrase means: "a spokesman for Northair, Lt. Col. Carl Brodie, said", else who holds it."""
    held = _holder_beside(book, candidate)
    return (
        holder_of(book.people, book.text[candidate.start : candidate.end], candidate.start)
        if held is None
        else held
    )


def _holder_beside(book: Book, candidate: Candidate) -> int | None:
    """The person whom commas and titles set beside a noun phrase; None for nobody."""
    body = _BODY.match(book.text, candidate.end) if candidate.kind in "DR" else None
    i = bisect_left(book.mention_starts, body.end()) if body else len(book.mentions)
    if body is None or i == len(book.mentions):
        return None
    mention = book.mentions[i]
    between = book.text[body.end() : min(mention.char_start, body.end() + _TITLES_READ + 1)]
    if len(between) > _TITLES_READ or not are_titles(between):
        return None
    is_held = closes_apposition(book.text, mention.char_end)
    return mention.name_index if is_held and mention.entity_type == "PERSON" else None


def _joined(scene: Scene, candidate: Candidate, cue: int) -> Speaker | None:
    """Two or more who speak together: "Sund and Aas said"; None where one speaks."""
    shape, words = scene.shape, scene.words
    first = last = candidate.piece
    while (
        first > 1
        and shape[first - 2] in _JOINED
        and words[first - 1] == "and"
        and not _is_office(scene, first - 2)
    ):
        first -= 2
    while last + 2 < len(shape) and shape[last + 2] in _JOINED and words[last + 1] == "and":
        last += 2
    names = next((m for m in _NAMES.finditer(shape) if m.start() <= candidate.piece < m.end()), None)
    if names and names.start() and shape[names.start() - 1] == "I" and words[names.start() - 1] != "by":
        names = None  # "from Lund, Aas and Moe" is no list of speakers
    if names and _is_office(scene, names.start()):
        names = None  # "President and CEO Ann Lee"
    if names and all(words[p] == "and" for p in range(*names.span()) if shape[p] == "C"):
        first, last = min(first, names.start()), max(last, names.end() - 1)
    # "Brandt praised Sund and Aas said": the first of the two is what a verb before it governs.
    governor = first - 1
    is_governed = first > 0 and shape[governor] in _GOVERNS and words[governor] != "by" and governor != cue
    if first == last or is_governed:
        return None
    return Speaker(scene.starts[first], scene.ends[last], None, "collective")


def _is_office(scene: Scene, piece: int) -> bool:
    """Whether what stands for a name is a title: "President" in "President and CEO Ann Lee"."""
    return scene.shape[piece] == "N" and scene.words[piece] in word_sets()["title"]
