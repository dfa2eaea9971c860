"""Why an experiment is given no more work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crosstrial.decide.ends import End, cpu_seconds, end_of, spent_budget
from crosstrial.decide.pair_views import pair_views
from crosstrial.decide.snapshot import ExperimentView, LiveBatch, Progress
from crosstrial.domain.execution import Phase
from support.plans import batch, ended, entry, outcome, progress, running, settled, view
from support.registered import MOMENT, document, record

LIMITS: dict[str, Any] = {"limits": {"wallClock": 100.0, "cpuHours": 1.0}}
WORK = record(of=document(runs=5, **LIMITS))
UNLIMITED = record(of=document(runs=5))
PILOT = batch(entry(0))
DONE = record(of=document(runs=1, models=["forest"], datasets=["iris"], **LIMITS))
ALL = progress(settled(ended(PILOT, outcome(PILOT))))
# Two cores since the batch was committed, an hour's worth of them after half an hour.
LIVE = running(batch(cpu=2.0))


def later(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("of", "after", "expected"),
    [
        pytest.param(view(WORK), 0.0, None, id="work and budget"),
        pytest.param(view(WORK, elapsed=99.9), 0.0, None, id="just before wallClock"),
        pytest.param(view(WORK, elapsed=100.0), 0.0, End.BUDGET_EXHAUSTED, id="wallClock"),
        pytest.param(
            view(WORK, Progress(cpu_seconds=3600.0)), 0.0, End.BUDGET_EXHAUSTED, id="cpuHours"
        ),
        pytest.param(
            view(WORK, Progress(cpu_seconds=3599.0), [LIVE]),
            0.5,
            End.BUDGET_EXHAUSTED,
            id="cpuHours with what runs",
        ),
        pytest.param(view(WORK, live=[LIVE]), 1799.0, None, id="just before cpuHours"),
        pytest.param(
            view(UNLIMITED, Progress(cpu_seconds=1e9), elapsed=1e9), 0.0, None, id="no budget"
        ),
        pytest.param(view(DONE, ALL), 0.0, End.ALL_PAIRS_CLOSED, id="all pairs closed"),
        pytest.param(
            view(DONE, ALL, elapsed=100.0),
            0.0,
            End.ALL_PAIRS_CLOSED,
            id="all pairs closed as the time ran out",
        ),
        pytest.param(
            view(DONE, live=[running(PILOT)]), 0.0, End.ALL_PAIRS_CLOSED, id="the last ones run"
        ),
    ],
)
def test_no_work_or_no_budget_is_the_end(
    of: ExperimentView, after: float, expected: End | None
) -> None:
    assert end_of(of, pair_views(of), MOMENT + later(after)) is expected


@pytest.mark.parametrize(
    ("of", "words"),
    [
        pytest.param(view(WORK, elapsed=100.0), "wallClock: 100 s have passed", id="wallClock"),
        pytest.param(
            view(WORK, Progress(cpu_seconds=3600.0)),
            "cpuHours: 1 core hours are used",
            id="cpuHours",
        ),
        pytest.param(view(WORK), None, id="none"),
    ],
)
def test_a_used_up_budget_is_named(of: ExperimentView, words: str | None) -> None:
    assert spent_budget(of, MOMENT) == words


@pytest.mark.parametrize(
    ("live", "after", "seconds"),
    [
        pytest.param([], 10.0, 5.0, id="settled ones"),
        pytest.param([LIVE], 10.0, 25.0, id="and what runs"),
        pytest.param([LIVE, LIVE], 10.0, 45.0, id="each"),
        pytest.param([LiveBatch(batch(cpu=2.0))], 10.0, 5.0, id="not what is not launched yet"),
        pytest.param([running(batch(), Phase.PENDING)], 10.0, 5.0, id="nor what does not start"),
        pytest.param([LiveBatch(batch(cpu=2.0), elsewhere=True)], 10.0, 25.0, id="elsewhere too"),
        pytest.param([LIVE], -10.0, 5.0, id="a clock that was set back"),
    ],
)
def test_core_seconds_are_of_settled_and_live_batches(
    live: list[LiveBatch], after: float, seconds: float
) -> None:
    of = view(WORK, Progress(cpu_seconds=5.0), live)
    assert cpu_seconds(of, MOMENT + later(after)) == seconds
