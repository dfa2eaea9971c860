"""CSV files as users have them: what is read how, and every way in which one cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crosstrial.data.sources import resolve
from crosstrial.data.sources.csv_file import task_of
from crosstrial.data.table import Table
from crosstrial.spec.data_sets import CsvData
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task

ROWS = "".join(f"{n},{n / 2},{'yes' if n % 2 else 'no'}\n" for n in range(1, 7))
GOOD = f"a,b,churned\n{ROWS}"


def read(
    folder: Path, content: str | bytes, target: str = "churned", task: Task | None = None
) -> Table:
    path = folder / "churn.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    dataset = CsvData(name="churn", source="csv", uri="churn.csv", target=target, task=task)
    return resolve(dataset, folder=folder)


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.kind for column in table.schema.columns}


def test_a_plain_file(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD)
    assert kinds(table) == {"a": "numeric", "b": "numeric"}
    assert table.frame["b"].tolist() == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    assert (table.schema.task, table.schema.classes) == ("classification", ("no", "yes"))
    assert table.target.tolist() == [1, 0, 1, 0, 1, 0]


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), id="byte-order-mark"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="crlf"),
        pytest.param(GOOD.replace("\n", "\r"), id="cr"),
        pytest.param(GOOD.replace(",", " , "), id="blanks"),
        pytest.param(GOOD.replace("yes", '"yes"').replace("churned", '"churned"'), id="quotes"),
        pytest.param(
            GOOD.replace(",", ', "', 1).replace(",churned", '",churned'), id="blank-quote"
        ),
        pytest.param(GOOD.replace("\n", "\n\n") + "\n\n", id="blank-lines"),
        pytest.param(GOOD.rstrip("\n"), id="no-last-line-end"),
    ],
)
def test_the_same_content_in_another_dress_is_the_same_data(
    same: str | bytes, tmp_path: Path
) -> None:
    assert read(tmp_path, same).digest == read(tmp_path, GOOD).digest


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        pytest.param(["1", "-2.5", "+3e2", "4"], "numeric", [1, -2.5, 300, 4], id="numbers"),
        pytest.param(["1", "", "?", "NA"], "numeric", [1, None, None, None], id="missing"),
        pytest.param(["1", "NaN", "null", "n.a."], "nominal", ["1", None, None, "n.a."], id="text"),
        pytest.param(["true", "false", "true", ""], "nominal", ["true", "false", "true", None],
                     id="booleans"),
        pytest.param(["007", "1_000", "3", "4"], "nominal", ["007", "1_000", "3", "4"],
                     id="underscore-is-no-digit"),
        pytest.param(["1.5", "2,5", "3", "4"], "nominal", ["1.5", "2,5", "3", "4"],
                     id="decimal-comma"),
        pytest.param(["a\nb", 'say "hi"', "über", " x "], "nominal",
                     ["a\nb", 'say "hi"', "über", "x"], id="quoted"),
    ],
)  # fmt: skip
def test_what_a_column_is(
    cells: list[str], kind: str, values: list[float | str | None], tmp_path: Path
) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    rows = "".join(f"{cell},{n},{n}.5\n" for n, cell in enumerate([*quoted, *quoted]))
    table = read(tmp_path, f"x,n,y\n{rows}", target="y")
    assert kinds(table) == {"x": kind, "n": "numeric"}
    column = table.frame["x"].astype(object)
    assert column.where(column.notna(), None).tolist() == [*values, *values]


@pytest.mark.parametrize(
    ("cells", "task"),
    [
        (["no", "yes"], "classification"),
        (["1", "two"], "classification"),
        (["0", "1"], "classification"),
        (["0.0", "1.0"], "classification"),
        ([str(n) for n in range(10)], "classification"),
        ([str(n) for n in range(11)], "regression"),
        (["0.5", "1"], "regression"),
        (["-1", "1", ""], "classification"),
    ],
)
def test_the_task_where_the_document_gives_none(cells: list[str], task: str) -> None:
    assert task_of(cells * 20) == task


@pytest.mark.parametrize(
    ("labels", "task", "classes"),
    [
        pytest.param(["10", "9", "1"], None, ("1", "9", "10"), id="numbers-sort-as-numbers"),
        pytest.param(
            ["1.50", "-2", "1e1"], "classification", ("-2", "1.50", "1e1"), id="texts-kept"
        ),
        pytest.param(["b", "B", "10"], None, ("10", "B", "b"), id="texts-sort-by-code-point"),
    ],
)
def test_classes_are_sorted(
    labels: list[str], task: Task | None, classes: tuple[str, ...], tmp_path: Path
) -> None:
    rows = "".join(f"{n},{label}\n" for n, label in enumerate(labels * 2))
    table = read(tmp_path, f"x,churned\n{rows}", task=task)
    assert table.schema.classes == classes
    assert [classes[code] for code in table.target] == labels * 2


def test_a_numeric_target_can_be_asked_to_be_a_quantity(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 3}\n" for n in range(9))
    table = read(tmp_path, f"x,churned\n{rows}", task="regression")
    assert (table.schema.task, table.schema.classes) == ("regression", None)
    np.testing.assert_array_equal(table.target, [0.0, 1.0, 2.0] * 3)


@pytest.mark.parametrize(
    ("content", "message", "remedy"),
    [
        pytest.param("", "churn.csv is empty", "first line names the columns", id="empty"),
        pytest.param("\n\n", "churn.csv is empty", "first line", id="blank"),
        pytest.param("a,churned\n", "has column names and no rows", "add rows", id="no rows"),
        pytest.param(
            GOOD.replace(",", ";"), "single column, a;b;churned", "by ','", id="semicolons",
        ),
        pytest.param(
            GOOD.replace("churned", "churn"), "no column 'churned'", "did you mean churn?",
            id="no such target",
        ),
        pytest.param(
            GOOD.replace("churned", "zzz"), "no column 'churned'", "choose a, b or zzz",
            id="no such target, nothing near",
        ),
        pytest.param(
            GOOD.replace("b,", "a,", 1), "two columns named a", "rename one", id="duplicate name",
        ),
        pytest.param(
            GOOD.replace("a,", ",", 1), "column 1 of", "index=False", id="unnamed column",
        ),
        pytest.param(
            GOOD.replace("2,1.0,no", "2,no"), "line 3, has 2 fields where there are 3",
            "complete or remove the line", id="short row",
        ),
        pytest.param(
            GOOD.replace("2,1.0,no", "2,1,0,no"), "line 3, has 4 fields where there are 3",
            "quote fields that contain ','", id="long row",
        ),
        pytest.param(
            GOOD.replace("a,b", '"a\n\n",b').replace("2,1.0,no", "2,no"), "line 5, has 2 fields",
            "complete", id="line numbers count lines, not rows",
        ),
        pytest.param(
            GOOD.replace("2,1.0", '2,"1.0'), "cannot be read", "close every quote",
            id="open quote",
        ),
        pytest.param(
            GOOD.encode("utf-16"), "churn.csv is not UTF-8: byte 0 is 0xff", "iconv", id="utf-16",
        ),
        pytest.param(
            GOOD.replace("b", "ü", 1).encode("latin1"), "not UTF-8: byte 2 is 0xfc", "iconv",
            id="latin1",
        ),
        pytest.param(
            "\ufeff".encode() + GOOD.replace("b", "ü", 1).encode("latin1"), "byte 5 is 0xfc",
            "iconv", id="latin1 behind a byte order mark",
        ),
        pytest.param(
            GOOD.replace("no\n", "\n"),
            "target churned is missing in 3 of 6 rows, the first is row 2",
            "leave these rows out", id="target missing in rows",
        ),
        pytest.param(
            GOOD.replace("no\n", "yes\n"), "target churned is 'yes' in every row",
            "choose another target", id="one class",
        ),
        pytest.param(
            "x,churned\n" + "".join(f"{n},11.5\n" for n in range(6)),
            "target churned is 11.5 in every row", "choose another target", id="constant target",
        ),
        pytest.param(
            "x,churned\n" + "".join(f"?,{n}.5\n" for n in range(6)),
            "column x has no value in any row", "leave the column out", id="column all missing",
        ),
        pytest.param(
            GOOD.replace("2,1.0", "2,inf").replace("3,1.5", "3,-1e999"),
            "column b has infinite numbers in 2 rows, the first is row 2", "finite",
            id="infinite",
        ),
        pytest.param(
            "x,churned\n" + "".join(f"{n},{n}.5\n" for n in range(5)) + "5,inf\n",
            "column churned has infinite numbers in 1 row", "finite", id="infinite target",
        ),
        pytest.param(
            "a,churned\n1,yes\n2,no\n", "it has 2 rows, and at least 5 are needed", "more rows",
            id="too few rows",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told(
    content: str | bytes, message: str, remedy: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidError) as caught:
        read(tmp_path, content)
    assert caught.value.message.startswith("data set churn: ")
    assert message in caught.value.message
    assert remedy in str(caught.value.remedy)


def test_regression_on_labels_is_refused_with_the_first_of_them(tmp_path: Path) -> None:
    rows = "".join(f"{n},{value}\n" for n, value in enumerate(["1", "", "2.5", "low", "3"]))
    with pytest.raises(InvalidError, match="target churned is 'low' in row 4") as caught:
        read(tmp_path, f"x,churned\n{rows}", task="regression")
    assert "task: classification" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("uri", "message", "remedy"),
    [
        ("none.csv", "there is no file", "document's folder"),
        ("churn.csv/none.csv", "cannot be read", "readable"),
        (".", "is a folder", "path of a file"),
        ("nowhere://churn.csv", "no scheme that fsspec knows", "https://"),
    ],
)
def test_a_file_that_cannot_be_had(uri: str, message: str, remedy: str, tmp_path: Path) -> None:
    (tmp_path / "churn.csv").write_text(GOOD)
    dataset = CsvData(name="churn", source="csv", uri=uri, target="churned")
    with pytest.raises(InvalidError) as caught:
        resolve(dataset, folder=tmp_path)
    assert message in caught.value.message
    assert remedy in str(caught.value.remedy)


def test_an_absolute_path_ignores_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "churn.csv"
    path.write_text(GOOD)
    dataset = CsvData(name="churn", source="csv", uri=str(path), target="churned")
    assert len(resolve(dataset, folder=Path("/none")).frame) == 6
