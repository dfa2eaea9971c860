"""Several clients at once: processes on a server, threads in memory."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path

from crosstrial.domain.batch import BatchState
from support import store_workers
from support.store_backends import Backend
from support.stored import UID, batch, experiment, outcome

CLIENTS = 4
DIGEST = "d" * 64


def test_one_of_eight_registers_a_name(backend: Backend) -> None:
    uids = [f"uid{number}" for number in range(8)]
    tries = [(backend.opened, uid) for uid in uids]
    won = backend.clients.starmap(store_workers.register, tries, chunksize=1)
    assert sum(won) == 1
    (registered,) = backend.store.experiments()
    assert registered.uid == uids[won.index(True)]


def test_every_number_is_committed_exactly_once(backend: Backend) -> None:
    tries = [(backend.opened, 60)] * CLIENTS
    committed = backend.clients.starmap(store_workers.append_batches, tries, chunksize=1)
    assert sorted(chain(*committed)) == list(range(60))
    assert sorted(backend.store.batch_states(UID)) == list(range(60))


def test_every_batch_is_settled_exactly_once(backend: Backend) -> None:
    numbers = range(50)
    for number in numbers:
        assert backend.store.insert_batch(batch(number))
    tries = [(backend.opened, numbers)] * CLIENTS
    settled = backend.clients.starmap(store_workers.settle, tries, chunksize=1)
    assert sorted(chain(*settled)) == list(numbers)
    assert set(backend.store.batch_states(UID).values()) == {BatchState.SETTLED}


def test_every_batch_is_claimed_by_one_pod(backend: Backend) -> None:
    numbers = range(50)
    pods = [f"pod-{client}" for client in range(CLIENTS)]
    tries = [(backend.opened, pod, numbers) for pod in pods]
    claimed = backend.clients.starmap(store_workers.claim_starts, tries, chunksize=1)
    assert sorted(chain(*claimed)) == list(numbers)
    for pod, won in zip(pods, claimed, strict=True):
        for number in won:
            record = backend.store.start(f"{UID}-{number}")
            assert record is not None
            assert record.pod == pod


def test_all_outcomes_are_kept_once_while_three_write_each(backend: Backend) -> None:
    """3,200 distinct ones, each written by three of four pods, in other bulks and orders."""
    tries = []
    for client in range(CLIENTS):
        mine = [index for index in range(3200) if index % CLIENTS != client]
        order = mine if client % 2 else mine[::-1]
        tries.append((backend.opened, f"pod-{client}", order, 64 + client))
    backend.clients.starmap(store_workers.insert_outcomes, tries, chunksize=1)
    found = backend.store.outcomes_of_batch(f"{UID}-0")
    assert Counter(o.index for o in found) == Counter(range(3200))
    assert all(o == outcome(o.index, pod=o.pod) for o in found)
    assert all(o.index % CLIENTS != int(o.pod[-1]) for o in found)


def test_one_of_many_changes_wins(backend: Backend) -> None:
    assert backend.store.insert_experiment(experiment())
    tries = [
        backend.clients.apply_async(work, (backend.opened,))
        for work in [store_workers.cancel, store_workers.extend] * CLIENTS
    ]
    assert sum(each.get() for each in tries) == 1
    found = backend.store.experiment("demo")
    assert found is not None
    assert (found.state == "cancelled") == (len(found.revisions) == 1)


def test_concurrent_uploads_leave_one_file(
    backend: Backend, data_file: Path, tmp_path: Path
) -> None:
    tries = [(backend.opened, DIGEST, data_file)] * CLIENTS
    backend.clients.starmap(store_workers.put_dataset, tries, chunksize=1)
    assert backend.count_files() == 1
    backend.store.get_dataset(DIGEST, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == data_file.read_bytes()
