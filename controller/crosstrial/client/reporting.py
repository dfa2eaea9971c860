"""The report of an experiment: what it tells is read here, `analysis.report` draws it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from crosstrial.analysis.report.findings import Findings, Origin, findings
from crosstrial.analysis.report.page import report_html
from crosstrial.client.counted import counted_outcomes
from crosstrial.client.status import ExperimentStatus
from crosstrial.domain.outcome import Outcome
from crosstrial.store.protocol import Store


def read_findings(store: Store, status: ExperimentStatus) -> Findings:
    """Return what an experiment's outcomes tell so far."""
    outcomes = list(counted_outcomes(store, status.record.uid))
    origin = Origin(
        made=datetime.now(UTC),
        program=version("crosstrial"),
        workers=_versions(store, outcomes),
    )
    states = {pair.pair: pair.state for pair in status.pairs}
    return findings(status.record, outcomes, states, origin)


def write_report(told: Findings, path: Path) -> None:
    """Write the report; who reads the file meanwhile finds the old one whole.

    Raises:
        OSError: the file can't be written.
    """
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(report_html(told), encoding="utf-8")
    unfinished.replace(path)


def _versions(store: Store, outcomes: Sequence[Outcome]) -> Mapping[str, tuple[str, ...]]:
    """Return the versions of each library that the first and the last trial ran with."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.started)
    found: dict[str, set[str]] = defaultdict(set)
    for batch in {outcome.batch for outcome in (*ordered[:1], *ordered[-1:])}:
        start = store.start(batch)
        for library, number in ({} if start is None else start.versions).items():
            found[library].add(number)
    return {library: tuple(sorted(numbers)) for library, numbers in found.items()}
