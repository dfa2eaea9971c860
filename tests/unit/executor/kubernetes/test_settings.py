"""What the controller's Deployment configures."""

from __future__ import annotations

import pytest

from crosstrial.executor.kubernetes.settings import KubernetesSettings
from crosstrial.spec.errors import InvalidError

REQUIRED = {"CROSSTRIAL_NAMESPACE": "lab", "CROSSTRIAL_TRIAL_IMAGE": "localhost/trial:1"}


def test_what_is_not_set_has_a_default() -> None:
    settings = KubernetesSettings.from_environment(REQUIRED)
    assert settings == KubernetesSettings(namespace="lab", image="localhost/trial:1")
    assert (settings.store_secret, settings.store_secret_key) == ("crosstrial-worker", "uri")
    assert settings.estimator_modules == "sklearn"


@pytest.mark.parametrize(
    ("secret", "name", "key"),
    [
        pytest.param("mine", "mine", "uri", id="name"),
        pytest.param("mine/store", "mine", "store", id="name-and-key"),
    ],
)
def test_the_secret_of_the_store(secret: str, name: str, key: str) -> None:
    environment = {**REQUIRED, "CROSSTRIAL_TRIAL_STORE_SECRET": secret}
    settings = KubernetesSettings.from_environment(environment)
    assert (settings.store_secret, settings.store_secret_key) == (name, key)


def test_everything_can_be_set() -> None:
    settings = KubernetesSettings.from_environment(
        {
            **REQUIRED,
            "CROSSTRIAL_TRIAL_PULL_POLICY": "Never",
            "CROSSTRIAL_TRIAL_SERVICE_ACCOUNT": "trials",
            "CROSSTRIAL_INSTANCE": "second",
            "CROSSTRIAL_ESTIMATOR_MODULES": "sklearn,mine",
        }
    )
    assert settings.pull_policy == "Never"
    assert settings.service_account == "trials"
    assert settings.instance == "second"
    assert settings.estimator_modules == "sklearn,mine"


@pytest.mark.parametrize("missing", list(REQUIRED))
def test_what_is_required_is_named(missing: str) -> None:
    environment = {name: value for name, value in REQUIRED.items() if name != missing}
    with pytest.raises(InvalidError, match=f"{missing} is not set"):
        KubernetesSettings.from_environment(environment)


def test_an_unknown_pull_policy_is_told() -> None:
    with pytest.raises(InvalidError, match="'Sometimes'; set one of Always, IfNotPresent, Never"):
        KubernetesSettings.from_environment(
            {**REQUIRED, "CROSSTRIAL_TRIAL_PULL_POLICY": "Sometimes"}
        )
