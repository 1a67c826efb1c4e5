"""Find a document's quotations, their speakers, and whom the speakers' words mean."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ingest.quotes.marks import MAY_QUOTE, Region, find_regions
from ingest.quotes.resolve import People, is_collective, mention_at, resolve_pronoun
from ingest.quotes.rules import Choice, choose, speech_type, stands_alone
from ingest.quotes.scan import scan
from ingest.quotes.syntax import cut_sentences, find_subjects
from ingest.records import Quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.quotes.scan import Candidate, Scene
    from ingest.records import Mention, Name, Section

_PARAGRAPH_BREAK = "\n\n"
# Marks in these sections are never speech: a headline's quoted words have no speaker beside them.
_NO_SPEECH = frozenset(("title", "subtitle", "byline", "dateline", "credit"))
_OPENING_MARKS = frozenset(("“", '"', "''", "``", "«", "„", "「", "『"))

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
        open_mark: The mark of a quotation left open at the last paragraph's end.
        utterance: The last utterance's number.
        quotes: What was found so far.
    """

    speaker: _Speaker | None = None
    paragraph: int = -9
    open_mark: str = ""
    utterance: int = -1
    quotes: list[Quote] = field(default_factory=list)


def find_quotes(
    text: str, sections: Sequence[Section], names: Sequence[Name], mentions: Sequence[Mention]
) -> tuple[Quote, ...]:
    """Find the quotations of a document and who speaks them.

    Args:
        text: The kept text, blocks separated by one blank line.
        sections: Its sections.
        names: The document's names.
        mentions: Its mentions, in order.

    Returns:
        One quote for each quoted stretch, in order; parts of one interrupted quotation, and
        paragraphs of one long quotation, share their `utterance_index`.
    """
    if not MAY_QUOTE.search(text) and not any(s.tag == "block_quote" for s in sections):
        return ()
    people = People(text, names, mentions)
    starts = [mention.char_start for mention in mentions]
    state = _State()
    for number, (start, end, tag) in enumerate(_paragraphs(text, sections)):
        regions = _regions(text, start, end, tag, state)
        if not regions:
            continue
        if tag in _NO_SPEECH:
            _emit_terms(text, regions, state)
            continue
        scene = scan(text, start, end, regions)
        cut_sentences(scene, text, regions)
        find_subjects(scene)
        reading = _Reading(text, start, number, regions, scene, people, mentions, starts)
        _read_paragraph(reading, state)
    return tuple(state.quotes)


@dataclass(slots=True)
class _Reading:
    """One paragraph and what is needed to read it."""

    text: str
    start: int
    number: int
    regions: list[Region]
    scene: Scene
    people: People
    mentions: Sequence[Mention]
    mention_starts: list[int]


def _paragraphs(text: str, sections: Sequence[Section]) -> Iterator[tuple[int, int, str]]:
    """Each block's span and its section's tag; a section's heading counts as a title."""
    section_starts = [section.char_start for section in sections]
    at = 0
    while at <= len(text):
        end = text.find(_PARAGRAPH_BREAK, at)
        end = len(text) if end < 0 else end
        tag = ""
        i = bisect_right(section_starts, at) - 1
        if i >= 0:
            section = sections[i]
            tag = section.tag
            if section.heading is not None and section.char_start == at and end - at <= len(section.heading):
                tag = "title"
        yield at, end, tag
        at = end + len(_PARAGRAPH_BREAK)


def _regions(text: str, start: int, end: int, tag: str, state: _State) -> list[Region]:
    open_mark, state.open_mark = state.open_mark, ""
    if tag == "block_quote" and not open_mark and not MAY_QUOTE.search(text, start, end):
        return [Region(start, end, start, end, "block")] if any(c.isalnum() for c in text[start:end]) else []
    if not open_mark and not MAY_QUOTE.search(text, start, end):
        return []
    regions = find_regions(text, start, end, open_mark)
    last = regions[-1] if regions else None
    if last is not None and not last.is_closed and last.outer_end == end and last.mark in _OPENING_MARKS:
        state.open_mark = last.mark
    return regions


def _emit_terms(text: str, regions: Sequence[Region], state: _State) -> None:
    for region in regions:
        state.utterance += 1
        body = text[region.start : region.end]
        state.quotes.append(Quote(state.utterance, "mention_only", region.start, region.end, body))


def _read_paragraph(reading: _Reading, state: _State) -> None:
    scene, regions, text = reading.scene, reading.regions, reading.text
    choices = choose(scene)
    resolved: dict[int, _Speaker] = {}
    previous: _Speaker | None = None
    previous_choice: Choice | None = None
    for q, region in enumerate(regions):
        choice = choices[q]
        kind = speech_type(scene, region, q, choice, text)
        speaker: _Speaker | None = None
        if region.mark == "block" or (region.continues and choice.candidate < 0):
            kind, speaker = "direct", _continued(state)
        elif kind != "mention_only" and choice.candidate >= 0:
            speaker = resolved.get(choice.candidate)
            if speaker is None:
                speaker = _resolve(reading, scene.candidates[choice.candidate], state)
                resolved[choice.candidate] = speaker
            if choice.rule in ("carry", "lead"):
                speaker = _Speaker(speaker.start, speaker.end, speaker.name_index, "continuation")
        elif kind == "direct" and stands_alone(scene, q) and reading.number - state.paragraph <= 1:
            speaker = _continued(state)
        if not (region.continues and state.quotes) and not (
            speaker and previous and previous_choice and _interrupted(reading, q, choice, previous_choice)
        ):
            state.utterance += 1
        state.quotes.append(_quote(text, scene, _Finding(region, kind, speaker, choice.cue, state.utterance)))
        if kind != "mention_only":
            previous, previous_choice = speaker, choice
        if speaker is not None:
            state.speaker, state.paragraph = speaker, reading.number


def _continued(state: _State) -> _Speaker | None:
    if state.speaker is None:
        return None
    return _Speaker(state.speaker.start, state.speaker.end, state.speaker.name_index, "continuation")


def _interrupted(reading: _Reading, q: int, choice: Choice, before: Choice) -> bool:
    """Whether nothing but the attribution stands between a quotation and the one before it."""
    if choice.candidate != before.candidate:
        return False
    scene = reading.scene
    first, last = scene.quotes[q - 1], scene.quotes[q]
    between = scene.shape[first + 1 : last]
    if between.strip(",-C") == "":
        return True
    at = choice.cue if choice.cue >= 0 else scene.candidates[choice.candidate].piece
    if not first < at < last:
        return False
    starts_low = reading.text[reading.regions[q].start].islower()
    return starts_low or (scene.sentences[last] == scene.sentences[first] + 1 and stands_alone(scene, q))


def _resolve(reading: _Reading, candidate: Candidate, state: _State) -> _Speaker:
    start, end = candidate.start, candidate.end
    last = state.speaker.name_index if state.speaker else None
    if candidate.kind == "P" and not is_collective(candidate):
        index = resolve_pronoun(reading.people, candidate.head, start, last)
        return _Speaker(start, end, index, "pronoun")
    mention = mention_at(reading.mentions, reading.mention_starts, start, end)
    if mention is None or candidate.kind == "P" or (candidate.kind in "DS" and mention.char_end != end):
        if is_collective(candidate):
            return _Speaker(start, end, None, "collective")
        return _Speaker(start, end, None, "explicit")
    if candidate.kind == "N" and mention.entity_type == "PERSON" and mention.char_end >= end:
        start, end = mention.char_start, mention.char_end
    return _Speaker(start, end, mention.name_index, "explicit")


@dataclass(slots=True)
class _Finding:
    """What is known of one quotation before it becomes a row."""

    region: Region
    kind: Literal["direct", "partial", "mention_only"]
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
