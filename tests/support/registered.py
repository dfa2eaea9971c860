"""A registered experiment, its batches and outcomes, for tests of what users see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from crosstrial.domain.batch import Batch, BatchState, Became, Entry, Fate, Settlement
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import (
    ExperimentRecord,
    ExperimentState,
    RegisteredDataSet,
    RegisteredModel,
    Revision,
    Status,
)
from crosstrial.domain.outcome import Outcome, OutcomeState, Scores, SplitResult
from crosstrial.domain.pair import PairSums
from crosstrial.spec.document import Evaluation, Experiment

UID = "0a1b2c3d4e"
MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
DATA_SETS = ("iris", "wine")
MODELS = ("forest", "svm")
ESTIMATOR = "sklearn.svm.SVC"
SPACE = {"C": {"distribution": "log_uniform", "min": 1e-3, "max": 1e3}}


def document(
    name: str = "demo",
    runs: int = 2,
    *,
    datasets: Iterable[str] = DATA_SETS,
    models: Iterable[str] = MODELS,
    **spec: Any,
) -> Experiment:
    """A document in which every model meets every data set; `spec` adds to the least one."""
    return Experiment.model_validate(
        {
            "apiVersion": "crosstrial/v1",
            "kind": "Experiment",
            "metadata": {"name": name},
            "spec": {
                "dataGroups": {
                    "all": [{"name": d, "source": "sklearn", "id": d} for d in datasets]
                },
                "modelGroups": {
                    "all": [{"name": m, "model": ESTIMATOR, "space": SPACE} for m in models]
                },
                "applications": {"all": ["all"]},
                "runsPerPair": runs,
                **spec,
            },
        }
    )


def revision(accepted: Experiment, number: int = 1) -> Revision:
    """A document as it was accepted."""
    return Revision(
        number=number,
        document=accepted,
        datasets=tuple(
            RegisteredDataSet(
                name=d,
                digest=d.encode().hex() * 8,
                task="classification",
                rows=150,
                numeric=4,
                nominal=0,
                classes=3,
            )
            for d in accepted.data_sets()
        ),
        models=tuple(
            RegisteredModel(name=m, classes={"classification": ESTIMATOR})
            for m in accepted.models()
        ),
        submitted=MOMENT,
    )


def record(
    name: str = "demo",
    state: ExperimentState = ExperimentState.ACTIVE,
    *,
    uid: str = UID,
    status: Status | None = None,
    of: Experiment | None = None,
) -> ExperimentRecord:
    """An experiment as it was registered; that of `document` by default."""
    return ExperimentRecord(
        name=name,
        uid=uid,
        state=state,
        revision=1,
        revisions=(revision(of or document(name)),),
        status=status or Status(),
        created=MOMENT,
    )


def outcome(
    model: str = "forest",
    dataset: str = "iris",
    index: int = 0,
    *,
    cause: Cause | None = None,
    message: str | None = None,
    score: float = 0.9,
    batch: str = f"{UID}-0",
    attempt: int = 1,
) -> Outcome:
    """A success with one split, or a failure with a cause."""
    scores = {"balanced_accuracy": score}
    split = SplitResult(
        repeat=0,
        fold=0,
        scores=Scores(train=scores, validation=scores, test=scores),
        preprocess_seconds=0.1,
        fit_seconds=1.0,
        score_seconds=0.1,
        cpu_seconds=1.0,
        peak_memory_mb=100.0,
    )
    return Outcome(
        uid=UID,
        batch=batch,
        model=model,
        dataset=dataset,
        index=index,
        attempt=attempt,
        pod="pod",
        state=OutcomeState.FAILED if cause else OutcomeState.SUCCEEDED,
        cause=cause,
        message=message,
        parameters={"C": 1.5, "kernel": "rbf"},
        splits=() if cause else (split,),
        seconds=1.2,
        cpu_seconds=1.0,
        peak_memory_mb=100.0,
        started=MOMENT,
        finished=MOMENT,
    )


def batch(number: int, outcomes: list[Outcome], *, settled: bool, log: str = "") -> Batch:
    """A batch of the data set of its outcomes; settled, it counts all of them."""
    entries = tuple(
        Entry(model=o.model, index=o.index, attempt=o.attempt, parameters=o.parameters)
        for o in outcomes
    )
    return Batch(
        uid=UID,
        number=number,
        experiment="demo",
        revision=1,
        dataset=outcomes[0].dataset,
        digest="d" * 64,
        task="classification",
        seed=0,
        evaluation=Evaluation(),
        trial_seconds=300.0,
        cpu=1.0,
        memory=1 << 30,
        max_memory=1 << 32,
        models=(),
        manifest=entries,
        expected_seconds=1.0,
        created=MOMENT,
        state=BatchState.SETTLED if settled else BatchState.LAUNCHED,
        settlement=settlement(outcomes, log) if settled else None,
    )


def settlement(outcomes: list[Outcome], log: str = "") -> Settlement:
    """A settlement that counts every outcome."""
    sums: dict[str, PairSums] = {}
    for found in outcomes:
        failed = found.state is OutcomeState.FAILED
        one = PairSums(
            model=found.model,
            succeeded=int(not failed),
            failed=int(failed),
            seconds=found.seconds,
            next=found.index + 1,
        )
        sums[found.model] = sums[found.model].plus(one) if found.model in sums else one
    return Settlement(
        fates=tuple(
            Fate(became=Became.COUNTED, state=o.state, cause=o.cause, attempt=o.attempt)
            for o in outcomes
        ),
        sums=tuple(sums.values()),
        cpu_seconds=1.0,
        has_unfinished=False,
        has_retries=False,
        settled=MOMENT,
        log=log,
    )
