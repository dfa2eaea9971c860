"""One experiment in Python: follow it, steer it, read what came of it. `client` hands it out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from crosstrial.analysis.failures import FailureGroup
from crosstrial.client.progress import NoProgress, Progress, shown_progress
from crosstrial.client.session import Session
from crosstrial.client.status import ExperimentStatus
from crosstrial.domain.experiment import ExperimentState
from crosstrial.spec.errors import InvalidError

if TYPE_CHECKING:
    import pandas as pd

    from crosstrial.analysis.comparison import Comparison


# One that was last seen in these states and is followed no more was deleted.
GONE = (ExperimentState.ACTIVE, ExperimentState.DELETING)


class ExperimentHandle:
    """An experiment of a client's place, by its name; good as long as the client is open.

    Every method may raise `InvalidError` (the experiment is not there any more) and
    `UnreachableError` (the store does not answer).
    """

    def __init__(self, session: Session, name: str) -> None:
        self.name = name
        self._session = session

    def __repr__(self) -> str:
        return f"<experiment {self.name}>"

    def status(self) -> ExperimentStatus:
        """Return how far it is: counts for each pair, conditions, speed and time to finish."""
        return self._session.client.status(self.name)

    def wait(self, timeout: float | None = None, *, progress: bool = True) -> ExperimentStatus:
        """Return its last status when it has ended; on this machine also once it is paused.

        In local mode this runs the batches, those of the state folder's other experiments
        included, unless another process does so already. Elsewhere it only looks on.

        Args:
            timeout: seconds after which to give up; batches that run then go on running.
            progress: whether to show how far it is, on the terminal or in the notebook.

        Raises:
            TimeoutError: it has not ended in time.
            InvalidError: it was deleted meanwhile.
        """
        if not progress:
            return self._waited(timeout, NoProgress())
        with shown_progress() as shown:
            return self._waited(timeout, shown)

    def _waited(self, timeout: float | None, shown: Progress) -> ExperimentStatus:
        deadline = None if timeout is None else time.monotonic() + timeout
        status = None
        for status in self._session.advance(self.name, shown.say):
            shown.update(status)
            late = deadline is not None and time.monotonic() >= deadline
            if late and not status.record.state.ended:
                raise TimeoutError(
                    f"{self.name} has not ended within {timeout:g} s:"
                    f" {status.ended} of {status.wanted} trials have"
                )
        if status is None or status.record.state in GONE:
            raise InvalidError(f"{self.name} is gone", "it was deleted meanwhile")
        return status

    def pause(self) -> None:
        """Plan no new batches; running ones finish.

        Raises:
            ConflictError: it has ended.
        """
        self._session.client.pause(self.name)

    def resume(self) -> None:
        """Go on after a pause.

        Raises:
            ConflictError: it has ended.
        """
        self._session.client.resume(self.name)

    def cancel(self) -> None:
        """End it now; what has ended before stays.

        Raises:
            ConflictError: it has ended otherwise.
        """
        self._session.bring_to_rest(self._session.client.cancel(self.name).uid)

    def delete(self) -> None:
        """Remove it and all its results; in a cluster its controller does, soon."""
        self._session.bring_to_rest(self._session.client.delete(self.name).uid)

    def results(self, *, splits: bool = False, epochs: bool = False) -> pd.DataFrame:
        """Return a row a trial that counts, failures and the baseline's included.

        Sorted by data set, model and index as in the document. Read as a stream: the frame is
        all that is kept in memory.

        Args:
            splits: a row a split instead, with `repeat` and `fold`.
            epochs: a row an epoch instead, with `epoch` and `reported` as well.

        Returns:
            The columns that `crosstrial results` writes. Scores are greater-is-better, durations
            seconds, memory MiB; a parameter that was drawn as values of several types is a column
            of plain objects.

        Raises:
            InvalidError: both `splits` and `epochs`.
        """
        return self._session.client.results(self.name, splits=splits, epochs=epochs)

    def compare(self) -> Comparison:
        """Return the comparison of its models over its data sets, as `crosstrial compare` has it.

        Configurations are chosen by validation scores and reported by test scores.
        `verdict.sentence` says what is shown, and how sure; `to_dict()` has everything.
        """
        return self._session.client.compare(self.name)

    def report(self, path: str | Path) -> Comparison:
        """Write `compare` and all that explains it as one HTML file; return the comparison.

        Raises:
            OSError: the file can't be written.
        """
        return self._session.client.report(self.name, Path(path))

    def failures(self) -> list[FailureGroup]:
        """Return the failures that count by cause and model, the most frequent first."""
        return self._session.client.failures(self.name)
