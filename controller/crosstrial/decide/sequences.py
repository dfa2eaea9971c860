"""Low-discrepancy sequences: points of the unit cube that fill it more evenly than random ones.

Scrambled, so that each is uniformly distributed and the seed matters; scipy computes them. Sobol'
(with Owen's scrambling by Matousek 1998), Halton (permuted digits, Owen 2017). Used by `designs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from numpy.random import PCG64, Generator

from crosstrial.decide.draw import LARGEST_UNIFORM, SMALLEST_UNIFORM

if TYPE_CHECKING:
    from scipy.stats import qmc

SequenceKind: TypeAlias = Literal["sobol", "halton"]

BLOCK = 64  # a power of 2, as Sobol's sequence is balanced in these


def elements(kind: SequenceKind, dimensions: int, seed: int) -> Iterator[Sequence[float]]:
    """Yield points of the open unit cube for ever, the same for the same seed."""
    if dimensions == 0:
        while True:
            yield ()
    engine = _engine(kind, dimensions, Generator(PCG64(seed)))
    while True:
        yield from ([inside(u) for u in element] for element in engine.random(BLOCK).tolist())


def inside(u: float) -> float:
    """Return a number of the closed unit interval as one of the open one."""
    return min(LARGEST_UNIFORM, max(SMALLEST_UNIFORM, u))


def _engine(kind: SequenceKind, dimensions: int, generator: Generator) -> qmc.QMCEngine:
    from scipy.stats import qmc  # noqa: PLC0415 a controller without these saves 45 MiB

    if kind == "sobol":
        return qmc.Sobol(dimensions, scramble=True, rng=generator)
    return qmc.Halton(dimensions, scramble=True, rng=generator)
