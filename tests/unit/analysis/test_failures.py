"""Failures are grouped by cause and model, with an example."""

from __future__ import annotations

from crosstrial.analysis.failures import failure_groups
from crosstrial.domain.cause import Cause
from support.registered import outcome


def test_groups_are_counted_and_the_most_frequent_comes_first() -> None:
    groups = failure_groups(
        [
            outcome("svm", index=0),
            outcome("forest", index=1, cause=Cause.TIMEOUT, message="past 300 s"),
            outcome(
                "svm", index=1, cause=Cause.ESTIMATOR_ERROR, message="Traceback:\nValueError: x"
            ),
            outcome("svm", index=2, cause=Cause.ESTIMATOR_ERROR, message="other"),
        ]
    )
    assert [(g.cause, g.model, g.count, g.message) for g in groups] == [
        (Cause.ESTIMATOR_ERROR, "svm", 2, "ValueError: x"),
        (Cause.TIMEOUT, "forest", 1, "past 300 s"),
    ]
    assert groups[0].trial.endswith(":svm@iris:1")


def test_no_failure_no_group() -> None:
    assert failure_groups([outcome()]) == []


def test_a_group_tells_its_data_sets_the_most_frequent_first() -> None:
    (group,) = failure_groups(
        [
            outcome("svm", "iris", index=0, cause=Cause.TIMEOUT),
            outcome("svm", "wine", index=0, cause=Cause.TIMEOUT),
            outcome("svm", "wine", index=1, cause=Cause.TIMEOUT),
        ]
    )
    assert list(group.datasets.items()) == [("wine", 2), ("iris", 1)]
