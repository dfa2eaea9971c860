"""A controller killed after every single action, while containers are killed around it.

The faults are those that only a controller can put on record: a trial that kills its container,
one that never comes back, a pod that never starts, data that cannot be read.
"""

from __future__ import annotations

import pytest

from crosstrial.client.counted import counted_outcomes
from crosstrial.decide.plan import plan
from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.trial import Trial
from crosstrial.loop.apply import Applier
from crosstrial.loop.clock import utc_now
from crosstrial.loop.observe import Observer
from crosstrial.store.memory import MemoryStore
from support.history import counted_trials
from support.natures import Nature, run
from support.registered import UID, document, record
from support.simulated_executor import SimulatedExecutor

DATA_SETS = ("iris", "torn")  # "torn" cannot be read
NATURES = (Nature.WELL, Nature.POISON, Nature.GLUTTON, Nature.LOST, Nature.FAILS, Nature.HUNGRY)
CAUSES = {
    Nature.POISON: Cause.CRASHED,
    Nature.LOST: Cause.WORKER_ERROR,
    Nature.FAILS: Cause.ESTIMATOR_ERROR,
}
NEVER_STARTS = 1  # the number of a batch
INTERRUPTIONS = 4  # instead of ten, to be quick
# What the document and the natures of its trials say, none of it read from the store.
EXPECTED = {Trial("baseline", "iris", 0): None} | {
    Trial("forest", "iris", index): CAUSES.get(nature) for index, nature in enumerate(NATURES)
}
MOST_LIVES = 1000


def nature(trial: Trial) -> Nature:
    return Nature.WELL if trial.pair.is_baseline else NATURES[trial.index]


class RoughExecutor(SimulatedExecutor):
    """Runs one waiting batch at each `advance`, as its trials' natures will have it."""

    def advance(self) -> None:
        if not self._waiting:
            return
        name = next(iter(self._waiting))
        self._ended[name] = self._run(self._waiting.pop(name))

    def _run(self, batch: Batch) -> Execution:
        if batch.number == NEVER_STARTS:
            return Execution(batch.id, Phase.ENDED, None, Cause.IMAGE_ERROR)
        successes = [batch.trial(position).id(UID) for position in range(len(batch.manifest))]
        decided = {outcome.id for outcome in self._store.outcomes(successes)}
        ran = run(batch, nature, decided, utc_now())
        torn = "no such column" if batch.dataset == "torn" else None
        if not self._store.insert_start(ran.start.model_copy(update={"dataset_error": torn})):
            return Execution(batch.id, Phase.ENDED, batch.id, Cause.INTERRUPTED)
        if torn is not None:
            return Execution(batch.id, Phase.ENDED, batch.id)
        self._store.insert_outcomes(ran.outcomes)
        return ran.end


class Cluster:
    """What outlives controllers: the store and what runs."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        accepted = document(runs=len(NATURES), models=["forest"], datasets=DATA_SETS)
        self.store.insert_experiment(record(of=accepted))
        self.executor = RoughExecutor(self.store)

    @property
    def at_rest(self) -> bool:
        ended = self.store.experiments()[0].state is ExperimentState.COMPLETED
        return ended and not self.executor.executions()

    def live(self, actions: int) -> int:
        """Be a new controller until so many actions are done or all is over; return the rest."""
        observer = Observer(self.store, self.executor)
        applier = Applier(self.store, self.executor)
        while actions and not self.at_rest:
            planned = plan(observer.observe(), utc_now())
            for action in planned[:actions]:
                actions -= 1
                if not applier.apply_one(action):
                    break
            if not planned:
                self.executor.advance()
        return actions

    def check(self, when: str) -> None:
        """Every trial is counted once, none is missing, and each for its own cause."""
        assert self.at_rest, when
        assert counted_trials(self.store) == sorted(EXPECTED), when
        causes = {o.trial: o.cause for o in counted_outcomes(self.store, UID)}
        assert causes == EXPECTED, when
        status = self.store.experiments()[0].status
        conditions = {c.type: c.status for c in status.conditions}
        assert conditions["DataSetsBlocked"] == conditions["Completed"] == "True", when


@pytest.fixture(autouse=True)
def _few_interruptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crosstrial.decide.settle.MOST_INTERRUPTIONS", INTERRUPTIONS)


def test_a_crash_after_any_action_is_healed_by_the_next_controller() -> None:
    alone = Cluster()
    actions = MOST_LIVES - alone.live(MOST_LIVES)
    alone.check("without a crash")
    assert actions > 40
    for count in range(1, actions):
        cluster = Cluster()
        cluster.live(count)
        cluster.live(MOST_LIVES)
        cluster.check(f"killed after action {count}")


@pytest.mark.parametrize("actions", [1, 2, 3])
def test_controllers_that_live_for_few_actions_come_to_the_end(actions: int) -> None:
    cluster = Cluster()
    for _ in range(MOST_LIVES):
        if cluster.at_rest:
            break
        cluster.live(actions)
    cluster.check(f"each killed after {actions}")
