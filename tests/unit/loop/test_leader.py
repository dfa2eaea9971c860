"""One leader a file."""

from __future__ import annotations

from pathlib import Path

from crosstrial.loop.leader import FileLeader


def test_one_leads_and_the_other_waits_in_line(tmp_path: Path) -> None:
    first, second = (FileLeader(tmp_path / "new" / "lock") for _ in range(2))
    assert first.try_lead()
    assert first.try_lead()
    assert not second.try_lead()
    assert (first.leading, second.leading) == (True, False)
    first.resign()
    assert second.try_lead()
    assert (first.leading, second.leading) == (False, True)
    second.resign()


def test_who_does_not_lead_may_resign(tmp_path: Path) -> None:
    leader = FileLeader(tmp_path / "lock")
    leader.resign()
    assert not leader.leading
