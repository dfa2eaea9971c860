"""The blame file always names what runs, and nothing else."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from crosstrial.domain.execution import EVIDENCE_BYTES, named_positions
from crosstrial_trial.blame import BlameFile


def test_slots_name_the_trials_under_way(tmp_path: Path) -> None:
    path = tmp_path / "termination-log"
    path.write_bytes(b"what an earlier container left" * 10)
    with closing(BlameFile(path, 3)) as blame:
        assert named_positions(path.read_bytes()) == ()
        blame.write(0, 17)
        blame.write(2, 0)
        assert named_positions(path.read_bytes()) == (0, 17)
        blame.write(2, 4999)
        blame.write(0, None)
        assert named_positions(path.read_bytes()) == (4999,)
    assert named_positions(path.read_bytes()) == (4999,)


def test_every_slot_of_a_large_pod_is_within_the_evidence(tmp_path: Path) -> None:
    path = tmp_path / "termination-log"
    with closing(BlameFile(path, 256)) as blame:
        for slot in range(256):
            blame.write(slot, slot + 1000)
    assert len(path.read_bytes()) == EVIDENCE_BYTES
    assert len(named_positions(path.read_bytes())) == 256
