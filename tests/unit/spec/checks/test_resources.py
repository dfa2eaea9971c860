from __future__ import annotations

import pytest

from support.documents import POINTS, RUNS, P, assert_told, broken, broken_spec, parsed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec(
            "memory",
            "resources: {memory: ↓256Mi}",
            "256Mi is too little: a worker takes 256Mi, and 1 trial at once 192Mi each; ask for at"
            " least 448Mi",
        ),
        broken_spec("memory-for-4", "resources: {cpu: 4, memory: ↓512Mi}", "ask for at least 1Gi"),
        broken_spec(
            "max-memory",
            "resources: {memory: 2Gi, maxMemory: ↓1Gi}",
            "1Gi is less than memory, 2Gi",
        ),
        broken_spec(
            "default-max-memory", "↓resources: {memory: 8Gi}", "write at least `maxMemory: 8Gi`"
        ),
        broken(
            "n-jobs",
            P,
            "n_jobs: ↓2",
            "n_jobs can be 2, and a batch has 1 core; choose 1 to that many",
        ),
        broken("n-jobs-all", P, "n_jobs: ↓-1", "n_jobs can be -1"),
        broken("n-jobs-inner", P, "estimator__n_jobs: ↓2", "n_jobs can be 2"),
        broken(
            "n-jobs-drawn",
            P,
            "↓n_jobs: {distribution: int_uniform, min: 1, max: 3}",
            "n_jobs can be 3",
        ),
        broken(
            "n-jobs-chosen",
            P,
            "↓n_jobs: {oneOf: [1, {distribution: categorical, values: [2]}]}",
            "be 2",
        ),
        broken(
            "n-jobs-unbounded",
            P,
            "↓n_jobs: {distribution: norm, mean: 1, std: 1, min: 1, round: {mode: ceil, to: 1}}",
            "n_jobs can be without bound",
        ),
        broken("n-jobs-of-a-point", POINTS, "points: [{n_jobs: ↓4}]", "n_jobs can be 4"),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(P, "n_jobs: 1", id="one-job"),
        pytest.param(P, "n_jobs: null", id="default-jobs"),
        pytest.param(
            RUNS, RUNS + "\n  resources: {cpu: 500m, memory: 448Mi}", id="least-resources"
        ),
        pytest.param(RUNS, RUNS + "\n  resources: {cpu: 4}", id="four-cores"),
    ],
)
def test_what_can_work_is_accepted(old: str, new: str) -> None:
    assert parsed(old, new)
