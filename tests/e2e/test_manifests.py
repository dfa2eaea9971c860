"""The manifests by applying them: accepted, ready, and with the rights that the guide says."""

from __future__ import annotations

import json
import sys

import pytest

from cluster.images import CHECKOUT
from support.installation import CONTROL, OVERLAYS, TRIALS, Installation

# A machine's first run compiles the cluster and builds the images.
pytestmark = pytest.mark.timeout(1800)

GUIDE = CHECKOUT / "docs" / "guide" / "kubernetes.md"
# What Kubernetes lets everyone do: ask about oneself.
ABOUT_ONESELF = {"authorization.k8s.io", "authentication.k8s.io"}
NAMESPACES = (CONTROL, TRIALS, "default", "kube-system")

Right = tuple[str, str, str, str]  # account, namespace, resource, verbs


@pytest.mark.parametrize("overlay", sorted(path.name for path in OVERLAYS.iterdir()))
def test_an_overlay_is_accepted_by_the_api_server(installation: Installation, overlay: str) -> None:
    arguments = ("apply", f"--kustomize={OVERLAYS / overlay}", "--dry-run=server")
    done = installation.attempt(*arguments, namespace=None)
    # Pods that Pod Security would refuse are warned of.
    assert (done.returncode, done.stderr) == (0, "")


def test_the_controller_and_the_store_are_ready_and_were_never_restarted(
    installation: Installation,
) -> None:
    pods = installation.get("pods", "--selector=app.kubernetes.io/name=crosstrial")
    statuses = [status for pod in pods for status in pod["status"]["containerStatuses"]]
    assert {status["name"] for status in statuses if status["ready"]} == {"controller", "store"}
    assert {status["restartCount"] for status in statuses} == {0}


def test_every_account_may_do_what_the_guide_says_and_no_more(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        right
        for home in (CONTROL, TRIALS)
        for account in installation.get("serviceaccounts", namespace=home)
        for right in _rights(installation, home, account["metadata"]["name"])
    }
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *(" | ".join(right) for right in sorted(found)), ""]))
    assert found == _documented()


def _rights(installation: Installation, home: str, account: str) -> set[Right]:
    """Ask the API server what an account may do; without any right it has one empty line."""
    impersonated = f"--as=system:serviceaccount:{home}:{account}"
    found = set()
    for namespace in NAMESPACES:
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectRulesReview",
            "spec": {"namespace": namespace},
        }
        arguments = ("create", "--filename=-", "--output=json", "--validate=false", impersonated)
        status = json.loads(installation.kubectl(*arguments, stdin=json.dumps(review)))["status"]
        assert not status["incomplete"]
        found |= {
            (f"{home}/{account}", namespace, resource, ", ".join(rule["verbs"]))
            for rule in status["resourceRules"]
            if not ABOUT_ONESELF & set(rule["apiGroups"])
            for resource in rule["resources"]
        }
    return found or {(f"{home}/{account}", "", "", "")}


def _documented() -> set[Right]:
    """Read the guide's table."""
    lines = GUIDE.read_text().split("| account | namespace | resource | verbs |\n")[1].splitlines()
    table = lines[1 : lines.index("")]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]
    return {(account, namespace, what, verbs) for account, namespace, what, verbs in rows}
