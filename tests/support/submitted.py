"""An experiment in an installation, submitted and followed from outside as its user does."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crosstrial.client.store_client import StoreClient
from crosstrial.domain.batch import Batch
from support.arena import wait_for
from support.installation import Installation

LONGEST_SECONDS = 300.0


class Submitted:
    """One experiment by its name."""

    def __init__(self, installation: Installation, folder: Path, name: str) -> None:
        self.name = name
        self.installation = installation
        self._file = folder / f"{name}.yaml"

    def submit(
        self, document: str, *options: str, environment: Mapping[str, str] | None = None
    ) -> None:
        """Submit a document; its metadata name this experiment."""
        self._file.write_text(document)
        command = ("submit", str(self._file), *options)
        done = self.installation.cli(*command, environment=environment)
        assert done.returncode == 0, done.stderr

    def status(self) -> dict[str, Any]:
        """Return the status; an empty one while it is not to be had."""
        done = self.installation.cli("status", self.name, "-o", "json")
        found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
        return found

    def is_in_its_middle(self) -> bool:
        """Whether some of its trials have ended, and more are under way."""
        status = self.status()
        return 0 < status.get("ended", 0) < status["wanted"] and status["liveBatches"] > 0

    def explained(self) -> str:
        return self.installation.cli("explain", self.name).stdout

    def until_it_says(self, words: str) -> None:
        """Wait until `explain` says some words."""
        wait_for(lambda: words in self.explained(), f"explain says {words!r}", LONGEST_SECONDS)

    def until_completed(self) -> None:
        wait_for(
            lambda: self.status().get("state") == "completed", f"{self.name} ends", LONGEST_SECONDS
        )

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of `results`, the baseline's left out."""
        done = self.installation.cli("results", self.name, "-o", "csv")
        assert done.returncode == 0, done.stderr
        rows = csv.DictReader(io.StringIO(done.stdout))
        return [row for row in rows if row["model"] != "baseline"]

    def trials(self) -> list[tuple[str, str, int]]:
        """Return model, data set and index of every row, sorted."""
        return sorted((row["model"], row["dataset"], int(row["index"])) for row in self.rows())

    def batches(self, client: StoreClient) -> list[Batch]:
        """Return its batches, in order."""
        uid = client.experiment(self.name).uid
        return client.store.batches(uid, client.store.batch_states(uid))

    def has_no_running_pod(self) -> bool:
        phases = [pod["status"]["phase"] for pod in self.installation.pods(self.name)]
        return not {"Pending", "Running"}.intersection(phases)

    def delete(self) -> None:
        self.installation.cli("delete", self.name, "--yes")
        wait_for(lambda: not self.status(), f"{self.name} is gone")
