"""A trial run again, told from its outcome: what differs, by how much, and what is not run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from crosstrial.client.reproduce import Change, ReplayError, Reproduction, Rerun, reproduce
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.replay import Replayed
from crosstrial.spec.errors import InvalidError
from crosstrial.store.memory import MemoryStore
from support import stored

RECORDED = stored.outcome(0)
GROUND = Replayed(versions=stored.start().versions, splits_digest=str(RECORDED.splits_digest))


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    made = MemoryStore()
    batch = stored.batch(0)
    made.insert_batch(batch)
    made.insert_start(stored.start())
    file = tmp_path / "data"
    file.write_bytes(b"data")
    made.put_dataset(batch.digest, file)
    return made


def again(
    store: MemoryStore,
    *said: Replayed,
    recorded: Outcome = RECORDED,
    noise: Sequence[str] = ("a warning",),
    tolerance: float = 1e-9,
) -> Reproduction:
    @contextmanager
    def runner(rerun: Rerun) -> Iterator[Iterator[str]]:
        assert rerun.batch.trial(rerun.position) == recorded.trial
        yield iter([*noise, *(one.line() for one in said)])

    return reproduce(store, recorded, runner, tolerance=tolerance)


def came_to(outcome: Outcome) -> Replayed:
    return GROUND.model_copy(update={"outcome": outcome})


def with_test_score(score: float | None) -> Outcome:
    split = RECORDED.splits[0]
    metric = next(iter(split.scores.test))
    scores = split.scores.model_copy(update={"test": {**split.scores.test, metric: score}})
    changed = split.model_copy(update={"scores": scores})
    return RECORDED.model_copy(update={"splits": (changed,)})


def test_the_same_outcome_is_reproduced(store: MemoryStore) -> None:
    found = again(store, GROUND, came_to(RECORDED))
    assert found.same
    assert found.changes == ()
    assert {score.difference for score in found.scores} == {0.0}


@pytest.mark.parametrize(("tolerance", "same"), [(1e-9, False), (0.02, True)])
def test_a_score_may_differ_by_the_tolerance(
    store: MemoryStore, tolerance: float, same: bool
) -> None:
    metric, score = next(iter(RECORDED.splits[0].scores.test.items()))
    assert score is not None
    found = again(store, GROUND, came_to(with_test_score(score - 0.01)), tolerance=tolerance)
    assert found.same is same
    [apart] = [one for one in found.scores if one.difference > 0]
    assert (apart.part, apart.metric) == ("test", metric)
    assert apart.difference == pytest.approx(0.01)


def test_a_score_that_is_gone_differs_by_more_than_any_tolerance(store: MemoryStore) -> None:
    assert not again(store, GROUND, came_to(with_test_score(None)), tolerance=1e9).same


def test_another_ending_is_not_the_same(store: MemoryStore) -> None:
    failed = stored.outcome(0, cause=Cause.TIMEOUT)
    assert not again(store, GROUND, came_to(failed)).same
    assert again(store, GROUND, came_to(failed), recorded=failed).same
    crashed = stored.outcome(0, cause=Cause.CRASHED)
    assert not again(store, GROUND, came_to(crashed), recorded=failed).same


def test_libraries_of_other_versions_are_named(store: MemoryStore) -> None:
    library, version = next(iter(GROUND.versions.items()))
    other = GROUND.model_copy(update={"versions": {library: "0.1", "extra": "2"}})
    found = again(store, other, other.model_copy(update={"outcome": RECORDED}))
    assert Change(library, version, "0.1") in found.changes
    assert Change("extra", None, "2") in found.changes


def test_on_other_splits_it_is_not_run(store: MemoryStore) -> None:
    found = again(store, GROUND.model_copy(update={"splits_digest": "f" * 64}))
    assert (found.same, found.same_splits, found.again) == (False, False, None)


def test_a_replay_that_ends_early_is_told_with_its_last_words(store: MemoryStore) -> None:
    with pytest.raises(ReplayError, match="no room left"):
        again(store, GROUND, noise=["no room left"])


def test_what_it_ran_on_must_still_be_there(store: MemoryStore) -> None:
    pruned = RECORDED.model_copy(update={"state": OutcomeState.PRUNED})
    with pytest.raises(InvalidError, match="was pruned"):
        again(store, recorded=pruned)
    with pytest.raises(InvalidError, match="not in the store any more"):
        again(MemoryStore())
    bare = MemoryStore()
    bare.insert_batch(stored.batch(0))
    bare.insert_start(stored.start())
    with pytest.raises(InvalidError, match="data set iris"):
        again(bare)
