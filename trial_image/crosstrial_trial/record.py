"""From a child's report to the outcome that is kept; what the parent knows is not the child's."""

from __future__ import annotations

import platform
from collections.abc import Collection, Iterable
from importlib.metadata import PackageNotFoundError, packages_distributions, version

from crosstrial.domain.batch import Batch
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.record import utc
from crosstrial.spec.epochs import NoPruner
from crosstrial_trial.wire import Report

LIBRARIES = ("crosstrial", "scikit-learn", "numpy", "pandas", "scipy")
SKLEARN = "sklearn"  # what the libraries name by its distribution


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
        validation_curve=_compared(batch, report),
        seconds=report.seconds,
        cpu_seconds=report.cpu_seconds,
        peak_memory_mb=report.peak_memory_mb,
        started=utc(report.started),
        finished=utc(report.finished),
    )


def _compared(batch: Batch, report: Report) -> str | None:
    """Return what pruners compare other trials of the pair with, if there is a pruner."""
    curve = report.splits[0].curve if report.splits else None
    if curve is None or isinstance(batch.pruner, NoPruner):
        return None
    return curve.validation.get(getattr(batch.evaluation.primary, batch.task))


def library_versions(modules: Iterable[str]) -> dict[str, str]:
    """Return the versions that may matter to a score, those of the allowed modules included."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found | _versions_of({module.partition(".")[0] for module in modules} - {SKLEARN})


def _versions_of(packages: Collection[str]) -> dict[str, str]:
    """Return the versions of import packages, which distributions of other names may bring."""
    if not packages:
        return {}  # to look through all distributions takes a while
    brought_by = packages_distributions()
    return {
        package: version(brought_by[package][0])
        for package in sorted(packages)
        if package in brought_by
    }
