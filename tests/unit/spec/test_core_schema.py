from __future__ import annotations

import pytest

from crosstrial.spec.core_schema import scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("~", None, id="tilde"),
        pytest.param("Null", None, id="null"),
        pytest.param("true", True, id="true"),
        pytest.param("FALSE", False, id="false"),
        pytest.param("7", 7, id="int"),
        pytest.param("-07", -7, id="leading-zero-is-decimal"),
        pytest.param("0o17", 15, id="octal"),
        pytest.param("0xfF", 255, id="hexadecimal"),
        pytest.param("-9223372036854775808", -(2**63), id="least-int"),
        pytest.param("1e-3", 0.001, id="exponent-without-point"),
        pytest.param("1.", 1.0, id="nothing-after-the-point"),
        pytest.param("-.5E+2", -50.0, id="nothing-before-the-point"),
        pytest.param("on", "on", id="on"),
        pytest.param("no", "no", id="no"),
        pytest.param("1_000", "1_000", id="underscores"),
        pytest.param("2026-01-01", "2026-01-01", id="date"),
        pytest.param("1:30", "1:30", id="sexagesimal"),
        pytest.param("nan", "nan", id="a-word"),
        pytest.param("0b1", "0b1", id="binary"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(".inf", "finite", id="inf"),
        pytest.param("-.INF", "finite", id="minus-inf"),
        pytest.param(".nan", "finite", id="nan"),
        pytest.param("1e999", "larger than any", id="overflow"),
        pytest.param("9223372036854775808", "64 bits", id="65-bits"),
        pytest.param("9" * 5000, "64 bits", id="more-digits-than-python-converts"),
        pytest.param("0x" + "f" * 17, "64 bits", id="long-hexadecimal"),
    ],
)
def test_numbers_that_no_store_keeps_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        scalar(text)
