"""What other tests take for granted of a cluster: pods run, are found, limited and refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.namespaces import Namespace, python

# Compiling everything counts against the first test of a machine.
pytestmark = pytest.mark.timeout(1800)

OUTGROW = "held = bytearray(512 << 20)\nfor i in range(0, len(held), 4096): held[i] = 1"
PING = """
import socket, time, pymongo
name = 'store.{namespace}.svc.cluster.local'
client = pymongo.MongoClient(f'mongodb://{{name}}/?directConnection=true')
client.test.things.insert_one({{'_id': 1}})
print(socket.gethostbyname(name), client.test.things.count_documents({{'_id': 1}}))
"""


def _pod(container: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "pod", "labels": {"app": "pod"}},
        "spec": {"containers": [container]},
    }


def test_a_job_completes_and_its_log_is_readable(namespace: Namespace) -> None:
    namespace.job("hello", "print('from a pod')")
    assert namespace.completed_log("hello") == "from a pod\n"


def test_a_pod_reaches_the_store_through_its_service(namespace: Namespace) -> None:
    container = python("") | {"command": None, "ports": [{"containerPort": 27017}]}
    container |= {"readinessProbe": {"tcpSocket": {"port": 27017}, "periodSeconds": 1}}
    namespace.create(_pod(container))
    namespace.kubectl("expose", "pod", "pod", "--name=store", "--port=27017")
    namespace.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "pod/pod")
    address = namespace.kubectl("get", "service", "store", "-o=jsonpath={.spec.clusterIP}")

    namespace.job("ping", PING.format(namespace=namespace.name))

    assert namespace.completed_log("ping") == f"{address} 1\n"


def test_a_container_that_outgrows_its_memory_is_oom_killed(namespace: Namespace) -> None:
    namespace.job("outgrow", OUTGROW, resources={"limits": {"memory": "64Mi"}})
    namespace.kubectl("wait", "--for=condition=Failed", "--timeout=60s", "job/outgrow")
    pods = json.loads(namespace.kubectl("get", "pods", "-o=json"))["items"]
    ends = [pod["status"]["containerStatuses"][0]["state"]["terminated"] for pod in pods]
    assert [(end["reason"], end["exitCode"]) for end in ends] == [("OOMKilled", 137)]


def test_a_command_runs_in_a_running_pod(namespace: Namespace) -> None:
    namespace.create(_pod(python("import time; time.sleep(600)")))
    namespace.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "pod/pod")
    assert namespace.kubectl("exec", "pod", "--", "echo", "inside") == "inside\n"


def test_a_restricted_namespace_takes_only_pods_that_keep_to_it(namespace: Namespace) -> None:
    enforce = "pod-security.kubernetes.io/enforce=restricted"
    namespace.kubectl("label", "namespace", namespace.name, enforce)
    privileged = _pod(python("", securityContext={"privileged": True}))

    refused = namespace.attempt("create", "--filename=-", stdin=json.dumps(privileged))

    assert 'violates PodSecurity "restricted' in refused.stderr
    namespace.job("restricted", "print('kept to it')")
    assert namespace.completed_log("restricted") == "kept to it\n"


def test_a_quota_is_kept(namespace: Namespace) -> None:
    namespace.kubectl("create", "quota", "none", "--hard=pods=0")
    refused = namespace.attempt("create", "--filename=-", stdin=json.dumps(_pod(python(""))))
    assert "exceeded quota" in refused.stderr


def test_nothing_is_ever_pulled(namespace: Namespace) -> None:
    reason = "-o=jsonpath={.status.containerStatuses[0].state.waiting.reason}"
    namespace.create(_pod(python("", image="localhost/crosstrial-unknown:test")))
    namespace.kubectl("wait", f"--for={reason[3:]}=ErrImageNeverPull", "--timeout=60s", "pod/pod")
