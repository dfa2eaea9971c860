"""From a child's report to the outcome that is kept; what the parent knows is not the child's."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from crosstrial.domain.batch import Batch
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.record import utc
from crosstrial_trial.wire import Report

LIBRARIES = ("crosstrial", "scikit-learn", "numpy", "pandas", "scipy")


def outcome_of(batch: Batch, pod: str, splits_digest: str, report: Report) -> Outcome:
    """Return the outcome of a trial of `batch`."""
    entry = batch.manifest[report.position]
    return Outcome(
        uid=batch.uid,
        batch=batch.id,
        model=entry.model,
        dataset=batch.dataset,
        index=entry.index,
        attempt=entry.attempt,
        pod=pod,
        state=report.state,
        cause=report.cause,
        message=report.message,
        parameters=entry.parameters,
        splits=report.splits,
        splits_digest=splits_digest,
        seconds=report.seconds,
        cpu_seconds=report.cpu_seconds,
        peak_memory_mb=report.peak_memory_mb,
        started=utc(report.started),
        finished=utc(report.finished),
    )


def library_versions() -> dict[str, str]:
    """Return the versions that may matter to a score."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found
