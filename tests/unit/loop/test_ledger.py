"""What an experiment's batches add up to, whenever and however often one looks."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from crosstrial.decide.progress import still_waiting
from crosstrial.domain.batch import Batch, BatchState, Became
from crosstrial.domain.pair import Pair
from crosstrial.domain.trial import Trial
from crosstrial.loop.ledger import Ledger
from crosstrial.store.memory import MemoryStore
from support.history import DATA_SET, MODEL, History
from support.registered import UID

PAIR = Pair(MODEL, DATA_SET)


class WatchedStore(MemoryStore):
    """Notes what is read; may hand out a batch as it was before."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []
        self.states_from: list[int] = []
        self.stale: dict[int, Batch] = {}

    def batches(self, uid: str, numbers: Iterable[int]) -> list[Batch]:
        asked = list(numbers)
        self.read += asked
        return [self.stale.get(b.number, b) for b in super().batches(uid, asked)]

    def batch_states(self, uid: str, first: int = 0) -> dict[int, BatchState]:
        self.states_from.append(first)
        return super().batch_states(uid, first)


def refreshed(store: MemoryStore) -> Ledger:
    """A restarted controller's ledger after its first look."""
    ledger = Ledger(store, UID)
    ledger.refresh()
    return ledger


def trial(index: int) -> Trial:
    return Trial(MODEL, DATA_SET, index)


def test_an_untouched_experiment_has_nothing() -> None:
    ledger = refreshed(MemoryStore())
    assert (ledger.next_number, ledger.live, dict(ledger.progress.sums)) == (0, (), {})


def test_settled_batches_are_summed_and_live_ones_are_whole() -> None:
    store = MemoryStore()
    history = History(store)
    history.settled({0: 1, 1: 1})
    history.settled({2: 1}, Became.UNFINISHED)
    live = history.plan({3: 1})

    ledger = refreshed(store)
    assert ledger.progress.sums[PAIR].succeeded == 2
    assert ledger.progress.sums[PAIR].next == 3
    assert list(ledger.progress.waiting) == [trial(2)]
    assert [batch.id for batch in ledger.live] == [live.id]
    assert ledger.next_number == 3


def test_a_batch_that_is_settled_leaves_the_live_ones() -> None:
    store = MemoryStore()
    history = History(store)
    first, second = history.plan({0: 1}), history.plan({1: 1})
    ledger = refreshed(store)
    # The later one ends first.
    history.settle(second)
    ledger.refresh()
    assert [batch.number for batch in ledger.live] == [0]
    history.settle(first)
    ledger.refresh()
    assert ledger.live == ()
    assert ledger.progress.sums[PAIR].succeeded == 2


def test_a_launched_batch_is_seen_as_launched() -> None:
    store = MemoryStore()
    batch = History(store).plan({0: 1})
    ledger = refreshed(store)
    store.launch_batch(batch.id)
    ledger.refresh()
    assert [live.state for live in ledger.live] == [BatchState.LAUNCHED]


def test_a_retried_trial_waits_no_more_once_it_counts() -> None:
    store = MemoryStore()
    history = History(store)
    history.settled({0: 1}, Became.SUSPECT)
    ledger = refreshed(store)
    assert ledger.progress.waiting[trial(0)].entry.attempt == 2
    history.settled({0: 2}, Became.UNFINISHED)
    ledger.refresh()
    assert ledger.progress.waiting[trial(0)].entry.attempt == 3
    history.settled({0: 3})
    ledger.refresh()
    assert dict(ledger.progress.waiting) == {}
    assert ledger.progress == refreshed(store).progress


def test_a_retry_seen_before_the_batch_that_it_continues_is_counted_once_and_later() -> None:
    store = WatchedStore()
    history = History(store)
    first = history.plan({0: 1})
    ledger = refreshed(store)
    history.settle(first, Became.UNFINISHED)
    history.settled({0: 2})
    # One refresh is no single instant: it sees the first one as it was.
    store.stale = {0: first}
    ledger.refresh()
    assert dict(ledger.progress.sums) == {}
    store.stale = {}
    ledger.refresh()
    assert dict(ledger.progress.waiting) == {}
    assert ledger.progress.sums[PAIR].succeeded == 1


def test_a_look_at_what_has_not_changed_reads_no_batch() -> None:
    store = WatchedStore()
    history = History(store)
    history.settled({0: 1})
    history.plan({1: 1})
    ledger = refreshed(store)
    store.read.clear()
    ledger.refresh()
    assert store.read == []


def test_a_restart_reads_whole_only_what_is_live_or_has_or_had_waiting_trials() -> None:
    store = WatchedStore()
    history = History(store)
    for index in range(5):
        history.settled({index: 1})
    history.settled({5: 1}, Became.UNFINISHED)
    history.settled({5: 2})
    history.plan({6: 1})
    refreshed(store)
    assert sorted(store.read) == [5, 6, 7]


def test_finished_history_is_not_asked_for_again() -> None:
    store = WatchedStore()
    history = History(store)
    for index in range(5):
        history.settled({index: 1})
    ledger = refreshed(store)
    history.settled({5: 1})
    ledger.refresh()
    ledger.refresh()
    assert store.states_from == [5, 5, 6]


# However a history went and whenever one looked, a restart sees the same.


@st.composite
def histories(draw: st.DrawFn) -> tuple[MemoryStore, Ledger]:
    """Return a store with a history, and a ledger that has looked at it now and again."""
    store = MemoryStore()
    history = History(store)
    ledger = Ledger(store, UID)
    for _ in range(draw(st.integers(0, 25))):
        draw(st.sampled_from(STEPS))(draw, history)
        if draw(st.booleans()):
            ledger.refresh()
    ledger.refresh()
    return store, ledger


def _plan_new(draw: st.DrawFn, history: History) -> None:
    indexes = [entry.index for batch in history.batches for entry in batch.manifest]
    following = max(indexes, default=-1) + 1
    history.plan({following + i: 1 for i in range(draw(st.integers(1, 3)))})


def _plan_retry(draw: st.DrawFn, history: History) -> None:
    """Plan waiting trials as a controller does: with all that is settled in view."""
    view = refreshed(history.store)
    waiting = still_waiting(view.progress, view.live)
    if waiting:
        taken = draw(st.lists(st.sampled_from(waiting), min_size=1, unique_by=lambda w: w.trial))
        history.plan({w.trial.index: w.entry.attempt for w in taken})


def _settle_one(draw: st.DrawFn, history: History) -> None:
    unsettled = history.unsettled()
    if unsettled:
        batch = draw(st.sampled_from(unsettled))
        fates = st.sampled_from(list(Became))
        history.settle(batch, *[draw(fates) for _ in batch.manifest])


STEPS = (_plan_new, _plan_retry, _settle_one)


@given(histories())
def test_a_restart_sees_what_a_controller_that_went_on_sees(
    history: tuple[MemoryStore, Ledger],
) -> None:
    store, continued = history
    restarted = refreshed(store)
    assert restarted.progress == continued.progress
    assert restarted.live == continued.live
    assert restarted.next_number == continued.next_number
