"""Marginals of draws: every draw is in one bin or bar; pictures are written as named."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosstrial.analysis.marginal_chart import write_chart
from crosstrial.analysis.marginals import BINS, Bars, Histogram, marginals
from crosstrial.cli.render.space import blocks
from crosstrial.spec.node import Value

MIXED = [{"p": "sqrt"}, {"p": 0.1}, {"p": 0.5}, {"p": None}, {"q": True}]


def histogram(*values: Value) -> Histogram:
    (found,) = marginals([{"p": value} for value in values])
    assert isinstance(found, Histogram)
    return found


@pytest.mark.parametrize(
    ("values", "bins", "logarithmic"),
    [
        pytest.param([2, 3, 5], 4, False, id="few-integers"),
        pytest.param([1, 90], BINS, False, id="integers"),
        pytest.param([0.001, 1.0, 1000.0], BINS, True, id="wide"),
        pytest.param([-1.0, 0.5, 900.0], BINS, False, id="negative"),
        pytest.param([0.3, 0.3], 1, False, id="one-number"),
        pytest.param([-1.7e308, 1.7e308], 1, False, id="beyond-a-difference"),
    ],
)
def test_every_number_is_in_a_bin(values: list[float], bins: int, logarithmic: bool) -> None:
    found = histogram(*values)
    assert (len(found.counts), found.logarithmic) == (bins, logarithmic)
    assert sum(found.counts) == len(values)
    assert found.edges[0] <= min(values) <= max(values) <= found.edges[-1]


def test_numbers_and_choices_of_a_parameter_are_told_apart() -> None:
    numbers, choices, other = marginals(MIXED)
    assert isinstance(numbers, Histogram)
    assert (numbers.name, numbers.active, sum(numbers.counts)) == ("p", 0.8, 2)
    assert choices == Bars("p", 0.8, (("sqrt", 1), ("null", 1)))
    assert other == Bars("q", 0.2, (("true", 1),))


def test_a_histogram_in_a_line_shows_the_least_and_the_empty() -> None:
    assert blocks(Histogram("p", 1.0, (0.0, 1.0, 2.0, 3.0), (80, 0, 1), logarithmic=False)) == "█ ▁"
    assert blocks(None) == "-"


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<svg"), ("a.PNG", b"\x89PNG")])
def test_a_picture_has_a_panel_for_each(tmp_path: Path, name: str, begins: bytes) -> None:
    write_chart(tmp_path / name, marginals(MIXED), "forest: 5 draws")
    content = (tmp_path / name).read_bytes()
    assert content.startswith(begins)
    if name.endswith("svg"):
        text = content.decode()
        assert text.count(">p, active in 80%<") == 2
        assert text.count(">q, active in 20%<") == 1
        assert "forest: 5 draws" in text
        assert ">sqrt<" in text
