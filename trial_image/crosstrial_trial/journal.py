"""What a worker prints: plain lines on standard error, not many."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterable

from crosstrial.domain.batch import Batch
from crosstrial_trial.member import Ended

logger = logging.getLogger("crosstrial_trial")

OUTPUT_CHARACTERS = 64 << 10  # of all trials of a batch together


def log_to_stderr() -> None:
    """Send the worker's lines to standard error."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)


class Journal:
    """Notes a batch's failures, and what its trials print, up to a bound."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._began = time.monotonic()
        self._tally: Counter[str] = Counter()
        self._left = OUTPUT_CHARACTERS

    def note(self, ended: Iterable[Ended]) -> None:
        """Note trials that ended."""
        for one in ended:
            report = one.report
            trial = self._batch.trial(report.position).id(self._batch.uid)
            self._tally[report.state] += 1
            self._pass_on(trial, one.output)
            if report.cause is not None:
                reason = (report.message or "").rpartition("\n")[2]
                logger.info("trial %s failed: %s: %s", trial, report.cause, reason)

    def _pass_on(self, trial: str, output: str) -> None:
        if not output or self._left <= 0:
            return
        logger.info("trial %s printed:\n%s", trial, output)
        self._left -= len(output)
        if self._left <= 0:
            logger.info("what further trials of this batch print is left out")

    def close(self) -> None:
        """Note what the batch came to."""
        counts = ", ".join(f"{count} {state}" for state, count in self._tally.items()) or "nothing"
        seconds = time.monotonic() - self._began
        logger.info("batch %s ended after %.1f s: %s", self._batch.id, seconds, counts)
