"""A server that is not there, or says nothing: every call ends, and tells whom it asked."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.pair import Pair
from crosstrial.store.connect import open_store
from crosstrial.store.protocol import Store, UnreachableError
from support.stored import UID, batch, experiment, outcome, revision, settlement, start, status

ACTIVE = ExperimentState.ACTIVE
IMPATIENT = "serverSelectionTimeoutMS=50&connectTimeoutMS=50&socketTimeoutMS=50"
HERE = Path(__file__)

CALLS: dict[str, Callable[[Store], Any]] = {
    "init": lambda s: s.init(),
    "ensure_ready": lambda s: s.ensure_ready(),
    "insert_experiment": lambda s: s.insert_experiment(experiment()),
    "experiment": lambda s: s.experiment("demo"),
    "experiments": lambda s: s.experiments(),
    "experiments_at_work": lambda s: s.experiments_at_work(),
    "change_state": lambda s: s.change_state(UID, was=ACTIVE, revision=1, to=ACTIVE),
    "append_revision": lambda s: s.append_revision(
        UID, was=ACTIVE, revision=1, new=revision(2), to=ACTIVE
    ),
    "set_status": lambda s: s.set_status(UID, status()),
    "delete_experiment": lambda s: s.delete_experiment(UID),
    "insert_batch": lambda s: s.insert_batch(batch()),
    "batch": lambda s: s.batch(f"{UID}-0"),
    "batches": lambda s: s.batches(UID, [0]),
    "batch_states": lambda s: s.batch_states(UID),
    "batch_summaries": lambda s: s.batch_summaries(UID),
    "unsettled_experiments": lambda s: s.unsettled_experiments(),
    "launch_batch": lambda s: s.launch_batch(f"{UID}-0"),
    "settle_batch": lambda s: s.settle_batch(f"{UID}-0", settlement()),
    "insert_start": lambda s: s.insert_start(start()),
    "start": lambda s: s.start(f"{UID}-0"),
    "insert_outcomes": lambda s: s.insert_outcomes([outcome()]),
    "outcomes": lambda s: s.outcomes([outcome().id]),
    "outcomes_of_batch": lambda s: s.outcomes_of_batch(f"{UID}-0"),
    "outcome_counts": lambda s: s.outcome_counts(f"{UID}-0"),
    "validation_scores": lambda s: s.validation_scores([outcome().id], "r2"),
    "validation_curves": lambda s: s.validation_curves(UID, Pair("svm.v2", "iris"), ()),
    "outcomes_of_experiment": lambda s: next(s.outcomes_of_experiment(UID)),
    "put_dataset": lambda s: s.put_dataset("d", HERE),
    "has_dataset": lambda s: s.has_dataset("d"),
    "get_dataset": lambda s: s.get_dataset("d", HERE.with_name("nowhere")),
}


@pytest.fixture(scope="module")
def silent_port() -> Iterator[int]:
    """A port where connections are accepted and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def raised(silent_port: int) -> dict[str, BaseException | None]:
    """What each call raises; they wait side by side."""
    uri = f"mongodb://ann:secret@127.0.0.1:{silent_port}/?directConnection=true&{IMPATIENT}"
    with closing(open_store(uri)) as store, ThreadPoolExecutor(len(CALLS)) as threads:
        calls = {name: threads.submit(call, store) for name, call in CALLS.items()}
        return {name: call.exception(timeout=60) for name, call in calls.items()}


def test_all_methods_are_tried() -> None:
    methods = {name for name in vars(Store) if not name.startswith("_")}
    assert set(CALLS) == methods - {"close"}


@pytest.mark.parametrize("name", CALLS)
def test_every_call_ends_and_names_the_server_without_its_password(
    raised: dict[str, BaseException | None], silent_port: int, name: str
) -> None:
    assert type(raised[name]) is UnreachableError
    said = str(raised[name])
    assert f"mongodb://127.0.0.1:{silent_port}/ does not answer" in said
    assert "check that it runs" in said
    assert "secret" not in said


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        closing(open_store(f"mongodb://127.0.0.1:{port}/?{IMPATIENT}")) as store,
        pytest.raises(UnreachableError, match="refused"),
    ):
        store.experiments()
