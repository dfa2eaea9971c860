"""The next batches of one experiment: waiting trials first, then new draws in balance.

Neighbours: `retry` and `pack` choose the trials, `size` bounds them, `build` makes the
document; `plan` takes as many batches as there are slots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from crosstrial.decide.balance import next_pair, ties
from crosstrial.decide.build import BatchBuilder
from crosstrial.decide.pack import Bounds, pack_draws, pack_waiting
from crosstrial.decide.pair_views import PairView
from crosstrial.decide.progress import still_waiting
from crosstrial.decide.retry import retry_groups
from crosstrial.decide.samplers import sampler_of
from crosstrial.decide.size import batch_seconds
from crosstrial.decide.snapshot import ExperimentView, Waiting
from crosstrial.domain.batch import Batch
from crosstrial.domain.pair import Pair


def next_batches(
    view: ExperimentView, pairs: Mapping[Pair, PairView], now: datetime
) -> Iterator[Batch]:
    """Yield the batches that could run next, in order, each made as if those before it ran."""
    builder = BatchBuilder(view.record, pairs, sampler_of(view), now)
    number = view.next_number
    for retry in _retries(view, pairs, builder, number):
        yield retry
        number = retry.number + 1
    yield from _draws(view, pairs, builder, number)


def has_next(view: ExperimentView, pairs: Mapping[Pair, PairView]) -> bool:
    """Whether there is anything to run, now or once what is in flight has come back."""
    return any(pair.left for pair in pairs.values()) or bool(_groups(view, pairs))


def _retries(
    view: ExperimentView, pairs: Mapping[Pair, PairView], builder: BatchBuilder, number: int
) -> Iterator[Batch]:
    for group in _groups(view, pairs):
        left = group
        while left:
            packed = pack_waiting(left, pairs, _bounds(view, pairs, suspects=left[0].suspect))
            batch = builder.of_waiting(number, packed)
            yield batch
            number += 1
            left = left[len(batch.manifest) :]


def _draws(
    view: ExperimentView, pairs: Mapping[Pair, PairView], builder: BatchBuilder, number: int
) -> Iterator[Batch]:
    views = dict(pairs)
    begun = _begun_baselines(view)
    while True:
        random = ties(view.record.latest.document.spec.seed, number)
        turn = next_pair(views.values(), random)
        if turn is None:
            return
        dataset = turn.pair.dataset
        candidates = {pair: one for pair, one in views.items() if pair.dataset == dataset}
        baseline = dataset not in begun
        bounds = _bounds(view, views).without(trials=int(baseline))
        drawn = pack_draws(candidates, bounds, random)
        batch = builder.of_draws(number, dataset, drawn, baseline=baseline)
        yield batch
        begun.add(dataset)
        number += 1
        for one in drawn[: len(batch.manifest) - baseline]:
            views[one.pair] = views[one.pair].handing_out()


def _groups(view: ExperimentView, pairs: Mapping[Pair, PairView]) -> list[list[Waiting]]:
    waiting = still_waiting(view.progress, [live.batch for live in view.live])
    return retry_groups(waiting, pairs, view.progress.blocked)


def _bounds(
    view: ExperimentView, pairs: Mapping[Pair, PairView], *, suspects: bool = False
) -> Bounds:
    spec = view.record.latest.document.spec
    children = 1 if suspects else spec.resources.children
    seconds = batch_seconds(spec, pairs.values()) * children
    return Bounds(seconds=seconds, trials=spec.batch.max_trials)


def _begun_baselines(view: ExperimentView) -> set[str]:
    """Return the data sets whose baseline was handed out, in whatever batch."""
    settled = {pair.dataset for pair in view.progress.sums if pair.is_baseline}
    flying = {
        live.batch.dataset
        for live in view.live
        for entry in live.batch.manifest
        if Pair(entry.model, live.batch.dataset).is_baseline
    }
    return settled | flying
