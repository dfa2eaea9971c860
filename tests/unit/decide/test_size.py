"""How much work a batch holds."""

from __future__ import annotations

import pytest

from crosstrial.decide.pair_views import PairView
from crosstrial.decide.size import batch_seconds, expected_seconds, remaining_seconds
from crosstrial.domain.pair import PairState
from support.plans import pair_view
from support.registered import document

UNKNOWN = pair_view(mean=None)


@pytest.mark.parametrize(
    ("pairs", "seconds"),
    [
        pytest.param([], None, id="no pairs"),
        pytest.param([UNKNOWN], None, id="nothing has ended"),
        pytest.param([pair_view(handed_out=4, mean=2.0)], 12.0, id="six trials of two seconds"),
        pytest.param(
            [pair_view(mean=2.0), pair_view(mean=4.0), UNKNOWN], 90.0, id="unknown is as usual"
        ),
        pytest.param(
            [pair_view(mean=2.0, state=PairState.DONE), pair_view(mean=1.0)],
            10.0,
            id="a closed pair has no work",
        ),
        pytest.param([pair_view(mean=0.0)], 0.0, id="in no time"),
    ],
)
def test_remaining_work_is_what_is_not_handed_out(
    pairs: list[PairView], seconds: float | None
) -> None:
    assert remaining_seconds(pairs) == seconds


@pytest.mark.parametrize(
    ("cpu", "pairs", "seconds"),
    [
        pytest.param(1.0, [UNKNOWN], 60.0, id="pilot: the target"),
        pytest.param(1.0, [pair_view(wanted=10_000)], 60.0, id="much work: the target"),
        pytest.param(1.0, [pair_view(wanted=200)], 25.0, id="half of a slot's share"),
        pytest.param(4.0, [pair_view(wanted=800)], 25.0, id="half of a child's share"),
        pytest.param(1.0, [pair_view(wanted=9)], 6.0, id="never below what a start is worth"),
        pytest.param(1.0, [pair_view(handed_out=10)], 6.0, id="only retries are left"),
    ],
)
def test_batches_shrink_towards_the_end(cpu: float, pairs: list[PairView], seconds: float) -> None:
    spec = document(
        batch={"targetSeconds": 60.0}, limits={"parallelBatches": 4}, resources={"cpu": cpu}
    ).spec
    assert batch_seconds(spec, pairs) == seconds


@pytest.mark.parametrize(
    ("pair", "seconds"),
    [
        pytest.param(pair_view(mean=2.5), 2.5, id="the mean"),
        pytest.param(UNKNOWN, 30.0, id="unknown"),
        pytest.param(None, 30.0, id="the baseline"),
    ],
)
def test_a_trial_is_expected_to_take_the_mean_or_as_long_as_it_may(
    pair: PairView | None, seconds: float
) -> None:
    assert expected_seconds(pair, document(limits={"trialSeconds": 30.0}).spec) == seconds
