"""The table of all figures: goals are well-formed, and a figure is read out of what a command prints."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from figures import Figure, MissingFigureError

ROOT = Path(__file__).parents[1]
PRINTED = """Weights: 56,164 bytes.

| joint P / R / F1 | direct | words |
|---|---|---|
| ours | 0.955 / 0.933 / **0.944** | 4,046 |
| ours, rules only | 0.952 / 0.858 / **0.902** | 9,767 |

| corpus | found |
|---|---|
| newswire | .954 / .867 |
"""


@pytest.mark.parametrize(
    ("where", "measured"),
    [
        ({"row": ("| ours |",), "column": "direct", "number": 3}, 0.944),
        ({"row": ("rules only",), "column": "words"}, 9767),
        ({"row": ("newswire",), "column": "found", "number": 2}, 0.867),
        ({"pattern": r"Weights: ([\d,]+) bytes"}, 56164),
    ],
)
def test_a_figure_is_read(where, measured):
    assert Figure("it", **where).read(PRINTED) == measured


@pytest.mark.parametrize(
    "where",
    [
        {"row": ("newswire",), "column": "direct"},
        {"row": ("nobody",), "column": "found"},
        {"row": ("newswire",), "column": "found", "number": 3},
        {"pattern": r"Weights: (\d+) grams"},
    ],
)
def test_a_figure_that_is_not_printed_is_told(where):
    with pytest.raises(MissingFigureError):
        Figure("it", **where).read(PRINTED)


def test_the_distance_is_told():
    assert Figure("it", at_least=0.9).judge(0.9) == "reached"
    assert Figure("it", at_least=0.9).judge(0.89) == "**short by 0.01**"
    assert Figure("it", at_most=0.5).judge(0.7) == "**over by 0.2**"
    assert Figure("it").judge(0.7) == ""


def test_a_peer_may_set_the_goal():
    figure = Figure("it", row=("| ours |",), column="words", beside="direct", number=1).with_goal(PRINTED)
    assert (figure.goal, figure.judge(0.95)) == ("at least direct's, 0.955", "**short by 0.005**")


def test_goals_are_well_formed():
    benches = tomllib.loads((ROOT / "benchmarks" / "goals.toml").read_text(encoding="utf-8"))["bench"]
    assert len({bench["name"] for bench in benches}) == len(benches)
    for bench in benches:
        assert (ROOT / bench["command"][0]).exists(), bench["name"]
        for figure in bench["figure"]:
            one = Figure(**figure)
            assert bool(one.pattern) != bool(one.row and one.column), one.what
            goals = [one.at_least is not None, one.at_most is not None, bool(one.beside)]
            assert sum(goals) <= 1, one.what
