"""Real worker processes on batches that a test makes, without a controller or an executor."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest

from crosstrial.data.table import Column, Schema, Table, make_table, write_table
from crosstrial.domain.batch import Batch, BatchModel, Entry
from crosstrial.domain.execution import named_positions
from crosstrial.domain.outcome import Outcome
from crosstrial.spec.document import Evaluation, Preprocess
from crosstrial.store.connect import open_store
from crosstrial.store.embedded import EmbeddedServer
from crosstrial.store.protocol import Store
from support.arena import wait_for

TESTS = Path(__file__).parents[1]
MISBEHAVING = "support.misbehaving.Misbehaving"
MEBIBYTE = 1 << 20
EXIT_SECONDS = 120


def small_table(rows: int = 60) -> Table:
    """Two classes, two numeric columns."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(rows, 2)), columns=["a", "b"])
    columns = tuple(Column(name, "numeric") for name in frame)
    schema = Schema(columns, "y", "classification", ("no", "yes"))
    return make_table(frame, schema, np.arange(rows) % 2)


class Workers:
    """One store, a folder, and the workers that a test starts on it."""

    def __init__(self, uri: str, folder: Path) -> None:
        self.uri = uri
        self.store: Store = open_store(uri)
        self.store.init()
        self.folder = folder
        self.termination_log = folder / "termination-log"
        self._started: list[subprocess.Popen[str]] = []

    def put(self, table: Table) -> str:
        """Store a data set; return its digest."""
        path = self.folder / "data.parquet"
        write_table(table, path)
        self.store.put_dataset(table.digest, path)
        return table.digest

    def batch(
        self,
        configurations: Sequence[dict[str, Any]],
        *,
        estimator: str = MISBEHAVING,
        preprocess: Preprocess | None = None,
        digest: str | None = None,
        **changes: Any,
    ) -> Batch:
        """Commit a batch of one model with these configurations."""
        batch = Batch(
            **{
                "uid": os.urandom(5).hex(),
                "number": 0,
                "experiment": "workers",
                "revision": 1,
                "dataset": "data",
                "digest": digest or self.put(small_table()),
                "task": "classification",
                "seed": 7,
                "evaluation": Evaluation(),
                "trial_seconds": 60.0,
                "cpu": 1.0,
                "memory": 1024 * MEBIBYTE,
                "max_memory": 1024 * MEBIBYTE,
                "models": (
                    BatchModel(
                        name="model", estimator=estimator, preprocess=preprocess or Preprocess()
                    ),
                ),
                "manifest": tuple(
                    Entry(model="model", index=index, parameters=parameters)
                    for index, parameters in enumerate(configurations)
                ),
                "expected_seconds": 1.0,
                "created": datetime.now(UTC),
                **changes,
            }
        )
        assert self.store.insert_batch(batch)
        return batch

    def start(self, batch: Batch, pod: str = "pod-a", **environment: str) -> subprocess.Popen[str]:
        """Start a worker as an executor would."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CROSSTRIAL_")}
        worker = subprocess.Popen(
            [sys.executable, "-m", "crosstrial_trial"],
            cwd=self.folder,
            env={
                **kept,
                "CROSSTRIAL_STORE": self.uri,
                "CROSSTRIAL_BATCH": batch.id,
                "CROSSTRIAL_POD_UID": pod,
                "CROSSTRIAL_CACHE": str(self.folder / "cache"),
                "CROSSTRIAL_TERMINATION_LOG": str(self.termination_log),
                "CROSSTRIAL_ESTIMATOR_MODULES": "sklearn,support",
                "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
                **environment,
            },
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self._started.append(worker)
        return worker

    def run(self, batch: Batch, pod: str = "pod-a", **environment: str) -> tuple[int, str]:
        """Run a worker to its end; return its exit code and what it printed."""
        worker = self.start(batch, pod, **environment)
        printed = worker.communicate(timeout=EXIT_SECONDS)[1]
        return worker.returncode, printed

    def outcomes(self, batch: Batch) -> dict[int, Outcome]:
        """Return a batch's outcomes by index."""
        return {outcome.index: outcome for outcome in self.store.outcomes_of_batch(batch.id)}

    def under_way(self) -> tuple[int, ...]:
        """Return the positions of the trials under way."""
        if not self.termination_log.exists():
            return ()
        return named_positions(self.termination_log.read_bytes())

    def wait_for_trials(self, *positions: int) -> None:
        """Wait until just these trials are under way."""
        wait_for(lambda: self.under_way() == positions, f"trials {positions} run")

    def close(self) -> None:
        """End what the test left running, of a killed worker too."""
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if process.cwd() == str(self.folder):
                    process.kill()
        for worker in self._started:
            worker.communicate()
        self.store.close()


def below(pid: int) -> list[psutil.Process]:
    """Return the processes below a worker's parent."""
    return psutil.Process(pid).children(recursive=True)


def trial_children(pid: int) -> list[psutil.Process]:
    """Return the processes of a worker that run user code."""
    return [
        child
        for server in psutil.Process(pid).children()
        if "forkserver" in " ".join(server.cmdline())
        for child in server.children()
    ]


@pytest.fixture(scope="session")
def store_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An embedded store for all tests of a session."""
    server = EmbeddedServer(tmp_path_factory.mktemp("store"))
    yield server.acquire()
    server.release()


@pytest.fixture
def workers(store_uri: str, tmp_path: Path) -> Iterator[Workers]:
    """Workers on the session's store; whatever runs afterwards is ended."""
    place = Workers(store_uri, tmp_path)
    yield place
    place.close()
