"""The document of a batch: a worker reads nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crosstrial.decide.build import BatchBuilder
from crosstrial.decide.draw import point
from crosstrial.decide.samplers import RandomSampler
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.batch import Batch, BatchState
from crosstrial.domain.trial import Trial
from crosstrial.spec.epochs import Epochs, MedianPruner
from support.plans import entry, pair_view
from support.registered import ESTIMATOR, MOMENT, UID, document, record

GIB = 1 << 30
LATER = MOMENT + timedelta(microseconds=1_234_567)
SPEC: dict[str, Any] = {
    "seed": 7,
    "limits": {"trialSeconds": 30.0},
    "resources": {"cpu": 2.0, "memory": 2 * GIB, "maxMemory": 8 * GIB},
    "evaluation": {"seed": 3},
}
EXPERIMENT = record(of=document(runs=9, **SPEC))
PAIRS = {
    pair.pair: pair
    for pair in (pair_view("forest", mean=4.0), pair_view("svm", handed_out=3, mean=None))
}
SAMPLER = RandomSampler(EXPERIMENT.latest.document)
BUILDER = BatchBuilder(EXPERIMENT, PAIRS, SAMPLER, LATER)


def waiting(index: int, model: str = "forest", *, suspect: bool = False) -> Waiting:
    tried = entry(index, model, attempt=3, interruptions=2)
    return Waiting(Trial(model, "iris", index), tried, suspect, 4 * GIB)


def drawn(*, baseline: bool = False) -> Batch:
    return BUILDER.of_draws(5, "iris", list(PAIRS.values()), baseline=baseline)


def test_a_batch_of_draws_says_everything_that_its_worker_must_know() -> None:
    of, data = drawn(), EXPERIMENT.latest.dataset("iris")
    assert (of.uid, of.id, of.experiment, of.revision) == (UID, f"{UID}-5", "demo", 1)
    assert (of.dataset, of.digest, of.task) == ("iris", data.digest, "classification")
    assert (of.seed, of.evaluation.seed, of.trial_seconds) == (7, 3, 30.0)
    assert (of.cpu, of.memory, of.max_memory) == (2.0, 2 * GIB, 8 * GIB)
    assert [(m.name, m.estimator) for m in of.models] == [("forest", ESTIMATOR), ("svm", ESTIMATOR)]
    assert (of.state, of.settlement, of.suspects) == (BatchState.PLANNED, None, False)
    assert of.created == MOMENT + timedelta(milliseconds=1234)


def test_a_worker_is_told_how_to_train_by_epochs_and_when_to_stop() -> None:
    plain = document(runs=9, pruner={"kind": "median"})
    group = plain.spec.model_groups["all"]
    by_epochs = tuple(m.model_copy(update={"epochs": Epochs(count=9)}) for m in group)
    spec = plain.spec.model_copy(update={"model_groups": {"all": by_epochs}})
    experiment = record(of=plain.model_copy(update={"spec": spec}))
    of = BatchBuilder(experiment, PAIRS, SAMPLER, LATER).of_draws(
        5, "iris", list(PAIRS.values()), baseline=True
    )
    assert of.pruner == MedianPruner(kind="median")
    assert [(model.name, model.epochs) for model in of.models] == [
        ("baseline", None),
        ("forest", Epochs(count=9)),
        ("svm", Epochs(count=9)),
    ]


def test_each_draw_has_the_parameters_of_its_index() -> None:
    models = EXPERIMENT.latest.document.models()
    assert [(e.model, e.index, e.attempt, e.parameters) for e in drawn().manifest] == [
        ("forest", 0, 1, point(models["forest"], seed=7, index=0)),
        ("svm", 3, 1, point(models["svm"], seed=7, index=3)),
    ]


@pytest.mark.parametrize(
    ("task", "strategy", "estimator"),
    [
        pytest.param("classification", "prior", "sklearn.dummy.DummyClassifier", id="classes"),
        pytest.param("regression", "mean", "sklearn.dummy.DummyRegressor", id="numbers"),
    ],
)
def test_the_baseline_goes_in_front(task: str, strategy: str, estimator: str) -> None:
    revision = EXPERIMENT.latest
    datasets = [d.model_copy(update={"task": task}) for d in revision.datasets]
    models = [m.model_copy(update={"classes": {task: ESTIMATOR}}) for m in revision.models]
    changed = revision.model_copy(update={"datasets": datasets, "models": models})
    experiment = EXPERIMENT.model_copy(update={"revisions": (changed,)})
    of = BatchBuilder(experiment, PAIRS, SAMPLER, LATER).of_draws(
        0, "iris", list(PAIRS.values()), baseline=True
    )
    assert of.manifest[0].model_dump() == entry(0, "baseline").model_dump() | {
        "parameters": {"strategy": strategy}
    }
    assert (of.models[0].name, of.models[0].estimator) == ("baseline", estimator)
    assert len(of.manifest) == 3


def test_a_retry_runs_the_same_trials_with_the_memory_that_they_need() -> None:
    of = BUILDER.of_waiting(6, [waiting(4), waiting(2, "svm")])
    assert (of.id, of.dataset, of.memory, of.suspects) == (f"{UID}-6", "iris", 4 * GIB, False)
    assert [(e.model, e.index, e.attempt, e.interruptions) for e in of.manifest] == [
        ("forest", 4, 3, 2),
        ("svm", 2, 3, 2),
    ]
    assert of.manifest[0].parameters == {"C": 4.0}
    assert [model.name for model in of.models] == ["forest", "svm"]


def test_a_batch_of_suspects_says_so() -> None:
    assert BUILDER.of_waiting(6, [waiting(4, suspect=True)]).suspects


@pytest.mark.parametrize(
    ("of", "seconds"),
    [
        pytest.param(drawn(), 17.0, id="the mean or trialSeconds, two at once"),
        pytest.param(drawn(baseline=True), 32.0, id="with the baseline"),
        pytest.param(BUILDER.of_waiting(6, [waiting(4), waiting(5)]), 4.0, id="retries"),
        pytest.param(
            BUILDER.of_waiting(6, [waiting(4, suspect=True), waiting(5, suspect=True)]),
            8.0,
            id="suspects run one after another",
        ),
    ],
)
def test_a_batch_is_expected_to_take_what_its_trials_take(of: Batch, seconds: float) -> None:
    assert of.expected_seconds == seconds
