"""The validation curves of trials that have ended, whoever ran them, for every child to read.

The parent appends lines to one file of the batch: curves of earlier batches when it begins, its own
trials' as they end, and now and again those of batches that run beside it. Neighbour: children
read what is new by `rivals` when they ask, so nobody waits for anybody.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from crosstrial.domain.batch import Batch
from crosstrial.domain.curve import ValidationCurve
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair
from crosstrial.spec.epochs import NoPruner
from crosstrial.store.protocol import Store, StoreError
from crosstrial_trial.journal import logger
from crosstrial_trial.patience import Patience
from crosstrial_trial.running import Recording

REFRESH_SECONDS = 10.0  # between two looks at what other batches have done


def published(
    recording: Recording, batch: Batch, store: Store, patience: Patience, path: Path
) -> Recording:
    """Return a recording that also publishes curves, where the batch prunes by any.

    Raises:
        StoreError: the store can't be reached, or refuses.
    """
    pruned = not isinstance(batch.pruner, NoPruner)
    pairs = [Pair(m.name, batch.dataset) for m in batch.models if m.epochs is not None]
    if not pruned or not pairs:
        return recording
    curves = _CurveFile(path)
    for pair in pairs:
        curves.write(patience.call(store.validation_curves, batch.uid, pair, ()))
    return _Publishing(recording, curves, lambda: _looked_up(store, batch.uid, pairs, curves))


def _looked_up(
    store: Store, uid: str, pairs: Iterable[Pair], curves: _CurveFile
) -> list[ValidationCurve]:
    return [
        curve
        for pair in pairs
        for curve in store.validation_curves(uid, pair, curves.known[pair.model])
    ]


class _CurveFile:
    """Appends curves to a file, each once. `known`: the indices that it has, by model."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.known: dict[str, frozenset[int]] = defaultdict(frozenset)

    def write(self, curves: Iterable[ValidationCurve]) -> None:
        new = [curve for curve in curves if curve.index not in self.known[curve.model]]
        # One write, after which whole lines are there: a child that reads a part of one waits.
        with self._path.open("a", encoding="ascii") as file:
            file.write("".join(f"{curve.model_dump_json(ensure_ascii=True)}\n" for curve in new))
        for curve in new:
            self.known[curve.model] |= {curve.index}


class _Publishing:
    """Passes outcomes on to a recording, and publishes their curves and those of others.

    To look at the store takes a short-lived thread: the pool must not wait for it.
    """

    def __init__(
        self,
        recording: Recording,
        curves: _CurveFile,
        look: Callable[[], list[ValidationCurve]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recording = recording
        self._curves = curves
        self._look = look
        self._clock = clock
        self._looked = clock()
        self._looking: threading.Thread | None = None
        self._found: list[ValidationCurve] = []

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Take outcomes over; called now and again, also with none."""
        ended = list(outcomes)
        self._curves.write(curve for outcome in ended for curve in _curve_of(outcome))
        self._refresh()
        self._recording.add(ended)

    def close(self, gives_up: Callable[[], bool]) -> None:
        """Finish with what is left, until `gives_up`."""
        self._recording.close(gives_up)

    def _refresh(self) -> None:
        if self._looking is not None and self._looking.is_alive():
            return
        if self._looking is not None:
            self._curves.write(self._found)
            self._looking = None
        if self._clock() - self._looked >= REFRESH_SECONDS:
            self._looked = self._clock()
            self._looking = threading.Thread(target=self._find, daemon=True)
            self._looking.start()

    def _find(self) -> None:
        try:
            self._found = self._look()
        except StoreError as error:
            self._found = []
            logger.warning("curves of other batches are not known yet: %s", error)


def _curve_of(outcome: Outcome) -> Iterable[ValidationCurve]:
    if outcome.validation_curve is None:
        return ()
    curve = ValidationCurve(
        model=outcome.model,
        index=outcome.index,
        complete=outcome.state is OutcomeState.SUCCEEDED,
        values=outcome.validation_curve,
    )
    return (curve,)
