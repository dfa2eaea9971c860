"""The Python API in local mode: it drives while it waits, and stands back when it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import crosstrial
from crosstrial.domain.experiment import ExperimentState
from crosstrial.loop.leader import FileLeader


def document(name: str, runs: int) -> dict[str, Any]:
    return {
        "apiVersion": "crosstrial/v1",
        "kind": "Experiment",
        "metadata": {"name": name},
        "spec": {
            "dataGroups": {"all": ["sklearn:iris"]},
            "modelGroups": {
                "all": [
                    {
                        "name": "tree",
                        "model": "sklearn.tree.DecisionTreeClassifier",
                        "space": {"max_depth": {"distribution": "int_uniform", "min": 1, "max": 9}},
                    }
                ]
            },
            "applications": {"all": ["all"]},
            "runsPerPair": runs,
        },
    }


def is_free(home: Path) -> bool:
    """Whether another process could drive the state folder."""
    other = FileLeader(home / "controller.lock")
    free = other.try_lead()
    other.resign()
    return free


def test_one_client_cancels_one_experiment_and_runs_the_next(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with crosstrial.Client(home=home) as client:
        long = client.submit(document("long", 500))
        with pytest.raises(TimeoutError, match="long has not ended within 0 s"):
            long.wait(timeout=0, progress=False)
        assert is_free(home)
        long.cancel()
        assert is_free(home)
        short = client.submit(document("short", 2))
        assert short.wait(progress=False).record.state is ExperimentState.COMPLETED
        assert short.results()["model"].tolist() == ["baseline", "tree", "tree"]
        long.delete()
        assert [one.name for one in client.experiments()] == ["short"]
    with crosstrial.Client(home=home) as again:
        assert len(again.experiment("short").results()) == 3
