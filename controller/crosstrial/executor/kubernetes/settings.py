"""What the Deployment configures of the executor; the rest of a pod is the batch's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crosstrial.domain import worker_exit
from crosstrial.spec.errors import InvalidError

NAMESPACE = "CROSSTRIAL_NAMESPACE"
IMAGE = "CROSSTRIAL_TRIAL_IMAGE"
PULL_POLICY = "CROSSTRIAL_TRIAL_PULL_POLICY"
STORE_SECRET = "CROSSTRIAL_TRIAL_STORE_SECRET"  # noqa: S105 the name of a Secret; NAME or NAME/KEY
SERVICE_ACCOUNT = "CROSSTRIAL_TRIAL_SERVICE_ACCOUNT"
INSTANCE = "CROSSTRIAL_INSTANCE"

DEFAULT_STORE_SECRET = "crosstrial-worker/uri"  # noqa: S105 the name of a Secret
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
GIB = 1 << 30


@dataclass(frozen=True)
class KubernetesSettings:
    """Where and how the pods of batches run.

    `instance` tells this controller's Jobs from those of others in the namespace: one store, one
    instance. The Secret's key holds the URI of the store with a worker's rights. Sizes in bytes.
    """

    namespace: str
    image: str
    pull_policy: str = "IfNotPresent"
    store_secret: str = "crosstrial-worker"  # noqa: S105 the name of a Secret
    store_secret_key: str = "uri"  # noqa: S105 the name of a key
    service_account: str = "default"
    instance: str = "crosstrial"
    estimator_modules: str = worker_exit.DEFAULT_ESTIMATOR_MODULES
    commands: str = ""  # programs that trials may run
    command: tuple[str, ...] = ()  # instead of the image's own
    user: int = 10001
    grace_seconds: int = 15
    cache_bytes: int = 10 * GIB
    temporary_bytes: int = 1 * GIB

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> KubernetesSettings:
        """Read what the controller's Deployment sets.

        Raises:
            InvalidError: a required variable is missing, or a value is none of the known ones.
        """
        secret, _, key = _or(environment, STORE_SECRET, DEFAULT_STORE_SECRET).partition("/")
        policy = _or(environment, PULL_POLICY, cls.pull_policy)
        if policy not in PULL_POLICIES:
            raise InvalidError(
                f"{PULL_POLICY} is {policy!r}", f"set one of {', '.join(PULL_POLICIES)}"
            )
        return cls(
            namespace=_required(environment, NAMESPACE),
            image=_required(environment, IMAGE),
            pull_policy=policy,
            store_secret=secret,
            store_secret_key=key or cls.store_secret_key,
            service_account=_or(environment, SERVICE_ACCOUNT, cls.service_account),
            instance=_or(environment, INSTANCE, cls.instance),
            estimator_modules=_or(
                environment, worker_exit.ESTIMATOR_MODULES, cls.estimator_modules
            ),
            commands=_or(environment, worker_exit.COMMANDS, cls.commands),
        )


def _or(environment: Mapping[str, str], name: str, default: str) -> str:
    return environment.get(name) or default


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise InvalidError(f"{name} is not set", "set it in the controller's Deployment")
    return value
