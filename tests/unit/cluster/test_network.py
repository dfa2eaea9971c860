from __future__ import annotations

from cluster.network import chain_deletions

OTHERS = [
    ":PREROUTING ACCEPT [0:0]",
    ":DOCKER - [0:0]",
    "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
    "-A DOCKER -i docker0 -j RETURN",
]


def test_only_chains_of_kubernetes_and_jumps_to_them_are_deleted() -> None:
    lines = [
        "*nat",
        *OTHERS,
        ":KUBE-SERVICES - [0:0]",
        ":KUBE-SVC-1 - [0:0]",
        '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        "-A KUBE-SERVICES -d 10.232.0.1/32 -j KUBE-SVC-1",
        "COMMIT",
    ]
    assert chain_deletions("nat", lines) == [
        "*nat",
        ":KUBE-SERVICES - [0:0]",
        ":KUBE-SVC-1 - [0:0]",
        '-D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        "-X KUBE-SERVICES",
        "-X KUBE-SVC-1",
        "COMMIT\n",
    ]


def test_a_table_without_them_is_not_touched() -> None:
    assert chain_deletions("nat", ["*nat", *OTHERS, "COMMIT"]) == []
