from __future__ import annotations

import pytest

from crosstrial.spec.possible import can_be, is_real, numbers
from support.spaces import law, space

EVERY_FIVE = {"mode": "half_up", "to": 5.0}
PARAMETERS = {
    "int": law("int_uniform", min=1, max=9),
    "fives": law("float_uniform", min=1.0, max=12.0, round=EVERY_FIVE),
    "halves": law("int_uniform", min=1, max=9, round={"mode": "floor", "to": 0.5}),
    "real": law("log_uniform", min=0.1, max=1.0),
    "open": law("norm", mean=0.0, std=1.0, max=3.0, round=EVERY_FIVE),
    "words": law("categorical", values=["a", 1, True, None], weights=[1.0, 1.0, 1.0, 0.0]),
    "one": law("constant", value=[1, 2]),
    "mixed": {"one_of": [law("constant", value="a"), law("float_uniform", min=0.0, max=1.0)]},
    "reals": {"one_of": [law("norm", mean=0.0, std=1.0), law("float_uniform", min=0.0, max=1.0)]},
}


@pytest.mark.parametrize(
    ("name", "value", "possible"),
    [
        ("int", 1, True),
        ("int", 9, True),
        ("int", 10, False),
        ("int", 1.0, False),
        ("int", True, False),
        ("fives", 5, True),
        ("fives", 10, True),
        ("fives", 15, False),
        ("fives", 6, False),
        ("open", -1000, True),
        ("open", 5, False),
        ("halves", 1, False),
        ("real", 0.5, False),
        ("words", "a", True),
        ("words", 1, True),
        ("words", True, True),
        ("words", 1.0, False),
        ("words", None, False),
        ("one", [1, 2], True),
        ("one", [2, 1], False),
        ("mixed", "a", True),
        ("mixed", 0.5, False),
    ],
)
def test_a_value_is_possible_by_type_and_value(name: str, value: object, possible: bool) -> None:
    assert can_be(space(**PARAMETERS)[name], value) is possible


def test_real_parameters_are_those_that_draw_nothing_else() -> None:
    found = {name for name, parameter in space(**PARAMETERS).items() if is_real(parameter)}
    assert found == {"halves", "real", "reals"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("int", [1, 9]), ("open", [None, 3.0]), ("words", [1]), ("one", []), ("mixed", [0.0, 1.0])],
)
def test_numbers_are_the_bounds_and_what_is_named(name: str, expected: list) -> None:
    assert list(numbers(space(**PARAMETERS)[name])) == expected
