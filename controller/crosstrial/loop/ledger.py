"""An experiment's batches in view: live ones whole, settled ones folded into sums once.

What a tick reads grows with live work. Only the first look reads history, and of that only the
summaries, but for batches that left or took up waiting trials. Neighbours: `decide.progress`
folds, `loop.observe` and the client's status read the result.
"""

from __future__ import annotations

from crosstrial.decide.progress import fold, fold_summary
from crosstrial.decide.snapshot import Progress
from crosstrial.domain.batch import Batch, BatchState
from crosstrial.domain.trial import Trial
from crosstrial.store.protocol import Store


class Ledger:
    """What one experiment's batches add up to, kept up to date by `refresh`."""

    def __init__(self, store: Store, uid: str) -> None:
        self._store = store
        self._uid = uid
        self._folded: set[int] = set()
        self._first = 0  # every batch below is folded
        self._live: dict[int, Batch] = {}
        self._fresh = True
        self.progress = Progress()
        self.next_number = 0

    @property
    def live(self) -> tuple[Batch, ...]:
        """The unsettled batches, by number."""
        return tuple(self._live[number] for number in sorted(self._live))

    def settled_from(self, first: int) -> list[int]:
        """Return the numbers from `first` on that are folded, in order."""
        numbers = range(first, self.next_number)
        return [n for n in numbers if n < self._first or n in self._folded]

    def refresh(self) -> None:
        """Look at the store again."""
        if self._fresh:
            self._read_history()
            self._fresh = False
        states = self._store.batch_states(self._uid, self._first)
        self.next_number = max(states, default=self._first - 1) + 1
        self._read_news(states)
        self._advance()

    def _read_history(self) -> None:
        """Fold settled batches without waiting trials from their summaries."""
        for summary in self._store.batch_summaries(self._uid):
            if summary.state is not BatchState.SETTLED:
                continue
            if summary.has_unfinished or summary.has_retries:
                continue
            self.progress = fold_summary(self.progress, summary)
            self._folded.add(summary.number)
        self._advance()

    def _read_news(self, states: dict[int, BatchState]) -> None:
        wanted = [
            number
            for number, state in states.items()
            if number not in self._folded and self._is_news(number, state)
        ]
        if not wanted:
            return
        # By number, so that a trial's earlier attempt is folded before its later one.
        for batch in self._store.batches(self._uid, sorted(wanted)):
            self._take(batch)

    def _is_news(self, number: int, state: BatchState) -> bool:
        known = self._live.get(number)
        return known is None or known.state is not state

    def _take(self, batch: Batch) -> None:
        if batch.state is not BatchState.SETTLED:
            self._live[batch.number] = batch
            return
        if not self._follows(batch):
            return
        self.progress = fold(self.progress, batch)
        self._folded.add(batch.number)
        self._live.pop(batch.number, None)

    def _follows(self, batch: Batch) -> bool:
        """Whether every retried trial's earlier attempt is folded.

        The reads of one refresh are not one instant: a batch can look settled before the one
        that it continues. It is then folded at the next refresh.
        """
        waiting = self.progress.waiting
        return all(
            Trial(entry.model, batch.dataset, entry.index) in waiting
            for entry in batch.manifest
            if entry.attempt > 1
        )

    def _advance(self) -> None:
        while self._first in self._folded:
            self._folded.discard(self._first)
            self._first += 1
