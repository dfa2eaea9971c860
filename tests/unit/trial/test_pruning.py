"""Decisions equal those of Optuna's pruners on the same curves, one trial after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import optuna
import pytest

from crosstrial.domain.curve import scored_epochs
from crosstrial.spec.epochs import (
    HyperbandPruner,
    MedianPruner,
    NoPruner,
    Pruner,
    SuccessiveHalvingPruner,
)
from crosstrial_trial.pruning import Run, is_pruned

PAIR = "net@digits"
TRIALS = 40
optuna.logging.set_verbosity(optuna.logging.ERROR)


def curves(seed: int, points: int) -> list[list[float]]:
    """Noisy curves that rise to levels of their own, with ties."""
    random = np.random.default_rng(seed)
    levels, speeds = random.uniform(size=TRIALS), random.uniform(0.05, 1, size=TRIALS)
    steps = np.arange(1, points + 1)
    clean = levels[:, None] * (1 - np.exp(-speeds[:, None] * steps))
    return np.round(clean + random.normal(scale=0.05, size=clean.shape), 2).tolist()


def lengths(pruner: Pruner, found: list[list[float]], epochs: tuple[int, ...]) -> list[int]:
    """How many points each trial reaches when all run one after another."""
    ended: list[Run] = []
    for index, curve in enumerate(found):
        reached = next(
            (
                n
                for n in range(1, len(curve) + 1)
                if is_pruned(pruner, Run(index, tuple(curve[:n])), ended, epochs, pair=PAIR)
            ),
            0,
        )
        values = tuple(curve[: reached or len(curve)])
        ended.append(Run(index, values, complete=not reached))
    return [len(run.values) if not run.complete else -1 for run in ended]


def optuna_lengths(
    pruner: optuna.pruners.BasePruner, found: list[list[float]], epochs: tuple[int, ...]
) -> list[int]:
    study = optuna.create_study(direction="maximize", pruner=pruner, study_name=PAIR)
    return [run_in_optuna(study, curve, epochs) for curve in found]


def run_in_optuna(study: optuna.Study, curve: list[float], epochs: tuple[int, ...]) -> int:
    trial = study.ask()
    for reached, (epoch, value) in enumerate(zip(epochs, curve, strict=True), start=1):
        trial.report(value, epoch)
        if trial.should_prune():
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            return reached
    study.tell(trial, max(curve))
    return -1


CASES: dict[str, tuple[Pruner, Callable[[int], optuna.pruners.BasePruner]]] = {
    "median": (
        MedianPruner(kind="median"),
        lambda _: optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=0),
    ),
    "median-late": (
        MedianPruner(kind="median", startup_trials=2, warmup_epochs=7),
        lambda _: optuna.pruners.MedianPruner(n_startup_trials=2, n_warmup_steps=7),
    ),
    "halving": (
        SuccessiveHalvingPruner(kind="successiveHalving"),
        lambda _: optuna.pruners.SuccessiveHalvingPruner(min_resource=1),
    ),
    "halving-late": (
        SuccessiveHalvingPruner(
            kind="successiveHalving", min_resource=2, reduction_factor=2, min_early_stopping_rate=1
        ),
        lambda _: optuna.pruners.SuccessiveHalvingPruner(
            min_resource=2, reduction_factor=2, min_early_stopping_rate=1
        ),
    ),
    "hyperband": (
        HyperbandPruner(kind="hyperband"),
        lambda most: optuna.pruners.HyperbandPruner(max_resource=most),
    ),
    "hyperband-late": (
        HyperbandPruner(kind="hyperband", min_resource=3, reduction_factor=2),
        lambda most: optuna.pruners.HyperbandPruner(
            min_resource=3, max_resource=most, reduction_factor=2
        ),
    ),
}


@pytest.mark.parametrize(("every", "last"), [(1, 27), (2, 25)], ids=["each-epoch", "every-other"])
@pytest.mark.parametrize("name", CASES)
def test_decisions_are_those_of_optuna(name: str, every: int, last: int) -> None:
    pruner, oracle = CASES[name]
    epochs = scored_epochs(every, last)
    for seed in range(2):
        found = curves(seed, len(epochs))
        own = lengths(pruner, found, epochs)
        assert own == optuna_lengths(oracle(last), found, epochs)
        assert -1 in own, "somebody runs to the end"
        assert len(set(own)) > 1, "and somebody is pruned"


def test_without_a_pruner_every_trial_runs_to_its_end() -> None:
    found = curves(0, 9)
    assert set(lengths(NoPruner(), found, scored_epochs(1, 9))) == {-1}


def rising(count: int) -> Iterator[Run]:
    yield from (Run(index, (0.5, 0.9), complete=True) for index in range(count))


@pytest.mark.parametrize(
    ("own", "others", "pruned"),
    [
        pytest.param((0.4,), 3, True, id="below"),
        pytest.param((0.5,), 3, False, id="a tie goes on"),
        pytest.param((0.6, 0.2), 3, True, id="its best so far is below"),
        pytest.param((0.9, 0.2), 3, False, id="its best so far is not"),
        pytest.param((0.4,), 2, False, id="too few have ended"),
    ],
)
def test_the_median_pruner(own: tuple[float, ...], others: int, pruned: bool) -> None:
    pruner = MedianPruner(kind="median", startup_trials=3)
    assert is_pruned(pruner, Run(9, own), list(rising(others)), (1, 2), pair=PAIR) is pruned


def test_pruned_trials_do_not_move_the_median() -> None:
    pruner = MedianPruner(kind="median", startup_trials=3)
    low = [Run(index, (0.0,), complete=False) for index in range(10, 30)]
    others = [*rising(3), *low]
    assert is_pruned(pruner, Run(9, (0.4,)), others, (1, 2), pair=PAIR)
