"""Decide, for each quotation of a paragraph, what it is and who in the paragraph says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.quotes.decide.clauses import before_semicolon, opening_source, own_clause, without_verb
from ingest.quotes.decide.ranker import load_model, rank
from ingest.quotes.decide.rules import choose
from ingest.quotes.paragraphs.syntax import relative_subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.decide.ranker import Model, Ranking
    from ingest.quotes.decide.rules import Choice
    from ingest.quotes.paragraphs.marks import Region
    from ingest.quotes.paragraphs.scene import Scene, Told
    from ingest.records import QuoteType

_NAME_AFTER = re.compile("(?:I[DRSxo]{1,3})?,N(?=$|[,.:QVU-])")
_CALLED = frozenset(("so-called", "sogenannte", "sogenannten"))
_TERMS = frozenset(("term", "phrase", "word", "expression", "concept", "notion", "euphemism", "nickname"))
_GOES_ON = re.compile("I[NDRSx]{1,3},|,")
# A verb of saying right before what it reports: "told reporters that", "said", "condemned what".
_REPORTS = re.compile("[Vv](?:[^QPVUvu.:]{0,8}T|[NDRo])?$")
# A sentence that is a quotation and who says it, a comma outside its marks: "« Nous partons », a dit Morel."
_SAID_AFTER = re.compile(r"(?:(?<=\.)|\A)Q,(?:B?V|A)[xt]{0,2}[NDRSP](?:$|[,.])")
_TOLD = re.compile("VoT?PB*$")
_REPORTED = frozenset(("cue", "source"))
_CLAUSE = re.compile("W[PN]B*(?P<cue>[VU])[oITD:,]{0,2}x?$")
_SAYS = frozenset(("say", "tell", "add", "write", "reply", "answer", "ask", "announce", "declare"))
_NO_REPORT = frozenset(("first", "none"))  # rules that found no attribution

# Chosen by measuring on articles that the weights were not learned from; see the model card.
_SPEECH = 0.3  # probability of speech below which a quotation is a title, slogan or term
_SURE = 0.5  # probability of speech below which it is at most a fragment
_SPEAKER = 0.3  # probability of speech times that of the speaker, below which nobody is named
_UNREPORTED = 0.7  # the same where no verb of the sentence has the speaker as its subject
_SIGNED = 0.95  # stated for a name in brackets after a quotation; too rare to be measured
_DIRECT = 8.0  # odds against `partial` from which a quotation counts as direct


@dataclass(slots=True)
class Decision:
    """What a quotation is and who says it.

    Attributes:
        kind: Its type.
        candidate: Index of its speaker among the scene's candidates; -1 for none in the paragraph.
        cue: Place of the cue in the shape; -1 for none.
        relative: Place of the "who" that stands for the speaker ("Lund, who said"); -1 for none.
        speech: Probability that it is speech, or a fragment of it.
        certainty: Probability that `candidate` says it.
        nobody: Probability that nobody in the paragraph does.
        told: Who says it in a language that has no candidates; None elsewhere.
    """

    kind: QuoteType
    candidate: int
    cue: int
    relative: int = -1
    speech: float = 1.0
    certainty: float = 1.0
    nobody: float = 1.0
    told: Told | None = None


def decide(scene: Scene, regions: Sequence[Region], text: str, model: Model | None = None) -> list[Decision]:
    """Decide with the rules and the model.

    Args:
        scene: The paragraph, read.
        regions: Its quotations.
        text: The whole text.
        model: Weights other than the shipped ones.
    """
    choices = choose(scene)
    rankings = rank(scene, regions, choices, text, model or load_model())
    return [_decision(scene, q, choices[q], ranking) for q, ranking in enumerate(rankings)]


def _decision(scene: Scene, q: int, choice: Choice, ranking: Ranking) -> Decision:
    speech = 0.0 if _is_term(scene, scene.quotes[q]) else 1.0 - ranking.mention_only
    if choice.rule in _REPORTED and _SAID_AFTER.match(scene.shape, scene.quotes[q]):
        speech = max(speech, _SURE)
    if _is_announced(scene, q, choice):
        speech = max(speech, _SURE)
    if speech < _SPEECH:
        return Decision("mention_only", -1, -1, speech=speech)
    is_direct = speech >= _SURE and ranking.direct * _DIRECT >= ranking.partial
    kind: QuoteType = "direct" if is_direct else "partial"
    if _is_signed(scene, scene.quotes[q]) and choice.rule == "tail":
        return Decision(kind, choice.candidate, -1, speech=speech, certainty=_SIGNED)
    cue = choice.cue if ranking.candidate == choice.candidate else _cue(scene, q, ranking.candidate)
    needed = _UNREPORTED if cue < 0 and choice.rule in _NO_REPORT else _SPEAKER
    if ranking.candidate < 0 or speech * ranking.certainty < needed:
        nobody = ranking.certainty if ranking.candidate < 0 else 1.0 - ranking.certainty
        return Decision(kind, -1, -1, speech=speech, nobody=nobody)
    k = scene.quotes[q]
    own = (
        _beside(scene, k)
        or own_clause(scene, k)
        or before_semicolon(scene, k)
        or without_verb(scene, k)
        or opening_source(scene, k)
    )
    chosen, cue = own or (ranking.candidate, cue)
    chosen, cue = _told_so(scene, k) or _reporter(scene, k, chosen, cue)
    cue = _source_of(scene, cue)
    relative = relative_subject(scene, k, cue)
    index = name_in_apposition(scene, chosen)
    return Decision(kind, index, cue, relative, speech, ranking.certainty)


def _is_announced(scene: Scene, q: int, choice: Choice) -> bool:
    """Whether somebody says or writes what stands after a colon: "Lund wrote: “STOP.”"."""
    k = scene.quotes[q]
    is_cue = choice.rule == "cue" and choice.cue < k and scene.words[choice.cue] in _SAYS
    return is_cue and scene.shape[k - 1 : k] == ":" and scene.shape[k + 1 : k + 2] in ("", ".")


def _source_of(scene: Scene, cue: int) -> int:
    """The words "according to" before a speaker, where the cue is a weak verb of the same sentence.

    As in "The talks, according to a statement, were aimed at “more trade”".
    """
    if cue < 0 or scene.shape[cue] not in "Uu":
        return cue
    index, sentence = scene.subjects.get(cue, -1), scene.sentences[cue]
    sources = (
        other
        for other, subject in scene.subjects.items()
        if subject == index and scene.shape[other] == "A" and scene.sentences[other] == sentence
    )
    return next(sources, cue)


def _is_term(scene: Scene, k: int) -> bool:
    """Whether the text calls the quotation a term: "the so-called “clause”", "“salting,” a term for"."""
    if k > 0 and scene.words[k - 1] in _CALLED:
        return True
    after = k + 1 + (scene.shape[k + 1 : k + 2] == ",")
    return scene.shape[after : after + 1] == "D" and scene.words[after] in _TERMS


def _beside(scene: Scene, k: int) -> tuple[int, int] | None:
    """Speaker and cue of a relative clause right before a quotation: "Varga, whom she called “a gambler”"."""
    beside = _CLAUSE.search(scene.shape[:k])
    if beside is None:
        return None
    cue = beside.start("cue")
    index = scene.subjects.get(cue, -1)
    return (index, cue) if index >= 0 and scene.sentences[cue] == scene.sentences[k] else None


def _told_so(scene: Scene, k: int) -> tuple[int, int] | None:
    """Speaker and cue where somebody is told what he is: "the judge told him he had “sold a city”"."""
    told = _TOLD.search(scene.shape[:k]) if scene.shape[k - 1 : k] in {"P", "B"} else None
    cue = told.start() if told else -1
    if cue not in scene.subjects or scene.sentences[cue] != scene.sentences[k]:
        return None
    return (scene.subjects[cue], cue) if scene.words[cue] == "tell" else None


def _reporter(scene: Scene, k: int, index: int, cue: int) -> tuple[int, int]:
    """Who says what somebody thinks: "Lund told reporters he found it “odd”" has its words from Lund.

    Args:
        scene: The paragraph.
        k: The quotation's place.
        index: The candidate chosen.
        cue: The cue whose subject it is; -1 for none.

    Returns:
        The candidate and its cue; those of the clause around, where a pronoun and a verb that is no saying
        stand inside it.
    """
    p = scene.candidates[index].piece
    if scene.shape[p] != "P" or not p < cue < k or scene.words[cue] in _SAYS:
        return index, cue
    around = _REPORTS.search(scene.shape[:p])
    outer = around.start() if around else -1
    if p and scene.words[p - 1] == "what":
        outer = max((other for other in scene.subjects if other < p), default=-1)
    if outer < 0 or outer not in scene.subjects or scene.sentences[outer] != scene.sentences[k]:
        return index, cue
    whom = scene.candidates[scene.subjects[outer]]
    if scene.words[p] == "they" and whom.kind in "NP" and whom.head != "they":
        return index, cue  # "Lund denied what they called “a plot”"
    return scene.subjects[outer], outer


def _is_signed(scene: Scene, k: int) -> bool:
    """Whether a bracket after the quotation names its source: "“...” (Ann Lee, engineer)"."""
    return scene.words[k + 1 : k + 2] == ["("]


def name_in_apposition(scene: Scene, index: int) -> int:
    """The name beside a noun phrase: "the mayor, Ann Lee,", "Ann Lee, the mayor,"; else the phrase itself."""
    candidates, shape = scene.candidates, scene.shape
    candidate = candidates[index]
    if candidate.kind not in "DRS":
        return index
    p = candidate.piece
    name = _NAME_AFTER.match(shape, p + 1)
    if name:
        return next(i for i in range(index, len(candidates)) if candidates[i].piece == name.end() - 1)
    opens = p >= 2 and (p == 2 or scene.sentences[p - 3] != scene.sentences[p - 2])  # noqa: PLR2004 - "N,"
    if opens and shape[p - 2 : p] == "N," and _GOES_ON.match(shape, p + 1):
        return index - 1
    return index


def _cue(scene: Scene, q: int, candidate: int) -> int:
    """The cue whose subject the speaker is: the nearest to the quotation; -1 where there is none.

    Failing that, the cue of the noun phrase that the speaker's name stands beside.
    """
    k = scene.quotes[q]
    cues = [cue for cue, index in scene.subjects.items() if index == candidate]
    if not cues and candidate >= 0 and scene.candidates[candidate].kind == "N":
        cues = [cue for cue, index in scene.subjects.items() if name_in_apposition(scene, index) == candidate]
        beside = _CLAUSE.search(scene.shape[:k])  # "Lund declined to comment on what he called “a game”"
        if beside and not cues and scene.words[beside.start() : beside.start() + 1] == ["what"]:
            cues = [beside.start("cue")]
    return min(cues, key=lambda cue: abs(cue - k), default=-1)
