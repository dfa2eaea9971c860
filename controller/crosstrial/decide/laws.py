"""Inverse distribution functions: what a uniform number in (0, 1) is under each distribution.

`draw` supplies the numbers; `rounding` moves a value to a multiple where the document says so.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from scipy.special import log_ndtr, ndtri, ndtri_exp

from crosstrial.decide.rounding import rounded
from crosstrial.spec.node import Value
from crosstrial.spec.space import (
    Categorical,
    Constant,
    Distribution,
    FloatUniform,
    IntLogUniform,
    IntUniform,
    LogNorm,
    LogUniform,
    Norm,
)

LARGEST = sys.float_info.max
LOG_LARGEST = math.log(LARGEST)
# Between bounds so near each other the normal density is flat, and probabilities cancel out.
NARROW = 1e-6


def quantile(distribution: Distribution, u: float) -> Value:
    """Return the value of `distribution` below which lies the share `u` of its mass."""
    match distribution:
        case Constant():
            return distribution.value
        case Categorical(values=values, weights=weights):
            return values[choice(len(values), weights, u)]
        case _:
            value = _number(distribution, u)
            rounding = distribution.round
            if rounding is None:
                return value
            return rounded(value, rounding, distribution.min, distribution.max)


def choice(count: int, weights: Sequence[float] | None, u: float) -> int:
    """Return the position among `count` choices that `u` falls on by cumulative weight."""
    cumulative = list(accumulate(weights or (1.0,) * count))
    return bisect_right(cumulative, u * cumulative[-1], hi=count - 1)


def _number(
    distribution: IntUniform | IntLogUniform | FloatUniform | LogUniform | Norm | LogNorm, u: float
) -> float:
    match distribution:
        case IntUniform(min=low, max=high):
            return min(high, low + math.floor(u * (high - low + 1)))
        case IntLogUniform(min=low, max=high):
            return int_log_uniform(low, high, u)
        case FloatUniform(min=low, max=high):
            # The convex form can't overflow where the width of the interval would.
            return _inside((1 - u) * low + u * high, low, high)
        case LogUniform(min=low, max=high):
            logarithm = (1 - u) * math.log(low) + u * math.log(high)
            return _inside(math.exp(min(logarithm, LOG_LARGEST)), low, high)
        case Norm(mean=mean, std=std, min=lower, max=upper):
            a, b = _or(lower, -math.inf), _or(upper, math.inf)
            z = truncated_normal((a - mean) / std, (b - mean) / std, u)
            return _inside(mean + std * z, a, b)
        case LogNorm(mu=mu, sigma=sigma, min=lower, max=upper):
            a, b = _or(lower, 0.0), _or(upper, math.inf)
            z = truncated_normal((_log(a) - mu) / sigma, (_log(b) - mu) / sigma, u)
            return _inside(math.exp(min(mu + sigma * z, LOG_LARGEST)), a, b)


def int_log_uniform(low: int, high: int, u: float) -> int:
    """Return k in low..high with probability ln((k + 1) / k) / ln((high + 1) / low)."""
    value = math.floor(math.exp(math.log(low) + u * math.log((high + 1) / low)))
    # exp(ln low) may fall just below low.
    return min(high, max(low, value))


def truncated_normal(a: float, b: float, u: float) -> float:
    """Return the standard normal law's quantile `u` between `a` and `b`, finite or not.

    Works with logarithms of tail probabilities, on the side where they are small, so that it
    keeps its precision far out in either tail.
    """
    if math.isinf(a) and math.isinf(b):
        return float(ndtri(u))
    if (b - a) * (1 + abs(a) + abs(b)) < NARROW:
        return a + u * (b - a)
    # In the upper tail the law is that of the mirrored bounds, with the sign turned.
    side = -1.0 if a > 0 else 1.0
    log_a = float(log_ndtr(side * a)) + math.log1p(-u)
    log_b = float(log_ndtr(side * b)) + math.log(u)
    larger, smaller = max(log_a, log_b), min(log_a, log_b)
    log_probability = larger + math.log1p(math.exp(smaller - larger))
    return side * float(ndtri_exp(min(log_probability, 0.0)))


def _or(bound: float | None, default: float) -> float:
    return default if bound is None else bound


def _log(bound: float) -> float:
    """A bound of zero or less does not bound a positive value from below."""
    return math.log(bound) if bound > 0 else -math.inf


def _inside(value: float, low: float, high: float) -> float:
    """Undo what the last bit's rounding moved out of the bounds; keep the value finite."""
    return min(high, LARGEST, max(low, -LARGEST, value))
