"""How often a trial may come back without an outcome, and what is no interruption."""

from __future__ import annotations

from typing import Any

import pytest

from crosstrial.decide.settle import MOST_INTERRUPTIONS, Settling, settle
from crosstrial.decide.snapshot import LiveBatch
from crosstrial.domain.batch import CONTROLLER_POD, Became, Entry, Fate
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from crosstrial.domain.pair import PairSums
from support.plans import batch, end, ended, entry, outcome
from support.registered import MOMENT

COUNTED, UNFINISHED, SUSPECT = Became.COUNTED, Became.UNFINISHED, Became.SUSPECT
FAILED = OutcomeState.FAILED
FULL: dict[str, Any] = {"memory": 4 << 30}  # what `batch` may grow to


def settling(live: LiveBatch) -> Settling:
    return settle(live, MOMENT, cancelled=False)


def became(live: LiveBatch) -> list[Became]:
    return [fate.became for fate in settling(live).settlement.fates]


def of_attempt(number: int, **fields: Any) -> Entry:
    return entry(attempt=number, interruptions=number - 1, **fields)


@pytest.mark.parametrize(
    ("live", "cause"),
    [
        pytest.param({"cause": Cause.INTERRUPTED}, Cause.INTERRUPTED, id="evicted"),
        pytest.param({"cause": Cause.IMAGE_ERROR}, Cause.IMAGE_ERROR, id="image"),
        pytest.param({}, Cause.WORKER_ERROR, id="left out by its worker"),
        pytest.param({"cause": Cause.CRASHED, "named": ()}, Cause.INTERRUPTED, id="bystander"),
        pytest.param({"cause": Cause.OUT_OF_MEMORY}, Cause.INTERRUPTED, id="without evidence"),
    ],
)
def test_the_tenth_interruption_fails_the_trial_for_the_last_cause(
    live: dict[str, Any], cause: Cause
) -> None:
    of = batch(of_attempt(MOST_INTERRUPTIONS), of_attempt(MOST_INTERRUPTIONS - 1, index=1))
    result = settling(ended(of, **live))
    first, second = result.settlement.fates
    assert first == Fate(became=COUNTED, state=FAILED, cause=cause, attempt=MOST_INTERRUPTIONS)
    assert second.became in (UNFINISHED, SUSPECT)
    (failure,) = result.failures
    assert (failure.trial, failure.cause, failure.pod) == (of.trial(0), cause, CONTROLLER_POD)
    assert failure.message is not None
    assert failure.message.startswith("interrupted 10 times")
    assert result.settlement.sums == (PairSums(model="forest", failed=1, next=2),)


def test_what_keeps_a_batch_from_starting_never_fails_a_trial() -> None:
    of = batch(of_attempt(MOST_INTERRUPTIONS))
    result = settling(LiveBatch(of, end(of, Cause.IMAGE_ERROR), None, ()))
    assert result.settlement.fates[0].became is UNFINISHED
    assert not result.failures
    assert not result.settlement.started


@pytest.mark.parametrize("cause", [Cause.CRASHED, Cause.OUT_OF_MEMORY])
@pytest.mark.parametrize(
    ("suspects", "expected"),
    [pytest.param(False, UNFINISHED, id="others"), pytest.param(True, SUSPECT, id="suspects")],
)
def test_nobody_is_blamed_for_a_container_killed_before_it_started(
    cause: Cause, suspects: bool, expected: Became
) -> None:
    of = batch(entry(0), entry(1), suspects=suspects, **FULL)
    for named in (None, (0,)):
        result = settling(LiveBatch(of, end(of, cause, named=named), None, ()))
        assert [fate.became for fate in result.settlement.fates] == [expected, expected]
        assert not result.failures


def test_growing_is_no_interruption() -> None:
    of = batch(of_attempt(MOST_INTERRUPTIONS))
    assert became(ended(of, outcome(of, cause=Cause.OUT_OF_MEMORY))) == [UNFINISHED]
