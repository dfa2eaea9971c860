"""A trial that is run again to see whether it comes to the same; nothing of it is counted.

The worker that does it prints these records, one a line, among whatever else is printed: a local
process's output and a pod's log are read alike.
"""

from __future__ import annotations

from typing import Self

from pydantic import ValidationError

from crosstrial.domain.outcome import Outcome
from crosstrial.domain.record import Record

MARK = "crosstrial-replay "


class Replayed(Record):
    """What a replay says: first what it runs on, then also what the trial came to."""

    versions: dict[str, str]  # library -> version
    splits_digest: str
    outcome: Outcome | None = None

    def line(self) -> str:
        """Return the line that `of_line` reads."""
        return f"{MARK}{self.model_dump_json()}"

    @classmethod
    def of_line(cls, line: str) -> Self | None:
        """Return what a printed line says; None when it is something else."""
        _, mark, text = line.partition(MARK)
        if not mark:
            return None
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return None
