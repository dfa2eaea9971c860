"""What becomes of each trial of an ended batch."""

from __future__ import annotations

from typing import Any

import pytest

from crosstrial.decide.settle import MOST_INTERRUPTIONS, Settling, settle
from crosstrial.decide.snapshot import LiveBatch
from crosstrial.domain.batch import CONTROLLER_POD, Batch, Became, Entry, Fate, Settlement
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from crosstrial.domain.pair import PairSums
from support.plans import batch, end, ended, entry, outcome, start, unreadable
from support.registered import MOMENT

COUNTED, UNFINISHED = Became.COUNTED, Became.UNFINISHED
SUSPECT, DROPPED = Became.SUSPECT, Became.DROPPED
SUCCEEDED, FAILED, PRUNED = OutcomeState.SUCCEEDED, OutcomeState.FAILED, OutcomeState.PRUNED
CLUSTERS_DOING = [c for c in Cause if not c.counted and c is not Cause.DATASET_ERROR]
FULL: dict[str, Any] = {"memory": 4 << 30}  # what `batch` may grow to


def settling(live: LiveBatch, *, cancelled: bool = False) -> Settling:
    return settle(live, MOMENT, cancelled=cancelled)


def settlement(live: LiveBatch) -> Settlement:
    return settling(live).settlement


def became(live: LiveBatch, *, cancelled: bool = False) -> list[Became]:
    return [fate.became for fate in settling(live, cancelled=cancelled).settlement.fates]


def of_attempt(number: int, **fields: Any) -> Entry:
    return entry(attempt=number, interruptions=number - 1, **fields)


# A trial with an outcome.


@pytest.mark.parametrize(
    ("of", "fields", "fate"),
    [
        pytest.param(batch(), {}, Fate(became=COUNTED, state=SUCCEEDED, attempt=1), id="success"),
        pytest.param(
            batch(),
            {"state": PRUNED},
            Fate(became=COUNTED, state=PRUNED, attempt=1),
            id="pruned",
        ),
        *(
            pytest.param(
                batch(**FULL),
                {"cause": cause},
                Fate(became=COUNTED, state=FAILED, cause=cause, attempt=1),
                id=f"its own failure: {cause}",
            )
            for cause in Cause
            if cause.counted
        ),
        pytest.param(
            batch(),
            {"cause": Cause.OUT_OF_MEMORY},
            Fate(became=UNFINISHED, state=FAILED, cause=Cause.OUT_OF_MEMORY, attempt=1),
            id="out of memory below maxMemory",
        ),
        pytest.param(
            batch(of_attempt(3)),
            {"attempt": 1, "batch": "another"},
            Fate(became=COUNTED, state=SUCCEEDED, attempt=1),
            id="late success of an earlier attempt",
        ),
        pytest.param(
            batch(of_attempt(3)),
            {"attempt": 2, "state": PRUNED},
            Fate(became=COUNTED, state=PRUNED, attempt=2),
            id="pruned by an earlier attempt",
        ),
        pytest.param(
            batch(of_attempt(2)),
            {"cause": Cause.INTERRUPTED, "pod": CONTROLLER_POD},
            Fate(became=COUNTED, state=FAILED, cause=Cause.INTERRUPTED, attempt=2),
            id="the controller's failure, inserted before it was killed",
        ),
    ],
)
def test_an_outcome_decides(of: Batch, fields: dict[str, Any], fate: Fate) -> None:
    result = settling(ended(of, outcome(of, **fields)))
    assert result.settlement.fates == (fate,)
    assert not result.failures


@pytest.mark.parametrize(
    ("of", "fields"),
    [
        pytest.param(
            batch(of_attempt(2)), {"cause": Cause.TIMEOUT, "attempt": 1}, id="superseded failure"
        ),
        pytest.param(batch(), {"attempt": 2}, id="success of an attempt that was never made"),
        pytest.param(
            batch(), {"cause": Cause.TIMEOUT, "attempt": 2}, id="failure that was never made"
        ),
        *(
            pytest.param(batch(), {"cause": cause}, id=f"a worker claims {cause}")
            for cause in Cause
            if not cause.counted
        ),
        pytest.param(batch(), {"parameters": {"C": 1.0}}, id="other parameters"),
        pytest.param(batch(), {"parameters": {"C": 0}}, id="parameters of another type"),
        pytest.param(batch(), {"parameters": {}}, id="no parameters"),
        pytest.param(batch(), {"parameters": {"C": float("nan")}}, id="not a number"),
        pytest.param(batch(), {"parameters": {"C": b"\0"}}, id="raw bytes"),
        pytest.param(batch(), {"index": 1}, id="a trial of nobody"),
        pytest.param(batch(), {"dataset": "wine"}, id="another data set"),
        pytest.param(batch(), {"uid": "other"}, id="another experiment"),
    ],
)
def test_an_outcome_that_is_not_the_trials_own_is_ignored(
    of: Batch, fields: dict[str, Any]
) -> None:
    result = settling(ended(of, outcome(of, **fields)))
    attempt = of.manifest[0].attempt
    assert result.settlement.fates == (Fate(became=UNFINISHED, attempt=attempt),)
    assert [one.succeeded + one.failed for one in result.settlement.sums] == [0]


def test_a_late_success_wins_over_the_failure_of_this_attempt() -> None:
    of = batch(of_attempt(2))
    failure, success = outcome(of, cause=Cause.TIMEOUT), outcome(of, attempt=1)
    for found in ([failure, success], [success, failure]):
        fates = settlement(ended(of, *found)).fates
        assert fates == (Fate(became=COUNTED, state=SUCCEEDED, attempt=1),)


# Trials without an outcome.


@pytest.mark.parametrize("cause", CLUSTERS_DOING)
@pytest.mark.parametrize(
    ("suspects", "expected"),
    [pytest.param(False, UNFINISHED, id="others"), pytest.param(True, SUSPECT, id="suspects")],
)
def test_what_the_cluster_did_returns_the_rest(
    cause: Cause, suspects: bool, expected: Became
) -> None:
    of = batch(entry(0), entry(1), suspects=suspects)
    assert became(ended(of, outcome(of, 0), cause=cause)) == [COUNTED, expected]


def test_a_batch_of_which_nothing_is_left_was_interrupted() -> None:
    of = batch(entry(0), entry(1))
    result = settlement(LiveBatch(of, None, start(of), (outcome(of, 0),)))
    assert [fate.became for fate in result.fates] == [COUNTED, UNFINISHED]
    assert (result.cause, result.pod) == (Cause.INTERRUPTED, None)
    assert result.message is not None


@pytest.mark.parametrize("cause", [Cause.CRASHED, Cause.OUT_OF_MEMORY])
@pytest.mark.parametrize(
    ("named", "expected"),
    [
        pytest.param((1,), [COUNTED, SUSPECT, UNFINISHED], id="the named one"),
        pytest.param((1, 2), [COUNTED, SUSPECT, SUSPECT], id="one a child"),
        pytest.param((0,), [COUNTED, UNFINISHED, UNFINISHED], id="named and done"),
        pytest.param((0, 2), [COUNTED, UNFINISHED, SUSPECT], id="done, and another"),
        pytest.param((), [COUNTED, UNFINISHED, UNFINISHED], id="nobody"),
        pytest.param(None, [COUNTED, SUSPECT, SUSPECT], id="no evidence"),
    ],
)
def test_a_killed_container_makes_suspects(
    cause: Cause, named: tuple[int, ...] | None, expected: list[Became]
) -> None:
    of = batch(entry(0), entry(1), entry(2), **FULL)
    result = settling(ended(of, outcome(of, 0), cause=cause, named=named))
    assert [fate.became for fate in result.settlement.fates] == expected
    assert not result.failures
    assert result.settlement.cause is cause


@pytest.mark.parametrize("cause", [Cause.CRASHED, Cause.OUT_OF_MEMORY])
def test_a_container_killed_among_suspects_fails_the_named_one(cause: Cause) -> None:
    of = batch(entry(0), entry(1), entry(2), suspects=True, **FULL)
    live = LiveBatch(
        of, end(of, cause, named=(1,), message="exit code 137"), start(of), (outcome(of, 0),)
    )
    result = settling(live)
    assert [fate.became for fate in result.settlement.fates] == [COUNTED, COUNTED, SUSPECT]
    (failure,) = result.failures
    assert (failure.trial, failure.attempt, failure.cause) == (of.trial(1), 1, cause)
    assert (failure.batch, failure.pod, failure.seconds) == (of.id, CONTROLLER_POD, 0.0)
    assert failure.parameters == of.manifest[1].parameters
    assert failure.message is not None
    assert "alone" in failure.message
    assert "exit code 137" in failure.message
    assert result.settlement.sums == (
        PairSums(model="forest", succeeded=1, failed=1, seconds=1.2, next=3),
    )


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(None, id="no evidence"),
        pytest.param((), id="nobody"),
        pytest.param((0,), id="the one that is done"),
    ],
)
def test_among_suspects_nobody_fails_unless_named(named: tuple[int, ...] | None) -> None:
    of = batch(entry(0), entry(1), entry(2), suspects=True)
    live = ended(of, outcome(of, 0), cause=Cause.CRASHED, named=named)
    assert became(live) == [COUNTED, SUSPECT, SUSPECT]


def test_a_suspect_that_outgrows_the_container_gets_more_memory_first() -> None:
    of = batch(entry(0), entry(1), suspects=True)
    result = settling(ended(of, cause=Cause.OUT_OF_MEMORY, named=(0,)))
    assert result.settlement.fates == (
        Fate(became=SUSPECT, cause=Cause.OUT_OF_MEMORY, attempt=1),
        Fate(became=SUSPECT, attempt=1),
    )
    assert not result.failures


# Data sets that cannot be read, cancelled experiments.


def test_an_unreadable_data_set_drops_the_trials_without_an_outcome() -> None:
    of = batch(of_attempt(MOST_INTERRUPTIONS), entry(1))
    result = settling(unreadable(of, outcome(of, 1)))
    assert [fate.became for fate in result.settlement.fates] == [DROPPED, COUNTED]
    assert not result.failures
    assert (result.settlement.cause, result.settlement.message) == (
        Cause.DATASET_ERROR,
        "no such column",
    )
    # Else a restarted controller would read its summary only and go on with the data set.
    assert result.settlement.has_unfinished


@pytest.mark.parametrize("cause", [None, Cause.INTERRUPTED, Cause.CRASHED])
def test_the_data_are_to_blame_even_if_the_pod_died_afterwards(cause: Cause | None) -> None:
    of = batch(suspects=True)
    live = LiveBatch(of, end(of, cause, named=(0,)), unreadable(of).start, ())
    assert settlement(live).fates == (Fate(became=DROPPED, attempt=1),)
    assert settlement(live).cause is Cause.DATASET_ERROR


@pytest.mark.parametrize("cause", [None, Cause.INTERRUPTED, Cause.CRASHED])
def test_a_cancelled_experiment_keeps_outcomes_and_drops_the_rest(cause: Cause | None) -> None:
    of = batch(entry(0), of_attempt(MOST_INTERRUPTIONS, index=1), suspects=True)
    result = settling(ended(of, outcome(of, 0), cause=cause, named=(1,)), cancelled=True)
    assert [fate.became for fate in result.settlement.fates] == [COUNTED, DROPPED]
    assert not result.failures
    assert not result.settlement.has_unfinished
