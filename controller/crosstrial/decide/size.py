"""Size: how much work one batch holds, from the durations of trials that have ended.

A lost pod costs at most about `batch.targetSeconds`; towards the end batches shrink, so that
all pods end together (guided self-scheduling, Polychronopoulos and Kuck 1987).
"""

from __future__ import annotations

from collections.abc import Collection
from statistics import fmean

from crosstrial.decide.pair_views import PairView
from crosstrial.spec.document import ExperimentSpec

# A batch's start costs some seconds: one that holds less work than this wastes its slot.
SMALLEST_SECONDS = 6.0


def batch_seconds(spec: ExperimentSpec, pairs: Collection[PairView]) -> float:
    """Return how many seconds of work each child of a batch may have that is planned now."""
    target = spec.batch.target_seconds
    left = remaining_seconds(pairs)
    if left is None:
        return target
    share = left / (2 * spec.limits.parallel_batches * spec.resources.children)
    return min(target, max(share, SMALLEST_SECONDS))


def remaining_seconds(pairs: Collection[PairView]) -> float | None:
    """Return the work that is not handed out yet; None while no trial has ended.

    A pair of which nothing has ended counts as the mean of the others.
    """
    means = [pair.mean_seconds for pair in pairs if pair.mean_seconds is not None]
    if not means:
        return None
    usual = fmean(means)
    return sum(p.left * (usual if p.mean_seconds is None else p.mean_seconds) for p in pairs)


def expected_seconds(pair: PairView | None, spec: ExperimentSpec) -> float:
    """Return how long a trial is expected to take: the mean, `trialSeconds` before there is one."""
    if pair is None or pair.mean_seconds is None:
        return spec.limits.trial_seconds
    return pair.mean_seconds
