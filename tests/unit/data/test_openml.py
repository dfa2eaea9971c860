"""What a server of OpenML may answer that is not what it should: told, or read as declared."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crosstrial.data.sources import resolve
from crosstrial.data.sources.openml_client import URL_VARIABLE, OpenmlClient
from crosstrial.data.sources.openml_files import recorded_folds
from crosstrial.data.table import Table
from crosstrial.spec.data_sets import OpenmlData
from crosstrial.spec.errors import InvalidError
from support.openml_server import serving

DESCRIPTION = "/api/v1/json/data/7"
FEATURES = "/api/v1/json/data/features/7"
STUDY = "/api/v1/json/study/3"
ROWS = 30


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """What is served; the test fills it."""
    answers: dict[str, bytes] = {}
    with serving(answers) as url:
        monkeypatch.setenv(URL_VARIABLE, url)
        answers.update(
            described(parquet_url=f"{url}/d.pq"), **declared(code="nominal", size="numeric")
        )
        yield answers


def described(**fields: object) -> dict[str, bytes]:
    told = {"name": "d", "format": "ARFF", "file_id": 1, "default_target_attribute": "y"}
    return {DESCRIPTION: json.dumps({"data_set_description": {**told, **fields}}).encode()}


def declared(**types: str) -> dict[str, bytes]:
    features = [{"name": n, "data_type": kind} for n, kind in {**types, "y": "nominal"}.items()]
    return {FEATURES: json.dumps({"data_features": {"feature": features}}).encode()}


def parquet(**columns: object) -> dict[str, bytes]:
    buffer = io.BytesIO()
    given = {"code": [0, 1, 2] * 10, "size": np.arange(30.0), "y": ["a", "b"] * 15}
    pd.DataFrame({**given, **columns}).to_parquet(buffer, index=False)
    return {"/d.pq": buffer.getvalue()}


def read() -> Table:
    return resolve(OpenmlData(name="d", source="openml", id=7), folder=Path())


def test_columns_of_a_parquet_file_have_the_types_that_are_declared(
    server: dict[str, bytes],
) -> None:
    server.update(parquet())
    table = read()
    assert {column.name: column.kind for column in table.schema.columns} == {
        "code": "nominal",
        "size": "numeric",
    }
    assert table.frame["code"].tolist() == ["0", "1", "2"] * 10


def test_texts_in_a_column_that_is_declared_numeric_are_told(server: dict[str, bytes]) -> None:
    server.update(parquet(size=["small", "large"] * 15))
    with pytest.raises(InvalidError, match=r"column size of .* is declared as numeric"):
        read()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(described(parquet_url="file:///etc/hostname"), id="a-file-of-this-machine"),
        pytest.param(described(parquet_url="http://[x"), id="no-address"),
        pytest.param({FEATURES: b'{"data_features": ["feature"]}'}, id="a-list"),
        pytest.param({FEATURES: b"[" * 200_000}, id="too-deep"),
    ],
)
def test_answers_of_another_form_are_told(
    changes: Mapping[str, bytes], server: dict[str, bytes]
) -> None:
    server.update(parquet())
    server.update(changes)
    with pytest.raises(InvalidError, match="is not of the form of OpenML's"):
        read()


@pytest.mark.parametrize(
    "study",
    [
        pytest.param({"tasks": {"task_id": [1, 0]}}, id="no-id"),
        pytest.param({"tasks": {"task_id": []}}, id="none"),
        pytest.param({"tasks": [1]}, id="a-list"),
        pytest.param([], id="another-list"),
    ],
)
def test_a_suite_without_tasks_is_told(study: Any, server: dict[str, bytes]) -> None:
    server[STUDY] = json.dumps({"study": study}).encode()
    with pytest.raises(InvalidError, match="suite 3 of OpenML has no tasks"):
        OpenmlClient.from_environment().suite_tasks(3)


def test_splits_are_asked_of_no_place_that_is_no_address() -> None:
    with pytest.raises(InvalidError, match="is not of the form"):
        OpenmlClient("http://127.0.0.1:1").splits_file("http://[x", 1)


@pytest.mark.parametrize("url", ["http://[x", "http://a b"])
def test_a_variable_that_is_no_address_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, url)
    with pytest.raises(InvalidError, match="no address of a server"):
        OpenmlClient.from_environment()


@pytest.mark.parametrize("url", ["http://a/ b.pq", "http://a:port/b.pq"])
def test_a_file_that_is_said_to_be_at_no_address_is_told(
    url: str, server: dict[str, bytes]
) -> None:
    server.update(described(parquet_url=url))
    with pytest.raises(InvalidError, match="is not of the form"):
        read()


def test_a_refusal_in_endless_brackets_is_told_by_its_number() -> None:
    refused = pytest.raises(InvalidError, match=r"does not have data set 7 \(HTTP 412\)")
    with serving({}, told=b"[" * 100_000) as url, refused:
        OpenmlClient(url).description(7)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("TEST,0,100000000,0", "name repeat 100000000", id="repeat"),
        pytest.param("TEST,0,0,30", "and fold 30", id="fold"),
        pytest.param("TEST,0,1e300,0", "none of a row", id="beyond-whole-numbers"),
        pytest.param("TEST,0,x,0", "none of a row", id="a-text"),
    ],
)
def test_splits_that_cannot_be_are_told(line: str, words: str) -> None:
    kind = "{x}" if ",x," in line else "REAL"
    head = (
        "@RELATION s\n@ATTRIBUTE type {TRAIN, TEST}\n@ATTRIBUTE rowid REAL\n"
        f"@ATTRIBUTE repeat {kind}\n@ATTRIBUTE fold REAL\n@DATA\n"
    )
    with pytest.raises(InvalidError, match=words):
        recorded_folds((head + line).encode(), "the splits", rows=ROWS)
