"""`kill -9` of anything in the middle of a run: it ends, every trial counted once, none missing.

What must be there is expanded from the document here, not read from the store's counters.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from support.arena import Arena, wait_for

RUNS = 8
DATA_SETS = ("iris", "wine")
MODELS = ("quick", "slow")
DOCUMENT = f"""
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: faults}}
spec:
  dataGroups: {{all: ["sklearn:iris", "sklearn:wine"]}}
  modelGroups:
    sleepers:
      - name: quick
        model: support.sleeper.Sleeper
        space: {{seconds: 0.05, tag: {{distribution: float_uniform, min: 0, max: 1}}}}
      - name: slow
        model: support.sleeper.Sleeper
        space: {{seconds: 0.4, tag: {{distribution: float_uniform, min: 0, max: 1}}}}
  applications: {{all: [sleepers]}}
  runsPerPair: {RUNS}
  limits: {{parallelBatches: 2, trialSeconds: 30}}
  batch: {{targetSeconds: 3}}
"""
EXPANSION = sorted(itertools.product(MODELS, DATA_SETS, range(RUNS)))
Victims = Callable[[Arena], list[psutil.Process]]


def controllers(arena: Arena) -> list[psutil.Process]:
    return arena.processes("crosstrial", "run", "faults.yaml")


def worker_parents(arena: Arena) -> list[psutil.Process]:
    return [p for p in arena.processes("-m", "crosstrial_trial") if "forkserver" not in line(p)]


def trial_children(arena: Arena) -> list[psutil.Process]:
    servers = [
        child
        for parent in worker_parents(arena)
        for child in parent.children()
        if "forkserver" in line(child)
    ]
    return [child for server in servers for child in server.children()]


def stores(arena: Arena) -> list[psutil.Process]:
    return [psutil.Process(json.loads(server_file(arena).read_text())["pid"])]


def server_file(arena: Arena) -> Path:
    return arena.home / "store" / "server.json"


def line(process: psutil.Process) -> str:
    return " ".join(process.cmdline())


def kill_one(victims: Victims, arena: Arena) -> bool:
    """Return whether one was there to be killed; any may end by itself while it is looked for."""
    with suppress(psutil.NoSuchProcess):
        for victim in victims(arena):
            victim.kill()
            return True
    return False


def some_but_not_all_trials_ended(arena: Arena) -> bool:
    """Whether a batch is settled, of many."""
    log = arena.home / "controller.log"
    return log.exists() and "batch settled" in log.read_text()


@pytest.mark.parametrize(
    "victims",
    [
        pytest.param(controllers, id="controller"),
        pytest.param(worker_parents, id="worker-parent"),
        pytest.param(trial_children, id="trial-child"),
        pytest.param(stores, id="store"),
    ],
)
def test_a_killed_process_loses_and_doubles_nothing(arena: Arena, victims: Victims) -> None:
    arena.write("faults.yaml", DOCUMENT)
    run = arena.start("run", "faults.yaml")
    wait_for(lambda: some_but_not_all_trials_ended(arena), "the run is in its middle")

    wait_for(lambda: kill_one(victims, arena), "a victim is killed")
    run.wait(timeout=120)
    if victims is controllers:
        assert run.returncode == -9
        again = arena.cli("run", "faults.yaml")
        assert again.returncode == 0, again.stdout + again.stderr
    else:
        assert run.returncode == 0, run.communicate()[0]

    assert arena.trials("faults") == EXPANSION


def test_the_last_user_leaves_nothing_running(arena: Arena) -> None:
    arena.write("faults.yaml", DOCUMENT.replace(f"runsPerPair: {RUNS}", "runsPerPair: 1"))
    done = arena.cli("run", "faults.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert arena.processes() == []
