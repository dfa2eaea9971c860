"""An experiment and its scored outcomes in few words, for tests of what is read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import (
    ExperimentRecord,
    ExperimentState,
    RegisteredDataSet,
    RegisteredModel,
    Revision,
)
from crosstrial.domain.outcome import Outcome, OutcomeState, Scores, SplitResult
from crosstrial.domain.pair import Pair, PairState
from crosstrial.spec.document import Experiment
from crosstrial.spec.node import Task

UID = "0a1b2c3d4e"
MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
METRICS: dict[str, list[str]] = {
    "classification": ["balanced_accuracy", "accuracy"],
    "regression": ["r2"],
}


def scored_experiment(
    datasets: Mapping[str, Task],
    models: Mapping[str, Mapping[str, Any]],
    *,
    applications: Mapping[str, Sequence[str]] | None = None,
    state: ExperimentState = ExperimentState.COMPLETED,
    failures: str = "count",
    missing: str = "baseline",
    searches: int = 1,
    sampler: str = "random",
) -> ExperimentRecord:
    """An experiment in which a data set and a model each have a group of their own name.

    A model's fields are those of the document and `tasks`, default both.
    """
    document = Experiment.model_validate(
        {
            "apiVersion": "crosstrial/v1",
            "kind": "Experiment",
            "metadata": {"name": "demo"},
            "spec": {
                "dataGroups": {
                    name: [{"name": name, "source": "sklearn", "id": name}] for name in datasets
                },
                "modelGroups": {
                    name: [
                        {
                            "name": name,
                            "model": "a.Model",
                            **{k: v for k, v in fields.items() if k != "tasks"},
                        }
                    ]
                    for name, fields in models.items()
                },
                "applications": applications or {name: list(models) for name in datasets},
                "runsPerPair": 3,
                "searches": searches,
                "sampler": {"kind": sampler},
                "evaluation": {
                    "metrics": METRICS,
                    "primary": {task: names[0] for task, names in METRICS.items()},
                    "failures": failures,
                    "missing": missing,
                },
            },
        }
    )
    revision = Revision(
        number=1,
        document=document,
        datasets=tuple(
            RegisteredDataSet(name=name, digest=name, task=task, rows=99, numeric=4, nominal=0)
            for name, task in datasets.items()
        ),
        models=tuple(
            RegisteredModel(
                name=name,
                classes=dict.fromkeys(
                    fields.get("tasks", ("classification", "regression")), "a.Model"
                ),
            )
            for name, fields in models.items()
        ),
        submitted=MOMENT,
    )
    return ExperimentRecord(
        name="demo",
        uid=UID,
        state=state,
        revision=1,
        revisions=(revision,),
        created=MOMENT,
    )


def succeeded(
    model: str,
    dataset: str,
    index: int = 0,
    *,
    test: float | Sequence[float | None],
    validation: float | Sequence[float | None] | None = None,
    task: Task = "classification",
    parameters: Mapping[str, Any] | None = None,
) -> Outcome:
    """A success with a split for each test score; `validation` defaults to the test scores."""
    tests = test if isinstance(test, Sequence) else [test]
    validations = tests if validation is None else validation
    if not isinstance(validations, Sequence):
        validations = [validations] * len(tests)
    splits = tuple(
        _split(fold, METRICS[task], scores)
        for fold, scores in enumerate(zip(validations, tests, strict=True))
    )
    return _outcome(
        model,
        dataset,
        index,
        state=OutcomeState.SUCCEEDED,
        splits=splits,
        parameters=dict(parameters or {}),
    )


def failed(
    model: str,
    dataset: str,
    index: int = 0,
    *,
    cause: Cause = Cause.ESTIMATOR_ERROR,
    splits: tuple[SplitResult, ...] = (),
) -> Outcome:
    """A failure that counts."""
    return _outcome(
        model,
        dataset,
        index,
        state=OutcomeState.FAILED,
        splits=splits,
        parameters={},
        cause=cause,
        message="it broke",
    )


def pair_states(experiment: ExperimentRecord, **others: PairState) -> dict[Pair, PairState]:
    """Every pair done, but for the `others`, named `model__dataset`."""
    states = dict.fromkeys(experiment.latest.pairs(), PairState.DONE)
    named = {Pair(*name.split("__")): state for name, state in others.items()}
    return {**states, **named}


def _split(
    fold: int, metrics: Sequence[str], scores: tuple[float | None, float | None]
) -> SplitResult:
    """One split; each metric after the first is a tenth lower than the one before."""
    validation, test = (
        {name: None if score is None else score - place / 10 for place, name in enumerate(metrics)}
        for score in scores
    )
    return SplitResult(
        repeat=0,
        fold=fold,
        scores=Scores(train=dict.fromkeys(metrics, 1.0), validation=validation, test=test),
        preprocess_seconds=0.25,
        fit_seconds=1.0,
        score_seconds=0.5,
        cpu_seconds=1.5,
        peak_memory_mb=100.0 + fold,
    )


def _outcome(model: str, dataset: str, index: int, **fields: Any) -> Outcome:
    splits = fields["splits"]
    return Outcome(
        uid=UID,
        batch=f"{UID}-0",
        model=model,
        dataset=dataset,
        index=index,
        attempt=1,
        pod="pod",
        seconds=2.0,
        cpu_seconds=1.5 * len(splits),
        peak_memory_mb=100.0,
        started=MOMENT,
        finished=MOMENT + timedelta(seconds=2),
        **fields,
    )
