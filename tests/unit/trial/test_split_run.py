"""A trial is compared with those of its own search alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crosstrial.domain.curve import packed
from crosstrial.spec.epochs import MedianPruner
from crosstrial_trial.rivals import Rivals
from crosstrial_trial.setting import Setting
from crosstrial_trial.split_run import ends_here
from crosstrial_trial.wire import Job
from support.stored import batch


def ended(model: str) -> str:
    """Trials as they stand in the file: of two searches, the even ones did well, the odd badly."""
    return "".join(
        f'{{"model":"{model}","index":{index},"complete":true,"values":"{packed([score])}"}}\n'
        for index, score in enumerate([0.9, 0.2] * 5)
    )


@pytest.mark.parametrize(
    ("searches", "index", "pruned"),
    [
        pytest.param(2, 10, True, id="below-its-search"),
        pytest.param(2, 11, False, id="above-its-search"),
        pytest.param(1, 11, True, id="one-search-below-the-median-of-all"),
    ],
)
def test_rivals_are_trials_of_the_same_search(
    tmp_path: Path, searches: int, index: int, pruned: bool
) -> None:
    pruner = MedianPruner(kind="median", startup_trials=5)
    of = batch().model_copy(update={"pruner": pruner, "searches": searches})
    model = of.models[0].name
    (tmp_path / "curves").write_text(ended(model))
    rivals = Rivals(tmp_path / "curves", searches)
    ground: Any = SimpleNamespace(rivals=rivals, splits=("first", "second"))
    job = Job(position=0, model=model, index=index, parameters={})
    setting = Setting.of(of, modules=(), commands=())
    assert ends_here(job, setting, ground, 0, (0.5,), (1, 2)) is pruned
