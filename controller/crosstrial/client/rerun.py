"""Runs a trial again on this machine: a process like a batch's worker, without a claim.

Neighbours: `reproduce` says which trial and compares, `local` runs batches.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crosstrial.client.reproduce import Rerun
from crosstrial.domain import worker_exit

REPLAY = "crosstrial_trial.replay"
POD = "replay"


class LocalRunner:
    """Runs trials of a store again; its processes end with the context that they run in."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    @contextmanager
    def __call__(self, rerun: Rerun) -> Iterator[Iterator[str]]:
        """Run a trial and yield the lines that it prints."""
        with tempfile.TemporaryDirectory(prefix="crosstrial-replay-") as folder:
            process = subprocess.Popen(  # noqa: S603 our own command, no shell
                [sys.executable, "-m", REPLAY, str(rerun.position)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={**os.environ, **self._environment(rerun, Path(folder))},
            )
            assert process.stdout is not None
            with process.stdout:
                try:
                    yield process.stdout
                finally:
                    process.terminate()
                    # One that waits for a reader of what it writes would never end.
                    process.stdout.close()
                    process.wait()

    def _environment(self, rerun: Rerun, folder: Path) -> Mapping[str, str]:
        return {
            worker_exit.STORE: self._uri,
            worker_exit.BATCH: rerun.batch.id,
            worker_exit.POD_UID: POD,
            worker_exit.TERMINATION_LOG: str(folder / "termination-log"),
            worker_exit.CACHE: str(folder / "cache"),
        }
