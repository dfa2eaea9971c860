"""The next batches of an experiment: retries first, then new draws in balance."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from crosstrial.decide.batches import has_next, next_batches
from crosstrial.decide.pair_views import pair_views
from crosstrial.decide.snapshot import ExperimentView
from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from support.plans import (
    batch,
    ended,
    entry,
    outcome,
    progress,
    running,
    settled,
    unreadable,
    view,
)
from support.registered import MOMENT, document, record

SLOW = {"batch": {"targetSeconds": 6.0}}  # five trials of 1.2 s
FIRST = batch(entry(0, "baseline"), entry(0), entry(0, "svm"))
PILOT = settled(ended(FIRST, *(outcome(FIRST, position) for position in range(3))))
LOST = settled(ended(batch(entry(0, "baseline"), entry(0)), cause=Cause.INTERRUPTED))


def following(of: ExperimentView, count: int = 100) -> list[Batch]:
    return list(islice(next_batches(of, pair_views(of), MOMENT), count))


def lines(of: Batch) -> list[tuple[str, int, int]]:
    return [(e.model, e.index, e.attempt) for e in of.manifest]


def test_the_first_batch_of_a_data_set_is_its_baseline_and_one_trial_a_pair() -> None:
    first, second, third = following(view(record(of=document(runs=9))), 3)
    assert [one.number for one in (first, second, third)] == [0, 1, 2]
    assert {first.dataset, second.dataset} == {"iris", "wine"}
    for one in (first, second):
        assert lines(one)[0] == ("baseline", 0, 1)
        assert sorted(lines(one)[1:]) == [("forest", 0, 1), ("svm", 0, 1)]
    assert sorted(lines(third)) == [("forest", 1, 1), ("svm", 1, 1)]


def test_the_baseline_is_not_handed_out_again() -> None:
    experiment = record(of=document(runs=9, datasets=["iris"]))
    in_flight = view(experiment, live=[running(FIRST)], next_number=1)
    waiting = view(experiment, progress(LOST), next_number=1)
    counted = view(experiment, progress(PILOT), next_number=1)
    for one in (in_flight, counted, waiting):
        drawn = [e for b in following(one) for e in b.manifest if e.attempt == 1]
        assert all(e.model != "baseline" for e in drawn)


def test_the_data_set_of_the_lowest_pair_comes_first() -> None:
    experiment = record(of=document(runs=9))
    (first,) = following(view(experiment, progress(PILOT), next_number=1), 1)
    assert (first.number, first.dataset) == (1, "wine")


def test_batches_are_made_as_if_those_before_had_run() -> None:
    experiment = record(of=document(runs=52, datasets=["iris"]))
    made = following(view(experiment, progress(PILOT), next_number=1))
    handed_out = Counter((e.model, e.index) for b in made for e in b.manifest)
    assert handed_out == Counter((m, i) for m in ("forest", "svm") for i in range(1, 52))
    assert [b.number for b in made] == list(range(1, len(made) + 1))
    # 102 trials of 1.2 s on four slots: half of a slot's share, 15.3 s, is twelve trials.
    assert len(made[0].manifest) == 12


def test_waiting_trials_come_before_new_draws() -> None:
    experiment = record(of=document(runs=3, datasets=["iris"]))
    first, *others = following(view(experiment, progress(LOST), next_number=1))
    assert lines(first) == [("baseline", 0, 2), ("forest", 0, 2)]
    assert first.number == 1
    drawn = Counter(e.model for b in others for e in b.manifest)
    assert drawn == {"forest": 2, "svm": 3}
    assert [b.number for b in others] == list(range(2, len(others) + 2))


def test_many_waiting_trials_are_spread_over_batches() -> None:
    experiment = record(of=document(runs=40, datasets=["iris"], **SLOW))
    lost = batch(*(entry(index) for index in range(1, 20)), number=1)
    past = progress(PILOT, settled(ended(lost, cause=Cause.INTERRUPTED)))
    retries = [
        one
        for one in following(view(experiment, past, next_number=2))
        if one.manifest[0].attempt > 1
    ]
    assert [index for one in retries for _, index, _ in lines(one)] == list(range(1, 20))
    assert [one.number for one in retries] == list(range(2, 2 + len(retries)))
    assert max(len(one.manifest) for one in retries) <= 5


def test_suspects_share_one_childs_time() -> None:
    # Interrupted once, they get a quarter of a batch.
    slow = {"batch": {"targetSeconds": 25.0}}
    cores = document(runs=400, datasets=["iris"], resources={"cpu": 4.0}, **slow)
    lost = batch(*(entry(index) for index in range(1, 40)), number=1)
    past = progress(PILOT, settled(ended(lost, cause=Cause.CRASHED)))
    suspects, *others = following(view(record(of=cores), past, next_number=2), 12)
    drawn = next(one for one in others if one.manifest[0].attempt == 1)
    assert suspects.suspects
    assert len(suspects.manifest) == 5
    assert not drawn.suspects
    assert len(drawn.manifest) == 83


def test_an_unreadable_data_set_is_given_nothing() -> None:
    past = progress(settled(unreadable(FIRST)))
    made = following(view(record(of=document(runs=3)), past, next_number=1))
    assert {one.dataset for one in made} == {"wine"}


def test_no_manifest_is_longer_than_the_document_allows() -> None:
    experiment = record(of=document(runs=30, datasets=["iris"], batch={"maxTrials": 4}))
    made = following(view(experiment, progress(PILOT), next_number=1))
    assert max(len(one.manifest) for one in made) == 4


RUNS = record(of=document(runs=1, datasets=["iris"]))
ALL_LOST = settled(ended(FIRST, cause=Cause.INTERRUPTED))
BASELINE_LOST = settled(ended(FIRST, outcome(FIRST, 1), outcome(FIRST, 2), cause=Cause.INTERRUPTED))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(view(RUNS), True, id="untouched"),
        pytest.param(view(RUNS, live=[running(FIRST)], next_number=1), False, id="in flight"),
        pytest.param(view(RUNS, progress(PILOT), next_number=1), False, id="all done"),
        pytest.param(view(RUNS, progress(ALL_LOST), next_number=1), True, id="to be run again"),
        pytest.param(
            view(RUNS, progress(BASELINE_LOST), next_number=1), True, id="the baseline alone"
        ),
        pytest.param(
            view(RUNS, progress(settled(unreadable(FIRST))), next_number=1), False, id="blocked"
        ),
    ],
)
def test_there_is_a_next_batch_while_something_is_left_or_waits(
    of: ExperimentView, expected: bool
) -> None:
    assert has_next(of, pair_views(of)) is expected
    assert bool(following(of)) is expected


@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_baseline_does_not_make_a_manifest_longer_than_allowed(most: int) -> None:
    experiment = record(of=document(runs=5, datasets=["iris"], batch={"maxTrials": most}))
    first, second = following(view(experiment), 2)
    assert lines(first)[0] == ("baseline", 0, 1)
    assert len(first.manifest) == most
    assert all(model != "baseline" for model, _, _ in lines(second))
