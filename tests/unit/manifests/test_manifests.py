"""What can be said of the manifests without a cluster; `tests/e2e` applies them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from crosstrial.client.outside import SECRET
from crosstrial.executor.kubernetes.settings import KubernetesSettings

ROOT = Path(__file__).parents[3] / "manifests"
FILES = sorted(ROOT.rglob("*.yaml"))
OBJECTS = [
    pytest.param(thing, id=f"{thing['kind']}-{thing['metadata']['name']}")
    for path in FILES
    if path.name != "kustomization.yaml"
    for thing in YAML(typ="safe").load_all(path)
]
STORES = [
    pytest.param(ROOT / "components" / name, id=name) for name in ("embedded-store", "mongodb")
]


def kustomization(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(folder / "kustomization.yaml")
    return loaded


def generated(folder: Path, generator: str) -> dict[str, dict[str, str]]:
    """Return the literals of what a kustomization generates, by name."""
    return {
        one["name"]: dict(literal.split("=", 1) for literal in one.get("literals", ()))
        for one in kustomization(folder).get(generator, ())
    }


def pods(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    template = thing.get("spec", {}).get("template")
    if template is not None:
        yield template["spec"]


@pytest.mark.parametrize("folder", STORES)
def test_people_who_submit_may_forward_to_the_stores_pod(folder: Path) -> None:
    roles = YAML(typ="safe").load_all(ROOT / "base" / "roles.yaml")
    forwarded = {
        name
        for role in roles
        for rule in role.get("rules", ())
        if rule["resources"] == ["pods/portforward"]
        for name in rule["resourceNames"]
    }
    objects = YAML(typ="safe").load_all(folder / "store.yaml")
    stores = [one for one in objects if one["kind"] == "StatefulSet"]
    assert {f"{one['metadata']['name']}-0" for one in stores} == forwarded
    assert [one["spec"]["replicas"] for one in stores] == [1]


@pytest.mark.parametrize("thing", OBJECTS)
def test_rights_are_given_in_a_namespace_only(thing: dict[str, Any]) -> None:
    assert thing["kind"] not in ("ClusterRole", "ClusterRoleBinding")
    assert all("*" not in (*rule["resources"], *rule["verbs"]) for rule in thing.get("rules", ()))


@pytest.mark.parametrize("thing", OBJECTS)
def test_every_container_is_confined_and_bounded(thing: dict[str, Any]) -> None:
    for pod in pods(thing):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["enableServiceLinks"] is False
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["requests"]
            assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("thing", OBJECTS)
def test_only_the_controller_has_a_token(thing: dict[str, Any]) -> None:
    for pod in pods(thing):
        has_token = thing["metadata"]["name"] == "crosstrial-controller"
        assert pod["automountServiceAccountToken"] is has_token
    if thing["kind"] == "ServiceAccount":
        assert thing["automountServiceAccountToken"] is False


@pytest.mark.parametrize("path", [pytest.param(p, id=p.parent.name) for p in FILES])
def test_an_image_from_elsewhere_is_pinned(path: Path) -> None:
    named = [
        line.split("image:")[1].strip()
        for line in path.read_text().splitlines()
        if " image:" in line
    ]
    ours = {"crosstrial-controller", "crosstrial-store"}  # overlays say which
    assert all(name in ours or name.startswith("mongo:8.0.") for name in named)


def test_the_controller_understands_its_configuration() -> None:
    configured = generated(ROOT / "base", "configMapGenerator")["crosstrial-controller"]
    settings = KubernetesSettings.from_environment(configured)
    assert settings.namespace == "crosstrial-trials"
    assert settings.service_account == "crosstrial-trial"
    # Overlays change values; a name that they alone had would mean nothing to anybody.
    for overlay in ("components/local-images", "overlays/production"):
        changed = generated(ROOT / overlay, "configMapGenerator")["crosstrial-controller"]
        assert changed.keys() <= configured.keys()


@pytest.mark.parametrize("store", STORES)
def test_a_store_comes_with_every_secret_that_leads_to_it(store: Path) -> None:
    secrets = generated(store, "secretGenerator")
    trials = generated(ROOT / "base", "configMapGenerator")["crosstrial-controller"]
    worker = KubernetesSettings.from_environment(trials)
    uris = [
        secrets["crosstrial-store"]["uri"],
        secrets[worker.store_secret][worker.store_secret_key],
        secrets[SECRET]["uri"],
    ]
    outside = secrets[SECRET]
    address = f"{outside['service']}.crosstrial-system.svc:{outside['port']}/crosstrial"
    assert all(uri.endswith(f"{address}?directConnection=true") for uri in uris)


def test_each_user_of_mongodb_has_the_password_of_its_uri() -> None:
    secrets = generated(ROOT / "components" / "mongodb", "secretGenerator")
    kept = secrets["crosstrial-mongodb"]
    users = {"crosstrial-store": "controller", "crosstrial-worker": "worker", SECRET: "submitter"}
    for secret, user in users.items():
        assert secrets[secret]["uri"].startswith(f"mongodb://{user}:{kept[f'{user}-password']}@")
