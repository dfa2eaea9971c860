"""Sections on how it ran: failures by cause, model and data set; costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crosstrial.analysis.costs import Cost
from crosstrial.analysis.failures import FailureGroup
from crosstrial.analysis.report.charts import bars_chart
from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.parts import Figure, Number, Section, Table, count, quantity

MESSAGE_LENGTH = 200
NAMED = 4


def failures(findings: Findings) -> Section:
    """Failures by cause and model, and by data set and model."""
    groups = findings.failures
    if not groups:
        return Section("failures", "Failures", ("No trial failed.",))
    total = sum(group.count for group in groups)
    return Section(
        key="failures",
        title="Failures",
        paragraphs=(
            f"{total:,} {'trial' if total == 1 else 'trials'} failed; each group has one example of"
            " why.",
        ),
        tables=(_causes(groups), _matrix(groups)),
    )


def _causes(groups: Sequence[FailureGroup]) -> Table:
    return Table(
        "Failures by cause and model",
        ("cause", "model", "trials", "data sets", "such as"),
        tuple(
            (group.cause.value, group.model, count(group.count), _where(group), _example(group))
            for group in groups
        ),
    )


def _where(group: FailureGroup) -> str:
    named = [f"{name} ({times})" for name, times in list(group.datasets.items())[:NAMED]]
    rest = len(group.datasets) - NAMED
    return ", ".join(named) + (f" and {rest} more" if rest > 0 else "")


def _example(group: FailureGroup) -> str:
    text = group.message or "no message"
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 3] + "..."


def _matrix(groups: Sequence[FailureGroup]) -> Table:
    counts: Counter[tuple[str, str]] = Counter()
    for group in groups:
        for dataset, times in group.datasets.items():
            counts[dataset, group.model] += times
    models = list(dict.fromkeys(group.model for group in groups))
    most = max(counts.values())
    return Table(
        "Failed trials by data set and model",
        ("data set", *models),
        tuple(
            (d, *(Number(str(counts[d, m]), counts[d, m] / most) for m in models))
            for d in sorted({dataset for dataset, _ in counts})
        ),
    )


def cost(findings: Findings) -> Section:
    """Seconds, core hours and memory."""
    by_model = findings.model_costs
    if not by_model:
        return Section("cost", "Cost", ("No trial has ended yet.",))
    title = "Core hours by model"
    total = sum(one.core_hours for one in by_model)
    seconds = sum(one.seconds for one in by_model)
    return Section(
        key="cost",
        title="Cost",
        paragraphs=(
            f"{sum(one.trials for one in by_model):,} trials took {quantity(total).text} core hours"
            f" and {seconds:,.0f} seconds of wall time, failed ones included, the baseline not.",
        ),
        figures=(
            Figure(
                title,
                f"{title}, the dearest first: "
                + ", ".join(f"{one.name} {quantity(one.core_hours).text}" for one in by_model)
                + ".",
                bars_chart(
                    [{"row": one.name, "x": one.core_hours} for one in by_model],
                    [one.name for one in by_model],
                    title="core hours",
                ),
                _costs("Cost by model", "model", by_model),
            ),
        ),
        tables=(_costs("Cost by data set", "data set", findings.data_set_costs),),
    )


def _costs(title: str, what: str, costs: Sequence[Cost]) -> Table:
    return Table(
        title,
        (what, "trials", "core hours", "wall seconds", "median seconds a trial",
         "peak memory (MiB)", "wall seconds of failures"),
        tuple(
            (
                one.name,
                count(one.trials),
                quantity(one.core_hours),
                quantity(one.seconds),
                quantity(one.median_seconds),
                quantity(one.peak_memory_mb),
                quantity(one.failed_seconds),
            )
            for one in costs
        ),
    )  # fmt: skip
