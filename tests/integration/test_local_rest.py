"""Local mode without a controller: who cancels brings an experiment to rest, its end included."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosstrial.client.local import LocalMode
from crosstrial.domain.batch import Batch, BatchState
from crosstrial.loop.clock import utc_now
from support.registered import UID, record
from support.stored import batch


def test_an_experiment_that_never_ran_has_an_end_once_it_is_cancelled(tmp_path: Path) -> None:
    with LocalMode(tmp_path / "home") as local:
        assert local.store.insert_experiment(record())
        local.client.cancel("demo")
        local.bring_to_rest(UID)
        assert local.client.experiment("demo").status.ended is not None


def placed(place: str) -> Batch:
    return batch(uid=UID).model_copy(update={"place": place, "created": utc_now()})


class ToldError(Exception):
    """Ends a wait as Ctrl-C does."""


def test_who_waits_for_a_place_that_is_lost_is_told_of_it(tmp_path: Path) -> None:
    def tell(text: str) -> None:
        raise ToldError(text)

    with LocalMode(tmp_path / "home") as local:
        assert local.store.insert_experiment(record())
        assert local.store.insert_batch(placed("host:/lost"))
        local.client.cancel("demo")
        with pytest.raises(ToldError, match="the controller of host:/lost, ") as told:
            local.bring_to_rest(UID, tell)
        assert f"batch {UID}-0 " in str(told.value)
        assert "UTC" in str(told.value)


def test_one_store_by_two_addresses_has_two_places_in_a_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with LocalMode(home) as here, LocalMode(home, uri=f"{here.uri}&retryReads=true") as there:
        assert here.store.insert_experiment(record())
        assert here.store.insert_batch(placed(here.executor.place))
        assert here.store.launch_batch(f"{UID}-0")
        there.controller.tick()
        assert here.store.batch_states(UID)[0] is BatchState.LAUNCHED
        # Its own executor knows that nothing of it runs.
        here.controller.tick()
        assert here.store.batch_states(UID)[0] is BatchState.SETTLED
