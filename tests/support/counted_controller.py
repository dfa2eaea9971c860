"""The controller of a cluster as a process outside of it, which tells in the end what it cost.

`python -m support.counted_controller`, with the environment of the controller's Deployment and
KUBECONFIG, runs what `crosstrial controller` runs inside a pod. After SIGTERM it prints a JSON
object: the requests that the API server answered, watches included, by what they were for, and
the peak of its own memory in MiB.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import sys
import threading
from collections import Counter
from pathlib import Path

from crosstrial.cli.options import STORE
from crosstrial.client.cluster import ClusterMode
from crosstrial.loop.telemetry import log_to_stderr

KIND = re.compile(r"/(jobs|pods|events)\b(?:/[^/?]+/(log))?")


class RequestCounter(logging.Handler):
    """Counts what urllib3 tells of each answer; nothing else here speaks HTTP."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        if not isinstance(record.args, tuple) or len(record.args) != 8:
            return  # of a connection, not of an answer
        method, target = str(record.args[3]), str(record.args[4])
        found = KIND.search(target)
        kind = "other" if found is None else found[2] or found[1]
        self.counts[f"{'WATCH' if 'watch=true' in target else method} {kind}"] += 1


def peak_mib() -> float:
    """Return the most memory that this process has held at once."""
    # Not `getrusage`: that begins with what the parent held when it started this.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    counter = RequestCounter()
    connections = logging.getLogger("urllib3.connectionpool")
    connections.setLevel(logging.DEBUG)
    connections.addHandler(counter)
    connections.propagate = False
    log_to_stderr()
    with ClusterMode(os.environ[STORE], os.environ) as cluster:
        cluster.run(stop)
    sys.stdout.write(json.dumps({"requests": counter.counts, "peakMiB": peak_mib()}))


if __name__ == "__main__":
    main()
