"""2,000 Jobs against a real API server: what they cost it, and what they cost the controller.

Their pods run on nodes without a machine; the controller is a process outside of the cluster, in
a namespace of its own. The figures are printed.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from cluster.choose import Cluster, choose
from cluster.fake_nodes import TAINT
from cluster.folders import folders_of, only_one
from crosstrial.domain.batch import BatchState, BatchSummary
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.pair import PairSums
from crosstrial.spec.document import BASELINE
from crosstrial.store.connect import open_store
from crosstrial.store.embedded import EmbeddedServer
from crosstrial.store.protocol import Store
from support.arena import TESTS, wait_for
from support.fake_pods import FakePods
from support.namespaces import Namespace
from support.registered import UID, document, record

pytestmark = pytest.mark.timeout(1800)

LEAST_JOBS, TRIALS_A_JOB, AT_ONCE, NODES = 2000, 5, 250, 5
DATA_SETS = tuple(f"d{number}" for number in range(20))
MODELS = tuple(f"m{number}" for number in range(10))
RUNS = LEAST_JOBS * TRIALS_A_JOB // (len(DATA_SETS) * len(MODELS))
MOST_CALLS = 6.0
MOST_MIB = 512.0  # half of what its Deployment allows
LONGEST_SECONDS = 1500.0
NAME = "scale"
EXPERIMENT = document(
    NAME,
    RUNS,
    datasets=DATA_SETS,
    models=MODELS,
    batch={"maxTrials": TRIALS_A_JOB},
    limits={"parallelBatches": AT_ONCE},
    resources={"cpu": 0.1},
    pod={"nodeSelector": {TAINT: "fake"}, "tolerations": [{"key": TAINT, "operator": "Exists"}]},
)


class Moment(NamedTuple):
    """Since the start: seconds, pods that have ended, the controller's CPU seconds."""

    seconds: float
    ended: int
    cpu: float


@dataclass(frozen=True)
class Costs:
    """What the batches have cost: requests a batch by kind; by quarters of them, how it went."""

    jobs: int
    requests: dict[str, float]
    peak_mib: float
    seconds: float
    speeds: tuple[float, ...]
    cpu_ms: tuple[float, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any], course: Sequence[Moment]) -> Costs:
        jobs = course[-1].ended
        marks = [
            next(moment for moment in course if moment.ended >= jobs * quarter // 4)
            for quarter in range(5)
        ]
        quarters = list(itertools.pairwise(marks))
        return cls(
            jobs=jobs,
            requests={kind: count / jobs for kind, count in told["requests"].items()},
            peak_mib=told["peakMiB"],
            seconds=course[-1].seconds,
            speeds=tuple((b.ended - a.ended) / (b.seconds - a.seconds) for a, b in quarters),
            cpu_ms=tuple(1000 * (b.cpu - a.cpu) / (b.ended - a.ended) for a, b in quarters),
        )

    @property
    def calls(self) -> float:
        """API calls per batch, watches included."""
        return sum(self.requests.values())

    def report(self) -> str:
        kinds = ", ".join(f"{kind} {count:.3f}" for kind, count in sorted(self.requests.items()))
        return (
            f"\n{self.jobs} Jobs, {AT_ONCE} at once, in {self.seconds:.0f} s\n"
            f"Jobs a second, by quarters: {_row(self.speeds)}\n"
            f"controller's CPU ms a Job, by quarters: {_row(self.cpu_ms)}\n"
            f"API calls per batch: {self.calls:.2f} ({kinds})\n"
            f"controller memory: {self.peak_mib:.0f} MiB at its peak\n"
        )


def _row(figures: Iterable[float]) -> str:
    return ", ".join(f"{figure:.1f}" for figure in figures)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster with nodes that have no machine, as long as the test runs."""
    made = choose(os.environ)
    with only_one(folders_of(os.environ)):
        made.up()
        made.add_fake_nodes(NODES)
    yield made
    subprocess.run([*made.kubectl, "delete", "nodes", f"--selector={TAINT}"], check=True)


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[Namespace]:
    made = Namespace(cluster.kubectl)
    yield made
    made.kubectl("delete", "namespace", made.name, "--wait=false")


@pytest.fixture
def store_uri(tmp_path: Path) -> Iterator[str]:
    server = EmbeddedServer(tmp_path / "server")
    yield server.acquire()
    server.release()


class Controller:
    """`counted_controller` as a process; what it cost is known once it has ended."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.told: dict[str, Any] = {}
        self._log = log
        with log.open("w") as lines:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "support.counted_controller"],
                env={**os.environ, "PYTHONPATH": str(TESTS), **environment},
                stdout=subprocess.PIPE,
                stderr=lines,
                text=True,
            )

    def runs(self) -> bool:
        return self._process.poll() is None

    @property
    def cpu(self) -> float:
        """Return the CPU seconds that it has used."""
        used = psutil.Process(self._process.pid).cpu_times()
        return used.user + used.system

    def stop(self) -> None:
        self._process.terminate()
        try:
            told, _ = self._process.communicate(timeout=60)
        finally:
            self._process.kill()
        assert self._process.returncode == 0, self._log.read_text()[-2000:]
        self.told = json.loads(told)


@contextmanager
def running_controller(
    cluster: Cluster, namespace: Namespace, uri: str, log: Path
) -> Iterator[Controller]:
    controller = Controller(
        {
            "KUBECONFIG": str(cluster.kubeconfig),
            "CROSSTRIAL_STORE": uri,
            "CROSSTRIAL_NAMESPACE": namespace.name,
            "CROSSTRIAL_TRIAL_IMAGE": "none",
            "CROSSTRIAL_PROBE_PORT": "0",
        },
        log,
    )
    try:
        yield controller
    finally:
        controller.stop()


def test_two_thousand_jobs_are_cheap_and_all_are_counted(
    cluster: Cluster,
    namespace: Namespace,
    store_uri: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with closing(open_store(store_uri)) as store:
        store.init()
        store.insert_experiment(record(NAME, of=EXPERIMENT))
        with (
            running_controller(cluster, namespace, store_uri, tmp_path / "log") as controller,
            FakePods(cluster.kubeconfig, namespace.name, store) as pods,
        ):
            course = work_until_completed(pods, store, controller)
            wait_for(lambda: is_empty(namespace), "no Job and no pod is left")
        summaries = store.batch_summaries(UID)

    costs = Costs.of(controller.told, course)
    with capsys.disabled():
        sys.stdout.write(costs.report())

    assert costs.jobs == len(summaries) >= LEAST_JOBS
    assert {summary.state for summary in summaries} == {BatchState.SETTLED}
    assert counted(summaries) == {
        **{(data, model): (RUNS, RUNS) for data in DATA_SETS for model in MODELS},
        **{(data, BASELINE): (1, 1) for data in DATA_SETS},
    }
    assert costs.calls <= MOST_CALLS
    assert costs.peak_mib <= MOST_MIB
    # What has ended costs nothing more: else the last quarter would cost several times the first.
    assert costs.cpu_ms[-1] <= 2 * costs.cpu_ms[0]


def work_until_completed(pods: FakePods, store: Store, controller: Controller) -> list[Moment]:
    """Do the work of every pod until the experiment is completed; return how it went."""
    begun = time.monotonic()
    course = [Moment(0.0, 0, controller.cpu)]
    while not is_completed(store):
        assert controller.runs(), "the controller has ended"
        pods.work()
        course.append(Moment(time.monotonic() - begun, pods.ended, controller.cpu))
        assert course[-1].seconds < LONGEST_SECONDS, Counter(store.batch_states(UID).values())
    return course


def is_completed(store: Store) -> bool:
    found = store.experiment(NAME)
    return found is not None and found.state is ExperimentState.COMPLETED


def is_empty(namespace: Namespace) -> bool:
    return namespace.kubectl("get", "jobs,pods", "--output=name") == ""


def counted(summaries: list[BatchSummary]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return how many trials of each pair have succeeded, and how many were handed out."""
    sums: dict[tuple[str, str], PairSums] = {}
    for summary in summaries:
        for part in summary.sums:
            pair = summary.dataset, part.model
            sums[pair] = sums[pair].plus(part) if pair in sums else part
    return {pair: (total.succeeded, total.next) for pair, total in sums.items()}
