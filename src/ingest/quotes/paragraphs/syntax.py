"""Sentences of a paragraph, and the subject of each cue verb, read off the paragraph's shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.scene import CANDIDATES, STOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.quotes.paragraphs.scene import Scene

_ATTRIBUTION_AFTER = re.compile(r"(?:[NPDRS](?:,[^.Q,]{1,9},)?B*[VU](?![TQ:])|[VU][NPDRS])")

_AS_SAYING = re.compile("(?P<whom>[NRDPxo]{0,3}[NRDPS])(?:I[NDRS])?Iv")
_LEADS_TO_NAME = re.compile("(?:[NRx]{0,4}|D)N")
# A clause has ended and its sentence goes on: "Lund, who called it “a”, then said “b”".
_GOES_ON = re.compile("[,Q]B*[VUdB]")
# A noun, a preposition and two names that it governs both: "ministers from Norland and Kassar said".
_JOINED_AFTER = re.compile("[NPDRS]I[ND]C[ND]$")
# After these a clause with a subject of its own begins, whatever noun stands before them.
_OPENS_CLAUSE = frozenset(("as", "because", "while", "when", "if", "although", "though", "unless"))
# What stands before a verb whose subject follows: "...," said Smith.
_BEFORE_INVERSION = frozenset(("", "Q", ",", "-", ".", ":"))


def cut_sentences(scene: Scene, text: str, regions: Sequence[Region]) -> None:
    """Number the sentences; a quotation that ends in a stop ends its sentence when no attribution follows."""
    number = 0
    shape = scene.shape
    q = 0
    for k, letter in enumerate(shape):
        scene.sentences.append(number)
        if letter == ".":
            number += 1
        elif letter == "Q":
            region = regions[q]
            q += 1
            last = text[region.end - 1]
            if last not in STOP or k + 1 >= len(shape):
                continue
            after = shape[k + 1]
            opens_sentence = text[scene.starts[k + 1]].isupper() and (
                last == "." or not _ATTRIBUTION_AFTER.match(shape, k + 1)
            )
            if after == "Q" or opens_sentence:
                number += 1


def find_subjects(scene: Scene) -> None:
    """Write into the scene which candidate is the subject of which cue."""
    by_piece = {candidate.piece: index for index, candidate in enumerate(scene.candidates)}
    last = -1
    sentence = -1
    for k, letter in enumerate(scene.shape):
        if letter not in "VUvuA":
            continue
        if scene.sentences[k] != sentence:
            sentence, last = scene.sentences[k], -1
        piece = _subject(scene, k, letter, last)
        if piece >= 0:
            scene.subjects[k] = by_piece[piece]
            if letter != "A":
                last = piece


def _subject(scene: Scene, k: int, letter: str, last: int) -> int:
    """The piece that is the subject of the cue at `k`; -1 where none shows.

    Args:
        scene: The paragraph.
        k: The cue's place.
        letter: Its letter.
        last: The subject of the cue before it in the same sentence; -1 for none.
    """
    shape = scene.shape
    other = _by_form(scene, k, letter)
    if other >= 0 or letter == "A":
        return other
    p = k - 1
    while p >= 0 and shape[p] == "B":
        p -= 1
    before = shape[p] if p >= 0 else ""
    if before in CANDIDATES and scene.sentences[p] == scene.sentences[k]:
        return _head_of_phrase(shape, scene.words, p)
    after_comma = -1
    if before == ",":
        after_comma = last if letter in "vu" and last >= 0 else _apposition(scene, k)
    if after_comma >= 0:
        return after_comma
    inverted = _last_of_name(shape, k + 1)
    if before == "," and scene.words[k] == "tell" and shape[max(p - 2, 0) : p] == ",N":
        inverted = p - 1  # "the chief of staff, Ann Lee, told reporters"
    # French "a dit Morel", Spanish "ha dicho Ruiz"
    is_plain = p == k - 1 or scene.words[k - 1] in ("a", "ha")
    if inverted >= 0 and letter in "VU" and is_plain and before in _BEFORE_INVERSION:
        return inverted
    return last if last >= 0 else _first_of_sentence(scene, k)


def _by_form(scene: Scene, k: int, letter: str) -> int:
    """The subject that a construction of its own tells: a source, passive or relative clause; -1 for none."""
    shape = scene.shape
    if letter == "A" and scene.words[k] != "according" and shape[k + 1 : k + 2] == "N":
        return k + 1  # German "laut Klein ist das Angebot"
    if letter == "A":
        return _last_of_name(shape, k + 1)
    other = _quoted(scene, k) if scene.words[k] == "quote" else _agent(scene, k)
    opener = _clause_opener(shape, k) if other < 0 else -1
    return _antecedent(shape, opener) if opener >= 0 else other


def relative_subject(scene: Scene, k: int, cue: int) -> int:
    """The "who" or "which" between a cue and its subject, in whose clause a quotation stands.

    Args:
        scene: The paragraph.
        k: The quotation's place.
        cue: The cue's place; -1 for none.

    Returns:
        The pronoun's place; -1 where there is none: "Lund, who said “no”" has one, "“No,” said Lund" and
        "“No,” Lund, who said little, replied" have none.
    """
    if k < cue or cue < 1:
        return -1
    p = _clause_opener(scene.shape, cue)
    if p <= 0 or scene.words[p] not in ("who", "which") or _GOES_ON.search(scene.shape, cue, k):
        return -1
    subject = scene.candidates[scene.subjects[cue]].piece
    return p if subject == _antecedent(scene.shape, p, ",-") else -1


def _clause_opener(shape: str, cue: int) -> int:
    """The relative pronoun of whose clause the cue at `cue` is the verb: "who", "who has in the past"; -1."""
    p = cue - 1
    while p >= 0 and shape[p] == "B":
        p -= 1
    if p >= 2 and shape[p] in "NDxR" and shape[p - 1] == "I":  # noqa: PLR2004 - "in the past"
        p -= 2
        while p >= 0 and shape[p] == "B":
            p -= 1
    return p if p >= 0 and shape[p] == "W" else -1


def _antecedent(shape: str, p: int, signs: str = ",") -> int:
    """The candidate right before the relative pronoun at `p`, one of `signs` between or none; -1 for none."""
    before = p - 2 if p and shape[p - 1] in signs else p - 1
    return before if before >= 0 and shape[before] in CANDIDATES else -1


def _agent(scene: Scene, k: int) -> int:
    """The candidate after "by" where a cue is a passive: "as described by Smith"; -1 where it is none."""
    if scene.shape[k + 1 : k + 2] != "I" or scene.words[k + 1] != "by":
        return -1
    return _last_of_name(scene.shape, k + 2)


def _quoted(scene: Scene, k: int) -> int:
    """The candidate whose words are passed on: "the Herald quoted Smith as saying"; -1 for a passive."""
    passed_on = _AS_SAYING.match(scene.shape, k + 1)
    return passed_on.end("whom") - 1 if passed_on and scene.words[passed_on.end() - 2] == "as" else -1


def _last_of_name(shape: str, p: int) -> int:
    """The candidate at `p`, or the name that it leads up to: "senior economist Smith"; -1 for none."""
    name = _LEADS_TO_NAME.match(shape, p)
    if name:
        last = name.end() - 1
        return last + 2 if shape[last : last + 3] == "NsS" else last  # "said Smith's lawyer"
    return p if shape[p : p + 1] in CANDIDATES else -1


def _head_of_phrase(shape: str, words: Sequence[str], p: int) -> int:
    """From the last name of "a spokesman for the Smith campaign in Ohio" to its first noun."""
    joined = _JOINED_AFTER.search(shape, max(p - 4, 0), p + 1)
    if joined and words[p - 1] == "and":
        p -= 2
    while p >= 2 and shape[p - 1] == "I" and shape[p - 2] in CANDIDATES:  # noqa: PLR2004 - noun, preposition
        if words[p - 1] in _OPENS_CLAUSE:
            break  # "Lund smiled at the jury as Moe said"
        p -= 2
    return p


def _apposition(scene: Scene, k: int) -> int:
    """The candidate before "..., the mayor of X, said"; -1 where there is none."""
    shape = scene.shape
    if shape[k] in "vu":
        return _first_of_sentence(scene, k)
    for q in range(k - 2, max(k - 14, -1), -1):
        letter = shape[q]
        if letter in "Q.":
            return -1
        if letter == "," and q >= 1 and shape[q - 1] in CANDIDATES:
            return _head_of_phrase(shape, scene.words, q - 1)
    return -1


def _first_of_sentence(scene: Scene, k: int) -> int:
    """The first candidate of the sentence that no preposition governs, before the cue at `k`."""
    shape = scene.shape
    p = k
    while p > 0 and scene.sentences[p - 1] == scene.sentences[k]:
        p -= 1
    for q in range(p, k):
        if shape[q] in CANDIDATES and not (q > p and shape[q - 1] == "I"):
            return q
    return -1
