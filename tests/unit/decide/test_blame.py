"""Who is blamed for the end of a container."""

from __future__ import annotations

import pytest

from crosstrial.decide.blame import KILLED, Verdict, verdict
from crosstrial.domain.cause import Cause
from support.plans import batch, end, entry

INNOCENT, SUSPECT, GUILTY = Verdict.INNOCENT, Verdict.SUSPECT, Verdict.GUILTY


@pytest.mark.parametrize("cause", sorted(KILLED))
@pytest.mark.parametrize(
    ("suspects", "named", "expected"),
    [
        pytest.param(False, (1,), (INNOCENT, SUSPECT, INNOCENT), id="named among many"),
        pytest.param(False, (0, 2), (SUSPECT, INNOCENT, SUSPECT), id="each child names one"),
        pytest.param(False, (), (INNOCENT,) * 3, id="nobody was running"),
        pytest.param(False, (7,), (INNOCENT,) * 3, id="a position that is not there"),
        pytest.param(False, None, (SUSPECT,) * 3, id="no evidence"),
        pytest.param(True, (1,), (SUSPECT, GUILTY, SUSPECT), id="alone among suspects"),
        pytest.param(True, (), (SUSPECT,) * 3, id="suspects, nobody was running"),
        pytest.param(True, None, (SUSPECT,) * 3, id="suspects without evidence"),
    ],
)
def test_a_killed_container_is_blamed_on_whom_the_evidence_names(
    cause: Cause, suspects: bool, named: tuple[int, ...] | None, expected: tuple[Verdict, ...]
) -> None:
    judged = batch(entry(0), entry(1), entry(2), suspects=suspects)
    seen = end(judged, cause, named=named)
    assert tuple(verdict(judged, seen, position) for position in range(3)) == expected


@pytest.mark.parametrize("cause", [c for c in Cause if not c.counted])
@pytest.mark.parametrize(
    ("suspects", "expected"),
    [pytest.param(False, INNOCENT, id="others"), pytest.param(True, SUSPECT, id="suspects")],
)
def test_what_the_cluster_did_accuses_and_clears_nobody(
    cause: Cause, suspects: bool, expected: Verdict
) -> None:
    judged = batch(entry(0), suspects=suspects)
    assert verdict(judged, end(judged, cause, named=(0,)), 0) is expected
