"""What a worker asks of MongoDB is what the manifests' role for it grants, and no more."""

from __future__ import annotations

import os
import re
from pathlib import Path

from support.worker import TESTS, Workers, store_uri, workers

__all__ = ["store_uri", "workers"]

USERS = Path(__file__).parents[2] / "manifests" / "components" / "mongodb" / "users.js"
# Python runs this first in every process; the worker's parent alone speaks to the store.
SPY = """
import os, sys
if sys.orig_argv[-2:] == ["-m", "crosstrial_trial"]:
    from pymongo import monitoring

    class Spy(monitoring.CommandListener):
        def started(self, event):
            on = event.command[event.command_name]
            if isinstance(on, str):
                with open(os.environ["ASKED"], "a") as asked:
                    asked.write(f"{on} {event.command_name}\\n")
        def succeeded(self, event): pass
        def failed(self, event): pass

    monitoring.register(Spy())
"""


def granted() -> set[tuple[str, str]]:
    """Return collections and actions of the role, as the script that makes it lists them."""
    role = re.search(r"const worker = \{(.*?)\};", USERS.read_text(), re.DOTALL)
    assert role is not None
    calls = re.findall(r"on\((.*?)\)", role[1])
    named = [re.findall(r'"([\w.]+)"', call) for call in calls]
    return {(collection, action) for collection, *actions in named for action in actions}


def test_a_worker_asks_for_what_its_role_grants_and_for_nothing_else(
    workers: Workers, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SPY)
    asked = tmp_path / "asked"
    spied = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(TESTS)]), "ASKED": str(asked)}
    batch = workers.batch([{}, {"deed": "fail"}])
    assert workers.run(batch, **spied)[0] == 0
    assert len(workers.outcomes(batch)) == 2
    # Another pod learns from the start record that the batch is not its own.
    assert workers.run(batch, pod="pod-b", **spied)[0] == 75

    used = {tuple(line.split()) for line in asked.read_text().splitlines()}
    assert used == granted()
