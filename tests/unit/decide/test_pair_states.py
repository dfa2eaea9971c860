"""When a pair is closed, and as what."""

from __future__ import annotations

from typing import Any

import pytest

from crosstrial.decide.pair_states import pair_state, runs_spent
from crosstrial.domain.pair import PairState, PairSums
from support.registered import document

SPEC: dict[str, Any] = {"limits": {"failuresPerPair": 3}, "secondsPerPair": 100.0}
REPLACE = {**SPEC, "evaluation": {"failures": "replace"}}


def sums(**counts: Any) -> PairSums:
    return PairSums(model="forest", **counts)


@pytest.mark.parametrize(
    ("spec", "counts", "blocked", "expected"),
    [
        pytest.param(SPEC, {}, False, PairState.OPEN, id="nothing ended"),
        pytest.param(
            SPEC, {"succeeded": 2, "failed": 1, "pruned": 1}, False, PairState.OPEN, id="one short"
        ),
        pytest.param(
            SPEC, {"succeeded": 2, "failed": 2, "pruned": 1}, False, PairState.DONE, id="all ended"
        ),
        pytest.param(SPEC, {"failed": 3}, False, PairState.EXHAUSTED, id="circuit breaker"),
        pytest.param(
            SPEC, {"succeeded": 2, "failed": 3}, False, PairState.DONE, id="done beats exhausted"
        ),
        pytest.param(
            SPEC, {"succeeded": 1, "seconds": 100.0}, False, PairState.OUT_OF_TIME, id="time is up"
        ),
        pytest.param(
            SPEC, {"succeeded": 1, "seconds": 99.9}, False, PairState.OPEN, id="time is left"
        ),
        pytest.param(
            SPEC, {"succeeded": 5, "seconds": 200.0}, False, PairState.DONE, id="done beats time"
        ),
        pytest.param({}, {"succeeded": 1, "seconds": 1e9}, False, PairState.OPEN, id="no budget"),
        pytest.param(SPEC, {"succeeded": 1}, True, PairState.BLOCKED, id="blocked"),
        pytest.param(SPEC, {"succeeded": 5}, True, PairState.BLOCKED, id="blocked beats done"),
        pytest.param(
            REPLACE, {"succeeded": 3, "failed": 2}, False, PairState.OPEN, id="replaced failures"
        ),
        pytest.param(
            REPLACE, {"succeeded": 4, "pruned": 1, "failed": 2}, False, PairState.DONE, id="replace"
        ),
        pytest.param(
            REPLACE, {"succeeded": 4, "failed": 3}, False, PairState.EXHAUSTED, id="replace breaks"
        ),
    ],
)
def test_a_pair_closes_by_whichever_budget_comes_first(
    spec: dict[str, Any], counts: dict[str, Any], blocked: bool, expected: PairState
) -> None:
    assert pair_state(document(runs=5, **spec).spec, sums(**counts), blocked=blocked) is expected


@pytest.mark.parametrize(
    ("failures", "spent"),
    [pytest.param("count", 6, id="count"), pytest.param("replace", 4, id="r")],
)
def test_a_replaced_failure_spends_no_run(failures: str, spent: int) -> None:
    spec = document(evaluation={"failures": failures}).spec
    assert runs_spent(spec, sums(succeeded=3, failed=2, pruned=1)) == spent
