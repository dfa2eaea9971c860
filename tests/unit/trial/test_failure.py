"""What an exception says about its trial."""

from __future__ import annotations

import pytest
from sklearn.tree import DecisionTreeClassifier

from crosstrial.domain.cause import Cause
from crosstrial_trial.failure import MESSAGE_CHARACTERS, cause_of, message_of
from crosstrial_trial.pipeline import build_estimator


def caught(action: object) -> BaseException:
    """Return what an action raises."""
    with pytest.raises(BaseException) as info:
        action()  # type: ignore[operator]
    return info.value


def deep(frames: int) -> None:
    if frames:
        deep(frames - 1)
    raise ValueError("far down")


def raising(error: BaseException) -> object:
    def action() -> None:
        raise error

    return action


@pytest.mark.parametrize(
    ("action", "cause", "last_line"),
    [
        pytest.param(
            raising(ValueError("no")), Cause.ESTIMATOR_ERROR, "ValueError: no", id="any exception"
        ),
        pytest.param(raising(MemoryError()), Cause.OUT_OF_MEMORY, "MemoryError", id="memory"),
        pytest.param(
            raising(SystemExit(3)), Cause.ESTIMATOR_ERROR, "SystemExit: 3", id="user code exits"
        ),
        pytest.param(
            lambda: build_estimator(DecisionTreeClassifier, {"depth": 1}),
            Cause.INVALID_PARAMETERS,
            "TypeError: DecisionTreeClassifier.__init__() got an unexpected keyword argument"
            " 'depth'",
            id="unknown parameter",
        ),
        pytest.param(
            lambda: DecisionTreeClassifier(max_depth=-1).fit([[0], [1]], [0, 1]),
            Cause.INVALID_PARAMETERS,
            "sklearn.utils._param_validation.InvalidParameterError: The 'max_depth' parameter of"
            " DecisionTreeClassifier must be an int in the range [1, inf) or None. Got -1 instead.",
            id="a value that scikit-learn refuses",
        ),
    ],
)
def test_cause_and_last_line(action: object, cause: Cause, last_line: str) -> None:
    error = caught(action)
    assert cause_of(error) is cause
    assert message_of(error).splitlines()[-1] == last_line


def test_a_message_keeps_the_innermost_frames() -> None:
    message = message_of(caught(lambda: deep(50)))
    assert message.count(", in deep") + message.count("Previous line repeated") < 10
    assert message.splitlines()[-1] == "ValueError: far down"


def test_a_message_is_bounded_and_can_be_stored() -> None:
    message = message_of(ValueError("x" * 100_000 + "\ud800 end"))
    assert len(message) <= MESSAGE_CHARACTERS
    assert message.endswith("? end")
    message.encode()
