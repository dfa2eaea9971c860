"""What a worker reads from its environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crosstrial_trial.environment import Environment, InvalidEnvironmentError

REQUIRED = {
    "CROSSTRIAL_STORE": "mongodb://localhost/x",
    "CROSSTRIAL_BATCH": "u-1",
    "CROSSTRIAL_POD_UID": "p",
}


def test_defaults_are_those_of_a_pod() -> None:
    environment = Environment.read(REQUIRED)
    assert environment.termination_log == Path("/dev/termination-log")
    assert environment.cache is None
    assert environment.modules == ("sklearn",)
    assert environment.store_patience == 60


def test_what_is_missing_is_named() -> None:
    with pytest.raises(InvalidEnvironmentError, match="CROSSTRIAL_BATCH, CROSSTRIAL_POD_UID"):
        Environment.read({"CROSSTRIAL_STORE": "mongodb://localhost/x"})


def test_a_patience_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidEnvironmentError, match="'long'"):
        Environment.read({**REQUIRED, "CROSSTRIAL_STORE_PATIENCE": "long"})


def test_the_parent_is_light() -> None:
    heavy = ("pandas", "pyarrow", "scipy", "sklearn")
    script = (
        f"import sys, crosstrial_trial.__main__; print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
