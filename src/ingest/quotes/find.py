"""Find a document's quotations, their speakers, and whom the speakers' words mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.names.find.languages import foreign_stretches
from ingest.quotes.decide import Decision, decide
from ingest.quotes.decide.rules import stands_alone
from ingest.quotes.paragraphs import DATELINE, Paragraph, read_paragraphs
from ingest.quotes.speakers import carried_speaker, find_speaker
from ingest.quotes.speakers.book import Book, Speaker
from ingest.quotes.speakers.foreign import decide_foreign, grammars
from ingest.quotes.speakers.japanese import BRACKETS, is_said
from ingest.quotes.speakers.resolve import People
from ingest.quotes.speakers.scripts import decider_for
from ingest.records import BLOCK_SEPARATOR, Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.quotes.paragraphs.scene import Scene
    from ingest.records import Mention, Name, Section

# Marks in these sections are never speech: a headline's quoted words have no speaker beside them.
_NO_SPEECH = frozenset(("title", "subtitle", "byline", "dateline", "credit"))
_DOUBLE_MARK = re.compile("[\"\u201c]|''")
_SINGLE_MARKS = frozenset(("'", "\u2018"))
_HEADING_WORDS = 10
# The two models are surer than their product says: with this exponent what `certainty` states is what
# `benchmarks/bench_quotes.py` finds right.
_CALIBRATION = 0.6
_SAID = 0.9  # stated for a quotation in brackets that a Japanese verb of saying follows; not measured
_ALWAYS_SPEECH = frozenset(("block", "dash", "turn"))

Decider = Callable[["Scene", "Sequence[Region]", str], "list[Decision]"]


@dataclass(slots=True)
class _State:
    """What is remembered from paragraph to paragraph.

    Attributes:
        speaker: Who spoke last.
        paragraph: Number of the paragraph in which that was.
        utterance: The last utterance's number.
        quotes: What was found so far.
    """

    speaker: Speaker | None = None
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
    book = Book(text, sections, People(text, names, mentions, sections), mentions, starts)
    state = _State()
    stretches = foreign_stretches(text)
    is_ascii = text.isascii()
    main_is_double = _DOUBLE_MARK.search(text) is not None
    for paragraph in read_paragraphs(text, sections, mentions):
        if not _may_speak(paragraph, text, main_is_double=main_is_double):
            _note_terms(text, paragraph.regions, state)
        else:
            book.people.open_paragraph((region.start, region.end) for region in paragraph.regions)
            language = next((s.language for s in stretches if s.start <= paragraph.start < s.end), "")
            by_script = None if is_ascii else decider_for(text, paragraph.start, paragraph.end)
            if by_script is not None:
                decisions = by_script(text, (paragraph.start, paragraph.end), paragraph.regions)
            elif language in grammars():
                dateline = DATELINE.match(text, paragraph.start, paragraph.regions[0].outer_start)
                span = (dateline.end() if dateline else paragraph.start, paragraph.end)
                decisions = decide_foreign(text, span, paragraph.regions, language)
            else:
                decisions = decide_by(paragraph.scene, paragraph.regions, text)
            _read(book, paragraph, decisions, state)
    return tuple(state.quotes)


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
        state.quotes.append(
            Quote(state.utterance, "mention_only", region.start, region.end, body, certainty=1.0)
        )


def _read(book: Book, paragraph: Paragraph, decisions: Sequence[Decision], state: _State) -> None:
    """Add the quotations of one paragraph to what was found."""
    resolved: dict[int, Speaker] = {}
    before = -1  # the last quotation of this paragraph that was speech
    for q, region in enumerate(paragraph.regions):
        decision = decisions[q]
        if region.mark in _ALWAYS_SPEECH or (region.continues and decision.candidate < 0):
            decision.kind, decision.speech = "direct", 1.0
        if region.mark in BRACKETS and is_said(book.text, region):
            decision.kind, decision.speech = "direct", max(decision.speech, _SAID)
        if decision.kind == "mention_only":
            state.utterance += 1
            state.quotes.append(_quote(book.text, paragraph, q, decision, None, state.utterance))
            continue
        last = state.speaker if paragraph.number - state.paragraph <= 1 else None
        named = find_speaker(book, paragraph, q, decision, resolved)
        speaker = named or carried_speaker(book, paragraph, q, decision, last)
        same = (
            before >= 0 and speaker is not None and _interrupted(paragraph, before, q, decisions, book.text)
        )
        if not same and not _goes_on(book.text, region, speaker, state):
            state.utterance += 1
        state.quotes.append(_quote(book.text, paragraph, q, decision, speaker, state.utterance))
        if named is not None and region.continues:
            _name_first_parts(book.text, named, state)
        if speaker is not None:
            state.speaker, state.paragraph = speaker, paragraph.number
            book.people.last_speaker = speaker.name_index
        before = q


def _name_first_parts(text: str, named: Speaker, state: _State) -> None:
    """Give the paragraphs of a long quotation before this one the speaker whom only the last names."""
    for i in range(len(state.quotes) - 2, -1, -1):
        quote = state.quotes[i]
        if quote.utterance_index != state.utterance or _is_named(text, quote):
            return
        state.quotes[i] = replace(
            quote,
            speaker=state.quotes[-1].speaker,
            speaker_start=named.start,
            speaker_end=named.end,
            speaker_name_index=named.name_index,
            attribution="collective" if named.attribution == "collective" else "continuation",
        )


def _is_named(text: str, quote: Quote) -> bool:
    """Whether a quotation has a speaker from its own paragraph, or from the line that heads it."""
    if quote.speaker_start is None:
        return False
    first, last = sorted((quote.speaker_start, quote.char_start))
    is_beside = text[quote.speaker_end : quote.char_start] == BLOCK_SEPARATOR
    return is_beside or BLOCK_SEPARATOR not in text[first:last]


def _goes_on(text: str, region: Region, speaker: Speaker | None, state: _State) -> bool:
    """Whether a quotation is the next paragraph of the one before."""
    if not region.continues or not state.quotes:
        return False
    last = state.quotes[-1]
    if speaker is None or not _is_named(text, last):
        return True
    return last.speaker_name_index == speaker.name_index


def _interrupted(paragraph: Paragraph, before: int, q: int, decisions: Sequence[Decision], text: str) -> bool:
    """Whether nothing but the attribution stands between a quotation and the one before it."""
    if decisions[q].candidate != decisions[before].candidate or before != q - 1:
        return False
    told, told_before = decisions[q].told, decisions[before].told
    if not paragraph.regions[before].is_closed or (told and told_before):
        return told is not None and told_before is not None and told.start == told_before.start
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


def _quote(  # noqa: PLR0913, PLR0917 - a row is made of all this
    text: str, paragraph: Paragraph, q: int, decision: Decision, speaker: Speaker | None, utterance: int
) -> Quote:
    scene, region = paragraph.scene, paragraph.regions[q]
    cue = decision.cue if speaker is not None and decision.candidate >= 0 else -1
    cue_start, cue_end = (scene.starts[cue], scene.ends[cue]) if cue >= 0 else (None, None)
    if decision.told is not None and decision.told.cue is not None:
        cue_start, cue_end = decision.told.cue
    return Quote(
        utterance_index=utterance,
        quote_type=decision.kind,
        char_start=region.start,
        char_end=region.end,
        text=text[region.start : region.end],
        speaker=text[speaker.start : speaker.end] if speaker else None,
        speaker_start=speaker.start if speaker else None,
        speaker_end=speaker.end if speaker else None,
        speaker_name_index=speaker.name_index if speaker else None,
        attribution=speaker.attribution if speaker else "none",
        certainty=round(_certainty(decision, speaker), 3),
        cue=text[cue_start:cue_end] if cue_start is not None else None,
        cue_start=cue_start,
        cue_end=cue_end,
    )


def _certainty(decision: Decision, speaker: Speaker | None) -> float:
    """How sure it is that a row's type and the words for its speaker are right."""
    if decision.kind == "mention_only":
        return 1.0 - decision.speech
    if speaker is None:
        return decision.speech * decision.nobody
    return float((decision.speech * speaker.certainty) ** _CALIBRATION)
