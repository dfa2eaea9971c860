"""Sections on how it was done: methods with their sources, and where the figures come from."""

from __future__ import annotations

from datetime import datetime

from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.parts import NOTHING, Entry, Section, Table, count

METHODS = "https://github.com/crosstrial/crosstrial/blob/main/docs/guide/methods.md"
SOURCES: tuple[tuple[str, str, str], ...] = (
    ("all of it", "formulas, assumptions, and when not to trust them", METHODS),
    ("ranks, critical difference", "Demšar (2006), Journal of Machine Learning Research 7",
     "https://www.jmlr.org/papers/v7/demsar06a.html"),
    ("Wilcoxon behind the verdict", "Benavoli, Corani, Mangili (2016), JMLR 17",
     "https://www.jmlr.org/papers/v17/benavoli16a.html"),
    ("Bayesian signed-rank", "Benavoli, Corani, Demšar, Zaffalon (2017), JMLR 18",
     "https://www.jmlr.org/papers/v18/16-305.html"),
    ("tunability", "Probst, Boulesteix, Bischl (2019), JMLR 20",
     "https://www.jmlr.org/papers/v20/18-444.html"),
    ("hyperparameter importance", "Hutter, Hoos, Leyton-Brown (2014), PMLR 32",
     "https://proceedings.mlr.press/v32/hutter14.html"),
    ("performance profile", "Dolan, Moré (2002), Mathematical Programming 91",
     "https://doi.org/10.1007/s101070100263"),
)  # fmt: skip


def methods(findings: Findings) -> Section:
    """How figures were made, and what to read."""
    comparison = findings.comparison
    return Section(
        key="methods",
        title="Methods",
        paragraphs=(
            comparison.selection,
            "A pair without any success is treated as declared in the document:"
            f" {comparison.missing}.",
            "The verdict rests on one procedure that was declared before any result: Wilcoxon's"
            " signed-rank test of every two models on normalised scores, with Holm's correction."
            " Everything else is description.",
        ),
        tables=(Table("Sources", ("what", "source", "link"), SOURCES),),
    )


def provenance(findings: Findings) -> Section:
    """The experiment, its data by digest, versions and dates."""
    record, origin = findings.experiment, findings.origin
    revision = record.latest
    sampler = revision.document.spec.sampler
    facts: tuple[tuple[Entry, ...], ...] = (
        ("experiment", record.name),
        ("uid", record.uid),
        ("revision", f"{revision.number}, submitted {moment(revision.submitted)}"),
        ("state", record.state.value),
        ("started, ended", f"{moment(record.status.started)}, {moment(record.status.ended)}"),
        ("seed, sampler", f"{revision.document.spec.seed}, {sampler.kind}"),
        ("searches of a pair", str(revision.document.spec.searches)),
        ("report made", moment(origin.made)),
        ("crosstrial", origin.program),
        *((f"{name} of the trials", ", ".join(v)) for name, v in sorted(origin.workers.items())),
    )
    return Section(
        key="provenance",
        title="Provenance",
        tables=(
            Table("Experiment", ("what", "value"), facts),
            _data_sets(findings),
            Table(
                "Models",
                ("model", "class"),
                tuple(
                    (m.name, "; ".join(f"{task}: {path}" for task, path in m.classes.items()))
                    for m in revision.models
                ),
            ),
        ),
    )


def _data_sets(findings: Findings) -> Table:
    return Table(
        "Data sets as they were resolved",
        ("data set", "task", "rows", "numeric", "nominal", "classes", "digest"),
        tuple(
            (
                d.name,
                d.task,
                count(d.rows),
                count(d.numeric),
                count(d.nominal),
                NOTHING if d.classes is None else count(d.classes),
                d.digest,
            )
            for d in findings.experiment.latest.datasets
        ),
    )


def moment(when: datetime | None) -> str:
    """Return a moment as it is printed."""
    return NOTHING if when is None else when.strftime("%Y-%m-%d %H:%M:%S %Z").strip()
