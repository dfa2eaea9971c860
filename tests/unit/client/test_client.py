"""The public Python API on a store in memory, and how it is chosen where experiments are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import crosstrial
from crosstrial.client import session as session_module
from crosstrial.client.local import LocalMode
from crosstrial.client.where import ClusterChoice, Where, chosen
from crosstrial.domain.experiment import ExperimentState
from crosstrial.store.memory import MemoryStore
from support.registered import UID, batch, outcome, record

ENDED = [outcome("forest"), outcome("svm", score=0.8)]


@pytest.fixture
def store() -> MemoryStore:
    kept = MemoryStore()
    assert kept.insert_experiment(record())
    kept.insert_outcomes(ENDED)
    assert kept.insert_batch(batch(0, ENDED, settled=True))
    return kept


@pytest.fixture
def client(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[crosstrial.Client]:
    monkeypatch.setattr(session_module, "open_store", lambda _uri: store)
    with crosstrial.Client("mongodb://there/") as opened:
        yield opened


@pytest.mark.parametrize(
    ("named", "where"),
    [
        pytest.param({}, Where(), id="nothing"),
        pytest.param({"uri": "mongodb://a/"}, Where(uri="mongodb://a/"), id="a store"),
        pytest.param({"home": Path("/h")}, Where(home=Path("/h")), id="a state folder"),
        pytest.param(
            {"uri": "mongodb://a/", "home": Path("/h")},
            Where(uri="mongodb://a/", home=Path("/h")),
            id="this machine on a given store",
        ),
        pytest.param({"cluster": ClusterChoice()}, Where(cluster=ClusterChoice()), id="a cluster"),
    ],
)
def test_what_is_named_is_where(named: dict, where: Where) -> None:
    assert chosen(**{"uri": None, "cluster": None, **named}, environment={}) == where


def test_the_environment_names_a_store_where_nothing_else_does() -> None:
    usual = {"CROSSTRIAL_STORE": "mongodb://usual/"}
    assert chosen(None, None, usual).uri == "mongodb://usual/"
    assert chosen(None, None, usual, home=Path("/h")).uri is None
    assert chosen(None, ClusterChoice(), usual).uri is None


def test_a_state_folder_has_a_controller_for_each_given_store(tmp_path: Path) -> None:
    one, same, other = (LocalMode(tmp_path, uri=f"mongodb://{host}/") for host in "aab")
    assert one.lead()
    assert same.has_controller()
    assert not other.has_controller()
    assert other.lead()
    one.resign()
    other.resign()


def test_a_new_password_leads_to_the_same_batches(tmp_path: Path) -> None:
    old, new = (LocalMode(tmp_path, uri=f"mongodb://me:{word}@a/db") for word in ("old", "new"))
    assert old.lead()
    assert new.has_controller()
    old.resign()


@pytest.mark.parametrize("other", [{"store": "mongodb://a/"}, {"home": "h"}])
def test_a_cluster_and_something_else_are_one_too_many(other: dict[str, str]) -> None:
    with pytest.raises(crosstrial.InvalidError, match="name one of them"):
        crosstrial.Client(**other, context="there")


def test_importing_the_package_loads_nothing_of_it() -> None:
    code = (
        "import sys, crosstrial; assert 'Client' in dir(crosstrial);"
        "heavy = {'pydantic', 'pymongo', 'pandas', 'crosstrial.client'} & set(sys.modules);"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = crosstrial.nothing


def test_an_experiment_is_found_by_its_name(client: crosstrial.Client) -> None:
    assert client.experiment("demo").status().ended == 2
    assert [one.name for one in client.experiments()] == ["demo"]
    with pytest.raises(crosstrial.InvalidError, match="known experiments: demo"):
        client.experiment("dmo")


def test_results_are_a_frame(client: crosstrial.Client) -> None:
    experiment = client.experiment("demo")
    scores = experiment.results().set_index("model")["metric.test.balanced_accuracy"]
    assert scores.to_dict() == {"forest": 0.9, "svm": 0.8}
    assert {"repeat", "fold"} <= set(experiment.results(splits=True).columns)
    assert {"epoch", "reported"} <= set(experiment.results(epochs=True).columns)
    with pytest.raises(crosstrial.InvalidError, match="two things"):
        experiment.results(splits=True, epochs=True)


def test_a_poison_document_is_left_out(client: crosstrial.Client, store: MemoryStore) -> None:
    poison = next(one for one in store._kept["outcomes"].values() if one["model"] == "svm")
    poison["splits"] = "nonsense"
    assert client.experiment("demo").results()["model"].tolist() == ["forest"]


def test_it_is_compared_and_its_failures_are_told(client: crosstrial.Client) -> None:
    experiment = client.experiment("demo")
    assert {cell.model for cell in experiment.compare().cells} == {"forest", "svm"}
    assert experiment.failures() == []


def test_it_is_paused_resumed_cancelled_and_deleted(
    client: crosstrial.Client, store: MemoryStore
) -> None:
    experiment = client.experiment("demo")
    states = []
    for change in (experiment.pause, experiment.resume, experiment.cancel, experiment.delete):
        change()
        states.append(experiment.status().record.state.value)
    assert states == ["paused", "active", "cancelled", "deleting"]


def test_waiting_returns_how_it_ended(
    client: crosstrial.Client, store: MemoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    completed = ExperimentState.COMPLETED
    store.change_state(UID, was=ExperimentState.ACTIVE, revision=1, to=completed)
    assert client.experiment("demo").wait().record.state is completed
    assert "demo: 2/8 trials" in capsys.readouterr().out
    client.experiment("demo").wait(progress=False)
    assert capsys.readouterr().out == ""


def test_waiting_for_longer_than_allowed_is_a_timeout(client: crosstrial.Client) -> None:
    with pytest.raises(TimeoutError, match="demo has not ended within 0 s: 2 of 8 trials have"):
        client.experiment("demo").wait(timeout=0, progress=False)


def test_what_is_deleted_meanwhile_is_gone(
    client: crosstrial.Client, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = client.experiment("demo")
    monkeypatch.setattr(
        "crosstrial.client.store_client.time.sleep", lambda _: store.delete_experiment(UID)
    )
    with pytest.raises(crosstrial.InvalidError, match="demo is gone"):
        experiment.wait(progress=False)


def test_what_is_being_deleted_is_not_waited_for(client: crosstrial.Client) -> None:
    experiment = client.experiment("demo")
    experiment.delete()
    with pytest.raises(crosstrial.InvalidError, match="demo is gone"):
        experiment.wait(progress=False)


def test_a_mapping_is_submitted_as_a_file_is(client: crosstrial.Client, tmp_path: Path) -> None:
    document = {
        "apiVersion": "crosstrial/v1",
        "kind": "Experiment",
        "metadata": {"name": "made-here"},
        "spec": {
            "dataGroups": {"all": ["sklearn:iris"]},
            "modelGroups": {"all": [{"model": "sklearn.naive_bayes.GaussianNB"}]},
            "applications": {"all": ["all"]},
            "runsPerPair": 1,
        },
    }
    assert client.submit(document).name == "made-here"
    assert document["spec"]["dataGroups"] == {"all": ["sklearn:iris"]}
    with pytest.raises(crosstrial.InvalidError, match="runsPerPair"):
        client.submit({**document, "spec": {**document["spec"], "runsPerPair": 0}})
    with pytest.raises(crosstrial.InvalidError, match="no such file"):
        client.submit(str(tmp_path / "nowhere.yaml"))
