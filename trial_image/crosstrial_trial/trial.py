"""One trial: a configuration on every split of the data set, or the failure of one of them."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from crosstrial.domain.outcome import OutcomeState, SplitResult
from crosstrial.spec.estimators import load_class
from crosstrial_trial.command import run_command
from crosstrial_trial.failure import cause_of, message_of
from crosstrial_trial.ground import Ground
from crosstrial_trial.memory import peak_mb, reset_peak
from crosstrial_trial.setting import Setting
from crosstrial_trial.split_run import SplitRun
from crosstrial_trial.wire import Job, Report


def run_trial(job: Job, setting: Setting, ground: Ground) -> Report:
    """Run a trial to its end, whatever its user code raises."""
    started, since, cpu_since = datetime.now(UTC), time.perf_counter(), _cpu_seconds()
    reset_peak()
    try:
        state, splits = _run_splits(job, setting, ground)
    except BaseException as error:  # noqa: BLE001 user code may raise anything, SystemExit too
        return Report(
            position=job.position,
            state=OutcomeState.FAILED,
            cause=cause_of(error),
            message=message_of(error),
            seconds=time.perf_counter() - since,
            cpu_seconds=_cpu_seconds() - cpu_since,
            peak_memory_mb=peak_mb(),
            started=started,
            finished=datetime.now(UTC),
        )
    return Report(
        position=job.position,
        state=state,
        splits=splits,
        seconds=sum(split.seconds for split in splits),
        cpu_seconds=sum(split.cpu_seconds for split in splits),
        peak_memory_mb=max(split.peak_memory_mb for split in splits),
        started=started,
        finished=datetime.now(UTC),
    )


def _cpu_seconds() -> float:
    """Return what this process has used, and what it has started and waited for."""
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system


def _run_splits(
    job: Job, setting: Setting, ground: Ground
) -> tuple[OutcomeState, tuple[SplitResult, ...]]:
    """Run split by split; one that prunes the trial is its last."""
    if setting.models[job.model].command:
        return run_command(job, setting, ground)
    estimator = load_class(setting.models[job.model].estimator, setting.modules)
    results: list[SplitResult] = []
    for number in range(len(ground.splits)):
        result, pruned = SplitRun(job, setting, ground, estimator, number).run()
        results.append(result)
        if pruned:
            return OutcomeState.PRUNED, tuple(results)
    return OutcomeState.SUCCEEDED, tuple(results)
