"""What a worker inserts may be anything: it stops no experiment, its own included."""

from __future__ import annotations

from typing import Any

import pytest

from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentState
from crosstrial.loop.controller import Controller
from crosstrial.store.documents import to_stored
from crosstrial.store.memory import MemoryStore
from support import plans
from support.history import counted_trials
from support.registered import MOMENT, UID, document, record
from support.simulated_executor import SimulatedExecutor

OTHER_UID = "ffffffffff"
RUNS = 3
ONE_BY_ONE = {"parallelBatches": 1}
FIRST = f"{UID}-0"


class Poisoner(SimulatedExecutor):
    """The first batch's worker inserts one document as it likes, and is gone."""

    def __init__(self, store: MemoryStore, collection: str, changes: dict[str, Any]) -> None:
        super().__init__(store)
        self._collection = store._kept[collection]
        self._plant = self._start if collection == "starts" else self._outcome
        self._changes = changes

    def advance(self) -> None:
        batch = self._waiting.pop(FIRST, None)
        if batch is None:
            super().advance()
            return
        self._plant(batch)
        self._end(FIRST, Cause.INTERRUPTED)

    def _start(self, batch: Batch) -> None:
        self._collection[FIRST] = {**to_stored(plans.start(batch)), **self._changes}

    def _outcome(self, batch: Batch) -> None:
        good = plans.outcome(batch, 1)
        self._collection[good.id] = {**to_stored(good), **self._changes}


@pytest.mark.parametrize(
    ("collection", "changes"),
    [
        pytest.param("starts", {"pod": None}, id="a start without a pod"),
        pytest.param("starts", {"surprise": 1}, id="a start that says more"),
        pytest.param("starts", {"schema": 99}, id="a start of another version"),
        pytest.param("outcomes", {"seconds": "many"}, id="seconds in words"),
        pytest.param("outcomes", {"seconds": float("inf")}, id="endless seconds"),
        pytest.param("outcomes", {"seconds": float("nan")}, id="seconds that are no number"),
        pytest.param("outcomes", {"seconds": -1e9}, id="negative seconds"),
        pytest.param("outcomes", {"parameters": {"C": float("nan")}}, id="a parameter likewise"),
        pytest.param("outcomes", {"parameters": {"C": MOMENT}}, id="a time as a parameter"),
        pytest.param("outcomes", {"batch": FIRST, "uid": OTHER_UID}, id="another's outcome"),
    ],
)
def test_everything_comes_to_its_end(collection: str, changes: dict[str, Any]) -> None:
    store = MemoryStore()
    for name, uid in (("poisoned", UID), ("other", OTHER_UID)):
        accepted = document(name, RUNS, models=["forest"], datasets=["iris"], limits=ONE_BY_ONE)
        store.insert_experiment(record(name, uid=uid, of=accepted))
    controller = Controller(store, Poisoner(store, collection, changes))
    for _ in range(200):
        if all(one.state is ExperimentState.COMPLETED for one in store.experiments()):
            break
        controller.step()
    for uid in (UID, OTHER_UID):
        counted = [trial for trial in counted_trials(store, uid) if not trial.pair.is_baseline]
        assert [trial.index for trial in counted] == list(range(RUNS))
        batches = store.batches(uid, store.batch_states(uid))
        assert all(0 <= batch.expected_seconds < 1e6 for batch in batches)
