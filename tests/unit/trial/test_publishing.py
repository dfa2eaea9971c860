"""What a parent learns of other trials reaches its children, each curve once."""

from __future__ import annotations

import tracemalloc
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from crosstrial.domain.batch import Batch
from crosstrial.domain.curve import packed
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.spec.epochs import Epochs, MedianPruner, NoPruner, Pruner
from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import UnreachableError
from crosstrial_trial import publishing
from crosstrial_trial.patience import Patience
from crosstrial_trial.pruning import Run
from crosstrial_trial.publishing import published
from crosstrial_trial.rivals import Rivals
from support.arena import wait_for
from support.stored import batch, outcome

MEDIAN = MedianPruner(kind="median")


class Kept:
    """Keeps outcomes in a list."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.closed = False

    def add(self, outcomes: Iterable[Outcome]) -> None:
        self.outcomes += outcomes

    def close(self, gives_up: Callable[[], bool]) -> None:
        self.closed = not gives_up()


def curved(index: int, *values: float, pruned: bool = False, **others: object) -> Outcome:
    state = OutcomeState.PRUNED if pruned else OutcomeState.SUCCEEDED
    return outcome(index).model_copy(
        update={"state": state, "validation_curve": packed(values), **others}
    )


def pruning(pruner: Pruner = MEDIAN) -> Batch:
    plain = batch()
    model = plain.models[0].model_copy(update={"epochs": Epochs(count=2)})
    return plain.model_copy(update={"pruner": pruner, "models": (model,)})


def run(index: int, *values: float, complete: bool = False) -> Run:
    return Run(index, array("d", values), complete)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "curves"
    path.touch()
    return path


def test_children_learn_of_stored_trials_and_of_siblings(file: Path) -> None:
    store, kept, of = MemoryStore(), Kept(), pruning()
    model = of.models[0].name
    store.insert_outcomes([curved(0, 0.5, 0.75), outcome(1), curved(2, 0.25, pruned=True)])
    recording = published(kept, of, store, Patience(1), file)
    rivals = Rivals(file, searches=1)
    first = [run(0, 0.5, 0.75, complete=True), run(2, 0.25)]
    assert rivals.of(model, 0) == first
    recording.add([curved(3, 1.0, 0.5), curved(0, 0.5, 0.75)])
    assert rivals.of(model, 0) == [*first, run(3, 1.0, 0.5, complete=True)]
    assert [o.index for o in kept.outcomes] == [3, 0]
    recording.close(lambda: False)
    assert kept.closed


def test_others_are_looked_up_again_while_the_batch_runs(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "REFRESH_SECONDS", 0.0)
    store, of = MemoryStore(), pruning()
    recording = published(Kept(), of, store, Patience(1), file)
    store.insert_outcomes([curved(7, 0.5, 0.75)])
    rivals = Rivals(file, searches=1)

    def learned() -> bool:
        recording.add([])
        return rivals.of(of.models[0].name, 0) == [run(7, 0.5, 0.75, complete=True)]

    wait_for(learned, "the other batch's trial is known")


def test_a_store_that_does_not_answer_meanwhile_fails_no_trial(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "REFRESH_SECONDS", 0.0)
    store, kept = MemoryStore(), Kept()
    recording = published(kept, pruning(), store, Patience(1), file)
    asked = []

    def silent(*_arguments: object) -> None:
        asked.append(1)
        raise UnreachableError("it is away")

    monkeypatch.setattr(store, "validation_curves", silent)
    wait_for(lambda: recording.add([]) or len(asked) > 1, "it was asked twice")
    recording.add([curved(3, 1.0, 0.5)])
    assert [o.index for o in kept.outcomes] == [3]


@pytest.mark.parametrize(
    "of", [pruning(NoPruner()), batch().model_copy(update={"pruner": MEDIAN})], ids=["none", "once"]
)
def test_where_nothing_can_be_pruned_nothing_is_asked(of: Batch, file: Path) -> None:
    kept = Kept()
    store = MemoryStore()
    store.insert_outcomes([curved(0, 0.5)])
    assert published(kept, of, store, Patience(1), file) is kept
    assert Rivals(file, searches=1).of(of.models[0].name, 0) == []


def test_a_line_that_is_not_whole_yet_is_read_later(file: Path) -> None:
    line = f'{{"model":"m","index":1,"complete":true,"values":"{packed([0.5])}"}}\n'
    rivals = Rivals(file, searches=1)
    file.write_text(line[:20])
    assert rivals.of("m", 0) == []
    file.write_text(line)
    assert rivals.of("m", 0) == [run(1, 0.5, complete=True)]


def test_a_child_holds_little_more_than_the_numbers_of_others(file: Path) -> None:
    values = packed([1 / n for n in range(1, 10_001)])
    line = f'{{"model":"m","index":1,"complete":true,"values":"{values}"}}\n'
    file.write_text(line * 20)
    tracemalloc.start()
    try:
        known = Rivals(file, searches=1).of("m", 0)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(known) == 20
    assert held < 20 * 10_000 * 8 * 1.5
