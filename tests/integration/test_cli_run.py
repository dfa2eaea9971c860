"""A newcomer's session in a folder of its own: run, look, extend, run again, interrupt, delete."""

from __future__ import annotations

import signal

from support.arena import Arena, wait_for

DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: session}
spec:
  dataGroups: {all: ["sklearn:iris", "sklearn:wine"]}
  modelGroups:
    trees:
      - name: tree
        model: sklearn.tree.DecisionTreeClassifier
        points: [default]
        space: {max_depth: {distribution: int_uniform, min: 1, max: 20}}
      - name: broken
        model: sklearn.svm.SVC
        points: [default, {kernel: precomputed}]
        space: {C: {distribution: log_uniform, min: 1e-2, max: 1e2}}
  applications: {all: [trees]}
  runsPerPair: 3
"""
SLOW = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: slow}
spec:
  dataGroups: {all: ["sklearn:iris"]}
  modelGroups: {all: [{name: sleeper, model: support.sleeper.Sleeper, space: {seconds: 0.3}}]}
  applications: {all: [all]}
  runsPerPair: 40
  limits: {parallelBatches: 1}
"""


def test_a_first_session(arena: Arena) -> None:
    arena.write("session.yaml", DOCUMENT)
    done = arena.cli("run", "session.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "12/12 trials (100%)" in done.stdout
    assert "Average ranks" in done.stdout

    # What was printed as failed is what the results have.
    rows = arena.rows("session")
    failed = [row for row in rows if row["state"] == "failed"]
    assert len(failed) == 2
    assert "failures: 2 trials" in done.stdout
    assert {(row["model"], row["index"]) for row in failed} == {("broken", "1")}
    assert len([row for row in rows if row["model"] != "baseline"]) == 12

    again = arena.cli("run", "session.yaml")
    assert again.returncode == 0
    assert "nothing is left to do" in again.stdout
    assert "failures: 2 trials" in again.stdout


def test_ctrl_c_keeps_what_ended_and_the_same_command_goes_on(arena: Arena) -> None:
    arena.write("slow.yaml", SLOW)
    run = arena.start("run", "slow.yaml")
    wait_for(lambda: arena.home.exists() and arena.processes("-m", "crosstrial_trial"), "it works")
    run.send_signal(signal.SIGINT)
    output = run.communicate(timeout=60)[0]
    assert run.returncode == 130, output
    assert "the same command goes on" in output
    assert arena.processes() == []

    explained = arena.cli("explain", "slow")
    assert "no controller is running" in explained.stdout
    waited = arena.cli("wait", "slow")
    assert waited.returncode == 1
    assert "crosstrial run FILE" in waited.stderr


def test_cancel_and_delete_bring_to_rest_without_a_controller(arena: Arena) -> None:
    arena.write("slow.yaml", SLOW)
    run = arena.start("run", "slow.yaml")
    wait_for(lambda: arena.home.exists() and arena.processes("-m", "crosstrial_trial"), "it works")
    run.kill()
    run.wait()
    cancelled = arena.cli("cancel", "slow")
    assert cancelled.returncode == 0, cancelled.stderr
    status = arena.status("slow")
    assert (status["state"], status["liveBatches"]) == ("cancelled", 0)

    deleted = arena.cli("delete", "slow", "--yes")
    assert deleted.returncode == 0, deleted.stderr
    assert arena.cli("list", "-o", "name").stdout == ""
    assert arena.processes() == []
