"""Each pair as planning sees it: its state, what is handed out, and how long its trials take."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from crosstrial.decide.pair_states import pair_state, runs_spent
from crosstrial.decide.progress import still_waiting
from crosstrial.decide.samplers import Sampler, fixed_sampler, most_pending
from crosstrial.decide.snapshot import ExperimentView
from crosstrial.domain.pair import Pair, PairState, PairSums


@dataclass(frozen=True)
class PairView:
    """One pair in the middle of planning.

    `spent` runs have ended and count, `in_flight` are in live batches or waiting; `next` is the
    index of the next draw; `mean_seconds` of a trial, None before the first has ended.
    `failures_alone` is their number when nothing but failures has ended. `points` is how many
    trials have a configuration to draw, None if enough; `most_pending` bounds `in_flight`.
    """

    pair: Pair
    state: PairState
    wanted: int
    spent: int
    in_flight: int
    next: int
    mean_seconds: float | None
    failures_alone: int | None = None
    points: int | None = None
    most_pending: int | None = None

    @property
    def handed_out(self) -> int:
        """What is balanced between pairs: runs that have ended or are in flight."""
        return self.spent + self.in_flight

    @property
    def left(self) -> int:
        """How many more trials are to be handed out, as far as it is known now."""
        if self.state is not PairState.OPEN:
            return 0
        untried = self.wanted if self.points is None else self.points - self.next
        return max(0, min(self.wanted - self.handed_out, untried))

    @property
    def is_ready(self) -> bool:
        """Whether one may be handed out now: a sampler that learns waits for outcomes first."""
        waits = self.most_pending is not None and self.in_flight >= self.most_pending
        return self.left > 0 and not waits

    def handing_out(self) -> PairView:
        """Return the pair after one more draw."""
        return replace(self, in_flight=self.in_flight + 1, next=self.next + 1)


def pair_views(view: ExperimentView) -> dict[Pair, PairView]:
    """Return every pair of the latest revision, in the order of the document."""
    flying = _in_flight(view)
    following = _next_index(view)
    sampler = fixed_sampler(view.record.latest.document)
    return {
        pair: _pair_view(view, pair, sampler, flying[pair], following[pair])
        for pair in view.record.latest.pairs()
    }


def _pair_view(
    view: ExperimentView, pair: Pair, sampler: Sampler, in_flight: int, following: int
) -> PairView:
    spec = view.record.latest.document.spec
    sums = view.progress.sums.get(pair, PairSums(model=pair.model))
    spent = runs_spent(spec, sums)
    index = max(sums.next, following)
    points = sampler.size(pair.model, index + max(0, spec.trials_per_pair - spent - in_flight))
    blocked = pair.dataset in view.progress.blocked
    return PairView(
        pair=pair,
        state=pair_state(spec, sums, blocked=blocked, points=points),
        wanted=spec.trials_per_pair,
        spent=spent,
        in_flight=in_flight,
        next=index,
        mean_seconds=sums.seconds / sums.counted if sums.counted else None,
        failures_alone=sums.failed if 0 < sums.failed == sums.counted else None,
        points=points,
        most_pending=most_pending(spec),
    )


def _in_flight(view: ExperimentView) -> Counter[Pair]:
    """Count trials in live batches and waiting ones: both may still spend a run."""
    batches = [live.batch for live in view.live]
    counts = Counter(waiting.trial.pair for waiting in still_waiting(view.progress, batches))
    counts.update(Pair(entry.model, b.dataset) for b in batches for entry in b.manifest)
    return counts


def _next_index(view: ExperimentView) -> dict[Pair, int]:
    """Return the index after the highest one in live batches; settled ones are in the sums."""
    highest: dict[Pair, int] = defaultdict(int)
    for live in view.live:
        for entry in live.batch.manifest:
            pair = Pair(entry.model, live.batch.dataset)
            highest[pair] = max(highest[pair], entry.index + 1)
    return highest
