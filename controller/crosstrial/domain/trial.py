"""A trial: one configuration of a pair. It has no document before its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from crosstrial.domain.pair import Pair


@dataclass(frozen=True, order=True)
class Trial:
    """The `index`-th configuration of `model` on `dataset`."""

    model: str
    dataset: str
    index: int

    @property
    def pair(self) -> Pair:
        """The pair that this trial belongs to."""
        return Pair(self.model, self.dataset)

    def id(self, uid: str) -> str:
        """Return `<uid>:<model>@<dataset>:<index>`."""
        return f"{uid}:{self.model}@{self.dataset}:{self.index}"


def parse_trial_id(text: str) -> tuple[str, Trial]:
    """Return the experiment's uid and the trial that an id names.

    Raises:
        ValueError: not of the form `<uid>:<model>@<dataset>:<index>`.
    """
    try:
        uid, pair, index = text.split(":")
        model, dataset = pair.split("@")
        return uid, Trial(model, dataset, int(index))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a trial: <uid>:<model>@<dataset>:<index>") from error
