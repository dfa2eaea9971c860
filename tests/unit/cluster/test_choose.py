from __future__ import annotations

import tempfile
from pathlib import Path

from cluster.choose import choose
from cluster.given import GivenCluster
from cluster.native import NativeCluster


def test_a_cluster_that_is_given_is_taken(tmp_path: Path) -> None:
    environ = {
        "CROSSTRIAL_TEST_KUBECONFIG": "/etc/mine",
        "CROSSTRIAL_TEST_CACHE": str(tmp_path),
    }
    assert choose(environ) == GivenCluster(Path("/etc/mine"))


def test_a_native_cluster_that_is_up_stays_the_choice() -> None:
    # Not `tmp_path`: it is longer than a cache folder may be.
    with tempfile.TemporaryDirectory() as cache:
        (Path(cache) / "state").mkdir()
        chosen = choose({"CROSSTRIAL_TEST_CACHE": cache})
    assert isinstance(chosen, NativeCluster)
