"""How a quotation's sentence reports: which cue verbs stand around the quotation, and on which side.

"Varga said that Lindqvist had called the sale “a gift”, the Herald reported" has three of them, and who
is quoted depends on their order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.quotes.paragraphs.scene import Scene

# An attribution that closes a sentence: "..., said the mayor of Norrhamn", "..., the Herald reported".
_CLOSING = re.compile(
    r"[,Q](?:(?P<verb>[VU])[xt]{0,3}[NPDRS]|[xt]{0,3}[NPDRS](?:,[^,.Q]{1,6},)?B*(?P<late>[VU]))"
)


@dataclass(slots=True)
class Frame:
    """The cues of one quotation's sentence that have a subject, as places in the shape; -1 for none.

    Attributes:
        at: The quotation's own place.
        first: Where the sentence begins.
        last: Its last piece.
        opening: The first cue before the quotation.
        nearest: The last cue before the quotation.
        following: The first cue after it.
        closing: The cue of an attribution that closes the sentence.
        source: An "according to".
    """

    at: int
    first: int
    last: int
    opening: int = -1
    nearest: int = -1
    following: int = -1
    closing: int = -1
    source: int = -1


def read_frame(scene: Scene, k: int) -> Frame:
    """Find the cues around the quotation at piece `k`."""
    sentences, here = scene.sentences, scene.sentences[k]
    first = last = k
    while first > 0 and sentences[first - 1] == here:
        first -= 1
    while last + 1 < len(sentences) and sentences[last + 1] == here:
        last += 1
    frame = Frame(k, first, last)
    for cue in scene.subjects:
        if not first <= cue <= last:
            continue
        if scene.shape[cue] == "A":
            frame.source = cue
        elif cue < k:
            frame.opening = cue if frame.opening < 0 else frame.opening
            frame.nearest = cue
        elif frame.following < 0:
            frame.following = cue
    for match in _CLOSING.finditer(scene.shape, k, last + 1):
        cue = match.start("verb") if match["verb"] else match.start("late")
        frame.closing = cue if cue in scene.subjects else frame.closing
    return frame
