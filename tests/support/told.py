"""What reports tell of made-up experiments, with names and scores that tests choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np

from crosstrial.analysis.report.findings import Findings, Origin, findings
from crosstrial.domain.curve import Curve, packed
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import PairState
from support.scored import METRICS, failed, pair_states, scored_experiment, succeeded

ORIGIN = Origin(
    datetime(2026, 5, 6, 7, 8, tzinfo=UTC), "1.2.3", {"scikit-learn": ("1.6.0", "1.7.0")}
)
DATASETS = [f"data-{number}" for number in range(50)]
MODELS = [f"model-{number}" for number in range(10)]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 6 }}"
FEW, SOME = DATASETS[:12], MODELS[:6]
DRAWS = 62  # of one pair, enough to tell importance in one of its branches


def experiment(
    datasets: Sequence[str],
    models: Sequence[str],
    state: ExperimentState = ExperimentState.COMPLETED,
    searches: int = 1,
) -> ExperimentRecord:
    return scored_experiment(
        dict.fromkeys(datasets, "classification"),
        {model: {"points": [{}]} for model in models},
        state=state,
        searches=searches,
    )


def outcomes(datasets: Sequence[str], models: Sequence[str], runs: int = 5) -> Iterator[Outcome]:
    """Trials of which later models are better, and the last run of the first model fails."""
    rng = np.random.default_rng(0)
    for dataset in datasets:
        yield succeeded("baseline", dataset, test=0.2)
        for place, model in enumerate(models):
            for index in range(runs):
                score = 0.4 + 0.05 * place + 0.04 * rng.random()
                kernel, c = rng.choice(["rbf", "poly"]), rng.random()
                parameters = {"C": c, "kernel": str(kernel)} if index else {}
                yield succeeded(model, dataset, index, test=score, parameters=parameters)
    yield failed(models[0], datasets[0], runs)


def told(record: ExperimentRecord, found: Sequence[Outcome], **states: PairState) -> Findings:
    return findings(record, found, pair_states(record, **states), ORIGIN)


def finished() -> Findings:
    """An experiment that fills every section: importance of `svm`, learning curves of `net`."""
    found = [*outcomes(FEW, SOME), *_drawn("svm", FEW), *_trained("net", FEW)]
    return told(experiment(FEW, [*SOME, "svm", "net"]), found)


def searched() -> Findings:
    """An experiment in which every pair was searched twice."""
    record = experiment(FEW[:3], SOME[:3], searches=2)
    return told(record, list(outcomes(FEW[:3], SOME[:3], runs=6)))


def wide() -> Findings:
    """An experiment of twenty models."""
    models = [f"gradient-boosting-{number}" for number in range(20)]
    return told(experiment(FEW[:3], models), list(outcomes(FEW[:3], models, runs=2)))


def running() -> Findings:
    """An experiment of which a pair is short of its runs."""
    record = experiment(FEW, SOME, ExperimentState.ACTIVE)
    return told(record, list(outcomes(FEW, SOME)), **{"model-1__data-0": PairState.OPEN})


def beginning() -> Findings:
    """An experiment without any outcome yet."""
    record = experiment(FEW, SOME, ExperimentState.ACTIVE)
    states = {f"{pair.model}__{pair.dataset}": PairState.OPEN for pair in record.latest.pairs()}
    return told(record, [], **states)


def exhausted() -> Findings:
    """An experiment in which a model has failed wherever it was tried, and pairs have given up."""
    failures = [failed("net", dataset, index) for dataset in FEW for index in range(3)]
    states = {f"net__{dataset}": PairState.EXHAUSTED for dataset in FEW}
    record = experiment(FEW, [*SOME, "net"])
    return told(record, [*outcomes(FEW, SOME), *failures], **states)


def failing() -> Findings:
    """An experiment in which nothing but the baseline has succeeded."""
    found = [succeeded("baseline", dataset, test=0.2) for dataset in FEW]
    found += [failed(model, dataset) for dataset in FEW for model in SOME]
    return told(experiment(FEW, SOME), found)


def hostile() -> Findings:
    """An experiment whose names, values and messages would be code where they are not text."""
    found = [
        outcome.model_copy(update={"parameters": {HOSTILE: HOSTILE if outcome.index % 2 else 1}})
        for outcome in outcomes([HOSTILE, "wine"], [HOSTILE, "knn"])
    ]
    found[-1] = found[-1].model_copy(update={"message": HOSTILE})
    return told(experiment([HOSTILE, "wine"], [HOSTILE, "knn"]), found)


def _drawn(model: str, datasets: Sequence[str]) -> Iterator[Outcome]:
    """Trials of a conditional space, of which `C` decides; the first data set has many."""
    rng = np.random.default_rng(1)
    for dataset in datasets:
        for index in range(DRAWS if dataset == datasets[0] else 5):
            c, other = rng.random(), rng.random()
            branch = {"kernel": "rbf", "gamma": other} if index % 6 else {"kernel": "linear"}
            score = 0.5 + 0.2 * c + 0.01 * other
            yield succeeded(model, dataset, index, test=score, parameters={"C": c, **branch})


def _trained(model: str, datasets: Sequence[str]) -> Iterator[Outcome]:
    """Trials with scores after each of ten epochs."""
    for place, dataset in enumerate(datasets):
        rising = [0.3 + 0.04 * epoch + 0.01 * place for epoch in range(10)]
        column = {METRICS["classification"][0]: packed(rising)}
        curve = Curve(every=1, last=10, train=column, validation=column, test=column)
        outcome = succeeded(model, dataset, test=rising[-1])
        splits = tuple(s.model_copy(update={"curve": curve}) for s in outcome.splits)
        yield outcome.model_copy(update={"splits": splits})
