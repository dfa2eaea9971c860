"""Up is idempotent, down gives the machine back; and what `down` asserts could fail."""

from __future__ import annotations

import pytest

from cluster import host
from cluster.errors import ClusterError
from cluster.images import IMAGES
from cluster.leftovers import leftovers, processes
from cluster.native import NativeCluster
from support.namespaces import Namespace

pytestmark = pytest.mark.timeout(1800)


def _started(cluster: NativeCluster) -> set[tuple[int, float]]:
    return {(process.pid, process.create_time()) for process in processes(cluster.folders)}


def test_up_leaves_a_cluster_that_is_up_alone(cluster: NativeCluster) -> None:
    before = _started(cluster)
    cluster.up()
    assert before <= _started(cluster)


def test_everything_that_could_stay_behind_is_seen_while_it_is_there(
    cluster: NativeCluster, namespace: Namespace
) -> None:
    namespace.job("sleep", "import time; time.sleep(600)")
    namespace.kubectl("wait", "--for=jsonpath={.status.ready}=1", "--timeout=60s", "job/sleep")
    seen = "\n".join(leftovers(cluster.folders, host.noted(cluster.folders)))
    for kind in (
        *("process", "mount", "link crosstrial0", "link veth", "packet filter chain iptables"),
        *("cgroup", "setting vm/overcommit_memory", "folder /var/lib/kubelet"),
    ):
        assert kind in seen


def test_down_gives_the_machine_back_even_without_a_kubelet(
    cluster: NativeCluster, namespace: Namespace
) -> None:
    [kubelet] = [p for p in processes(cluster.folders) if "kubelet" in p.cmdline()[1:2]]
    namespace.job("sleep", "import time; time.sleep(600)")
    namespace.kubectl("wait", "--for=jsonpath={.status.ready}=1", "--timeout=60s", "job/sleep")
    before = host.noted(cluster.folders)
    kubelet.kill()

    cluster.down()

    assert leftovers(cluster.folders, before) == []
    with pytest.raises(ClusterError, match="bring the cluster up first"):
        cluster.bring(IMAGES["store"])
    cluster.up()
    cluster.bring(IMAGES["store"])
    assert namespace.attempt("get", "job", "sleep").returncode != 0
