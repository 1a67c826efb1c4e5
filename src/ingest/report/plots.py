"""The plot over time as inline SVG: colours come from the page, so that they follow dark and light."""

from __future__ import annotations

import re
from itertools import cycle
from typing import TYPE_CHECKING

import pygal
from markupsafe import Markup
from pygal.style import Style

from ingest.report.overview import NO_SOURCE, OTHERS

if TYPE_CHECKING:
    from ingest.report.calendar import Grid

_APART = {OTHERS: "var(--series-7)", NO_SOURCE: "var(--series-8)"}
_WIDTH, _HEIGHT = 1120, 300
_LABELS = 12
"""Labels below the columns, at most about so many."""
_LINES = 5


def stacks(grid: Grid) -> Markup:
    """Draw one stack for each column, in order, and a colour for each row."""
    chart = pygal.StackedBar(
        style=_style([colour for _, colour in legend(grid)]),
        js=[],
        no_prefix=True,
        disable_xml_declaration=True,
        width=_WIDTH,
        height=_HEIGHT,
        margin=4,
        spacing=6,
        show_legend=False,
        show_x_guides=False,
        show_minor_x_labels=False,
        truncate_label=-1,
        x_label_rotation=0,
        value_formatter=lambda number: f"{number:,.0f}",
        no_data_text="nothing to show",
    )
    chart.x_labels = list(grid.columns)
    chart.x_labels_major = list(grid.columns)[:: max(1, -(-len(grid.columns) // _LABELS))]
    sums = (sum(column) for column in zip(*(numbers for _, numbers in grid.rows), strict=True))
    highest = max(sums, default=1)
    step = _round_step(highest)
    chart.y_labels = list(range(0, highest + step, step))
    for label, numbers in grid.rows:
        chart.add(label, list(numbers))
    return _svg(chart)


def legend(grid: Grid) -> list[tuple[str, str]]:
    """Each row's label with its colour."""
    return [
        (label, _APART.get(label, f"var(--series-{number})"))
        for number, (label, _) in enumerate(grid.rows, 1)
    ]


def _round_step(highest: int) -> int:
    """A round number of which a few reach the highest."""
    step = 1
    for factor in cycle((2, 2.5, 2)):
        if step * _LINES >= highest:
            break
        step = int(step * factor)
    return step


def _style(colours: list[str]) -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--text)",
        foreground_strong="var(--text)",
        foreground_subtle="var(--quiet)",
        colors=tuple(colours),
        font_family="inherit",
        label_font_size=13,
        major_label_font_size=13,
        opacity="1",
        opacity_hover="1",
        transition="0s",
    )


def _svg(chart: pygal.Graph) -> Markup:
    """Render without what changes from run to run (a random id, the date), and without tooltips."""
    svg = chart.render(is_unicode=True)
    svg = re.sub(r"<!--.*?-->", "", svg)
    svg = re.sub(r' id="chart-[0-9a-f-]+"', "", svg)
    svg = re.sub(r"<(desc|script)\b.*?</\1>", "", svg, flags=re.DOTALL)
    return Markup(svg)  # noqa: S704 - pygal builds it as a tree, which escapes all text
