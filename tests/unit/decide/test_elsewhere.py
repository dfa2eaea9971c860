"""Batches that another controller of the same store runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crosstrial.decide.conditions import next_status
from crosstrial.decide.elsewhere import is_elsewhere
from crosstrial.decide.snapshot import LiveBatch
from support.plans import batch, view
from support.registered import MOMENT, record

# Expected to take a second, ended by its deadline after 602.
THEIRS = batch(place="host:/theirs")


@pytest.mark.parametrize(
    ("place", "seconds", "elsewhere"),
    [
        pytest.param("host:/theirs", 0, True, id="another's"),
        pytest.param("host:/ours", 0, False, id="our own"),
        pytest.param("", 0, False, id="of an older version"),
        pytest.param("host:/theirs", 661, True, id="as long as it may live"),
        pytest.param("host:/theirs", 663, False, id="which cannot live any more"),
    ],
)
def test_a_batch_is_left_to_its_own_controller_while_it_may_live(
    place: str, seconds: float, *, elsewhere: bool
) -> None:
    now = MOMENT + timedelta(seconds=seconds)
    assert is_elsewhere(batch(place=place), "host:/ours", now) is elsewhere


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
