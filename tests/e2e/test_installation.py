"""What an installation withstands, and who may use it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.arena import CLI, wait_for
from support.installation import CONTROL, CONTROLLER, STORE, TRIALS, Installation
from support.namespaces import Namespace
from support.stored import outcome

pytestmark = pytest.mark.timeout(1800)

OF_CONTROLLER = "--selector=app.kubernetes.io/component=controller"


def test_a_controller_waits_for_its_store_without_restarting(installation: Installation) -> None:
    installation.kubectl("scale", STORE, "--replicas=0")
    installation.kubectl("wait", "--for=delete", "pod/crosstrial-store-0", "--timeout=60s")
    installation.kubectl("delete", "pod", OF_CONTROLLER)
    wait_for(lambda: "the store is not ready" in _log(installation), "it says what it waits for")
    [waiting] = installation.get("pods", OF_CONTROLLER)
    assert waiting["status"]["containerStatuses"][0]["ready"] is False

    installation.kubectl("scale", STORE, "--replicas=1")
    installation.until_ready()

    [ready] = installation.get("pods", OF_CONTROLLER)
    assert ready["metadata"]["uid"] == waiting["metadata"]["uid"]
    assert ready["status"]["containerStatuses"][0]["restartCount"] == 0


def _log(installation: Installation) -> str:
    return installation.attempt("logs", CONTROLLER).stdout


def test_what_the_store_has_acknowledged_outlives_its_pod(installation: Installation) -> None:
    [written] = [outcome(0)]
    with installation.client() as client:
        client.store.insert_outcomes([written])
    installation.kubectl("delete", "pod", "crosstrial-store-0", "--grace-period=1")
    installation.until_ready()
    with installation.client() as client:
        assert client.store.outcomes([written.id]) == [written]


@pytest.fixture
def submitter(installation: Installation, tmp_path: Path) -> Iterator[Path]:
    """The kubeconfig of someone who has the Roles for submitters, and nothing else."""
    home = Namespace(installation.cluster.kubectl)
    home.kubectl("create", "serviceaccount", "someone")
    someone = f"--serviceaccount={home.name}:someone"
    for namespace in (CONTROL, TRIALS):
        binding = ("create", "rolebinding", home.name, "--role=crosstrial-submitter", someone)
        installation.kubectl(*binding, namespace=namespace)
    view = ("config", "view", "--minify", "--flatten", "--output=json")
    config = json.loads(installation.kubectl(*view))
    config["users"][0]["user"] = {"token": home.kubectl("create", "token", "someone").strip()}
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(json.dumps(config))
    yield kubeconfig
    for namespace in (CONTROL, TRIALS):
        installation.kubectl("delete", "rolebinding", home.name, namespace=namespace)
    home.kubectl("delete", "namespace", home.name, "--wait=false")


def test_a_submitter_uses_the_command_line_and_nothing_else(
    installation: Installation, submitter: Path
) -> None:
    command = [CLI, f"--namespace={CONTROL}", f"--kubeconfig={submitter}", "list"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for forbidden in (("get", "secrets"), ("create", "jobs"), ("delete", "pods")):
        for namespace in (CONTROL, TRIALS):
            asked = ("auth", "can-i", *forbidden, f"--kubeconfig={submitter}")
            assert installation.attempt(*asked, namespace=namespace).stdout == "no\n"
