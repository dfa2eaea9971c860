"""A learning sampler through the whole loop: what it is told, at most four pending, replays."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from crosstrial.decide.tpe import STARTUP, suggestion
from crosstrial.domain.batch import Batch, Entry
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair
from crosstrial.domain.search import Place, index_of, place_of
from crosstrial.loop.controller import Controller
from crosstrial.loop.ledger import Ledger
from crosstrial.loop.tried import TriedTrials
from crosstrial.store.memory import MemoryStore
from support.registered import UID, document, record
from support.simulated_executor import SimulatedExecutor
from support.used import in_ranges

RUNS = 24
SPEC = {"sampler": {"kind": "tpe"}, "limits": {"parallelBatches": 2, "failuresPerPair": 99}}
FAILING = 3  # every third index
METRIC = "balanced_accuracy"


class ScoringStore(MemoryStore):
    """Scores what is inserted by its parameter, on validation; test scores say the opposite."""

    def insert_outcomes(self, outcomes: list[Outcome]) -> None:  # type: ignore[override]
        super().insert_outcomes([scored(outcome) for outcome in outcomes])


def scored(outcome: Outcome) -> Outcome:
    score = -abs(math.log10(outcome.parameters.get("C", 1.0)))
    scores = {"train": {}, "validation": {METRIC: score}, "test": {METRIC: -score}}
    splits = [split.model_dump(by_alias=False) | {"scores": scores} for split in outcome.splits]
    return Outcome.model_validate(outcome.model_dump(by_alias=False) | {"splits": splits})


def fortune(batch: Batch, entry: Entry) -> Cause | None:
    if batch.number == 3:
        return Cause.INTERRUPTED
    return Cause.ESTIMATOR_ERROR if entry.index % FAILING == 0 else None


def submitted(store: MemoryStore, *, runs: int = RUNS, searches: int = 1) -> ExperimentRecord:
    experiment = record(of=document(runs=runs, searches=searches, **SPEC))
    store.insert_experiment(experiment)
    return experiment


def finished(store: MemoryStore, *, restarts: bool) -> list[Batch]:
    """The batches of an experiment that was run to its end, by one controller or by many."""
    executor = SimulatedExecutor(store, fortune)
    controller = Controller(store, executor)
    for _ in range(1000):
        found = store.experiment("demo")
        assert found is not None
        if found.state is ExperimentState.COMPLETED:
            return store.batches(UID, range(1000))
        if restarts:
            controller = Controller(store, executor)
        controller.step()
    raise AssertionError("it does not end")


@pytest.mark.parametrize(("searches", "runs"), [(1, RUNS), (2, STARTUP + 4)])
def test_every_suggestion_replays_from_what_its_entry_records(searches: int, runs: int) -> None:
    store = ScoringStore()
    experiment = submitted(store, runs=runs, searches=searches)
    batches = finished(store, restarts=False)
    first = [(b, e) for b in batches for e in b.manifest if e.attempt == 1]
    points = {(Pair(e.model, b.dataset), e.index): e.parameters for b, e in first}
    outcomes = {(o.trial.pair, o.index): o for o in store.outcomes_of_experiment(UID)}
    models = experiment.latest.document.models()
    assert any(len(in_ranges(entry.used)) >= STARTUP for _, entry in first)
    for batch, entry in first:
        pair = Pair(entry.model, batch.dataset)
        if pair.is_baseline:
            continue
        search, position = place_of(entry.index, searches)
        own = {at: index_of(Place(search, at), searches) for at in range(runs)}
        used = {at: outcomes[pair, own[at]] for at in in_ranges(entry.used)}
        again = suggestion(
            models[entry.model],
            seed=Place(search, position).seed(0),
            dataset=batch.dataset,
            index=position,
            earlier={at: points[pair, own[at]] for at in range(position)},
            scores={
                at: o.splits[0].scores.validation[METRIC] if o.splits else None
                for at, o in used.items()
            },
        )
        assert again == entry.parameters


def test_a_controller_that_restarts_at_every_step_suggests_the_same() -> None:
    whole, restarted = ScoringStore(), ScoringStore()
    submitted(whole)
    submitted(restarted)
    expected = [batch.manifest for batch in finished(whole, restarts=False)]
    assert [batch.manifest for batch in finished(restarted, restarts=True)] == expected


def test_a_pair_never_has_more_than_four_trials_without_an_outcome() -> None:
    store = ScoringStore()
    submitted(store)
    for batch in finished(store, restarts=False):
        for entry in batch.manifest:
            if entry.model != "baseline" and entry.attempt == 1:
                failed = entry.index - len(in_ranges(entry.used))
                assert failed <= 3


def test_no_pair_gets_ahead_of_another_of_its_data_set_that_waits() -> None:
    store = ScoringStore()
    submitted(store)
    given: Counter[Pair] = Counter()
    for batch in finished(store, restarts=False):
        for entry in batch.manifest:
            given[Pair(entry.model, batch.dataset)] += entry.attempt == 1
        mine = [given[Pair(model, batch.dataset)] for model in ("forest", "svm")]
        assert max(mine) - min(mine) <= 1


def test_scores_are_read_once_and_never_those_of_the_test_part() -> None:
    store = ScoringStore()
    submitted(store)
    finished(store, restarts=False)
    ledger, tried = Ledger(store, UID), TriedTrials(store, UID)
    ledger.refresh()
    tried.refresh(ledger)
    seen = tried.of_pairs[Pair("forest", "iris")]
    assert seen.points.keys() == seen.scores.keys() == set(range(RUNS))
    assert all(score is None or score <= 0 for score in seen.scores.values())
    assert {i for i, score in seen.scores.items() if score is None} == set(range(0, RUNS, FAILING))
    store.batches = None  # type: ignore[assignment]  # to read again would fail
    tried.refresh(ledger)
    assert tried.of_pairs[Pair("forest", "iris")] == seen
