"""Records for tests of stores: every field filled, with the names that servers find hard."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crosstrial.domain.batch import (
    Batch,
    BatchModel,
    Became,
    Entry,
    Fate,
    Settlement,
    StartRecord,
)
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import (
    Condition,
    ExperimentRecord,
    ExperimentState,
    RegisteredDataSet,
    RegisteredModel,
    Revision,
    Status,
)
from crosstrial.domain.outcome import Outcome, OutcomeState, Scores, SplitResult
from crosstrial.domain.pair import PairSums
from crosstrial.spec.document import Evaluation, Experiment, Preprocess

UID = "0a1b2c3d4e"
OTHER_UID = "ffffffffff"
MOMENT = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
# Keys are users' words: dots, dollars, percents, references, the empty word; exact types count.
PARAMETERS: dict[str, Any] = {
    "step__C": 1.0,
    "a.b": 1,
    "$set": True,
    "%2E": "%2E",
    "$ref": "x",
    "$id": None,
    "": [1, 1.0, True, None, ["nested", {"$inc.x": 2}]],
    "big": 1 << 62,
    "tiny": 5e-324,
    "läßt": "\x00\U0001f600",
}
ESTIMATOR = "sklearn.svm.SVC"


def document(name: str = "demo", runs: int = 2) -> Experiment:
    """One model on one data set, with maps whose keys are users' words."""
    return Experiment.model_validate(
        {
            "apiVersion": "crosstrial/v1",
            "kind": "Experiment",
            "metadata": {"name": name, "labels": {"team.example/x": "research", "$y": "%24"}},
            "spec": {
                "dataGroups": {"small.1": [{"name": "iris", "source": "sklearn", "id": "iris"}]},
                "modelGroups": {
                    "all": [
                        {
                            "name": "svm.v2",
                            "model": {"classification": ESTIMATOR},
                            "points": [{}, PARAMETERS],
                            "space": {
                                "a.b": {
                                    "distribution": "categorical",
                                    "values": [1, 1.0, True, None, [2]],
                                    "when": {"$set": [True, 1]},
                                },
                                "$set": {"distribution": "constant", "value": True},
                            },
                        }
                    ]
                },
                "applications": {"small.1": ["all"]},
                "runsPerPair": runs,
                "pod": {"tolerations": [{"key": "a.b", "effect": "NoSchedule"}]},
            },
        }
    )


def revision(number: int = 1, name: str = "demo", runs: int = 2) -> Revision:
    """A revision of `document`."""
    return Revision(
        number=number,
        document=document(name, runs),
        datasets=(
            RegisteredDataSet(
                name="iris",
                digest="d" * 64,
                task="classification",
                rows=150,
                numeric=4,
                nominal=0,
                classes=3,
            ),
        ),
        models=(RegisteredModel(name="svm.v2", classes={"classification": ESTIMATOR}),),
        submitted=MOMENT,
    )


def experiment(
    name: str = "demo",
    uid: str = UID,
    *,
    state: ExperimentState = ExperimentState.ACTIVE,
    created: datetime = MOMENT,
) -> ExperimentRecord:
    """A registered experiment of one revision."""
    return ExperimentRecord(
        name=name,
        uid=uid,
        state=state,
        revision=1,
        revisions=(revision(name=name),),
        created=created,
    )


def status() -> Status:
    """A status with everything in it."""
    return Status(
        elapsed_seconds=1.5,
        conditions=(
            Condition(
                type="DataSetsBlocked",
                status="True",
                reason="Damaged",
                message="iris: $x.y",
                last_transition_time=MOMENT,
            ),
        ),
        started=MOMENT,
    )


def batch(
    number: int = 0, uid: str = UID, *, trials: int = 1, parameters: dict[str, Any] | None = None
) -> Batch:
    """A planned batch of `trials` trials of one model."""
    return Batch(
        uid=uid,
        number=number,
        experiment="demo",
        revision=1,
        dataset="iris",
        digest="d" * 64,
        task="classification",
        seed=7,
        evaluation=Evaluation(),
        trial_seconds=300.0,
        cpu=1.0,
        memory=1 << 30,
        max_memory=4 << 30,
        models=(BatchModel(name="svm.v2", estimator=ESTIMATOR, preprocess=Preprocess()),),
        manifest=tuple(
            Entry(
                model="svm.v2",
                index=index,
                parameters=PARAMETERS if parameters is None else parameters,
            )
            for index in range(trials)
        ),
        expected_seconds=60.0,
        created=MOMENT,
    )


def settlement(trials: int = 1, *, has_unfinished: bool = False) -> Settlement:
    """A settlement that counts every trial as succeeded."""
    return Settlement(
        fates=(Fate(became=Became.COUNTED, state=OutcomeState.SUCCEEDED, attempt=1),) * trials,
        sums=(PairSums(model="svm.v2", succeeded=trials, seconds=2.5, next=trials),),
        cpu_seconds=3.5,
        has_unfinished=has_unfinished,
        has_retries=False,
        pod="pod-a",
        cause=Cause.INTERRUPTED,
        message="evicted",
        log="last words\n",
        settled=MOMENT,
    )


def start(number: int = 0, pod: str = "pod-a", uid: str = UID) -> StartRecord:
    """A start record by `pod`."""
    return StartRecord(
        batch=f"{uid}-{number}", pod=pod, versions={"scikit-learn": "1.9.0"}, started=MOMENT
    )


def outcome(
    index: int = 0,
    number: int = 0,
    *,
    uid: str = UID,
    model: str = "svm.v2",
    pod: str = "pod-a",
    attempt: int = 1,
    cause: Cause | None = None,
    splits: int = 1,
) -> Outcome:
    """A success with its splits, or a failure with a cause."""
    return Outcome(
        uid=uid,
        batch=f"{uid}-{number}",
        model=model,
        dataset="iris",
        index=index,
        attempt=attempt,
        pod=pod,
        state=OutcomeState.FAILED if cause else OutcomeState.SUCCEEDED,
        cause=cause,
        message="Traceback ..." if cause else None,
        parameters=PARAMETERS,
        splits=() if cause else tuple(split(fold) for fold in range(splits)),
        splits_digest=None if cause else "e" * 64,
        seconds=1.25,
        cpu_seconds=1.0,
        peak_memory_mb=100.5,
        started=MOMENT,
        finished=MOMENT,
    )


def split(fold: int = 0) -> SplitResult:
    """One split; a secondary metric could not be computed."""
    values = {"balanced_accuracy": 0.9, "roc_auc": None}
    return SplitResult(
        repeat=0,
        fold=fold,
        scores=Scores(train=values, validation=values, test=values),
        reasons={"roc_auc": "one class"},
        preprocess_seconds=0.1,
        fit_seconds=1.0,
        score_seconds=0.15,
        cpu_seconds=1.0,
        peak_memory_mb=100.5,
    )
