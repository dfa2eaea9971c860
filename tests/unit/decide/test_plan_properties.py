"""What holds of `plan` whatever befalls: limits, balance, attempts, counting, and that it ends.

Hypothesis plays users, workers, a cluster and a second controller against a world of plain
dictionaries; `support.audit` recounts the promises from its documents after every step.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crosstrial.decide.actions import Action, CommitBatch, LaunchBatch
from crosstrial.decide.plan import plan
from crosstrial.decide.rest import LONGEST_REST_SECONDS
from crosstrial.decide.snapshot import Snapshot
from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Obstacle, Phase
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.trial import Trial
from crosstrial.loop.ledger import Ledger
from crosstrial.store.memory import MemoryStore
from support import registered
from support.audit import Audit
from support.natures import Nature, Run, outcome_of, run
from support.strategies import MIXED_NATURES, SPECS
from support.world import World

UIDS = ("aaaa", "bbbb")
MOST_TICKS_TO_REST = 3
MOST_ROUNDS = 3000
RETURNED = [c for c in Cause if not c.counted and c is not Cause.DATASET_ERROR]
PLACES = st.integers(0, 11)  # which of what there is, counted round
LATE = "late"  # the pod of late outcomes
ENDED = (ExperimentState.COMPLETED, ExperimentState.CANCELLED)


def something_runs(machine: Experiments) -> bool:
    return bool(machine.world.running())


class Experiments(RuleBasedStateMachine):
    """Two experiments at most on one executor, and everything that may befall them."""

    world: World
    uids: tuple[str, ...]
    natures: list[Nature]
    stale: Snapshot | None = None

    @initialize(
        specs=st.lists(SPECS, min_size=1, max_size=2),
        runs=st.integers(1, 5),
        datasets=st.sampled_from(["a", "ab", "abc"]),
        models=st.sampled_from(["x", "xy", "xyz"]),
        bound=st.sampled_from([None, 1, 2, 4]),
        natures=MIXED_NATURES,
    )
    def begin(
        self,
        specs: list[dict[str, Any]],
        runs: int,
        datasets: str,
        models: str,
        bound: int | None,
        natures: list[Nature],
    ) -> None:
        documents = [
            registered.document(runs=runs, datasets=datasets, models=models, **spec)
            for spec in specs
        ]
        records = [
            registered.record(uid=uid, of=document)
            for uid, document in zip(UIDS, documents, strict=False)
        ]
        self.uids = UIDS[: len(records)]
        self.natures = natures
        self.world = World(*records, bound=bound)

    def nature(self, trial: Trial) -> Nature:
        if trial.pair.is_baseline:
            return Nature.WELL
        place = 7 * trial.index + 3 * ord(trial.model) + ord(trial.dataset)
        return self.natures[place % len(self.natures)]

    # What the controllers do.

    @rule()
    def tick(self) -> None:
        """One tick keeps to the capacity and is never surprised by its own view."""
        seen = self.world.snapshot()
        actions = plan(seen, self.world.now)
        assert plan(seen, self.world.now) == actions
        launched = [a.batch.id for a in actions if isinstance(a, LaunchBatch)]
        new = [name for name in launched if name not in seen.executions]
        assert seen.capacity is None or len(new) <= seen.capacity
        known = set(self.world.batches)
        self.world.apply(actions)
        committed = [a.batch.id for a in actions if isinstance(a, CommitBatch)]
        assert sorted(set(self.world.batches) - known) == sorted(committed)

    @rule()
    def tick_to_rest(self) -> None:
        """Ticks in which nothing happens end in nothing to do, soon."""
        for _ in range(MOST_TICKS_TO_REST):
            if not self.world.tick():
                return
        assert self.world.tick() == ()

    @rule()
    def look(self) -> None:
        """A second controller observes, and is slow to decide."""
        self.stale = self.world.snapshot()

    @precondition(lambda self: self.stale is not None)
    @rule(again=st.booleans())
    def act_on_what_is_past(self, again: bool) -> None:
        assert self.stale is not None
        self.world.apply(plan(self.stale, self.world.now))
        self.stale = self.stale if again else None

    @rule(steps=st.integers(0, 6))
    def crash(self, steps: int) -> None:
        """A controller is killed in the middle of its actions."""
        actions: tuple[Action, ...] = plan(self.world.snapshot(), self.world.now)
        self.world.apply(actions[:steps])

    # What workers and the cluster do.

    def one_running(self, place: int) -> Batch:
        running = self.world.running()
        return running[place % len(running)]

    def finish(self, batch: Batch, *, evidence: bool = True) -> None:
        world = self.world
        world.end(run(batch, self.nature, world.outcomes, world.now, evidence=evidence))

    @precondition(something_runs)
    @rule(place=PLACES, evidence=st.booleans())
    def run_to_its_end(self, place: int, evidence: bool) -> None:
        self.finish(self.one_running(place), evidence=evidence)

    @precondition(something_runs)
    @rule(place=PLACES, cause=st.sampled_from(RETURNED), done=st.integers(0, 4))
    def interrupt(self, place: int, cause: Cause, done: int) -> None:
        """A pod is lost on its way, with some outcomes written."""
        batch = self.one_running(place)
        natural = run(batch, self.nature, self.world.outcomes, self.world.now)
        end = Execution(batch.id, Phase.ENDED, batch.id, cause)
        self.world.end(replace(natural, outcomes=natural.outcomes[:done], end=end))

    @precondition(something_runs)
    @rule(place=PLACES, started=st.booleans())
    def vanish(self, place: int, started: bool) -> None:
        """An execution is gone without a trace."""
        batch = self.one_running(place)
        if started:
            self.finish(batch)
        del self.world.executions[batch.id]

    @precondition(something_runs)
    @rule(place=PLACES)
    def never_start(self, place: int) -> None:
        name = self.one_running(place).id
        self.world.executions[name] = Execution(name, Phase.ENDED, None, Cause.IMAGE_ERROR)

    @precondition(something_runs)
    @rule(place=PLACES, obstacle=st.sampled_from([None, *Obstacle]))
    def obstruct(self, place: int, obstacle: Obstacle | None) -> None:
        """Something keeps a pod from starting, or does so no longer."""
        name = self.one_running(place).id
        phase = Phase.RUNNING if obstacle is None else Phase.PENDING
        self.world.executions[name] = Execution(
            name, phase, name, message="as the cluster says", obstacle=obstacle
        )

    @precondition(lambda self: something_runs(self) and len(self.world.batches) > 4)
    @rule(place=PLACES)
    def find_the_data_unreadable(self, place: int) -> None:
        batch = self.one_running(place)
        natural = run(batch, self.nature, self.world.outcomes, self.world.now)
        start = natural.start.model_copy(update={"dataset_error": "no such column"})
        self.world.end(Run(start, (), Execution(batch.id, Phase.ENDED, batch.id)))

    @precondition(lambda self: self.world.batches)
    @rule(place=PLACES, position=PLACES, nature=st.sampled_from([Nature.WELL, Nature.FAILS]))
    def bring_a_late_outcome(self, place: int, position: int, nature: Nature) -> None:
        """A pod that was thought lost writes after all."""
        batch = list(self.world.batches.values())[-1 - place % len(self.world.batches)]
        late = outcome_of(batch, position % len(batch.manifest), nature, self.world.now)
        if late.trial.id(batch.uid) not in self.world.outcomes:
            self.world.outcomes.setdefault(late.id, late.model_copy(update={"pod": LATE}))

    @rule(seconds=st.sampled_from([0.5, 5.0, 60.0]))
    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(bound=st.sampled_from([None, 0, 1, 3]))
    def change_capacity(self, bound: int | None) -> None:
        self.world.bound = bound

    # What users do.

    @rule(place=PLACES, to=st.sampled_from([ExperimentState.PAUSED, ExperimentState.ACTIVE]))
    def pause_or_resume(self, place: int, to: ExperimentState) -> None:
        uid = self.uids[place % len(self.uids)]
        if self.world.records[uid].state not in ENDED:
            self.world.request(uid, to)

    @precondition(lambda self: len(self.uids) > 1 and len(self.world.batches) > 6)
    @rule()
    def cancel(self) -> None:
        self.world.request(self.uids[-1], ExperimentState.CANCELLED)

    @rule(place=PLACES, more=st.integers(1, 2))
    def extend(self, place: int, more: int) -> None:
        uid = self.uids[place % len(self.uids)]
        record = self.world.records[uid]
        runs = record.latest.document.spec.runs_per_pair
        if record.state is not ExperimentState.CANCELLED and runs < 8:
            self.world.extend(uid, runs + more)

    # What must hold.

    @invariant()
    def every_promise_is_kept(self) -> None:
        for uid in self.uids:
            Audit(self.world, uid).check()

    def teardown(self) -> None:
        """Leave the controller alone with its workers: everything comes to its end."""
        if not hasattr(self, "world"):
            return
        self.world.bound = self.world.bound or 2
        for uid in self.uids:
            self.world.request(uid, ExperimentState.ACTIVE)
        for turn in range(MOST_ROUNDS):
            self.tick_to_rest()
            self.every_promise_is_kept()
            running = self.world.running()
            if running:
                self.finish(running[0], evidence=turn % 2 == 0)
            elif self.at_rest:
                break
            else:
                # After batches that never started it takes a rest.
                self.world.pass_time(LONGEST_REST_SECONDS)
        assert not self.world.executions
        for uid in self.uids:
            self.check_end(uid)
            self.check_restart(uid)

    @property
    def at_rest(self) -> bool:
        return all(record.state in ENDED for record in self.world.records.values())

    def check_end(self, uid: str) -> None:
        record = self.world.records[uid]
        audit = Audit(self.world, uid)
        audit.check_parameters()
        assert record.state in ENDED
        assert not self.world.unsettled(uid)
        pending = record.status.condition("BatchesPending")
        assert pending is None or pending.status == "False"
        said = record.status.condition("Completed")
        completed = record.state is ExperimentState.COMPLETED
        if completed and said is not None and said.reason == "AllPairsClosed":
            audit.check_pairs_are_closed()
        for outcome in audit.counted():
            if self.nature(outcome.trial) in (Nature.WELL, Nature.PRUNED):
                # A bystander is never blamed; the cluster may have lost it ten times.
                blamed = outcome.cause is not None and outcome.cause.counted
                assert not blamed or outcome.pod == LATE

    def check_restart(self, uid: str) -> None:
        """A controller that reads the history adds up to what one that lived through it knows."""
        store = MemoryStore()
        for batch in self.world.batches_of(uid):
            store.insert_batch(batch)
        ledger = Ledger(store, uid)
        ledger.refresh()
        assert ledger.progress == self.world.progress[uid]
        assert ledger.next_number == len(self.world.batches_of(uid))


TestExperiments = Experiments.TestCase
TestExperiments.settings = settings(stateful_step_count=40)
