"""How the API server is found: inside a pod by its service account, elsewhere by a kubeconfig."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version

from kubernetes import config
from kubernetes.client import ApiClient, Configuration
from yaml import YAMLError

from crosstrial.executor.kubernetes.api import Api
from crosstrial.executor.kubernetes.objects import one_line
from crosstrial.spec.errors import InvalidError

IN_CLUSTER = "KUBERNETES_SERVICE_HOST"
# The pool for Job calls, two watches, the loop, and room for a log that is being read.
CONNECTIONS = 16
# What the library raises for a file that is no YAML, no text, or not of a kubeconfig's shape.
UNREADABLE = (YAMLError, ValueError, TypeError, AttributeError, KeyError, OSError)


def connect(
    *,
    context: str | None = None,
    kubeconfig: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Api:
    """Return an API server to talk to; nothing is sent yet.

    Args:
        context: of the kubeconfig; None: its current one.
        kubeconfig: a file; None: `KUBECONFIG`, else `~/.kube/config`.
        environment: tells whether this is a pod, when neither is given.

    Raises:
        InvalidError: there is no usable configuration.
    """
    configuration = Configuration()
    try:
        if context is None and kubeconfig is None and environment.get(IN_CLUSTER):
            config.load_incluster_config(configuration)
        else:
            config.load_kube_config(kubeconfig, context, configuration, persist_config=False)
    except config.ConfigException as error:
        raise InvalidError(
            f"no way to a Kubernetes cluster: {error}", "name one with --context or KUBECONFIG"
        ) from error
    except UNREADABLE as error:
        raise InvalidError(
            f"no way to a Kubernetes cluster: the kubeconfig is none: {one_line(str(error))}",
            "mend it, or name another by --kubeconfig or KUBECONFIG; `kubectl config view` tells",
        ) from error
    return Api(client_of(configuration))


def client_of(configuration: Configuration) -> ApiClient:
    """Return the client of a configuration, its own retries switched off: `api` has them."""
    configuration.retries = False
    configuration.connection_pool_maxsize = CONNECTIONS
    configuration.keep_alive = True
    client = ApiClient(configuration)
    client.user_agent = f"crosstrial/{version('crosstrial')}"
    return client
