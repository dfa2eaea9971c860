"""What only a server has: indexes, write concerns, an order of removal, and absence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient, monitoring

from crosstrial.domain.experiment import ExperimentState
from crosstrial.store.mongodb import MongoStore
from crosstrial.store.protocol import RefusedError, Store
from support.store_backends import ServerBackend
from support.stored import UID, batch, experiment, outcome, revision, settlement, start, status

Call = Callable[[Store], Any]
ACTIVE = ExperimentState.ACTIVE
READS = ("find", "aggregate")
WRITES = ("insert", "update", "delete")


class Commands(monitoring.CommandListener):
    """Records the commands that a client sends."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.sent.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    def of(self, *names: str) -> list[dict[str, Any]]:
        return [command for command in self.sent if next(iter(command)) in names]


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def watched(server: ServerBackend, commands: Commands, data_file: Path) -> Iterator[Store]:
    """The store of `server` with something in it, through a client whose commands are seen."""
    store = server.store
    assert store.insert_experiment(experiment())
    for number in range(3):
        assert store.insert_batch(batch(number))
    assert store.settle_batch(f"{UID}-0", settlement())
    store.insert_outcomes([outcome(0), outcome(1, 1)])
    assert store.insert_start(start())
    store.put_dataset("d" * 64, data_file)
    with MongoClient(server.uri, tz_aware=True, event_listeners=[commands]) as client:
        yield MongoStore(client.get_default_database(), "the server")


HOT = [
    pytest.param(lambda s: s.experiment("demo"), id="experiment"),
    pytest.param(lambda s: s.experiments({ACTIVE}), id="experiments"),
    pytest.param(lambda s: s.experiments_at_work(), id="experiments_at_work"),
    pytest.param(lambda s: s.batch(f"{UID}-1"), id="batch"),
    pytest.param(lambda s: s.batches(UID, [1, 2]), id="batches"),
    pytest.param(lambda s: s.batch_states(UID, 1), id="batch_states"),
    pytest.param(lambda s: s.batch_summaries(UID), id="batch_summaries"),
    pytest.param(lambda s: s.unsettled_experiments(), id="unsettled_experiments"),
    pytest.param(lambda s: s.start(f"{UID}-1"), id="start"),
    pytest.param(lambda s: s.outcomes([outcome(0).id]), id="outcomes"),
    pytest.param(lambda s: s.outcomes_of_batch(f"{UID}-0"), id="outcomes_of_batch"),
    pytest.param(lambda s: s.outcome_counts(f"{UID}-0"), id="outcome_counts"),
    pytest.param(lambda s: list(s.outcomes_of_experiment(UID)), id="outcomes_of_experiment"),
    pytest.param(lambda s: s.has_dataset("d" * 64), id="has_dataset"),
]


@pytest.mark.parametrize("call", HOT)
def test_what_is_asked_for_often_is_found_by_an_index(
    server: ServerBackend, watched: Store, commands: Commands, call: Call
) -> None:
    call(watched)
    reads = commands.of(*READS)
    assert reads
    for read in reads:
        asked = {key: value for key, value in read.items() if key in EXPLAINED}
        plan = str(server.database.command("explain", asked))
        assert "IXSCAN" in plan or "IDHACK" in plan or "EXPRESS" in plan
        assert "COLLSCAN" not in plan


EXPLAINED = (*READS, "filter", "projection", "pipeline", "cursor", "limit", "singleBatch")


@pytest.mark.parametrize("call", HOT)
def test_reads_see_what_a_majority_has(watched: Store, commands: Commands, call: Call) -> None:
    call(watched)
    assert {read["readConcern"]["level"] for read in commands.of(*READS)} == {"majority"}


def test_summaries_leave_manifests_and_fates_where_they_are(
    watched: Store, commands: Commands
) -> None:
    watched.batch_summaries(UID)
    (read,) = commands.of("find")
    assert {"manifest", "settlement", "settlement.fates"}.isdisjoint(read["projection"])
    assert set(read["projection"].values()) == {1}


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda s: s.insert_experiment(experiment("new", uid="new")), id="experiment"),
        pytest.param(lambda s: s.insert_batch(batch(9)), id="batch"),
        pytest.param(lambda s: s.insert_start(start(9)), id="start"),
        pytest.param(lambda s: s.insert_outcomes([outcome(9)]), id="outcomes"),
        pytest.param(lambda s: s.launch_batch(f"{UID}-1"), id="launch"),
        pytest.param(lambda s: s.settle_batch(f"{UID}-1", settlement()), id="settle"),
        pytest.param(lambda s: s.set_status(UID, status()), id="status"),
        pytest.param(
            lambda s: s.append_revision(UID, was=ACTIVE, revision=1, new=revision(2), to=ACTIVE),
            id="revision",
        ),
        pytest.param(lambda s: s.delete_experiment(UID), id="delete"),
    ],
)
def test_writes_wait_for_a_majority_and_the_journal(
    server: ServerBackend, commands: Commands, write: Call
) -> None:
    lax = f"{server.uri}{'&' if '?' in server.uri else '?'}w=1&journal=false"
    assert server.store.insert_experiment(experiment())
    with MongoClient(lax, event_listeners=[commands]) as client:
        write(MongoStore(client.get_default_database(), "the server"))
    concerns = [command["writeConcern"] for command in commands.of(*WRITES)]
    assert concerns
    assert all((c["w"], c["j"]) == ("majority", True) and c["wtimeout"] for c in concerns)


def test_an_experiment_goes_last_and_its_batches_after_what_hangs_on_them(
    watched: Store, commands: Commands
) -> None:
    watched.delete_experiment(UID)
    order = list(dict.fromkeys(command["delete"] for command in commands.of("delete")))
    assert order == ["outcomes", "starts", "batches", "experiments"]


def test_a_store_of_a_later_schema_is_left_alone(server: ServerBackend) -> None:
    server.database["meta"].update_one({"_id": "schema"}, {"$set": {"version": 2}})
    with pytest.raises(RefusedError, match="schema version 2"):
        server.store.init()


def test_every_document_tells_its_schema(server: ServerBackend, data_file: Path) -> None:
    store = server.store
    store.insert_experiment(experiment())
    store.insert_batch(batch())
    store.insert_start(start())
    store.insert_outcomes([outcome()])
    store.put_dataset("d" * 64, data_file)
    for name in ("experiments", "batches", "starts", "outcomes", "datasets"):
        assert [kept["schema"] for kept in server.database[name].find()] == [1]
