from __future__ import annotations

import pytest

from support.documents import P, assert_told, broken, broken_parameter, parsed

C1 = "distribution: constant, value: 1"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_parameter(
            "parent-unknown",
            f"{C1}, when: {{↓kernl: [rbf]}}",
            "no parameter kernl in this space; did",
        ),
        broken_parameter(
            "parent-float",
            f"{C1}, when: {{↓C: [1.0]}}",
            "C is of type float, which hardly ever has",
        ),
        broken_parameter(
            "parent-values", f"{C1}, when: {{↓kernel: []}}", "is empty, so it is never met"
        ),
        broken_parameter(
            "never", f"{C1}, when: {{kernel: [rbf, ↓sigmoid]}}", 'kernel is never "sigmoid"; choose'
        ),
        broken_parameter(
            "never-int", f"{C1}, when: {{degree: [↓9]}}", "degree is never 9; name integers that it"
        ),
        broken_parameter("never-by-type", f"{C1}, when: {{degree: [↓2.0]}}", "degree is never 2.0"),
        broken_parameter(
            "itself", f"{C1}, ↓when: {{p: [1]}}", "conditions go in a circle: p -> p; remove one"
        ),
        broken(
            "circle",
            P,
            f"a: {{{C1}, ↓when: {{b: [1]}}}}\n          b: {{{C1}, when: {{a: [1]}}}}",
            "conditions go in a circle: a -> b -> a",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            P, "p: {distribution: constant, value: 1, when: {degree: [2, 5]}}", id="int-parent"
        ),
        pytest.param(
            P,
            "q: {distribution: float_uniform, min: 0, max: 9, round: {mode: half_up, to: 3}}\n"
            "          p: {distribution: constant, value: 1, when: {q: [0, 9]}}",
            id="rounded-parent",
        ),
        pytest.param(
            P,
            "q: {oneOf: [sqrt, {distribution: float_uniform, min: 0, max: 1}]}\n"
            "          p: {distribution: constant, value: 1, when: {q: [sqrt]}}",
            id="parent-that-is-float-at-times",
        ),
        pytest.param(
            P,
            "q: {distribution: constant, value: 1, when: {kernel: [rbf]}}\n"
            "          p: {distribution: constant, value: 1, when: {kernel: [rbf], q: [1]}}",
            id="two-parents",
        ),
    ],
)
def test_what_can_work_is_accepted(old: str, new: str) -> None:
    assert parsed(old, new)
