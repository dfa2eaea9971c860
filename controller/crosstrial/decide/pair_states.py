"""What a pair's sums say of it: open, done, exhausted, out of time, or blocked."""

from __future__ import annotations

from crosstrial.domain.pair import PairState, PairSums
from crosstrial.spec.document import ExperimentSpec


def pair_state(spec: ExperimentSpec, sums: PairSums, *, blocked: bool) -> PairState:
    """Return the state of a pair whose settled batches add up to `sums`.

    `blocked` says that its data set cannot be read. Whichever budget comes first closes a pair;
    one that has all its runs is done, whatever it took.
    """
    if blocked:
        return PairState.BLOCKED
    if runs_spent(spec, sums) >= spec.runs_per_pair:
        return PairState.DONE
    if sums.failed >= spec.limits.failures_per_pair:
        return PairState.EXHAUSTED
    if spec.seconds_per_pair is not None and sums.seconds >= spec.seconds_per_pair:
        return PairState.OUT_OF_TIME
    return PairState.OPEN


def runs_spent(spec: ExperimentSpec, sums: PairSums) -> int:
    """Return how many of `runsPerPair` are used up; replaced failures are not."""
    return sums.counted if spec.evaluation.failures == "count" else sums.counted - sums.failed
