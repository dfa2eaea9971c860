"""Local mode without a controller: who cancels brings an experiment to rest, its end included."""

from __future__ import annotations

from pathlib import Path

from crosstrial.client.local import LocalMode
from support.registered import UID, record


def test_an_experiment_that_never_ran_has_an_end_once_it_is_cancelled(tmp_path: Path) -> None:
    with LocalMode(tmp_path / "home") as local:
        assert local.store.insert_experiment(record())
        local.client.cancel("demo")
        local.bring_to_rest(UID)
        assert local.client.experiment("demo").status.ended is not None
