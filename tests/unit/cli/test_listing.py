"""One listing in each of its formats."""

from __future__ import annotations

import csv
import io
import json

import pytest

from crosstrial.cli.options import Format
from crosstrial.cli.render.listing import Column, Listing, show_listing

LISTING = Listing(
    rows=[("forest", 3, None), ("a,b", 12, 0.5)],
    columns=(
        Column("name", lambda row: row[0]),
        Column("meanSeconds", lambda row: row[1], title="seconds"),
        Column("score", lambda row: row[2], wide=True),
    ),
    name=lambda row: row[0],
    empty="no rows",
)


def printed(how: Format, capsys: pytest.CaptureFixture[str]) -> str:
    show_listing(LISTING, how)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    return out


def test_table_aligns_numbers_right_and_leaves_wide_columns_out(capsys) -> None:
    assert printed(Format.TABLE, capsys) == ("NAME    SECONDS\nforest        3\na,b          12\n")


def test_wide_has_every_column(capsys) -> None:
    assert printed(Format.WIDE, capsys).splitlines()[0].split() == ["NAME", "SECONDS", "SCORE"]


def test_json_has_stable_keys(capsys) -> None:
    assert json.loads(printed(Format.JSON, capsys)) == [
        {"name": "forest", "meanSeconds": 3, "score": None},
        {"name": "a,b", "meanSeconds": 12, "score": 0.5},
    ]


def test_yaml_says_the_same(capsys) -> None:
    assert "- meanSeconds: 3\n  name: forest\n  score:" in printed(Format.YAML, capsys)


def test_csv_quotes_and_leaves_missing_values_empty(capsys) -> None:
    rows = list(csv.reader(io.StringIO(printed(Format.CSV, capsys))))
    assert rows == [["name", "meanSeconds", "score"], ["forest", "3", ""], ["a,b", "12", "0.5"]]


def test_name_prints_names_only(capsys) -> None:
    assert printed(Format.NAME, capsys) == "forest\na,b\n"


@pytest.mark.parametrize(
    ("how", "text"),
    [(Format.TABLE, "no rows\n"), (Format.NAME, ""), (Format.JSON, "[]\n"), (Format.YAML, "[]\n")],
)
def test_nothing_is_said_in_words_to_people_only(how: Format, text: str, capsys) -> None:
    show_listing(Listing([], LISTING.columns, LISTING.name, LISTING.empty), how)
    assert capsys.readouterr().out == text
