"""What a controller in a cluster says when its Deployment is wrong."""

from __future__ import annotations

import pytest

from crosstrial.client.cluster import ClusterMode
from crosstrial.spec.errors import InvalidError

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
