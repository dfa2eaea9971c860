"""Sections on why: tunability, hyperparameters, learning curves, over-fitting."""

from __future__ import annotations

from crosstrial.analysis.importance import SMALLEST_R2, SMALLEST_SAMPLE
from crosstrial.analysis.learning_curves import LearningCurve
from crosstrial.analysis.marginal_effects import MarginalEffect
from crosstrial.analysis.model_importance import MOST_TRIALS, ModelImportance
from crosstrial.analysis.overfitting import Overfitting
from crosstrial.analysis.report.charts import Row, dots_chart, lines_chart, places_chart
from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.parts import (
    Entry,
    Figure,
    Number,
    Section,
    Table,
    count,
    score,
    shaded,
    signed,
)
from crosstrial.analysis.scores import PARTS

TRAIN_GAP, VALIDATION_GAP = "train minus test", "validation minus test"


def tunability(findings: Findings) -> Section:
    """What tuning bought over the default configuration."""
    title = "Tunability"
    found = findings.tunability
    if not found:
        none = (
            "No model has its default configuration among its points, so there is nothing to"
            " compare tuning with."
        )
        return Section("tunability", title, (none,))
    rows: list[Row] = [
        {"row": one.model, "kind": "gain", "x": gain.gain, "dataset": gain.dataset}
        for one in found
        for gain in one.gains
    ]
    return Section(
        key="tunability",
        title=title,
        paragraphs=(
            "What tuning bought: normalised test score of the configuration that validation chose,"
            " minus that of the default configuration. A dot is a data set, the bar the median."
            " Validation chooses, so a gain may be negative.",
        ),
        figures=(
            Figure(
                "Tuned minus default",
                "Gain by tuning of each model on each data set, in normalised test score.",
                dots_chart(rows, [o.model for o in found], title="gain", kinds=("gain",)),
                Table(
                    "Tuned minus default",
                    ("model", "mean gain", "median gain", "improved", "data sets"),
                    tuple(
                        (
                            o.model,
                            signed(o.mean),
                            signed(o.median),
                            count(o.improved),
                            count(len(o.gains)),
                        )
                        for o in found
                    ),
                ),
            ),
        ),
    )


def importance(findings: Findings) -> Section:
    """Which hyperparameters matter, where a surrogate can tell."""
    if not findings.experiment.state.ended:
        later = "Told when the experiment has ended: it takes a second or so a pair."
        return Section("importance", "Hyperparameter importance", (later,))
    found = findings.importances
    gate = (
        "Functional analysis of variance (fANOVA) on a random forest that predicts a"
        " configuration's validation score: the share of its variance that one hyperparameter"
        " explains alone."
        " A conditional space is split into branches with the same active parameters. Shown where"
        f" a branch has at least {SMALLEST_SAMPLE} of a pair's first {MOST_TRIALS} trials, and the"
        f" forest explains at least {SMALLEST_R2:.0%} of the variance of trials that it has not"
        " seen. Parameters are ranked within each data set (1 is most important), then averaged."
    )
    kind = findings.experiment.latest.document.spec.sampler.kind
    adaptive = () if kind == "random" else (
        f"The sampler is {kind}: shares are those of the region that it drew from.",
    )  # fmt: skip
    passed = [one for one in found if one.ranks]
    tables = (
        *((_importances(passed),) if passed else ()),
        *((_reasons(found),) if any(one.reasons for one in found) else ()),
    )
    none = () if tables else ("No model has a parameter that varies.",)
    return Section("importance", "Hyperparameter importance", (gate, *adaptive, *none), tables)


def _importances(found: list[ModelImportance]) -> Table:
    return Table(
        "Importance by model and branch",
        ("model", "branch", "parameter", "mean rank", "median share", "data sets"),
        tuple(
            (
                one.model,
                ", ".join(one.active),
                name,
                Number(f"{one.ranks[name]:.2f}"),
                shaded(one.shares[name]),
                count(len(one.datasets)),
            )
            for one in found
            for name in sorted(one.active, key=lambda name: one.ranks[name])
        ),
    )


def _reasons(found: tuple[ModelImportance, ...]) -> Table:
    rows: list[tuple[Entry, ...]] = [
        (one.model, ", ".join(one.active), reason, count(datasets))
        for one in found
        for reason, datasets in one.reasons.items()
    ]
    return Table(
        "Where importance cannot be told", ("model", "branch", "why", "data sets"), tuple(rows)
    )


def effects(findings: Findings) -> Section:
    """How trials fared by each hyperparameter's value."""
    if not findings.effects:
        none = "No parameter varied over trials enough to tell."
        return Section("effects", "Marginal effects", (none,))
    return Section(
        key="effects",
        title="Marginal effects",
        paragraphs=(
            "The place of a trial among its pair's, by validation score: 0 is the worst, 1 the"
            " best, 0.5 is to be expected of a parameter without effect. Dots are means over all"
            " trials and data sets with such a value, bars reach from the lower to the"
            " upper quartile. Other parameters are as they were drawn.",
        ),
        figures=tuple(map(_effect, findings.effects)),
    )


def _effect(effect: MarginalEffect) -> Figure:
    title = f"{effect.model}: {effect.parameter}"
    rows: list[Row] = [
        {"row": b.label, "low": b.lower, "mean": b.mean, "high": b.upper, "trials": b.trials}
        for b in effect.bins
    ]
    best = max(effect.bins, key=lambda b: b.mean)
    return Figure(
        title,
        f"Mean place of the trials of {effect.model} by {effect.parameter};"
        f" highest ({best.mean:.2f}) at {best.label}.",
        places_chart(rows, [b.label for b in effect.bins]),
        Table(
            title,
            (effect.parameter, "mean place", "lower quartile", "upper quartile", "trials"),
            tuple(
                (b.label, score(b.mean), score(b.lower), score(b.upper), count(b.trials))
                for b in effect.bins
            ),
        ),
    )


def curves(findings: Findings) -> Section:
    """Learning curves of models that are trained by epochs."""
    figures = tuple(map(_curve, findings.curves))
    reading = (
        "Mean normalised scores of the chosen configurations after each epoch (0 the baseline, 1"
        " the best test score of the data set; not clipped). A curve that ends earlier keeps its"
        " last value."
    )
    none = "No chosen configuration is of a model that is trained by epochs."
    return Section("curves", "Learning curves", (reading if figures else none,), (), figures)


def _curve(curve: LearningCurve) -> Figure:
    title = f"{curve.model}: learning curve over {len(curve.datasets)} data sets"
    columns = [getattr(curve, part) for part in PARTS]
    rows = [
        {"model": part, "x": epoch, "y": value}
        for part, values in zip(PARTS, columns, strict=True)
        for epoch, value in zip(curve.epochs, values, strict=True)
        if value is not None
    ]
    return Figure(
        title,
        f"Mean normalised train, validation and test score of {curve.model} after each epoch.",
        lines_chart(rows, PARTS, titles=("epochs", "mean normalised score")),
        Table(
            title,
            ("epoch", *PARTS),
            tuple(
                (str(epoch), *map(score, values))
                for epoch, *values in zip(curve.epochs, *columns, strict=True)
            ),
        ),
    )


def overfitting(findings: Findings) -> Section:
    """Train, validation and test scores of the chosen configurations."""
    found = findings.overfitting
    if not found:
        return Section("overfitting", "Over-fitting", ("Nothing has been chosen yet.",))
    rows = [row for one in found for row in _gaps(one)]
    title = "Train and validation minus test"
    return Section(
        key="overfitting",
        title="Over-fitting",
        paragraphs=(
            "Gaps of the chosen configurations, in units of the way from the baseline to the best"
            " test score of the data set. Train minus test is what fitting learnt by heart;"
            " validation minus test is what choosing among configurations flattered. A dot is a"
            " data set, the bar the median.",
        ),
        figures=(
            Figure(
                title,
                "Gap between train and test, and validation and test scores, of each model.",
                dots_chart(
                    rows,
                    [one.model for one in found],
                    title="gap",
                    kinds=(TRAIN_GAP, VALIDATION_GAP),
                ),
                Table(
                    title,
                    ("model", f"median {TRAIN_GAP}", f"median {VALIDATION_GAP}", "data sets"),
                    tuple(
                        (
                            o.model,
                            signed(o.train_gap),
                            signed(o.validation_gap),
                            count(len(o.parts)),
                        )
                        for o in found
                    ),
                ),
            ),
        ),
    )


def _gaps(one: Overfitting) -> list[Row]:
    return [
        {"row": one.model, "kind": kind, "x": known - parts.test, "dataset": parts.dataset}
        for parts in one.parts
        for kind, known in ((TRAIN_GAP, parts.train), (VALIDATION_GAP, parts.validation))
        if known is not None and parts.test is not None
    ]
