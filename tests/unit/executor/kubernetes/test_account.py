"""What tells a controller's batches from those of another cluster's on the same store."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from crosstrial.executor.kubernetes.account import account_uid
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from support.fake_api_server import FakeApiServer
from support.kube_objects import SETTINGS

BOUND = {"kubernetes.io": {"namespace": "n", "serviceaccount": {"name": "c", "uid": "u-1"}}}
LASTING = {"kubernetes.io/serviceaccount/service-account.uid": "u-2"}


def token(claims: Any) -> str:
    parts = ({"alg": "RS256"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts)
    return ".".join([*(one.rstrip("=") for one in encoded), "signature"])


@pytest.mark.parametrize(
    ("written", "uid"),
    [
        pytest.param(token(BOUND), "u-1", id="bound"),
        pytest.param(token({**BOUND, "aud": "ü" * 7}), "u-1", id="more-claims"),
        pytest.param(token(LASTING), "u-2", id="lasting"),
        pytest.param(token({}), None, id="of-nobody"),
        pytest.param(token([1]), None, id="no-claims"),
        pytest.param(token({"kubernetes.io": {"serviceaccount": "x"}}), None, id="other-claims"),
        pytest.param("opaque", None, id="no-web-token"),
        pytest.param("a.b.c", None, id="no-json"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_account_of_a_token(written: str, uid: str | None, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(written)
    assert account_uid(file) == uid


def test_without_a_token_there_is_no_account(tmp_path: Path) -> None:
    assert account_uid(tmp_path / "token") is None


@pytest.fixture
def executors(server: FakeApiServer) -> Iterator[list[KubernetesExecutor]]:
    """Those of two clusters with equal names, and one that knows no account."""
    with ExitStack() as made:
        found = [
            KubernetesExecutor(server.api(), SETTINGS, account=account)
            for account in ("here", "there", None)
        ]
        for executor in found:
            made.callback(executor.close)
        yield found


def test_clusters_with_equal_names_are_different_places(
    executors: list[KubernetesExecutor],
) -> None:
    here, there, nowhere = executors
    assert here.place not in there.own_places
    assert there.place not in here.own_places
    # What an older version has committed is not lost.
    assert nowhere.place in here.own_places & there.own_places
