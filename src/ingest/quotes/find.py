"""Find a document's quotations, their speakers, and whom the speakers' words mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ingest.quotes.decide import Decision, Kind, decide
from ingest.quotes.paragraphs import BREAK, Paragraph, read_paragraphs, read_scene
from ingest.quotes.resolve import People, is_collective, mention_at, resolve_pronoun
from ingest.quotes.rules import lead_in, stands_alone
from ingest.records import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.marks import Region
    from ingest.quotes.scan import Candidate, Scene
    from ingest.records import Mention, Name, Section

# Marks in these sections are never speech: a headline's quoted words have no speaker beside them.
_NO_SPEECH = frozenset(("title", "subtitle", "byline", "dateline", "credit"))
_DOUBLE_MARK = re.compile("[\"\u201c]|''")
_SINGLE_MARKS = frozenset(("'", "\u2018"))
_HEADING_WORDS = 10
_LEAD_IN_CHARS = 1000  # how much of the paragraph before is read for who is announced
_JOINED = frozenset("NDS")
_GOVERNS = frozenset("VUvuwdgxIBA")
_PLACES = frozenset(("LOCATION", "FACILITY"))
_ALWAYS_SPEECH = frozenset(("block", "dash", "turn"))

Decider = Callable[["Scene", "Sequence[Region]", str], "list[Decision]"]
Attribution = Literal["explicit", "pronoun", "continuation", "collective", "none"]


@dataclass(slots=True)
class _Speaker:
    """A speaker as it stands in the text and whom it means."""

    start: int
    end: int
    name_index: int | None
    attribution: Attribution


@dataclass(slots=True)
class _State:
    """What is remembered from paragraph to paragraph.

    Attributes:
        speaker: Who spoke last.
        paragraph: Number of the paragraph in which that was.
        utterance: The last utterance's number.
        quotes: What was found so far.
    """

    speaker: _Speaker | None = None
    paragraph: int = -9
    utterance: int = -1
    quotes: list[Quote] = field(default_factory=list)


def find_quotes(
    text: str,
    sections: Sequence[Section],
    names: Sequence[Name],
    mentions: Sequence[Mention],
    *,
    decide_by: Decider = decide,
) -> tuple[Quote, ...]:
    """Find the quotations of a document and who speaks them.

    Args:
        text: The kept text, blocks separated by one blank line.
        sections: Its sections.
        names: The document's names.
        mentions: Its mentions, in order.
        decide_by: Who decides on a paragraph's quotations; for measuring the rules alone or other weights.

    Returns:
        One quote for each quoted stretch, in order; parts of one interrupted quotation, and
        paragraphs of one long quotation, share their `utterance_index`.
    """
    starts = [mention.char_start for mention in mentions]
    book = _Book(text, People(text, names, mentions), mentions, starts, decide_by)
    state = _State()
    main_is_double = _DOUBLE_MARK.search(text) is not None
    for paragraph in read_paragraphs(text, sections):
        if not _may_speak(paragraph, text, main_is_double=main_is_double):
            _note_terms(text, paragraph.regions, state)
        else:
            _read(book, paragraph, state)
    return tuple(state.quotes)


@dataclass(slots=True)
class _Book:
    """The document: its text, its names, and who decides on its quotations."""

    text: str
    people: People
    mentions: Sequence[Mention]
    mention_starts: list[int]
    decide_by: Decider


def _may_speak(paragraph: Paragraph, text: str, *, main_is_double: bool) -> bool:
    """Whether a block's quotations may be speech; a transcript's short turn may look like a heading."""
    if paragraph.regions[0].mark == "turn":
        return True
    return paragraph.tag not in _NO_SPEECH and not (main_is_double and _is_heading(paragraph, text))


def _is_heading(paragraph: Paragraph, text: str) -> bool:
    """Whether a block is a cross-heading in single marks, where the text's quotations have double ones."""
    region = paragraph.regions[0]
    if region.mark not in _SINGLE_MARKS or region.outer_start != paragraph.start:
        return False
    is_whole = paragraph.end - region.outer_end <= 1
    return is_whole and text.count(" ", region.start, region.end) < _HEADING_WORDS


def _note_terms(text: str, regions: Sequence[Region], state: _State) -> None:
    for region in regions:
        state.utterance += 1
        body = text[region.start : region.end]
        state.quotes.append(Quote(state.utterance, "mention_only", region.start, region.end, body))


def _read(book: _Book, paragraph: Paragraph, state: _State) -> None:
    """Add the quotations of one paragraph to what was found."""
    scene, regions = paragraph.scene, paragraph.regions
    decisions = book.decide_by(scene, regions, book.text)
    resolved: dict[int, _Speaker] = {}
    before = -1  # the last quotation of this paragraph that was speech
    for q, region in enumerate(regions):
        decision = decisions[q]
        if region.mark in _ALWAYS_SPEECH or (region.continues and decision.candidate < 0):
            decision.kind = "direct"
        speaker = None
        if decision.kind != "mention_only":
            speaker = _speaker(book, paragraph, q, decision, resolved) or _carried(
                book, paragraph, q, decision, state
            )
        same = (
            before >= 0 and speaker is not None and _interrupted(paragraph, before, q, decisions, book.text)
        )
        if not same and not _goes_on(region, speaker, state):
            state.utterance += 1
        found = _Finding(region, decision.kind, speaker, decision.cue, state.utterance)
        state.quotes.append(_quote(book.text, scene, found))
        if decision.kind != "mention_only":
            before = q
        if speaker is not None:
            state.speaker, state.paragraph = speaker, paragraph.number
            book.people.last_speaker = speaker.name_index


def _speaker(
    book: _Book, paragraph: Paragraph, q: int, decision: Decision, resolved: dict[int, _Speaker]
) -> _Speaker | None:
    """The speaker named in the paragraph itself."""
    if paragraph.regions[q].mark == "turn":
        return _turn_speaker(book, paragraph)
    if decision.candidate < 0:
        return None
    scene = paragraph.scene
    index = decision.candidate if decision.relative < 0 else _antecedent(book, scene, decision)
    candidate = scene.candidates[index]
    speaker = resolved.get(index)
    if speaker is None:
        speaker = _joined(scene, candidate, decision.cue) or _resolve(book, candidate)
        resolved[index] = speaker
    if decision.relative >= 0:
        speaker = _as_relative(scene, decision.relative, speaker)
    if scene.sentences[candidate.piece] != scene.sentences[scene.quotes[q]]:
        return _Speaker(speaker.start, speaker.end, speaker.name_index, "continuation")
    return speaker


def _antecedent(book: _Book, scene: Scene, decision: Decision) -> int:
    """Index of the candidate that a relative pronoun means: in "Lund from Norrhamn, who" not the place."""
    index, shape = decision.candidate, scene.shape
    if scene.words[decision.relative] != "who":
        return index
    while index > 0:
        candidate = scene.candidates[index]
        mention = mention_at(book.mentions, book.mention_starts, candidate.start, candidate.end)
        is_place = mention is not None and mention.entity_type in _PLACES
        p = candidate.piece
        if not is_place or shape[p - 1] != "I" or scene.candidates[index - 1].piece != p - 2:
            return index
        index -= 1
    return index


def _as_relative(scene: Scene, relative: int, antecedent: _Speaker) -> _Speaker:
    """The "who" of "Lund, who said", which means whomever the words before it mean."""
    attribution: Attribution = "collective" if antecedent.attribution == "collective" else "pronoun"
    return _Speaker(scene.starts[relative], scene.ends[relative], antecedent.name_index, attribution)


def _turn_speaker(book: _Book, paragraph: Paragraph) -> _Speaker:
    """The label of a transcript's turn; "ADLER" is whoever is named so in any case of letters."""
    start, end = paragraph.start, book.text.index(":", paragraph.start)
    mention = mention_at(book.mentions, book.mention_starts, start, end)
    if mention is not None:
        return _Speaker(start, end, mention.name_index, "explicit")
    label = book.text[start:end].casefold()
    people = book.people
    fitting = {m.name_index for m in people.mentions if m.surface.casefold().endswith(label)}
    return _Speaker(start, end, fitting.pop() if len(fitting) == 1 else None, "explicit")


def _carried(book: _Book, paragraph: Paragraph, q: int, decision: Decision, state: _State) -> _Speaker | None:
    """The speaker of a quotation whose paragraph names none: who led it in, or who spoke last."""
    region = paragraph.regions[q]
    if decision.kind != "direct" or not (region.continues or stands_alone(paragraph.scene, q)):
        return None
    is_first = q == 0 and region.outer_start == paragraph.start
    if is_first and not region.continues and paragraph.previous >= 0:
        end = paragraph.start - len(BREAK)
        if book.text[end - 1] == ":":
            scene = read_scene(book.text, max(paragraph.previous, end - _LEAD_IN_CHARS), end, ())
            index = lead_in(scene)
            if index >= 0:
                found = _resolve(book, scene.candidates[index])
                return _Speaker(found.start, found.end, found.name_index, "continuation")
    if state.speaker is None or paragraph.number - state.paragraph > 1:
        return None
    last = state.speaker
    return _Speaker(last.start, last.end, last.name_index, "continuation")


def _goes_on(region: Region, speaker: _Speaker | None, state: _State) -> bool:
    """Whether a quotation is the next paragraph of the one before."""
    if not region.continues or not state.quotes:
        return False
    last = state.quotes[-1]
    return speaker is None or last.speaker is None or last.speaker_name_index == speaker.name_index


def _interrupted(paragraph: Paragraph, before: int, q: int, decisions: Sequence[Decision], text: str) -> bool:
    """Whether nothing but the attribution stands between a quotation and the one before it."""
    if decisions[q].candidate != decisions[before].candidate or before != q - 1:
        return False
    if not paragraph.regions[before].is_closed:
        return False
    scene = paragraph.scene
    first, last = scene.quotes[before], scene.quotes[q]
    if scene.shape[first + 1 : last].strip(",-C") == "":
        return True
    if decisions[q].candidate < 0:  # whoever speaks is not named between them
        return False
    at = scene.candidates[decisions[q].candidate].piece
    if not first < at < last or not (first < decisions[q].cue < last or decisions[q].cue < 0):
        return False
    starts_low = text[paragraph.regions[q].start].islower()
    return starts_low or (scene.sentences[last] == scene.sentences[first] + 1 and stands_alone(scene, q))


def _resolve(book: _Book, candidate: Candidate) -> _Speaker:
    """Whom a candidate means."""
    start, end = candidate.start, candidate.end
    if candidate.kind == "P" and not is_collective(candidate):
        return _Speaker(start, end, resolve_pronoun(book.people, candidate.head, start), "pronoun")
    mention = mention_at(book.mentions, book.mention_starts, start, end)
    if mention is None or candidate.kind == "P" or (candidate.kind in "DS" and mention.char_end != end):
        return _Speaker(start, end, None, "collective" if is_collective(candidate) else "explicit")
    if candidate.kind == "N" and mention.entity_type == "PERSON" and mention.char_end >= end:
        start, end = mention.char_start, mention.char_end
    return _Speaker(start, end, mention.name_index, "explicit")


def _joined(scene: Scene, candidate: Candidate, cue: int) -> _Speaker | None:
    """Two or more who speak together: "Sund and Aas said"; None where one speaks."""
    shape, words = scene.shape, scene.words
    first = last = candidate.piece
    while first > 1 and shape[first - 2] in _JOINED and words[first - 1] == "and":
        first -= 2
    while last + 2 < len(shape) and shape[last + 2] in _JOINED and words[last + 1] == "and":
        last += 2
    # "Brandt praised Sund and Aas said": the first of the two is what a verb before it governs.
    if first == last or (first and shape[first - 1] in _GOVERNS and first - 1 != cue):
        return None
    return _Speaker(scene.starts[first], scene.ends[last], None, "collective")


@dataclass(slots=True)
class _Finding:
    """What is known of one quotation before it becomes a row."""

    region: Region
    kind: Kind
    speaker: _Speaker | None
    cue: int
    utterance: int


def _quote(text: str, scene: Scene, found: _Finding) -> Quote:
    region, speaker = found.region, found.speaker
    cue = found.cue if speaker is not None else -1
    has_cue = cue >= 0
    cue_start = scene.starts[cue] if has_cue else None
    cue_end = scene.ends[cue] if has_cue else None
    return Quote(
        utterance_index=found.utterance,
        quote_type=found.kind,
        char_start=region.start,
        char_end=region.end,
        text=text[region.start : region.end],
        speaker=text[speaker.start : speaker.end] if speaker else None,
        speaker_start=speaker.start if speaker else None,
        speaker_end=speaker.end if speaker else None,
        speaker_name_index=speaker.name_index if speaker else None,
        attribution=speaker.attribution if speaker else "none",
        cue=text[cue_start:cue_end] if has_cue else None,
        cue_start=cue_start,
        cue_end=cue_end,
    )
