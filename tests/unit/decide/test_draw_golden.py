"""Values that were drawn once and must be drawn on every machine and for ever."""

from __future__ import annotations

import pytest

from crosstrial.decide.draw import draw
from support.spaces import law, space

EVERY_DISTRIBUTION = space(
    constant=law("constant", value="fixed"),
    categorical=law("categorical", values=["a", None, 1.5, [1, 2]], weights=[1.0, 2.0, 3.0, 4.0]),
    int_uniform=law("int_uniform", min=-10, max=300),
    int_log_uniform=law("int_log_uniform", min=1, max=1000),
    float_uniform=law("float_uniform", min=0.1, max=1.0),
    log_uniform=law("log_uniform", min=1e-3, max=1e3),
    norm=law("norm", mean=1.0, std=2.0),
    norm_truncated=law("norm", mean=1.0, std=2.0, min=0.0, max=4.0),
    norm_tail=law("norm", mean=0.0, std=1.0, min=6.0),
    log_norm=law("log_norm", mu=-2.0, sigma=1.0),
    log_norm_truncated=law("log_norm", mu=-2.0, sigma=1.0, max=0.2),
    rounded=law("float_uniform", min=0.0, max=1.0, round={"mode": "floor", "to": 0.05}),
    one_of={"one_of": [law("constant", value="sqrt"), law("float_uniform", min=0.1, max=1.0)]},
)

GOLDEN = {
    0: {
        "constant": "fixed",
        "categorical": 1.5,
        "int_uniform": 154,
        "int_log_uniform": 235,
        "float_uniform": 0.3478697307172526,
        "log_uniform": 206.5247974665993,
        "norm": 2.7736142224760636,
        "norm_truncated": 0.33550993220716885,
        "norm_tail": 6.154864211618615,
        "log_norm": 0.02013514883334945,
        "log_norm_truncated": 0.15919646986765013,
        "rounded": 0.7,
        "one_of": 0.3726217991694214,
    },
    1: {
        "constant": "fixed",
        "categorical": None,
        "int_uniform": 226,
        "int_log_uniform": 303,
        "float_uniform": 0.11344769283838653,
        "log_uniform": 83.18652442092814,
        "norm": 0.3801156448455927,
        "norm_truncated": 0.7175751916105741,
        "norm_tail": 6.087498066476709,
        "log_norm": 0.9180502147336137,
        "log_norm_truncated": 0.17599061634265806,
        "rounded": 0.6,
        "one_of": 0.8553929582406892,
    },
    4: {
        "constant": "fixed",
        "categorical": [1, 2],
        "int_uniform": 151,
        "int_log_uniform": 1,
        "float_uniform": 0.38271029532087164,
        "log_uniform": 553.8457870765262,
        "norm": 0.5705507328584429,
        "norm_truncated": 1.3715921842021719,
        "norm_tail": 6.112066345090343,
        "log_norm": 0.08221821801414214,
        "log_norm_truncated": 0.052066334752179304,
        "rounded": 0.3,
        "one_of": "sqrt",
    },
}


@pytest.mark.parametrize("index", GOLDEN)
def test_every_distribution_draws_its_golden_value(index: int):
    drawn = draw(EVERY_DISTRIBUTION, seed=42, model="golden", index=index)
    assert list(drawn) == list(GOLDEN[index])
    for name, expected in GOLDEN[index].items():
        assert type(drawn[name]) is type(expected), name
        if isinstance(expected, float) and name != "rounded":
            assert drawn[name] == pytest.approx(expected, rel=1e-12, abs=0), name
        else:
            assert drawn[name] == expected, name
