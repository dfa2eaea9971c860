"""Which trials a worker takes: decided ones, claimed batches, unusable data, absent stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest

from crosstrial.domain.batch import StartRecord
from crosstrial.domain.outcome import Outcome
from crosstrial.spec.document import Evaluation
from crosstrial.spec.splitting import KFoldSplit
from crosstrial.store.embedded import EmbeddedServer
from support.arena import wait_for
from support.worker import Workers, below, small_table, store_uri, workers

__all__ = ["store_uri", "workers"]

DONE, ERROR, STORE_UNREACHABLE, TAKEN, TERMINATED = 0, 1, 69, 75, 143
GOOD: dict[str, Any] = {}


def test_trials_that_are_decided_are_not_run(workers: Workers) -> None:
    batch = workers.batch([GOOD, GOOD, GOOD])
    assert workers.run(batch, pod="earlier")[0] == DONE
    before = workers.outcomes(batch)

    manifest = tuple(e.model_copy(update={"attempt": 2}) for e in batch.manifest[1:])
    again = workers.batch([], uid=batch.uid, number=1, manifest=(*manifest, _entry(batch, 7)))
    code, printed = workers.run(again, pod="later")
    assert code == DONE
    assert "1 of 3 trials" in printed
    assert workers.outcomes(batch) == before
    assert {i: o.pod for i, o in workers.outcomes(again).items()} == {7: "later"}


def _entry(batch: Any, index: int) -> Any:
    return batch.manifest[0].model_copy(update={"index": index})


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param({"pod": "another"}, id="by another pod"),
        pytest.param({"pod": "controller", "withdrawn": True}, id="withdrawn"),
    ],
)
def test_a_batch_that_is_taken_is_left_alone(workers: Workers, claim: dict[str, Any]) -> None:
    batch = workers.batch([GOOD])
    workers.store.insert_start(StartRecord(batch=batch.id, started=batch.created, **claim))
    assert workers.run(batch)[0] == TAKEN
    assert workers.outcomes(batch) == {}


def test_the_same_pod_may_start_again(workers: Workers) -> None:
    gate = workers.folder / "gate"
    batch = workers.batch([GOOD, {"gate": str(gate)}])
    first = workers.start(batch)
    wait_for(lambda: workers.outcomes(batch), "an outcome is written while others run")
    first.kill()
    gate.touch()
    assert workers.run(batch)[0] == DONE
    assert sorted(workers.outcomes(batch)) == [0, 1]


def _damaged(workers: Workers) -> dict[str, Any]:
    path = workers.folder / "garbage"
    path.write_bytes(b"this is not Parquet")
    digest = "0" * 63 + "a"
    workers.store.put_dataset(digest, path)
    return {"digest": digest}


def _another(workers: Workers) -> dict[str, Any]:
    workers.put(small_table(40))
    digest = "0" * 63 + "b"
    workers.store.put_dataset(digest, workers.folder / "data.parquet")
    return {"digest": digest}


def _unsplittable(_workers: Workers) -> dict[str, Any]:
    return {"evaluation": Evaluation(outer=KFoldSplit(kind="kfold", folds=50))}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(lambda _: {"digest": "f" * 64}, "not in this store", id="unknown"),
        pytest.param(_damaged, "cannot be read as Parquet", id="damaged"),
        pytest.param(_another, "holds another data set", id="another"),
        pytest.param(_unsplittable, "cannot be split", id="unsplittable"),
    ],
)
def test_an_unusable_data_set_is_recorded_at_the_start(
    workers: Workers, changes: Any, words: str
) -> None:
    batch = workers.batch([GOOD], **changes(workers))
    code, printed = workers.run(batch)
    assert code == DONE, printed
    start = workers.store.start(batch.id)
    assert start is not None
    assert words in str(start.dataset_error)
    assert workers.outcomes(batch) == {}


def test_without_a_store_it_says_so(workers: Workers) -> None:
    batch = workers.batch([GOOD])
    code, printed = workers.run(
        batch, CROSSTRIAL_STORE="mongodb://127.0.0.1:9/none", CROSSTRIAL_STORE_PATIENCE="0"
    )
    assert code == STORE_UNREACHABLE
    assert "the store is unreachable" in printed


def test_a_store_that_goes_away_ends_it_with_its_children(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "store")
    place = Workers(server.acquire(), tmp_path)
    try:
        gate = tmp_path / "gate"
        batch = place.batch([{"gate": str(gate)}, {"deed": "hang"}], cpu=2.0)
        worker = place.start(batch, CROSSTRIAL_STORE_PATIENCE="0")
        place.wait_for_trials(0, 1)
        processes = below(worker.pid)
        server.release()
        gate.touch()
        worker.communicate(timeout=120)
        assert worker.returncode == STORE_UNREACHABLE
        wait_for(lambda: not any(map(psutil.Process.is_running, processes)), "all have ended")
    finally:
        place.close()
        server.release()


def test_an_unknown_batch_is_an_error(workers: Workers) -> None:
    batch = workers.batch([GOOD])
    code, printed = workers.run(batch.model_copy(update={"number": 9}))
    assert code == ERROR
    assert f"{batch.uid}-9 is not in the store" in printed


def test_the_same_trial_scores_the_same_wherever_it_runs(workers: Workers) -> None:
    configurations = [{"n_estimators": 5}] * 3
    forest = "sklearn.ensemble.RandomForestClassifier"
    batch = workers.batch(configurations, estimator=forest)
    assert workers.run(batch)[0] == DONE
    alone = workers.batch(
        [], estimator=forest, manifest=(_entry(batch, 2).model_copy(update={"attempt": 2}),)
    )
    assert workers.run(alone)[0] == DONE

    def scores(outcome: Outcome) -> Any:
        return [split.scores for split in outcome.splits]

    assert scores(workers.outcomes(batch)[2]) == scores(workers.outcomes(alone)[2])
    assert scores(workers.outcomes(batch)[1]) != scores(workers.outcomes(batch)[2])
    assert workers.outcomes(batch)[0].splits_digest == workers.outcomes(alone)[2].splits_digest
