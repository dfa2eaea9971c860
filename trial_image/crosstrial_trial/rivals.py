"""How trials of the same pairs went, as a child reads it from the file of `publishing`."""

from __future__ import annotations

from array import array
from collections import defaultdict
from pathlib import Path

from crosstrial.domain.curve import ValidationCurve, unpacked
from crosstrial_trial.pruning import Run


class Rivals:
    """The child's side: the curves that the file has so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._runs: dict[str, list[Run]] = defaultdict(list)

    def of(self, model: str) -> list[Run]:
        """Return the trials of a model that have ended, with those that are new since the last."""
        self._read()
        return self._runs[model]

    def _read(self) -> None:
        with self._path.open("rb") as file:
            file.seek(self._offset)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            curve = ValidationCurve.model_validate_json(line)
            # Every child holds all of them: eight bytes a number, not the forty of an object.
            values = array("d", (n for n in unpacked(curve.values) if n is not None))
            self._runs[curve.model].append(Run(curve.index, values, curve.complete))
