"""The clause that a quotation stands in, where its sentence has two: "Lund said “a” and Moe said “b”"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.quotes.paragraphs.scene import Scene

# From the boundary on: subject, verb, and nothing but its object up to the quotation.
_OWN = re.compile(
    r"(?P<opens>Q,?C|Q,|Q,?I|Q,?x|T)(?:[DRx]{1,2}(?=N))?(?P<who>[NPDRS])(?:IN)?B*(?P<cue>[VU])[^QVUCW.]{0,8}$"
)
_PERFECT = frozenset(("had", "has", "have"))
_SAYS = frozenset(("say", "tell", "call", "describe", "write", "warn", "ask", "admit", "add", "reply"))
_CONTRASTS = frozenset(("while", "whereas", "although", "though"))
_GAPPED = re.compile("Q(?P<opens>,)C?(?P<who>[NDS]),$")
_AFTER = re.compile(r",[NPDRS]B*[VU]")


def own_clause(scene: Scene, k: int) -> tuple[int, int] | None:
    """Subject and cue of the clause of a sentence in which the quotation at piece `k` stands.

    A clause begins after a quotation and "and", "but", "while" or a semicolon, and after "that" where it
    tells what was said before: "Lund told the court that Moe had called it “a coffin”" has Moe's words.

    Returns:
        Index of the candidate and place of the cue; None where the sentence has one clause.
    """
    shape = scene.shape
    first = k
    while first > 0 and scene.sentences[first - 1] == scene.sentences[k]:
        first -= 1
    own = _OWN.search(shape, max(first, k - 24), k)
    if own is None or not _is_boundary(scene, own):
        return None
    cue = own.start("cue")
    index = scene.subjects.get(cue, -1)
    says = scene.shape[cue] == "V" or scene.words[cue] in _SAYS
    if index < 0 or not says or scene.candidates[index].piece != own.start("who"):
        return None
    return index, cue


def _is_boundary(scene: Scene, own: re.Match[str]) -> bool:
    opens, before = own["opens"], scene.words[own.end("opens") - 1]
    if opens == "T":
        cue = own.start("cue")
        is_earlier = scene.words[cue - 1] in _PERFECT or scene.shape[own.end() - 1] in ":,"
        return own["who"] in "NS" and is_earlier and scene.words[cue] in _SAYS
    if opens == "Q,":
        return before == ";"
    return opens[-1] == "C" or before in _CONTRASTS


def opening_source(scene: Scene, k: int) -> tuple[int, int] | None:
    """Whom a sentence opens with, "according to Lund, ...", where no verb of saying has another subject."""
    cues = [cue for cue in scene.subjects if scene.sentences[cue] == scene.sentences[k]]
    if len(cues) != 1 or cues[0] > k or scene.shape[cues[0]] != "A":
        return None
    cue = cues[0]
    opens = cue == 0 or scene.sentences[cue - 1] != scene.sentences[cue]
    return (scene.subjects[cue], cue) if opens else None


def before_semicolon(scene: Scene, k: int) -> tuple[int, int] | None:
    """Subject and cue before a quotation after which a semicolon and another clause stand."""
    if scene.words[k + 1 : k + 2] != [";"] or not _AFTER.match(scene.shape, k + 1):
        return None
    cue = max((c for c in scene.subjects if c < k and scene.sentences[c] == scene.sentences[k]), default=-1)
    return (scene.subjects[cue], cue) if cue >= 0 and scene.shape[cue] in "VU" else None


def without_verb(scene: Scene, k: int) -> tuple[int, int] | None:
    """Subject of a clause whose verb is that of the one before it: "Lund called it “a”; Moe, “b”"."""
    short = _GAPPED.search(scene.shape[:k]) if scene.shape[k - 1 : k] == "," else None
    if short is None or scene.words[short.start("opens")] != ";":
        return None
    cue = max(
        (c for c in scene.subjects if c < short.start() and scene.sentences[c] == scene.sentences[k]),
        default=-1,
    )
    index = next((i for i, c in enumerate(scene.candidates) if c.piece == short.start("who")), -1)
    return (index, cue) if cue >= 0 and index >= 0 else None
