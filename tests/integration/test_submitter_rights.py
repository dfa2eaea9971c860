"""What people who submit ask of MongoDB is what the manifests' role for them grants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient, monitoring
from pymongo.errors import OperationFailure

from crosstrial.client.store_client import StoreClient
from crosstrial.domain.experiment import ExperimentState
from crosstrial.spec.load import read_document
from crosstrial.store.embedded import EmbeddedServer
from crosstrial.store.mongodb.store import MongoStore
from crosstrial.store.protocol import RefusedError

USERS = Path(__file__).parents[2] / "manifests" / "components" / "mongodb" / "users.js"
ACTIONS = {"find": "find", "getMore": "find", "aggregate": "find", "count": "find"}
DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: rights}
spec:
  dataGroups: {all: ["sklearn:iris"]}
  modelGroups:
    all:
      - name: tree
        model: sklearn.tree.DecisionTreeClassifier
        space: {max_depth: {distribution: int_uniform, min: 1, max: 9}}
  applications: {all: [all]}
  runsPerPair: RUNS
"""


class Spy(monitoring.CommandListener):
    """Notes which actions on which collections are asked for."""

    def __init__(self) -> None:
        self.used: set[tuple[str, str]] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        name = event.command_name
        on = event.command["collection" if name == "getMore" else name]
        if isinstance(on, str):
            self.used.add((on, ACTIONS.get(name, name)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


def granted() -> set[tuple[str, str]]:
    """Return collections and actions of the role, as the script that makes it lists them."""
    role = re.search(r"const submitter = \{(.*?)\};", USERS.read_text(), re.DOTALL)
    assert role is not None
    calls = re.findall(r"on\((.*?)\)", role[1])
    named = [re.findall(r'"([\w.]+)"', call) for call in calls]
    return {(collection, action) for collection, *actions in named for action in actions}


@pytest.fixture
def uri(tmp_path: Path) -> Iterator[str]:
    server = EmbeddedServer(tmp_path / "server")
    yield server.acquire()
    server.release()


def store_of(client: MongoClient) -> MongoStore:  # type: ignore[type-arg]
    return MongoStore(client.get_default_database("crosstrial"), "the server")


def submit(client: StoreClient, folder: Path, runs: int, *, update: bool = False) -> None:
    file = folder / "rights.yaml"
    file.write_text(DOCUMENT.replace("RUNS", str(runs)))
    client.store.ensure_ready()
    client.submit(read_document(file), update=update)


def use_everything(client: StoreClient, folder: Path) -> None:
    submit(client, folder, 2)
    submit(client, folder, 3, update=True)
    name = "rights"
    client.pause(name)
    client.resume(name)
    client.statuses()
    client.status(name)
    client.trials(name)
    client.results(name)
    client.failures(name)
    client.cancel(name)
    client.delete(name)


def test_who_submits_asks_for_what_the_role_grants_and_for_nothing_else(
    uri: str, tmp_path: Path
) -> None:
    with MongoClient(uri, tz_aware=True) as controller:
        store_of(controller).init()
    spy = Spy()
    with MongoClient(uri, tz_aware=True, event_listeners=[spy]) as submitter:
        store = store_of(submitter)
        use_everything(StoreClient(store), tmp_path)
        store.batch("a-0")
        store.outcomes_of_batch("a-0")
    assert spy.used == granted()


def test_a_fresh_store_is_made_ready_by_who_has_the_rights(uri: str, tmp_path: Path) -> None:
    with MongoClient(uri, tz_aware=True) as user:
        store = store_of(user)
        submit(StoreClient(store), tmp_path, 2)
        record = store.experiment("rights")
        assert record is not None
        assert record.state is ExperimentState.ACTIVE
        experiments = user.get_default_database("crosstrial")["experiments"]
        assert "name_1" in experiments.index_information()


def test_who_has_not_the_rights_is_told_who_can_make_a_store_ready(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_arguments: object, **_named: object) -> None:
        raise OperationFailure("not authorized to execute createIndexes", 13)

    monkeypatch.setattr("pymongo.collection.Collection.create_indexes", forbidden)
    with MongoClient(uri, tz_aware=True) as user:
        with pytest.raises(RefusedError, match="crosstrial store init"):
            submit(StoreClient(store_of(user)), tmp_path, 2)
        assert user.get_default_database("crosstrial")["meta"].count_documents({}) == 0
