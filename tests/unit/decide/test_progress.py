"""What settled batches add up to."""

from __future__ import annotations

import pytest

from crosstrial.decide.progress import fold, fold_summary, still_waiting
from crosstrial.decide.snapshot import FalseStart, LiveBatch, Progress, Waiting
from crosstrial.domain.batch import Batch, BatchState, BatchSummary, Entry
from crosstrial.domain.cause import Cause
from crosstrial.domain.pair import Pair, PairSums
from crosstrial.domain.trial import Trial
from support.plans import batch, end, ended, entry, outcome, progress, settled, unreadable
from support.registered import MOMENT

GIB = 1 << 30
FIRST = Trial("forest", "iris", 0)


def summary(of: Batch) -> BatchSummary:
    assert of.settlement is not None
    return BatchSummary(
        number=of.number,
        state=BatchState.SETTLED,
        dataset=of.dataset,
        sums=of.settlement.sums,
        cpu_seconds=of.settlement.cpu_seconds,
        has_unfinished=of.settlement.has_unfinished,
        has_retries=of.settlement.has_retries,
    )


def left(live: LiveBatch) -> Waiting:
    """What the first trial of an ended batch waits as."""
    return progress(settled(live)).waiting[live.batch.trial(0)]


def test_a_batch_that_is_not_settled_is_refused() -> None:
    with pytest.raises(ValueError, match="is not settled"):
        fold(Progress(), batch())


def test_sums_are_kept_for_each_pair() -> None:
    iris, wine = batch(entry(0), entry(0, "svm")), batch(entry(0), number=1, dataset="wine")
    more = batch(entry(1), number=2)
    total = progress(
        settled(ended(iris, outcome(iris, 0), outcome(iris, 1))),
        settled(ended(wine, outcome(wine, 0, Cause.TIMEOUT))),
        settled(ended(more, outcome(more, 0, seconds=2.0))),
    )
    assert total.sums == {
        Pair("forest", "iris"): PairSums(model="forest", succeeded=2, seconds=3.2, next=2),
        Pair("svm", "iris"): PairSums(model="svm", succeeded=1, seconds=1.2, next=1),
        Pair("forest", "wine"): PairSums(model="forest", failed=1, seconds=1.2, next=1),
    }
    assert not total.waiting


def test_a_summary_adds_up_to_the_same_as_the_whole_batch() -> None:
    of = batch(entry(0), entry(0, "svm"), cpu=2.0)
    whole = settled(ended(of, outcome(of, 0), outcome(of, 1, Cause.TIMEOUT)))
    assert fold_summary(progress(), summary(whole)) == progress(whole)


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        pytest.param(
            ended(batch(entry(0)), cause=Cause.INTERRUPTED),
            Waiting(FIRST, entry(0, attempt=2, interruptions=1), suspect=False, memory=GIB),
            id="interrupted",
        ),
        pytest.param(
            ended(batch(entry(0, attempt=4, interruptions=2, kills=1)), cause=Cause.INTERRUPTED),
            Waiting(
                FIRST, entry(0, attempt=5, interruptions=3, kills=1), suspect=False, memory=GIB
            ),
            id="interrupted again",
        ),
        pytest.param(
            ended(batch(entry(0), suspects=True), cause=Cause.INTERRUPTED),
            Waiting(FIRST, entry(0, attempt=2, interruptions=1), suspect=True, memory=GIB),
            id="an interrupted suspect stays one",
        ),
        pytest.param(
            ended(batch(entry(0)), cause=Cause.CRASHED, named=(0,)),
            Waiting(FIRST, entry(0, attempt=2, interruptions=1, kills=1), suspect=True, memory=GIB),
            id="named when its container died",
        ),
        pytest.param(
            ended(batch(entry(0)), cause=Cause.CRASHED, named=()),
            Waiting(FIRST, entry(0, attempt=2, interruptions=1), suspect=False, memory=GIB),
            id="not named when its container died",
        ),
        pytest.param(
            ended(batch(entry(0)), outcome(batch(entry(0)), cause=Cause.OUT_OF_MEMORY)),
            Waiting(FIRST, entry(0, attempt=2), suspect=False, memory=2 * GIB),
            id="outgrew its child",
        ),
        pytest.param(
            ended(
                batch(entry(0), memory=3 * GIB),
                outcome(batch(entry(0)), cause=Cause.OUT_OF_MEMORY),
            ),
            Waiting(FIRST, entry(0, attempt=2), suspect=False, memory=4 * GIB),
            id="never above maxMemory",
        ),
        pytest.param(
            ended(batch(entry(0), suspects=True), cause=Cause.OUT_OF_MEMORY, named=(0,)),
            Waiting(FIRST, entry(0, attempt=2, kills=1), suspect=True, memory=2 * GIB),
            id="outgrew its container alone",
        ),
        pytest.param(
            ended(batch(entry(0), memory=2 * GIB), cause=Cause.INTERRUPTED),
            Waiting(FIRST, entry(0, attempt=2, interruptions=1), suspect=False, memory=2 * GIB),
            id="what it has grown to it keeps",
        ),
        pytest.param(
            LiveBatch(batch(entry(0)), end(batch(entry(0)), Cause.IMAGE_ERROR), None, ()),
            Waiting(FIRST, entry(0, attempt=2), suspect=False, memory=GIB),
            id="never started",
        ),
    ],
)
def test_a_trial_without_a_counted_outcome_waits_for_its_next_attempt(
    live: LiveBatch, expected: Waiting
) -> None:
    assert left(live) == expected


@pytest.mark.parametrize(
    "second",
    [
        pytest.param([outcome(batch(entry(0, attempt=2)))], id="succeeded"),
        pytest.param([outcome(batch(entry(0, attempt=2)), cause=Cause.TIMEOUT)], id="failed"),
        pytest.param([outcome(batch(entry(0)))], id="a late success of the first attempt"),
    ],
)
def test_a_trial_waits_no_longer_once_it_is_counted(second: list[object]) -> None:
    first, retry = batch(entry(0)), batch(entry(0, attempt=2), number=1)
    total = progress(
        settled(ended(first, cause=Cause.INTERRUPTED)),
        settled(ended(retry, *second)),  # type: ignore[arg-type]
    )
    assert not total.waiting
    assert total.sums[Pair("forest", "iris")].counted == 1


def test_an_unreadable_data_set_is_blocked_and_its_trials_wait_no_longer() -> None:
    first, retry = batch(entry(0)), batch(entry(0, attempt=2), number=1)
    total = progress(settled(ended(first, cause=Cause.INTERRUPTED)), settled(unreadable(retry)))
    assert total.blocked == {"iris"}
    assert not total.waiting


def test_a_data_set_stays_blocked() -> None:
    wine = batch(number=1, dataset="wine")
    later = batch(entry(1), number=2)
    total = progress(
        settled(unreadable(batch())),
        settled(unreadable(wine)),
        settled(ended(later, outcome(later))),
    )
    assert total.blocked == {"iris", "wine"}


def never_started(number: int) -> Batch:
    of = batch(entry(number), number=number)
    return settled(LiveBatch(of, end(of, Cause.IMAGE_ERROR), None, ()))


def test_the_last_start_and_the_last_false_start_are_kept_in_whatever_order() -> None:
    started = [settled(ended(batch(entry(n), number=n), cause=Cause.CRASHED)) for n in (0, 2)]
    false = [never_started(n) for n in (1, 3)]
    for order in ([*started, *false], [*false, *started], [started[1], false[1], false[0]]):
        total = progress(*order)
        assert total.last_started == 2
        assert total.last_false_start == FalseStart(3, MOMENT)


def taken_up(of: Entry, dataset: str = "iris") -> list[Batch]:
    return [batch(of, number=1, dataset=dataset)]


@pytest.mark.parametrize(
    ("live", "indices"),
    [
        pytest.param([], [0, 1, 2], id="nothing runs"),
        pytest.param(taken_up(entry(1, attempt=2)), [0, 2], id="taken up"),
        pytest.param(taken_up(entry(3)), [0, 1, 2], id="a new draw"),
        pytest.param(taken_up(entry(1), "wine"), [0, 1, 2], id="another data set"),
        pytest.param(taken_up(entry(1, "svm")), [0, 1, 2], id="another model"),
    ],
)
def test_what_a_live_batch_has_taken_up_waits_no_longer(
    live: list[Batch], indices: list[int]
) -> None:
    past = progress(settled(ended(batch(entry(0), entry(1), entry(2)), cause=Cause.INTERRUPTED)))
    assert [waiting.trial.index for waiting in still_waiting(past, live)] == indices
