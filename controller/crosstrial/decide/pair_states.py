"""What a pair's sums say of it: open, done, exhausted, out of time, or blocked."""

from __future__ import annotations

from crosstrial.decide.samplers import fixed_sampler
from crosstrial.decide.snapshot import Progress
from crosstrial.domain.experiment import Revision
from crosstrial.domain.pair import Pair, PairState, PairSums
from crosstrial.spec.document import ExperimentSpec


def pair_state(
    spec: ExperimentSpec, sums: PairSums, *, blocked: bool, points: int | None = None
) -> PairState:
    """Return the state of a pair whose settled batches add up to `sums`.

    `blocked` says that its data set cannot be read; `points` is how many trials have a
    configuration, None if there is no end of them. Whichever budget comes first closes a pair;
    one that has all its runs is done, whatever it took, and so is one that has tried every point.
    """
    if blocked:
        return PairState.BLOCKED
    if runs_spent(spec, sums) >= spec.trials_per_pair:
        return PairState.DONE
    if points is not None and sums.counted >= points:
        return PairState.DONE
    if sums.failed >= spec.limits.failures_per_pair:
        return PairState.EXHAUSTED
    if spec.seconds_per_pair is not None and sums.seconds >= spec.seconds_per_pair:
        return PairState.OUT_OF_TIME
    return PairState.OPEN


def pair_states(revision: Revision, progress: Progress) -> dict[Pair, PairState]:
    """Return the state of every pair of a revision, from what its experiment has come to."""
    sampler = fixed_sampler(revision.document)
    states: dict[Pair, PairState] = {}
    for pair in revision.pairs():
        sums = progress.sums.get(pair, PairSums(model=pair.model))
        states[pair] = pair_state(
            revision.document.spec,
            sums,
            blocked=pair.dataset in progress.blocked,
            points=sampler.size(pair.model, sums.counted),
        )
    return states


def runs_spent(spec: ExperimentSpec, sums: PairSums) -> int:
    """Return how many of the wanted runs are used up; replaced failures are not."""
    return sums.counted if spec.evaluation.failures == "count" else sums.counted - sums.failed
