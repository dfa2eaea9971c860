"""Failures that count, grouped by cause and model: none is hidden, each has an example."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import Outcome


@dataclass(frozen=True)
class FailureGroup:
    """How often a model failed for a cause; `trial` and `message` are one example."""

    cause: Cause
    model: str
    count: int
    trial: str
    message: str


def failure_groups(outcomes: Iterable[Outcome]) -> list[FailureGroup]:
    """Return the groups of failed outcomes, the most frequent first."""
    groups: dict[tuple[Cause, str], FailureGroup] = {}
    for outcome in outcomes:
        if outcome.cause is None:
            continue
        key = outcome.cause, outcome.model
        known = groups.get(key) or _first(outcome.cause, outcome)
        groups[key] = replace(known, count=known.count + 1)
    return sorted(groups.values(), key=lambda g: (-g.count, g.cause, g.model))


def _first(cause: Cause, outcome: Outcome) -> FailureGroup:
    lines = (outcome.message or "").strip().splitlines()
    trial = outcome.trial.id(outcome.uid)
    # The last line of a traceback is the error itself.
    return FailureGroup(cause, outcome.model, 0, trial, lines[-1] if lines else "")
