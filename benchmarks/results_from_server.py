"""What `results` takes beyond reading outcomes from a real server, and how much memory.

    PYTHONPATH=tests python benchmarks/results_from_server.py FOLDER [OUTCOMES] [REPEATS]

FOLDER keeps the embedded server's data: the outcomes of `results_frame` are written once, through
the store. What `results` asks for is read three times: drained from the driver's cursors and
dropped, read through the store, which checks every record, and made a frame. Each is a process of
its own, so its memory is its own. CPU seconds of that process are what counts: it and the server
take turns, and the server's seconds are the same for all three.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from pymongo import MongoClient
from pymongo.database import Database
from results_frame import MOST_MEBIBYTES, MOST_SECONDS, TRIALS_A_BATCH, SyntheticStore

from crosstrial.client.counted import BATCHES_AT_ONCE as BATCHES_OF_RESULTS
from crosstrial.client.counted import reading_many
from crosstrial.client.store_client import StoreClient
from crosstrial.domain.batch import batch_id
from crosstrial.domain.outcome import Outcome
from crosstrial.store.connect import DEFAULT_DATABASE, open_store
from crosstrial.store.documents import Document, readable
from crosstrial.store.embedded import EmbeddedServer
from crosstrial.store.mongodb.outcomes import BATCHES_AT_ONCE
from crosstrial.store.mongodb.part import chunks
from crosstrial.store.protocol import Store
from support.registered import UID


@dataclass(frozen=True)
class Measured:
    """What one process took: seconds by the clock, of its own CPU, MiB at most, outcomes seen."""

    clock: float
    cpu: float
    memory: float
    outcomes: int


def load(uri: str, outcomes: int) -> None:
    """Write what is not there yet."""
    source, store = SyntheticStore(outcomes), open_store(uri)
    store.ensure_ready()
    record = source.experiment("demo")
    if record is None or not store.insert_experiment(record):
        return
    documents = source.outcome_documents()
    for batch in source.batches(UID, source.batch_states(UID)):
        store.insert_batch(batch)
        store.insert_outcomes(list(readable(Outcome, islice(documents, TRIALS_A_BATCH))))


def drain(uri: str) -> Measured:
    """Read what `results` reads, and drop it."""
    client: MongoClient[Document] = MongoClient(uri, tz_aware=True)
    return _measured(lambda: sum(1 for _ in _outcomes(client[DEFAULT_DATABASE])))


def read(uri: str) -> Measured:
    """Read the same through the store."""
    store = open_store(uri)
    return _measured(lambda: sum(1 for _ in _records(store)))


def results(uri: str) -> Measured:
    """Make the frame of all outcomes."""
    client = StoreClient(open_store(uri))
    return _measured(lambda: len(client.results("demo")))


def _records(store: Store) -> Iterator[Outcome]:
    for some in chunks(sorted(store.batch_states(UID)), BATCHES_OF_RESULTS):
        store.batches(UID, some)
    return store.outcomes_of_experiment(UID)


def _outcomes(database: Database[Document]) -> Iterator[Document]:
    """Yield the outcomes after all batches were read, by the queries of the store."""
    batches, outcomes = database["batches"], database["outcomes"]
    fields = {"_id": 0, "number": 1, "state": 1}
    states = batches.find({"uid": UID, "number": {"$gte": 0}}, fields)
    settled = [batch_id(UID, number) for number in sorted(state["number"] for state in states)]
    for some in chunks(settled, BATCHES_OF_RESULTS):
        deque(batches.find({"_id": {"$in": some}}), maxlen=0)
    ids = [found["_id"] for found in batches.find({"uid": UID}, {"_id": 1})]
    for some in chunks(ids, BATCHES_AT_ONCE):
        yield from outcomes.find({"batch": {"$in": some}})


def _measured(work: Callable[[], int]) -> Measured:
    clock, cpu = time.perf_counter(), time.process_time()
    with reading_many():
        outcomes = work()
    return Measured(
        clock=time.perf_counter() - clock,
        cpu=time.process_time() - cpu,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        outcomes=outcomes,
    )


def main(folder: Path, outcomes: int, repeats: int) -> None:
    """Print medians, and fail above the bounds, which are those of a million outcomes."""
    server = EmbeddedServer(folder)
    uri = server.acquire()
    try:
        alone = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=alone, max_tasks_per_child=1) as processes:
            processes.submit(load, uri, outcomes).result()
            runs = [
                [processes.submit(work, uri).result() for work in (drain, read, results)]
                for _ in range(repeats)
            ]
    finally:
        server.release()
    report(runs, outcomes)


def report(runs: list[list[Measured]], outcomes: int) -> None:
    """Print the medians of the repeats."""
    for name, measured in zip(("driver", "store", "results"), zip(*runs, strict=True), strict=True):
        cpu, clock = (median(getattr(m, field) for m in measured) for field in ("cpu", "clock"))
        memory = max(m.memory for m in measured)
        sys.stdout.write(f"{name}: CPU {cpu:.2f} s, clock {clock:.1f} s, {memory:.0f} MiB\n")
    beyond = median(made.cpu - kept.cpu for _, kept, made in runs)
    memory = max(made.memory for *_, made in runs)
    sys.stdout.write(
        f"{outcomes} outcomes, {len(runs)} repeats: {beyond:.2f} s beyond the store's own"
        f" (bound {MOST_SECONDS:g} s a million), {memory:.0f} MiB (bound {MOST_MEBIBYTES:g} MiB)\n"
    )
    seen = {measured.outcomes for run in runs for measured in run}
    if seen != {outcomes} or beyond > MOST_SECONDS * outcomes / 1e6 or memory > MOST_MEBIBYTES:
        raise SystemExit("outcomes are missing, too slow or too large")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000,
        int(sys.argv[3]) if len(sys.argv) > 3 else 5,
    )
