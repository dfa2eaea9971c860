"""A controller in a cluster: what it says when its Deployment is wrong, what it is called."""

from __future__ import annotations

import pytest

from crosstrial.client import cluster
from crosstrial.client.cluster import ClusterMode
from crosstrial.spec.errors import InvalidError
from support.fake_api_server import fake_api_server

STORE = "mongodb://store:27017"
SET = {"CROSSTRIAL_NAMESPACE": "trials", "CROSSTRIAL_TRIAL_IMAGE": "trial:1"}


@pytest.mark.parametrize(
    ("store", "environment", "message"),
    [
        pytest.param(None, SET, "no store is named", id="store"),
        pytest.param(STORE, {}, "CROSSTRIAL_NAMESPACE is not set", id="namespace"),
        pytest.param(
            STORE, {**SET, "CROSSTRIAL_PROBE_PORT": "http"}, "CROSSTRIAL_PROBE_PORT", id="port"
        ),
        pytest.param(
            STORE, {**SET, "CROSSTRIAL_PROBE_PORT": "70000"}, "CROSSTRIAL_PROBE_PORT", id="range"
        ),
    ],
)
def test_a_deployment_that_lacks_something_is_told_what(
    store: str | None, environment: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidError, match=message):
        ClusterMode(store, environment)


def test_a_controller_is_called_after_the_account_of_its_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "account_uid", lambda: "u-1")
    with fake_api_server() as server:
        monkeypatch.setattr(cluster, "connect", lambda **_: server.api())
        with ClusterMode(STORE, {**SET, "CROSSTRIAL_PROBE_PORT": "0"}) as mode:
            place = mode.controller._executor.place
    assert place == "namespace trials, instance crosstrial, account u-1"
