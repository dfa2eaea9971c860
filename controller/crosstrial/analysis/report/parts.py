"""What a report is made of: sections of paragraphs, tables and figures; plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from crosstrial.analysis.verdict import p_text

NOTHING = "–"  # noqa: RUF001 an en dash is meant


@dataclass(frozen=True)
class Number:
    """A number as it is printed; `level` from 0 to 1 shades its cell."""

    text: str
    level: float | None = None


Entry: TypeAlias = str | Number


@dataclass(frozen=True)
class Table:
    """A table; the first entry of a row is its head."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A chart in words, as a Vega-Lite specification, and as the table of its numbers."""

    title: str
    description: str
    chart: Mapping[str, Any]
    table: Table


@dataclass(frozen=True)
class Section:
    """A part of the page; `paragraphs` say how to read it."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


def score(value: float | None) -> Number:
    """Return a score with three decimals."""
    return Number(NOTHING if value is None else f"{value:.3f}")


def shaded(value: float | None) -> Number:
    """Return a score from 0 to 1 that shades its cell."""
    return Number(NOTHING if value is None else f"{value:.2f}", value)


def signed(value: float | None) -> Number:
    """Return a difference with its sign."""
    return Number(NOTHING if value is None else f"{value:+.3f}")


def chance(value: float) -> Number:
    """Return a probability in per cent."""
    return Number(f"{value:.0%}")


def sampled_chance(value: float) -> Number:
    """Return a probability that was estimated from draws, which is never certain."""
    if value > 0.99:
        return Number("> 99%")
    return Number("< 1%") if value < 0.01 else chance(value)


def p_value(value: float) -> Number:
    """Return a p-value to two digits."""
    return Number(p_text(value))


def count(value: int) -> Number:
    """Return a whole number."""
    return Number(f"{value:,}")


def quantity(value: float) -> Number:
    """Return a measured quantity to three digits."""
    return Number(f"{value:,.0f}" if value >= 1000 else f"{value:.3g}")
