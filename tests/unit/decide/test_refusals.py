"""How long a refusal is held against an experiment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crosstrial.decide.refusals import holds_back, remembered
from crosstrial.decide.snapshot import Refusal, Refused, Snapshot
from support.plans import view
from support.registered import MOMENT, UID, record

OLD = Refusal(Refused("StoreRefuses", "too large", new_batch=True), 1, MOMENT)
OLD_LAUNCH = Refusal(Refused("ExecutorRefuses", "no such pod", new_batch=False), 1, MOMENT)
NEW = Refused("ExecutorRefuses", "no", new_batch=False)


@pytest.mark.parametrize(
    ("refusal", "revision", "seconds", "held"),
    [
        pytest.param(None, 1, 0, False, id="none"),
        pytest.param(OLD, 1, 0, True, id="just now"),
        pytest.param(OLD, 1, 14, True, id="a while ago"),
        pytest.param(OLD, 1, 15, False, id="long ago"),
        pytest.param(OLD, 2, 1, False, id="of an older revision"),
        pytest.param(OLD, 1, -3600, False, id="the clock was set back"),
    ],
)
def test_a_refusal_holds_for_a_while_or_until_the_document_changes(
    refusal: Refusal | None, revision: int, seconds: float, *, held: bool
) -> None:
    one = record().model_copy(update={"revision": revision})
    assert holds_back(refusal, one, MOMENT + timedelta(seconds=seconds)) is held


@pytest.mark.parametrize(
    ("old", "refused", "seconds", "kept"),
    [
        pytest.param({}, {UID: NEW}, 0, "no", id="new"),
        pytest.param({UID: OLD}, {UID: NEW}, 20, "no", id="again"),
        pytest.param({UID: OLD}, {}, 5, "too large", id="nothing was tried"),
        pytest.param({UID: OLD}, {}, 20, None, id="tried, and taken"),
        pytest.param({UID: OLD_LAUNCH}, {}, 1, None, id="tried each time, and taken"),
        pytest.param({}, {"of-nobody": NEW}, 0, None, id="of no experiment"),
    ],
)
def test_a_refusal_is_remembered_until_all_is_tried_again(
    old: dict[str, Refusal], refused: dict[str, Refused], seconds: float, kept: str | None
) -> None:
    snapshot = Snapshot((view(record()),), {}, refusals=old)
    found = remembered(snapshot, refused, MOMENT + timedelta(seconds=seconds))
    assert [one.refused.message for one in found.values()] == ([] if kept is None else [kept])
