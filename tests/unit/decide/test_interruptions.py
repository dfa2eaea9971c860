"""A trial that has its pod taken away every time is soon alone: others are hardly harmed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crosstrial.decide.pack import Bounds, pack_waiting
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.batch import StartRecord
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.outcome import OutcomeState
from crosstrial.domain.record import utc
from crosstrial.domain.trial import Trial
from support.natures import Nature, Run, outcome_of
from support.plans import entry, pair_view
from support.registered import UID, document, record
from support.world import World

RUNS = 400
MOST_ROUNDS = 400
# Ten would end an innocent trial; a batch of 5000 is one trial after seven.
HARMLESS = 7


def interrupted(world: World, poison: int) -> None:
    """Run the oldest batch: one with the poisoned trial is lost with all that it had."""
    batch = world.running()[0]
    start = StartRecord(batch=batch.id, pod=batch.id, started=utc(world.now))
    if any((one.model, one.index) == ("forest", poison) for one in batch.manifest):
        end = Execution(batch.id, Phase.ENDED, batch.id, Cause.INTERRUPTED, message="disk pressure")
        world.end(Run(start, (), end))
        return
    done = [outcome_of(batch, p, Nature.WELL, world.now) for p in range(len(batch.manifest))]
    world.end(Run(start, tuple(done), Execution(batch.id, Phase.ENDED, batch.id)))


@settings(max_examples=6)
@given(poison=st.integers(0, RUNS - 1))
def test_an_evicted_trial_takes_no_innocent_along(poison: int) -> None:
    world = World(record(of=document(runs=RUNS, datasets=["iris"])))
    for _ in range(MOST_ROUNDS):
        while world.tick():
            pass
        if not world.running():
            break
        interrupted(world, poison)
    failed = [o for o in world.outcomes.values() if o.state is OutcomeState.FAILED]
    assert [(o.model, o.index, o.cause) for o in failed] == [("forest", poison, Cause.INTERRUPTED)]
    assert len(world.outcomes) == 2 * RUNS + 1
    entries = [one for b in world.batches_of(UID) for one in b.manifest]
    innocent = [one for one in entries if (one.model, one.index) != ("forest", poison)]
    assert max(one.interruptions for one in innocent) <= HARMLESS


@given(
    interruptions=st.lists(st.integers(0, 9), min_size=1, max_size=60),
    mean=st.one_of(st.none(), st.floats(0.001, 100.0)),
)
def test_the_work_of_a_batch_halves_at_least_with_each_interruption(
    interruptions: list[int], mean: float | None
) -> None:
    pair = pair_view("a", mean=mean)
    bounds = Bounds(60.0, 5000)
    queue = [
        Waiting(
            Trial("a", "iris", n), entry(n, "a", attempt=2, interruptions=times), False, 1 << 30
        )
        for n, times in enumerate(interruptions)
    ]
    while queue:
        packed = pack_waiting(queue, {pair.pair: pair}, bounds)
        most = max(one.entry.interruptions for one in packed)
        work = len(packed) * (mean or 0.0)
        assert len(packed) == 1 or work <= bounds.seconds / 2**most
        assert len(packed) == 1 or most < HARMLESS
        queue = queue[len(packed) :]
