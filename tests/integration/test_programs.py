"""Models that are programs, run as trials: scored as others are, held to the same limits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from crosstrial.domain.batch import BatchModel
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.spec.document import Evaluation, Metrics, Preprocess
from crosstrial.spec.epochs import Epochs, MedianPruner
from support import centroids
from support.arena import Arena
from support.worker import MEBIBYTE, Workers, store_uri, workers

__all__ = ["store_uri", "workers"]

PROGRAM = Path(centroids.__file__)
COMMAND = (sys.executable, str(PROGRAM))
DEEDS: dict[str, tuple[dict[str, Any], Cause, str]] = {
    "an exit code": ({"deed": "fail"}, Cause.ESTIMATOR_ERROR, "ended with exit code 3"),
    "a signal": ({"deed": "crash"}, Cause.CRASHED, "SIGSEGV"),
    "no end": ({"deed": "hang"}, Cause.TIMEOUT, "limits.trialSeconds"),
    "much memory": ({"deed": "allocate"}, Cause.OUT_OF_MEMORY, "a trial's share is 300 MiB"),
    "an unknown parameter": ({"depth": 3}, Cause.INVALID_PARAMETERS, "exit code 64"),
    "nothing": ({"deed": "silent"}, Cause.ESTIMATOR_ERROR, "without a line for split 0"),
    "something else": ({"deed": "babble"}, Cause.ESTIMATOR_ERROR, "line 1 of its output"),
    "too few rows": ({"deed": "short"}, Cause.ESTIMATOR_ERROR, "predictions for"),
    "too many lines": ({"deed": "talkative"}, Cause.ESTIMATOR_ERROR, "scores.train"),
    "no store": ({"deed": "tell_store"}, Cause.ESTIMATOR_ERROR, "store: None"),
}


def model(command: tuple[str, ...] = COMMAND, epochs: Epochs | None = None) -> BatchModel:
    return BatchModel(
        name="model", estimator="", preprocess=Preprocess(), command=command, epochs=epochs
    )


def run(
    workers: Workers, configurations: list[dict[str, Any]], **changes: Any
) -> dict[int, Outcome]:
    batch = workers.batch(configurations, **{"models": (model(),), **changes})
    temporary = workers.folder / "temporary"
    temporary.mkdir()
    code, printed = workers.run(
        batch, CROSSTRIAL_COMMANDS=f"{sys.prefix}/bin/", TMPDIR=str(temporary)
    )
    assert code == 0, printed
    assert list(temporary.iterdir()) == [], "a trial that was ended left something"
    outcomes = workers.outcomes(batch)
    assert sorted(outcomes) == list(range(len(configurations)))
    return outcomes


def test_bad_programs_fail_with_their_cause_beside_good_ones(workers: Workers) -> None:
    good: list[dict[str, Any]] = [{}, {"shrink": 0.5}, {"deed": "scores"}]
    outcomes = run(
        workers,
        [*good, *(configuration for configuration, _, _ in DEEDS.values())],
        trial_seconds=8.0,
        cpu=2.0,
        memory=(256 + 2 * 300) * MEBIBYTE,
        max_memory=(256 + 2 * 300) * MEBIBYTE,
    )
    for index in range(len(good)):
        assert outcomes[index].state is OutcomeState.SUCCEEDED, outcomes[index].message
    assert outcomes[2].splits[0].scores.test == {"balanced_accuracy": 0.5}
    assert outcomes[0].peak_memory_mb > 20
    assert outcomes[0].cpu_seconds > 0
    for index, (name, (_, cause, words)) in enumerate(DEEDS.items(), start=len(good)):
        assert outcomes[index].cause is cause, (name, outcomes[index].message)
        assert words in str(outcomes[index].message), name
    assert "no data today" in str(outcomes[len(good)].message)


def test_a_program_is_scored_by_epochs_and_pruned(workers: Workers) -> None:
    outcomes = run(
        workers,
        [{}, {"deed": "scores"}, {"deed": "scores", "shrink": 9.0}],
        models=(model(epochs=Epochs(count=6, every=2)),),
        pruner=MedianPruner(kind="median", startup_trials=2),
        evaluation=Evaluation(
            metrics=Metrics(classification=("balanced_accuracy", "neg_log_loss"))
        ),
    )
    curve = outcomes[0].splits[0].curve
    assert curve is not None
    assert curve.epochs == (2, 4, 6)
    # It tells no probabilities: a secondary metric that needs them is left out, with the reason.
    assert outcomes[0].splits[0].scores.test["neg_log_loss"] is None
    assert "neg_log_loss" in outcomes[0].splits[0].reasons
    states = [outcomes[index].state for index in range(3)]
    assert states == [OutcomeState.SUCCEEDED, OutcomeState.SUCCEEDED, OutcomeState.PRUNED]
    assert outcomes[2].splits[0].epoch == 2


def test_what_a_program_leaves_behind_ends_with_its_trial(workers: Workers) -> None:
    """Each trial has a child of its own, with whose process group it ends."""
    parent = (sys.executable, "-c", "import os, sys; sys.exit(f'child {os.getppid()}.')")
    outcomes = run(workers, [{}, {}], models=(model(parent),))
    assert "child " in str(outcomes[0].message)
    assert outcomes[0].message != outcomes[1].message


def test_only_what_the_variable_names_is_run(workers: Workers) -> None:
    batch = workers.batch([{}], models=(model(("/bin/true",)),))
    code, printed = workers.run(batch, CROSSTRIAL_COMMANDS="/opt/models/")
    assert code == 0, printed
    assert "/bin/true is not among the programs" in str(workers.outcomes(batch)[0].message)


def test_the_checker_passes_a_good_program_and_names_what_is_broken(arena: Arena) -> None:
    good = arena.cli("image", "check", "--epochs", *COMMAND)
    assert good.returncode == 0, good.stdout + good.stderr
    assert good.stdout.count("ok ") == 10
    bad = arena.cli(
        "image", "check", "--task=regression", '--parameters={"deed": "short"}', *COMMAND
    )
    assert bad.returncode == 1
    assert "BROKEN regression: every split is answered" in bad.stdout
    assert "predictions for" in bad.stdout
    assert "does not keep the contract" in bad.stderr
    assert arena.cli("image", "check", "no-such-program").returncode == 2
