"""Batches that another controller of the same store runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crosstrial.decide.conditions import next_status
from crosstrial.decide.elsewhere import is_elsewhere
from crosstrial.decide.snapshot import LiveBatch, Refusal, Refused
from crosstrial.domain.execution import Execution, Obstacle, Phase
from support.plans import batch, start, view
from support.registered import MOMENT, record

# Expected to take a second, ended by its deadline after 602.
THEIRS = batch(place="host:/theirs")


@pytest.mark.parametrize(
    ("place", "seconds", "elsewhere"),
    [
        pytest.param("host:/theirs", 0, True, id="another's"),
        pytest.param("host:/ours", 0, False, id="our own"),
        pytest.param("", 0, False, id="of an older version"),
        pytest.param("host:/former", 0, False, id="our own under its former name"),
        pytest.param("host:/theirs", 661, True, id="as long as it may live"),
        pytest.param("host:/theirs", 663, False, id="which cannot live any more"),
    ],
)
def test_a_batch_is_left_to_its_own_controller_while_it_may_live(
    place: str, seconds: float, *, elsewhere: bool
) -> None:
    now = MOMENT + timedelta(seconds=seconds)
    assert is_elsewhere(batch(place=place), ["host:/ours", "host:/former"], now) is elsewhere


@pytest.mark.parametrize(
    ("seconds", "elsewhere"),
    [
        pytest.param(3600 + 661, True, id="as long as it may run"),
        pytest.param(3600 + 663, False, id="which cannot run any more"),
    ],
)
def test_what_waited_an_hour_for_its_node_has_its_whole_time_from_there(
    seconds: float, *, elsewhere: bool
) -> None:
    begun = start(THEIRS).model_copy(update={"started": MOMENT + timedelta(hours=1)})
    now = MOMENT + timedelta(seconds=seconds)
    assert is_elsewhere(THEIRS, ["host:/ours"], now, begun) is elsewhere


def test_a_batch_may_be_given_more_time_than_a_calendar_has() -> None:
    assert is_elsewhere(batch(place="host:/theirs", expected_seconds=1e12), ["host:/ours"], MOMENT)


@pytest.mark.parametrize(
    ("seconds", "late"), [pytest.param(1, False, id="in time"), pytest.param(70, True, id="late")]
)
def test_a_late_batch_of_another_controller_is_told(seconds: float, *, late: bool) -> None:
    of = view(record(), live=[LiveBatch(THEIRS, elsewhere=True)], next_number=1)
    status = next_status(of, (), MOMENT + timedelta(seconds=seconds), end=None)
    told = status.condition("BatchesElsewhere")
    assert (told is not None) is late
    if told is not None:
        assert "host:/theirs" in told.message
        assert "05:17:09 UTC" in told.message


def test_what_its_own_controller_says_of_a_batch_is_not_denied_by_another() -> None:
    stuck = Execution(THEIRS.id, Phase.PENDING, obstacle=Obstacle.UNSCHEDULABLE, message="no node")
    refusal = Refusal(Refused("StoreRefuses", "too large", new_batch=True), 1, MOMENT)
    own = view(record(), live=[LiveBatch(THEIRS, stuck)], next_number=1)
    said = next_status(own, (), MOMENT, end=None, refusal=refusal)
    assert {one.type for one in said.conditions} == {"BatchesPending", "ActionsRefused"}
    others = view(record(status=said), live=[LiveBatch(THEIRS, elsewhere=True)], next_number=1)
    assert next_status(others, (), MOMENT, end=None).conditions == said.conditions
