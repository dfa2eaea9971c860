"""How trials of the same searches went, as a child reads it from the file of `publishing`."""

from __future__ import annotations

from array import array
from collections import defaultdict
from pathlib import Path

from crosstrial.domain.curve import ValidationCurve, unpacked
from crosstrial.domain.search import place_of
from crosstrial_trial.pruning import Run


class Rivals:
    """The child's side: the curves that the file has so far."""

    def __init__(self, path: Path, searches: int) -> None:
        self._path = path
        self._searches = searches
        self._offset = 0
        self._runs: dict[tuple[str, int], list[Run]] = defaultdict(list)

    def of(self, model: str, index: int) -> list[Run]:
        """Return the trials that have ended of the search that trial `index` of a model is of.

        Those that are new since the last time are among them.
        """
        self._read()
        return self._runs[model, self._search(index)]

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
            run = Run(curve.index, values, curve.complete)
            self._runs[curve.model, self._search(curve.index)].append(run)

    def _search(self, index: int) -> int:
        return place_of(index, self._searches).search
