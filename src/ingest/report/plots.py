"""Plots as inline SVG: colours come from the page, so that they follow dark and light."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pygal
from markupsafe import Markup
from pygal.style import Style

if TYPE_CHECKING:
    from ingest.report.overview import Counts, Grid

_SERIES = tuple(f"var(--series-{n})" for n in range(1, 8))
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="var(--text)",
    foreground_strong="var(--text)",
    foreground_subtle="var(--quiet)",
    colors=_SERIES,
    value_colors=("var(--text)",) * len(_SERIES),
    font_family="inherit",
    label_font_size=13,
    major_label_font_size=13,
    value_font_size=13,
    legend_font_size=13,
    opacity="1",
    opacity_hover="1",
    transition="0s",
)
_LABEL = 34
"""Characters of a label that are shown; the table beside each plot has it whole."""
_WIDTH = 760
_BAR = 26
_MARGINS = 24


def bars(counts: Counts, what: str, *, width: int = _WIDTH) -> Markup:
    """Draw horizontal bars, the first at the top, each with its number."""
    shown = list(reversed(counts))
    chart = pygal.HorizontalBar(
        **_options(_MARGINS + _BAR * len(shown), width),
        show_legend=False,
        print_values=True,
        print_values_position="top",
        show_x_labels=False,
        range=(0, max((number for _, number in shown), default=1) * 1.12),
    )
    chart.x_labels = [_short(label) for label, _ in shown]
    chart.add(what, [number for _, number in shown])
    return _svg(chart)


def stacks(grid: Grid) -> Markup:
    """Draw one stack for each column, in order, and a colour for each row."""
    chart = pygal.StackedBar(
        **_options(320),
        show_legend=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        x_label_rotation=40,
        show_minor_x_labels=False,
    )
    chart.x_labels = list(grid.columns)
    every = max(1, len(grid.columns) // 12)
    highest = max(
        (sum(column) for column in zip(*(numbers for _, numbers in grid.rows), strict=True)), default=1
    )
    step = max(1, round(highest / 6))
    chart.y_labels = list(range(0, highest + step, step))
    chart.x_labels_major = list(grid.columns)[::every]
    for label, numbers in grid.rows:
        chart.add(_short(label), list(numbers))
    return _svg(chart)


def dots(grid: Grid) -> Markup:
    """Draw a dot for each cell, as large as its number."""
    chart = pygal.Dot(
        **_options(150 + 44 * len(grid.rows)), show_legend=False, x_label_rotation=40, dots_size=10
    )
    chart.x_labels = [_short(label) for label in grid.columns]
    for label, numbers in grid.rows:
        chart.add(_short(label), [number or None for number in numbers])
    chart.y_labels = [_short(label) for label, _ in grid.rows]
    return _svg(chart)


def _options(height: int, width: int = _WIDTH) -> dict[str, object]:
    return {
        "style": _STYLE,
        "js": [],
        "no_prefix": True,
        "disable_xml_declaration": True,
        "width": width,
        "height": height,
        "margin": 8,
        "show_x_guides": False,
        "truncate_label": -1,
        "truncate_legend": -1,
        "value_formatter": lambda number: f"{number:,.0f}",
        "no_data_text": "nothing to show",
    }


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else label[: _LABEL - 1].rstrip() + "…"


def _svg(chart: pygal.Graph) -> Markup:
    """Render without what changes from run to run (a random id, the date), and without tooltips."""
    svg = chart.render(is_unicode=True)
    svg = re.sub(r"<!--.*?-->", "", svg)
    svg = re.sub(r' id="chart-[0-9a-f-]+"', "", svg)
    svg = re.sub(r"<(desc|script)\b.*?</\1>", "", svg, flags=re.DOTALL)
    return Markup(svg)  # noqa: S704 - pygal builds it as a tree, which escapes all text
