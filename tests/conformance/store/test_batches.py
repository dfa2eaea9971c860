"""A number is committed once; states only go forward; listings show what they promise."""

from __future__ import annotations

import pytest

from crosstrial.domain.batch import BatchState, BatchSummary
from crosstrial.store.protocol import Store
from support.stored import OTHER_UID, UID, batch, settlement

PLANNED, LAUNCHED, SETTLED = BatchState.PLANNED, BatchState.LAUNCHED, BatchState.SETTLED


def test_a_number_is_taken_once(store: Store) -> None:
    first, second = batch(trials=1), batch(trials=2)
    assert store.insert_batch(first)
    assert not store.insert_batch(second)
    assert store.batch(first.id) == first
    assert store.insert_batch(batch(uid=OTHER_UID))


def test_an_unknown_batch_is_none(store: Store) -> None:
    assert store.batch(f"{UID}-0") is None
    assert not store.launch_batch(f"{UID}-0")
    assert not store.settle_batch(f"{UID}-0", settlement())


@pytest.mark.parametrize(
    ("state", "launches", "settles"),
    [(PLANNED, True, True), (LAUNCHED, False, True), (SETTLED, False, False)],
    ids=str,
)
def test_states_only_go_forward(
    store: Store, state: BatchState, launches: bool, settles: bool
) -> None:
    for number in (0, 1):
        assert store.insert_batch(batch(number))
        if state is not PLANNED:
            assert store.launch_batch(f"{UID}-{number}")
        if state is SETTLED:
            assert store.settle_batch(f"{UID}-{number}", settlement())
    assert store.launch_batch(f"{UID}-0") is launches
    assert store.settle_batch(f"{UID}-1", settlement(has_unfinished=True)) is settles
    assert store.batch_states(UID) == {0: LAUNCHED if launches else state, 1: SETTLED}


def test_a_settlement_is_never_replaced(store: Store) -> None:
    assert store.insert_batch(batch())
    assert store.settle_batch(f"{UID}-0", settlement())
    assert not store.settle_batch(f"{UID}-0", settlement(has_unfinished=True))
    found = store.batch(f"{UID}-0")
    assert found is not None
    assert found.settlement == settlement()


@pytest.fixture
def history(store: Store) -> Store:
    """Twelve batches, the even ones settled, and one of another experiment."""
    for number in reversed(range(12)):
        assert store.insert_batch(batch(number))
        if number % 2 == 0:
            assert store.settle_batch(f"{UID}-{number}", settlement(has_unfinished=number == 4))
    assert store.insert_batch(batch(uid=OTHER_UID))
    return store


def test_batches_come_whole_and_by_number(history: Store) -> None:
    found = history.batches(UID, [11, 2, 99, 1])
    assert [b.number for b in found] == [1, 2, 11]
    assert found[0] == batch(1)
    assert history.batches(UID, []) == []


@pytest.mark.parametrize("first", [0, 7, 12])
def test_states_and_summaries_from_a_number_on(history: Store, first: int) -> None:
    numbers = list(range(first, 12))
    states = {number: PLANNED if number % 2 else SETTLED for number in numbers}
    assert history.batch_states(UID, first) == states
    summaries = history.batch_summaries(UID, first)
    assert [summary.number for summary in summaries] == numbers
    assert {summary.number: summary.state for summary in summaries} == states


def test_a_summary_has_the_sums_of_its_settlement(history: Store) -> None:
    planned, settled = history.batch_summaries(UID, 3)[:2]
    assert planned == BatchSummary(number=3, state=PLANNED, dataset="iris")
    assert settled == BatchSummary(
        number=4,
        state=SETTLED,
        dataset="iris",
        sums=settlement().sums,
        cpu_seconds=settlement().cpu_seconds,
        has_unfinished=True,
    )


def test_experiments_with_unsettled_batches(history: Store) -> None:
    assert history.unsettled_experiments() == {UID, OTHER_UID}
    assert history.settle_batch(f"{OTHER_UID}-0", settlement())
    assert history.launch_batch(f"{UID}-1")
    assert history.unsettled_experiments() == {UID}
