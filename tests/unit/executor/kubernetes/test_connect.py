"""How the API server is found, and how we go on proving who we are."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubernetes.client import Configuration
from kubernetes.config.incluster_config import InClusterConfigLoader

from crosstrial.executor.kubernetes.api import Api
from crosstrial.executor.kubernetes.connect import client_of, connect
from crosstrial.executor.kubernetes.requests import Requests
from crosstrial.spec.errors import InvalidError
from support.fake_api_server import FakeApiServer
from support.kube_objects import SETTINGS, a_job

READ = Requests(SETTINGS).read_job(a_job()["metadata"]["name"])
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: elsewhere
clusters:
- {name: here, cluster: {server: URL}}
- {name: elsewhere, cluster: {server: "http://127.0.0.1:9"}}
users:
- {name: me, user: {token: my-token}}
contexts:
- {name: here, context: {cluster: here, user: me}}
- {name: elsewhere, context: {cluster: elsewhere, user: me}}
"""


def test_a_context_of_a_kubeconfig(server: FakeApiServer, tmp_path: Path) -> None:
    server.put("jobs", a_job())
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG.replace("URL", server.url))
    api = connect(context="here", kubeconfig=str(file))
    assert api.json(READ)["kind"] == "Job"
    assert server.asked[0].headers["authorization"] == "Bearer my-token"
    assert server.asked[0].headers["User-Agent"].startswith("crosstrial/")


@pytest.mark.parametrize(
    ("context", "text"),
    [
        pytest.param("nowhere", KUBECONFIG, id="unknown-context"),
        pytest.param(None, "kind: Config", id="empty-file"),
        pytest.param(None, "clusters: [", id="no-yaml"),
        pytest.param(None, "not what it should be", id="a-text"),
        pytest.param(None, "- a\n- list", id="a-list"),
        pytest.param(None, "current-context: x\ncontexts: 3", id="a-number-for-a-list"),
    ],
)
def test_an_unusable_kubeconfig_is_told(tmp_path: Path, context: str | None, text: str) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(text)
    with pytest.raises(InvalidError, match="no way to a Kubernetes cluster"):
        connect(context=context, kubeconfig=str(file))


def test_a_pod_without_a_token_is_told() -> None:
    with pytest.raises(InvalidError, match="no way to a Kubernetes cluster"):
        connect(environment={"KUBERNETES_SERVICE_HOST": "127.0.0.1"})


def test_a_rotated_token_is_read_again(server: FakeApiServer, tmp_path: Path) -> None:
    server.put("jobs", a_job())
    token, authority = tmp_path / "token", tmp_path / "ca.crt"
    token.write_text("first")
    authority.write_text("none is needed")
    loader = InClusterConfigLoader(
        str(token),
        str(authority),
        environ={"KUBERNETES_SERVICE_HOST": "host", "KUBERNETES_SERVICE_PORT": "1"},
    )
    loader._token_refresh_period *= 0
    configuration = Configuration()
    loader.load_and_set(configuration)
    loader.host, loader.ssl_ca_cert = server.url, None
    api = Api(client_of(configuration))
    api.json(READ)
    token.write_text("second")
    api.json(READ)
    sent = [one.headers["authorization"] for one in server.asked]
    assert sent == ["bearer first", "bearer second"]
