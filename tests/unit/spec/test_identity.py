from __future__ import annotations

import pytest

from crosstrial.spec.data_sets import OpenmlTaskData
from crosstrial.spec.document import Experiment
from crosstrial.spec.identity import Difference, differences
from crosstrial.spec.load import parse_document
from support.documents import DOCUMENT, parsed

RUNS = "runsPerPair: 3"
P = "p: 1"
IRIS = "small: [sklearn:iris]"


def compared(old: tuple[str, str], new: tuple[str, str]) -> list[Difference]:
    return differences(parsed(*old), parsed(*new))


def below_spec(text: str) -> tuple[str, str]:
    """The document with more keys below `spec`."""
    return RUNS, f"{RUNS}\n  {text}"


SAME = (RUNS, RUNS)
SUITE = parsed(IRIS, "small: ['openml-suite:334']")


def with_members(*tasks: int) -> Experiment:
    """The document with a suite that had these tasks when it was submitted."""
    (suite,) = SUITE.spec.data_groups["small"]
    members = tuple(
        OpenmlTaskData(name=f"task-{one}", source="openml-task", id=one) for one in tasks
    )
    groups = {"small": (suite.model_copy(update={"members": members}),)}
    spec = SUITE.spec.model_copy(update={"data_groups": groups})
    return SUITE.model_copy(update={"spec": spec})


def test_a_suite_is_compared_by_what_it_had() -> None:
    assert differences(with_members(1, 2), with_members(2, 1)) == []
    (gained,) = differences(with_members(1), with_members(1, 2))
    assert (str(gained), gained.extends) == ("spec.dataGroups.small: + data set task-2", True)
    (lost,) = differences(with_members(1, 2), with_members(1))
    assert (str(lost), lost.extends) == ("spec.dataGroups.small: - data set task-2", False)


LINES = "lines: [{model: a.Lasso}]\n    kernels:\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(SAME, SAME, id="itself"),
        pytest.param(SAME, below_spec("seed: 0"), id="default-written"),
        pytest.param(
            SAME, (IRIS, "small: [{name: iris, source: sklearn, id: iris}]"), id="shorthand"
        ),
        pytest.param(SAME, (P, "p: {distribution: constant, value: 1}"), id="bare-value"),
        pytest.param(
            below_spec("secondsPerPair: 1h"), below_spec("secondsPerPair: 3600"), id="units"
        ),
        pytest.param(
            (IRIS, "small: [sklearn:iris]\n    big: [sklearn:wine, sklearn:digits]"),
            (IRIS, "big: [sklearn:digits, sklearn:wine]\n    small: [sklearn:iris]"),
            id="order-of-groups-and-items",
        ),
        pytest.param(
            (P, "p: 1\n          tol: 0.1"),
            (P, "tol: 0.1\n          p: 1"),
            id="order-of-parameters",
        ),
        pytest.param(
            below_spec("evaluation: {metrics: {regression: [r2, neg_max_error]}}"),
            below_spec(
                "evaluation: {primary: {regression: r2}, metrics: {regression:"
                " [neg_max_error, r2]}}"
            ),
            id="order-of-metrics",
        ),
    ],
)
def test_how_it_is_written_makes_no_difference(old: tuple[str, str], new: tuple[str, str]) -> None:
    assert compared(old, new) == []


EXTENDING = [
    pytest.param(SAME, (RUNS, "runsPerPair: 4"), "spec.runsPerPair: 3 -> 4", id="runs"),
    pytest.param(
        SAME,
        (IRIS, "small: [sklearn:wine, sklearn:iris]"),
        "spec.dataGroups.small: + data set wine",
        id="data-set",
    ),
    pytest.param(
        SAME,
        (IRIS, f"{IRIS}\n    big: [sklearn:wine]"),
        "spec.dataGroups: + data group big",
        id="data-group",
    ),
    pytest.param(
        SAME,
        ("kernels:\n", "kernels:\n      - model: a.Lasso\n"),
        "spec.modelGroups.kernels: + model lasso",
        id="model",
    ),
    pytest.param(
        SAME,
        ("kernels:\n", "lines: [{model: a.Lasso}]\n    kernels:\n"),
        "spec.modelGroups: + model group lines",
        id="model-group",
    ),
    pytest.param(
        below_spec("secondsPerPair: 60"),
        below_spec("secondsPerPair: 2m"),
        "spec.secondsPerPair: 60.0 -> 120.0",
        id="seconds",
    ),
    pytest.param(
        below_spec("secondsPerPair: 60"), SAME, "spec.secondsPerPair: 60.0 -> null", id="no-seconds"
    ),
    pytest.param(
        SAME,
        below_spec("limits: {trialSeconds: 301}"),
        "spec.limits.trialSeconds: 300.0 -> 301.0",
        id="trial-seconds",
    ),
    pytest.param(
        SAME,
        below_spec("limits: {failuresPerPair: 31}"),
        "spec.limits.failuresPerPair: 30 -> 31",
        id="failures",
    ),
    pytest.param(
        below_spec("limits: {wallClock: 1h}"),
        SAME,
        "spec.limits.wallClock: 3600.0 -> null",
        id="no-wall-clock",
    ),
    pytest.param(
        SAME,
        below_spec("limits: {parallelBatches: 1}"),
        "spec.limits.parallelBatches: 4 -> 1",
        id="fewer-batches",
    ),
    pytest.param(
        SAME, below_spec("batch: {maxTrials: 7}"), "spec.batch.maxTrials: 5000 -> 7", id="batch"
    ),
    pytest.param(
        SAME,
        ("{name: demo}", "{name: demo, labels: {a: b}}"),
        'metadata.labels.a: + "b"',
        id="label",
    ),
    pytest.param(
        ("{name: demo}", "{name: demo, labels: {a: b}}"),
        SAME,
        'metadata.labels.a: - "b"',
        id="label-removed",
    ),
    pytest.param(
        SAME,
        below_spec("pod: {nodeSelector: {disk: ssd}, queue: q}"),
        'spec.pod.nodeSelector.disk: + "ssd"',
        id="pod",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), EXTENDING)
def test_what_only_adds_to_it_extends(
    old: tuple[str, str], new: tuple[str, str], told: str
) -> None:
    found = compared(old, new)
    assert told in [str(difference) for difference in found]
    assert all(difference.extends for difference in found)


def test_an_application_extends() -> None:
    text = DOCUMENT.replace("kernels:\n", LINES).replace(IRIS, f"{IRIS}\n    big: [sklearn:wine]")
    more = text.replace("{small: [kernels]}", "{small: [lines, kernels], big: [lines]}")
    found = differences(*(parse_document(t, "e.yaml").experiment for t in (text, more)))
    assert [(str(difference), difference.extends) for difference in found] == [
        ("spec.applications.small: + model group lines", True),
        ("spec.applications: + applications of data group big", True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(SAME, (RUNS, "runsPerPair: 2"), "spec.runsPerPair: 3 -> 2", id="fewer-runs"),
        pytest.param(
            SAME,
            below_spec("secondsPerPair: 60"),
            "spec.secondsPerPair: null -> 60.0",
            id="a-limit-now",
        ),
        pytest.param(
            SAME,
            below_spec("limits: {cpuHours: 1}"),
            "spec.limits.cpuHours: null -> 1.0",
            id="cpu-hours-now",
        ),
        pytest.param(
            SAME,
            below_spec("limits: {trialSeconds: 9}"),
            "spec.limits.trialSeconds: 300.0 -> 9.0",
            id="less-time",
        ),
        pytest.param(SAME, below_spec("seed: 1"), "spec.seed: 0 -> 1", id="seed"),
        pytest.param(
            SAME,
            below_spec("evaluation: {seed: 1}"),
            "spec.evaluation.seed: 0 -> 1",
            id="split-seed",
        ),
        pytest.param(
            SAME,
            below_spec("evaluation: {failures: replace}"),
            'spec.evaluation.failures: "count" -> "replace"',
            id="failures",
        ),
        pytest.param(
            SAME,
            below_spec("evaluation: {missing: worst_rank}"),
            'spec.evaluation.missing: "baseline" -> "worst_rank"',
            id="missing",
        ),
        pytest.param(
            SAME,
            below_spec("resources: {cpu: 2}"),
            "spec.resources.cpu: 1.0 -> 2.0",
            id="resources",
        ),
        pytest.param(
            SAME, below_spec("pod: {image: a}"), 'spec.pod.image: null -> "a"', id="image"
        ),
        pytest.param(
            SAME,
            (IRIS, "small: [sklearn:wine]"),
            "spec.dataGroups.small: - data set iris",
            id="data-set-gone",
        ),
        pytest.param(
            SAME,
            (IRIS, "small: [{name: iris, source: sklearn, id: wine}]"),
            'spec.dataGroups.small.iris.id: "iris" -> "wine"',
            id="other-data",
        ),
        pytest.param(
            ("kernels:\n", LINES),
            SAME,
            "spec.modelGroups: - model group lines",
            id="model-group-gone",
        ),
        pytest.param(
            SAME,
            ("[default]", "[default, {C: 1.0}]"),
            "spec.modelGroups.kernels.svm.points: [{}] -> [{}, {",
            id="points",
        ),
        pytest.param(
            SAME,
            ("max: 1e3", "max: 1e4"),
            "spec.modelGroups.kernels.svm.space.C.max: 1000.0 -> 10000.0",
            id="bound",
        ),
        pytest.param(
            SAME, (P, "p: 1.0"), "spec.modelGroups.kernels.svm.space.p.value: 1 -> 1.0", id="type"
        ),
        pytest.param(
            SAME,
            (P, "p: true"),
            "spec.modelGroups.kernels.svm.space.p.value: 1 -> true",
            id="bool-is-no-int",
        ),
        pytest.param(
            SAME, (P, "q: 1"), "spec.modelGroups.kernels.svm.space.p: - {", id="parameter-gone"
        ),
        pytest.param(
            SAME,
            (P, "p: 1\n          q: 1"),
            "spec.modelGroups.kernels.svm.space.q: + {",
            id="parameter",
        ),
        pytest.param(
            SAME,
            ("[rbf, poly]}", "[poly, rbf]}"),
            'values: ["rbf", "poly"] -> ["poly", "rbf"]',
            id="order-of-values",
        ),
        pytest.param(
            SAME,
            ("model: sk", "preprocess: {scale: standard}\n        model: sk"),
            'svm.preprocess.scale: "none" -> "standard"',
            id="preprocess",
        ),
    ],
)
def test_what_would_not_compare_does_not_extend(
    old: tuple[str, str], new: tuple[str, str], told: str
) -> None:
    found = compared(old, new)
    matching = [difference for difference in found if told in str(difference)]
    assert len(matching) == 1, [str(difference) for difference in found]
    assert not matching[0].extends


def test_long_values_are_cut() -> None:
    (found,) = compared(SAME, ("[default]", f"[default, {{q: {'x' * 500}}}]"))
    assert len(str(found)) < 150
