"""A critical-difference diagram in characters (Demsar 2006, figure 1)."""

from __future__ import annotations

from collections.abc import Sequence

from crosstrial.analysis.inference import Inference
from crosstrial.analysis.standings import Standing

WIDTH = 61  # columns of the axis
MARK, BAR = "*", "="


def diagram(standing: Standing, inference: Inference) -> str:
    """Return the axis of average ranks, a line a model, and a bar a group of models.

    A bar joins models whose average ranks differ by less than the critical difference.
    """
    models = len(standing.ranks)
    lines = [_numbers(models), _axis(models)]
    for model in standing.best_first():
        column = _column(standing.ranks[model], models)
        lines.append(f"{MARK:>{column + 1}}".ljust(WIDTH + 2) + _label(standing, model))
    lines += [_bar([standing.ranks[m] for m in clique], models) for clique in inference.cliques]
    return "\n".join(line.rstrip() for line in lines)


def _label(standing: Standing, model: str) -> str:
    return f"{standing.ranks[model]:.2f} {model}"


def _column(rank: float, models: int) -> int:
    """Return where a rank from 1 to `models` stands."""
    return round((rank - 1) / (models - 1) * (WIDTH - 1))


def _ticks(models: int) -> list[int]:
    """Return the whole ranks that are written, so that they do not run into each other."""
    step = 1 + models // 15
    return list(range(1, models + 1, step))


def _numbers(models: int) -> str:
    line = ""
    for tick in _ticks(models):
        line = line.ljust(_column(tick, models)) + str(tick)
    return line


def _axis(models: int) -> str:
    columns = {_column(tick, models) for tick in _ticks(models)}
    return "".join("+" if column in columns else "-" for column in range(WIDTH))


def _bar(ranks: Sequence[float], models: int) -> str:
    start, end = _column(min(ranks), models), _column(max(ranks), models)
    return " " * start + BAR * (end - start + 1)
