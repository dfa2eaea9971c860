"""How long `results` takes for a million outcomes, and how much memory.

    PYTHONPATH=tests python benchmarks/results_frame.py [OUTCOMES]

The store makes its documents when they are asked for, decodes them as a driver does, checks every
one, and keeps none. That is its own time, which is measured alone first, without the checks and
with them; what `results` adds is the rest. One core does the work, so CPU seconds are what it takes
where nothing else runs.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import bson

from crosstrial.client.counted import reading_many
from crosstrial.client.store_client import StoreClient
from crosstrial.domain.batch import Batch, BatchState, batch_id
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.record import Record
from crosstrial.store.documents import Document, readable, to_stored
from crosstrial.store.memory import CODEC, MemoryStore
from support.registered import UID, batch, document, outcome, record

DATASETS = [f"data-set-{number}" for number in range(50)]
MODELS = [f"model-{number}" for number in range(20)]
PAIRS = [(model, dataset) for dataset in DATASETS for model in MODELS]
TRIALS_A_BATCH = 250
MOST_SECONDS = 30.0
MOST_MEBIBYTES = 2048.0


class SyntheticStore(MemoryStore):
    """One experiment: batches of one pair each, all of whose outcomes count."""

    def __init__(self, outcomes: int) -> None:
        super().__init__()
        self._batches = outcomes // TRIALS_A_BATCH
        # Batches go round the pairs, as they do in a run.
        runs = max(1, self._batches // len(PAIRS)) * TRIALS_A_BATCH
        self.insert_experiment(record(of=document(runs=runs, datasets=DATASETS, models=MODELS)))
        ended = [outcome(index=index) for index in range(TRIALS_A_BATCH)]
        self._outcome = bson.encode(to_stored(ended[0]))
        self._batch = bson.encode(to_stored(batch(0, ended, settled=True)))

    def batch_states(self, uid: str, first: int = 0) -> dict[int, BatchState]:
        """See `Store`."""
        return dict.fromkeys(range(first, self._batches), BatchState.SETTLED)

    def batches(self, uid: str, numbers: Iterable[int]) -> list[Batch]:
        """See `Store`."""
        return list(readable(Batch, self.batch_documents(numbers)))

    def outcomes_of_experiment(self, uid: str) -> Iterator[Outcome]:
        """See `Store`."""
        return readable(Outcome, self.outcome_documents())

    def all_documents(self) -> Iterator[Document]:
        """Yield what there is to read."""
        yield from self.batch_documents(range(self._batches))
        yield from self.outcome_documents()

    def all_records(self) -> Iterator[Record]:
        """Yield the same, checked."""
        yield from readable(Batch, self.batch_documents(range(self._batches)))
        yield from self.outcomes_of_experiment(UID)

    def batch_documents(self, numbers: Iterable[int]) -> Iterator[Document]:
        """Yield batches as a driver returns them."""
        for number in numbers:
            model, dataset, first = _place(number)
            made = bson.decode(self._batch, CODEC)
            made |= {"_id": batch_id(UID, number), "number": number, "dataset": dataset}
            for position, entry in enumerate(made["manifest"]):
                entry |= {"model": model, "index": first + position}
            yield bson.decode(bson.encode(made), CODEC)

    def outcome_documents(self) -> Iterator[Document]:
        """Yield outcomes as a driver returns them."""
        for number in range(self._batches):
            model, dataset, first = _place(number)
            place = {"batch": batch_id(UID, number), "model": model, "dataset": dataset}
            for index in range(first, first + TRIALS_A_BATCH):
                made = bson.decode(self._outcome, CODEC) | place
                made |= {"_id": f"{UID}:{model}@{dataset}:{index}", "index": index}
                made["parameters"]["C"] = 1.5 + index
                yield bson.decode(bson.encode(made), CODEC)


def _place(number: int) -> tuple[str, str, int]:
    """Return a batch's model and data set, and the index of its first trial."""
    turn, pair = divmod(number, len(PAIRS))
    return *PAIRS[pair], turn * TRIALS_A_BATCH


def main(outcomes: int) -> None:
    """Print what `results` takes, and fail above the bounds."""
    store = SyntheticStore(outcomes)
    with reading_many():
        unchecked = _seconds_of(lambda: deque(store.all_documents(), maxlen=0))
        own = _seconds_of(lambda: deque(store.all_records(), maxlen=0))
    rows: list[int] = []
    beyond = _seconds_of(lambda: rows.append(len(StoreClient(store).results("demo")))) - own
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{rows[0]} outcomes: {beyond:.1f} s (bound {MOST_SECONDS:g} s) beyond the store's own"
        f" {own:.1f} s ({unchecked:.1f} s without its checks),"
        f" {memory:.0f} MiB (bound {MOST_MEBIBYTES:g} MiB)\n"
    )
    if rows != [outcomes] or beyond > MOST_SECONDS or memory > MOST_MEBIBYTES:
        raise SystemExit("rows are missing, too slow or too large")


def _seconds_of(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
