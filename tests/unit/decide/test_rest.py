"""How long an experiment waits whose batches do not start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crosstrial.decide.rest import LONGEST_REST_SECONDS, rests
from crosstrial.decide.snapshot import FalseStart, Progress
from support.plans import view
from support.registered import MOMENT, document, record

EXPERIMENT = record(of=document(limits={"parallelBatches": 4}))


def rest(last_started: int | None, false_start: int | None) -> float:
    """The seconds after the last false start for which the experiment rests, to half a second."""
    failed = None if false_start is None else FalseStart(false_start, MOMENT)
    seen = view(EXPERIMENT, Progress(last_started=last_started, last_false_start=failed))
    halves = range(int(4 * LONGEST_REST_SECONDS))
    return next(
        half / 2 for half in halves if not rests(seen, MOMENT + timedelta(seconds=half / 2))
    )


@pytest.mark.parametrize(
    ("last_started", "false_start", "seconds"),
    [
        pytest.param(None, None, 0.0, id="untouched"),
        pytest.param(9, None, 0.0, id="all have started"),
        pytest.param(9, 3, 0.0, id="later ones have started"),
        pytest.param(None, 3, 0.0, id="the first round"),
        pytest.param(9, 13, 0.0, id="a round"),
        pytest.param(None, 7, 2.0, id="the first two rounds"),
        pytest.param(9, 17, 2.0, id="two rounds"),
        pytest.param(9, 21, 6.0, id="three rounds"),
        pytest.param(9, 25, 14.0, id="four rounds"),
        pytest.param(9, 9_999_999, LONGEST_REST_SECONDS, id="never longer"),
    ],
)
def test_the_rest_doubles_with_each_round_that_does_not_start(
    last_started: int | None, false_start: int | None, seconds: float
) -> None:
    assert rest(last_started, false_start) == seconds


def test_a_clock_that_was_set_back_ends_the_rest() -> None:
    seen = view(EXPERIMENT, Progress(last_false_start=FalseStart(99, MOMENT)))
    assert rests(seen, MOMENT)
    assert not rests(seen, MOMENT - timedelta(hours=1))
