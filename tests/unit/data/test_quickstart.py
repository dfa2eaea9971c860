"""The demo's document: every data set that it names is there and can be split."""

from __future__ import annotations

from pathlib import Path

from crosstrial.data.sources import resolve
from crosstrial.data.splits import make_splits
from crosstrial.spec.load import load_file

QUICKSTART = Path(__file__).parents[3] / "examples" / "quickstart.yaml"


def test_the_demo_has_11_data_sets_of_both_tasks_and_5_kinds_of_models() -> None:
    document = load_file(QUICKSTART)
    tables = [resolve(d, folder=QUICKSTART.parent) for d in document.data_sets().values()]
    assert (len(tables), len(document.models())) == (11, 5)
    assert {table.schema.task for table in tables} == {"classification", "regression"}
    assert any(c.kind == "nominal" for table in tables for c in table.schema.columns)
    for table in tables:
        splits = make_splits(
            document.spec.evaluation,
            digest=table.digest,
            task=table.schema.task,
            target=table.target,
        )
        assert len(splits) == 3
