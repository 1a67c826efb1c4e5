"""The network of names that stand together: where each dot and its label go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.report.overview import Ties
    from ingest.report.rows import Row

WIDTH, HEIGHT = 960, 620
_LABEL = 28
"""Characters of a label that are shown."""
_GLYPH, _LINE = 7.2, 16.0
"""Width of a character and height of a line of labels, at 13 pixels."""
_GAP = 4.0

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One name in the picture.

    Attributes:
        name: Its row of `entities`.
        x: Centre of its dot.
        y: The same, downwards.
        radius: Of its dot.
        label: What is written beside it.
        label_x: Where the label is anchored.
        label_y: Its base line.
        anchor: SVG's `text-anchor`.
    """

    name: Row
    x: float
    y: float
    radius: float
    label: str
    label_x: float
    label_y: float
    anchor: str

    @property
    def label_box(self) -> Box:
        """What the label covers, about."""
        return _box(self.label, self.label_x, self.label_y, self.anchor)


def lay_out(ties: Ties) -> dict[str, Dot]:
    """Place names so that those that stand together lie close, and labels so that they hide little.

    Dots by Fruchterman and Reingold's force-directed placement (1991) from a fixed start; labels one by one,
    the names of most documents first, on the side where they cover least of what is there.

    Args:
        ties: Names and their ties.

    Returns:
        A dot for each entity id, in the order of the names.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(row["entity_id"] for row in ties.names)
    graph.add_weighted_edges_from(ties.ties)
    spread = nx.spring_layout(graph, weight="weight", k=1.6, iterations=300, seed=1, scale=1.0)
    across, down = _stretched([p[0] for p in spread.values()]), _stretched([p[1] for p in spread.values()])
    centres = {
        name: (round(WIDTH * x, 1), round(HEIGHT * y, 1))
        for name, x, y in zip(spread, across, down, strict=True)
    }
    radii = {row["entity_id"]: min(5 + 2 * row["document_count"] ** 0.5, 22) for row in ties.names}
    taken: list[Box] = [
        (x - radii[i], y - radii[i], x + radii[i], y + radii[i]) for i, (x, y) in centres.items()
    ]
    dots = {}
    for row in ties.names:
        ident = row["entity_id"]
        dots[ident] = _labelled(row, *centres[ident], round(radii[ident], 1), taken)
        taken.append(dots[ident].label_box)
    return dots


def _labelled(name: Row, x: float, y: float, radius: float, taken: Sequence[Box]) -> Dot:
    text = name["entity_name"]
    label = text if len(text) <= _LABEL else text[: _LABEL - 1].rstrip() + "…"
    reach = radius + _GAP
    sides = (
        (x, y - reach, "middle"),
        (x, y + reach + _LINE * 0.7, "middle"),
        (x + reach, y + _LINE * 0.3, "start"),
        (x - reach, y + _LINE * 0.3, "end"),
    )
    covered = [sum(_shared(_box(label, *side), box) for box in (*taken, *_OUTSIDE)) for side in sides]
    label_x, label_y, anchor = sides[covered.index(min(covered))]
    return Dot(name, x, y, radius, label, round(label_x, 1), round(label_y, 1), anchor)


_FAR = 10_000.0
_OUTSIDE: tuple[Box, ...] = (
    (-_FAR, -_FAR, 0, _FAR),
    (WIDTH, -_FAR, _FAR, _FAR),
    (-_FAR, -_FAR, _FAR, 0),
    (-_FAR, HEIGHT, _FAR, _FAR),
)


def _box(label: str, x: float, y: float, anchor: str) -> Box:
    width = _GLYPH * len(label)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return left, y - _LINE * 0.8, left + width, y + _LINE * 0.2


def _shared(one: Box, two: Box) -> float:
    """The area that two boxes have in common."""
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    return max(0.0, across) * max(0.0, down)


def _stretched(values: Sequence[float]) -> list[float]:
    """Spread values between 0.08 and 0.92, half by their size and half by their rank: no crowds."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    width = (high - low) or 1.0
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = {place: n / max(1, len(values) - 1) for n, place in enumerate(order)}
    return [0.08 + 0.84 * ((value - low) / width + rank[place]) / 2 for place, value in enumerate(values)]
