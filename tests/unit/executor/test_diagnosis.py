"""What an exit code means, alone and beside what else is known."""

from __future__ import annotations

import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.worker_exit import CAUSE_OF_EXIT
from crosstrial.executor.diagnosis import End, diagnose

OUTGREW = "it used too much"
STOPPED = "it was stopped"


@pytest.mark.parametrize(
    ("code", "out_of_memory", "asked", "expected"),
    [
        pytest.param(0, "", "", End(None), id="well"),
        pytest.param(0, OUTGREW, STOPPED, End(None), id="well-before-it-could-be-ended"),
        pytest.param(137, OUTGREW, "", End(Cause.OUT_OF_MEMORY, OUTGREW), id="memory"),
        pytest.param(137, OUTGREW, STOPPED, End(Cause.OUT_OF_MEMORY, OUTGREW), id="memory-first"),
        pytest.param(137, "", STOPPED, End(Cause.INTERRUPTED, STOPPED), id="stopped-by-force"),
        pytest.param(143, "", STOPPED, End(Cause.INTERRUPTED, STOPPED), id="stopped"),
        pytest.param(
            69,
            "",
            STOPPED,
            End(Cause.STORE_UNREACHABLE, "the worker could not reach the store"),
            id="a-code-of-its-own-says-more",
        ),
        pytest.param(
            137, "", "", End(Cause.CRASHED, "the worker was killed by SIGKILL"), id="killed"
        ),
        pytest.param(
            139, "", "", End(Cause.CRASHED, "the worker was killed by SIGSEGV"), id="segfault"
        ),
        pytest.param(
            255,
            "",
            "",
            End(Cause.WORKER_ERROR, "the worker ended with the unknown exit code 255"),
            id="no-signal",
        ),
        pytest.param(
            128,
            "",
            "",
            End(Cause.WORKER_ERROR, "the worker ended with the unknown exit code 128"),
            id="signal-0-is-none",
        ),
    ],
)
def test_why_a_batch_ended(code: int, out_of_memory: str, asked: str, expected: End) -> None:
    assert diagnose(code, out_of_memory=out_of_memory, asked=asked) == expected


@pytest.mark.parametrize("code", sorted(CAUSE_OF_EXIT))
def test_every_code_of_the_contract_has_its_cause_and_a_message(code: int) -> None:
    end = diagnose(code)
    assert end.cause is CAUSE_OF_EXIT[code]
    assert bool(end.message) is (end.cause is not None)
