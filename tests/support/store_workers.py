"""What several clients of one store do at once, for tests of its claims.

Each function gets `opened`, which returns a store: a process opens one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from crosstrial.domain.experiment import ExperimentState
from crosstrial.store.protocol import Store
from support.stored import UID, batch, experiment, outcome, revision, settlement, start

Opened: TypeAlias = Callable[[], Store]


def register(opened: Opened, uid: str) -> bool:
    """Try to register the one name."""
    with closing(opened()) as store:
        return store.insert_experiment(experiment(uid=uid))


def append_batches(opened: Opened, up_to: int) -> list[int]:
    """Plan the next batch again and again, as a controller does; return those committed."""
    committed: list[int] = []
    with closing(opened()) as store:
        while (number := max(store.batch_states(UID), default=-1) + 1) < up_to:
            if store.insert_batch(batch(number)):
                committed.append(number)
    return committed


def settle(opened: Opened, numbers: Sequence[int]) -> list[int]:
    """Try to settle every batch; return those settled here."""
    with closing(opened()) as store:
        return [n for n in numbers if store.settle_batch(f"{UID}-{n}", settlement())]


def claim_starts(opened: Opened, pod: str, numbers: Sequence[int]) -> list[int]:
    """Try to claim every batch for a pod; return those claimed."""
    with closing(opened()) as store:
        return [number for number in numbers if store.insert_start(start(number, pod))]


def insert_outcomes(opened: Opened, pod: str, indices: Sequence[int], size: int) -> None:
    """Insert an outcome for every index, in bulks."""
    with closing(opened()) as store:
        for first in range(0, len(indices), size):
            bulk = indices[first : first + size]
            store.insert_outcomes([outcome(index, pod=pod) for index in bulk])


def cancel(opened: Opened) -> bool:
    """Try to cancel the experiment as it was registered."""
    with closing(opened()) as store:
        return store.change_state(
            UID, was=ExperimentState.ACTIVE, revision=1, to=ExperimentState.CANCELLED
        )


def extend(opened: Opened) -> bool:
    """Try to append the second revision."""
    with closing(opened()) as store:
        return store.append_revision(
            UID,
            was=ExperimentState.ACTIVE,
            revision=1,
            new=revision(2, runs=3),
            to=ExperimentState.ACTIVE,
        )


def put_dataset(opened: Opened, digest: str, path: Path) -> None:
    """Upload the one data set."""
    with closing(opened()) as store:
        store.put_dataset(digest, path)
