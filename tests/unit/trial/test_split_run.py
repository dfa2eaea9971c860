"""A trial is compared with those of its own search alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from crosstrial.spec.epochs import MedianPruner
from crosstrial_trial.pruning import Run
from crosstrial_trial.setting import Setting
from crosstrial_trial.split_run import ends_here
from crosstrial_trial.wire import Job
from support.stored import batch

# Of two searches: the even indices did well, the odd ones badly.
ENDED = [Run(index, (0.2 if index % 2 else 0.9,), complete=True) for index in range(10)]


@pytest.mark.parametrize(
    ("searches", "index", "pruned"),
    [
        pytest.param(2, 10, True, id="below-its-search"),
        pytest.param(2, 11, False, id="above-its-search"),
        pytest.param(1, 11, True, id="one-search-below-the-median-of-all"),
    ],
)
def test_rivals_are_trials_of_the_same_search(searches: int, index: int, pruned: bool) -> None:
    pruner = MedianPruner(kind="median", startup_trials=5)
    of = batch().model_copy(update={"pruner": pruner, "searches": searches})
    ground: Any = SimpleNamespace(
        rivals=SimpleNamespace(of=lambda _model: ENDED), splits=("first", "second")
    )
    job = Job(position=0, model=of.models[0].name, index=index, parameters={})
    setting = Setting.of(of, modules=(), commands=())
    assert ends_here(job, setting, ground, 0, (0.5,), (1, 2)) is pruned
