"""Failures that count, grouped by cause and model: none is hidden, each has an example."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import Outcome


@dataclass(frozen=True)
class FailureGroup:
    """How often a model failed for a cause, and on which data sets, the most frequent first.

    `trial` and `message` are one example.
    """

    cause: Cause
    model: str
    count: int
    trial: str
    message: str
    datasets: Mapping[str, int]


def failure_groups(outcomes: Iterable[Outcome]) -> list[FailureGroup]:
    """Return the groups of failed outcomes, the most frequent first."""
    datasets: dict[tuple[Cause, str], Counter[str]] = defaultdict(Counter)
    first: dict[tuple[Cause, str], Outcome] = {}
    for outcome in outcomes:
        if outcome.cause is not None:
            key = outcome.cause, outcome.model
            datasets[key][outcome.dataset] += 1
            first.setdefault(key, outcome)
    groups = [_group(first[key], counts) for key, counts in datasets.items()]
    return sorted(groups, key=lambda g: (-g.count, g.cause, g.model))


def _group(example: Outcome, datasets: Counter[str]) -> FailureGroup:
    if example.cause is None:
        raise ValueError(f"{example.id} did not fail")
    lines = (example.message or "").strip().splitlines()
    return FailureGroup(
        cause=example.cause,
        model=example.model,
        count=datasets.total(),
        trial=example.trial.id(example.uid),
        # The last line of a traceback is the error itself.
        message=lines[-1] if lines else "",
        datasets=dict(datasets.most_common()),
    )
