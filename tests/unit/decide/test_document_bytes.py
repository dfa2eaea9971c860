"""A batch never outgrows what the store takes for one document."""

from __future__ import annotations

from itertools import islice
from typing import Any

import bson
import pytest

from crosstrial.decide.batches import next_batches
from crosstrial.decide.document_bytes import LARGEST_MANIFEST_BYTES, entry_bytes
from crosstrial.decide.pair_views import pair_views
from crosstrial.domain.batch import Became, Entry, Fate
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from crosstrial.store.documents import to_embedded
from crosstrial.store.memory import MemoryStore
from support.plans import batch, ended, entry, outcome, progress, settled, view
from support.registered import MOMENT, document, record
from support.stored import PARAMETERS

FATE = Fate(
    became=Became.UNFINISHED,
    state=OutcomeState.SUCCEEDED,
    cause=Cause.INVALID_PARAMETERS,
    attempt=99,
)


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({}, id="none"),
        pytest.param(PARAMETERS, id="hard names and values"),
        pytest.param({"$" * 400: 1}, id="a name that is escaped"),
        pytest.param({"hidden": list(range(5000))}, id="a long list"),
        pytest.param({"text": "ä" * 5000}, id="a long text"),
        pytest.param({"deep": [[None, True], {"a": [1.5, "x"]}] * 50}, id="nested"),
    ],
)
def test_an_entry_and_its_fate_take_no_more_than_estimated(parameters: dict[str, Any]) -> None:
    one = Entry(model="m" * 50, index=10**6, attempt=99, parameters=parameters)
    line = {"99999": to_embedded(one)}, {"99999": to_embedded(FATE)}
    assert sum(len(bson.encode(part)) for part in line) <= entry_bytes(one)


def test_a_batch_of_large_points_is_split_so_that_the_store_takes_it() -> None:
    wide = {"C": {"distribution": "categorical", "values": [list(range(60_000))]}}
    models = {"all": [{"name": "forest", "model": "sklearn.svm.SVC", "space": wide}]}
    of = record(of=document(runs=60, datasets=["iris"], modelGroups=models))
    first = batch(entry(0, "baseline"), entry(0))
    past = progress(settled(ended(first, outcome(first, 0), outcome(first, 1, seconds=0.01))))
    observed = view(of, past, next_number=1)
    made = list(islice(next_batches(observed, pair_views(observed), MOMENT), 2))
    assert [len(one.manifest) for one in made] == [made[0].manifest[-1].index] * 2
    assert made[1].manifest[0].index == made[0].manifest[-1].index + 1
    assert 10 < len(made[0].manifest) < 59
    assert sum(map(entry_bytes, made[0].manifest)) <= LARGEST_MANIFEST_BYTES
    assert MemoryStore().insert_batch(made[0])
