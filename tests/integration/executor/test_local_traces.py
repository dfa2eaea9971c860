"""What ended batches leave, for how long, and what a launcher costs."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Phase
from crosstrial.executor import local
from crosstrial.executor.batch_folder import LOG_BYTES
from support.arena import wait_for
from support.executors import (
    LocalHarness,
    Scratch,
    a_batch,
    ended,
    launch,
    run_to_end,
    seen,
)


def test_a_log_does_not_grow_without_end(harness: LocalHarness, scratch: Scratch) -> None:
    lines = 3 * LOG_BYTES // 100
    worker = f"for i in range({lines}): print(f'{{i:099}}')\nhold()\nprint('the end')"
    executor, batch = harness.executor(worker), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "everything is printed")
    wait_for(lambda: len(executor.log(batch.id) or "") <= LOG_BYTES, "the log is cut")
    scratch.release()
    ended(executor, batch)
    log = executor.log(batch.id) or ""
    assert log.endswith(f"{lines - 1:099}\nthe end\n")


def test_the_logs_of_the_last_batches_are_kept(
    harness: LocalHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "KEPT_REMOVED", 2)
    executor, batches = harness.executor("print('hello')"), [a_batch(n) for n in range(4)]
    for batch in batches:
        run_to_end(executor, batch)
        executor.remove(batch.id)
    assert [executor.log(batch.id) for batch in batches] == [None, None, "hello\n", "hello\n"]


def test_no_zombie_is_left(harness: LocalHarness) -> None:
    executor = harness.executor("")
    for number in range(3):
        run_to_end(executor, a_batch(number))

    def zombies() -> list[psutil.Process]:
        executor.close()
        children = psutil.Process().children()
        return [child for child in children if child.status() == psutil.STATUS_ZOMBIE]

    wait_for(lambda: not zombies(), "every launcher is taken note of")


def test_a_batch_on_its_way_up_is_pending(
    harness: LocalHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = (sys.executable, "-c", "import time; time.sleep(600)")
    monkeypatch.setattr(local, "LAUNCHER", slow)
    executor, batch = harness.executor(""), a_batch()
    launch(executor, batch)
    assert seen(executor, batch, lambda e: e.pod is None).phase is Phase.PENDING
    executor._launchers[batch.id].kill()
    assert ended(executor, batch).cause is Cause.INTERRUPTED


def test_the_launcher_imports_nothing_heavy() -> None:
    heavy = {"pydantic", "numpy", "pymongo", "psutil", "structlog", "subprocess"}
    loaded = {name.partition(".")[0] for name in _modules_of("crosstrial.executor.launcher")}
    assert "crosstrial" in loaded
    assert not heavy & loaded


def _modules_of(module: str) -> list[str]:
    code = f"import sys, {module}; print(*sys.modules)"
    return subprocess.check_output([sys.executable, "-c", code], text=True).split()
