"""The command line: `python -m cluster COMMAND`, with tests/ on the path."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from cluster.choose import Cluster, choose
from cluster.errors import ClusterError
from cluster.folders import folders_of, only_one
from cluster.images import find
from cluster.shell import say


def main() -> int:
    """Carry out one command and return its exit code."""
    options = _parser().parse_args()
    try:
        cluster = choose(os.environ)
        if options.command == "kubeconfig":
            sys.stdout.write(f"{cluster.kubeconfig}\n")
            return 0
        if options.command == "kubectl":
            command = [*cluster.kubectl, *options.arguments]
            return subprocess.run(command, check=False).returncode
        with only_one(folders_of(os.environ)):
            _change(cluster, options)
    except ClusterError as error:
        say(f"cluster: {error}")
        return 1
    return 0


def _change(cluster: Cluster, options: argparse.Namespace) -> None:
    match options.command:
        case "up":
            cluster.up()
            say(f"kubectl --kubeconfig {cluster.kubeconfig}")
        case "down":
            cluster.down()
        case "images":
            for image in find(options.names):
                cluster.bring(image)
        case "fake-nodes":
            cluster.add_fake_nodes(options.count)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("cluster", description="A real Kubernetes for tests.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("up", help="have a cluster")
    commands.add_parser("down", help="have none, and nothing left of it")
    commands.add_parser("kubeconfig", help="print the path of its kubeconfig")
    images = commands.add_parser("images", help="build images and bring them to its nodes")
    images.add_argument("names", nargs="*", metavar="NAME", help="controller, store, trial")
    fake = commands.add_parser("fake-nodes", help="have nodes without a machine (native only)")
    fake.add_argument("count", type=int)
    # No option is the parser's own there: all of them are kubectl's, the first argument too.
    kubectl = commands.add_parser(
        "kubectl", help="speak to the cluster", prefix_chars="\N{NULL}", add_help=False
    )
    kubectl.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
