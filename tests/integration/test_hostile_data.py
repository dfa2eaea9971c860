"""Data that cannot be had or used: one message with place and remedy, the right exit code."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sklearn.datasets import load_iris
from typer.testing import CliRunner, Result

from crosstrial.cli.main import app
from crosstrial.client.store_client import StoreClient
from crosstrial.data.sources import resolve
from crosstrial.data.sources.openml_client import URL_VARIABLE
from crosstrial.spec.data_sets import OpenmlData, SklearnData
from crosstrial.spec.errors import ConflictError, InvalidError
from crosstrial.store.memory import MemoryStore
from support.documents import DOCUMENT, IRIS, RUNS, P, marked
from support.openml_server import ANSWERS, serving, splits_file, suite, task

TARGET = "sepal length (cm)"
SPLITS = "/api_splits/get/59/Task_59_splits.arff"
FILE = "/data/v1/download/61"
DESCRIPTION = "/api/v1/json/data/61"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's working folder, with real data in two formats, one of them cut off."""
    monkeypatch.chdir(tmp_path)
    frame = load_iris(as_frame=True).frame
    frame["target"] = [f"kind {label}" for label in frame["target"]]
    frame["day"] = "some day"
    frame.to_csv(tmp_path / "iris.csv", index=False)
    frame.to_parquet(tmp_path / "iris.parquet", index=False)
    whole = (tmp_path / "iris.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    return tmp_path


@pytest.fixture
def openml(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """What a server of OpenML answers, to be changed."""
    answers = dict(ANSWERS)
    with serving(answers) as url:
        monkeypatch.setenv(URL_VARIABLE, url)
        yield answers


def validate(item: str, outer: str | None, folder: Path) -> tuple[Result, str]:
    """Run `crosstrial validate --data`; return what it did, and the marked place."""
    text = DOCUMENT.replace(P, "max_iter: 99").replace(IRIS, f"[{item}]")
    if outer is not None:
        text = text.replace(RUNS, f"{RUNS}\n  evaluation: {{outer: {{{outer}}}}}")
    text, place = marked(text)
    (folder / "e.yaml").write_text(text)
    return CliRunner().invoke(app, ["validate", "--data", "e.yaml"]), place


def assert_told(done: Result, place: str, words: str, code: int = 2) -> None:
    assert done.exit_code == code, done.output
    assert done.stderr.startswith(f"error: e.yaml:{place}: spec.dataGroups.small[0]")
    assert words in done.stderr
    assert "; " in done.stderr
    assert len(done.stderr.splitlines()) == 1


GROUPS, TIME = "kind: groups, folds: 4", "kind: time, folds: 3"
CSV = "name: a, source: csv, uri: iris.csv, target: target"


@pytest.mark.parametrize(
    ("item", "outer", "words"),
    [
        pytest.param(f"{{{CSV}, group: ↓shop}}", GROUPS, "no column 'shop' for", id="group"),
        pytest.param(f"{{{CSV}, group: ↓shop}}", None, "for a group", id="group-unused"),
        pytest.param(
            f"↓{{{CSV}, group: day}}", GROUPS, "are of 1 groups, and at least 4", id="one-group"
        ),
        pytest.param(f"{{{CSV}, time: ↓day}}", TIME, "neither a number nor a date", id="time"),
        pytest.param(f"{{{CSV}, time: ↓target}}", TIME, "is the target", id="time-is-target"),
        pytest.param(
            "↓{name: a, source: parquet, uri: cut.parquet, target: y}", None, "as Parquet", id="cut"
        ),
        pytest.param(
            "↓{name: a, source: parquet, uri: no.parquet, target: y}", None, "no file", id="no-file"
        ),
        pytest.param(
            "↓{name: a, source: csv, uri: 's3://a/b.csv', target: y}", None,
            "pip install 'crosstrial[s3]'", id="no-library",
        ),
        pytest.param(
            "↓{name: a, source: csv, uri: 'nowhere://a/b.csv', target: y}", None,
            "no scheme that fsspec knows", id="no-scheme",
        ),
    ],
)  # fmt: skip
def test_files(item: str, outer: str | None, words: str, folder: Path) -> None:
    assert_told(*validate(item, outer, folder), words)


def test_an_address_with_nothing_and_one_without_a_server(folder: Path) -> None:
    with serving({}, unknown=404) as url:
        item = f"↓{{name: a, source: csv, uri: '{url}/a.csv', target: y}}"
        assert_told(*validate(item, None, folder), "there is nothing at")
    done, place = validate(item, None, folder)
    assert_told(done, place, "try again later", code=4)


@pytest.mark.parametrize("address", ["http://no host/a.csv", "http://h:port/a", "http:///a"])
def test_an_address_that_is_none(address: str, folder: Path) -> None:
    item = f"↓{{name: a, source: csv, uri: '{address}', target: y}}"
    assert_told(*validate(item, None, folder), "mend the address")


def test_credentials_of_an_address_are_not_told(folder: Path) -> None:
    with serving({"/a.csv?token=secret": b"x,z\n1,2"}, unknown=404) as url:
        host = url.removeprefix("http://")
        for path, words in (("no.csv", "there is nothing at"), ("a.csv", "has no column")):
            uri = f"http://me:secret@{host}/{path}?token=secret"
            done, _ = validate(f"↓{{name: a, source: csv, uri: '{uri}', target: y}}", None, folder)
            assert words in done.stderr
            assert f"http://me:***@{host}/{path}?token=***" in done.stderr
            assert "secret" not in done.output


def described(**changes: object) -> Mapping[str, bytes]:
    """The description of iris with other values."""
    description = json.loads(ANSWERS[DESCRIPTION])
    description["data_set_description"].update(changes)
    return {DESCRIPTION: json.dumps(description).encode()}


@pytest.mark.parametrize(
    ("item", "changes", "words"),
    [
        pytest.param("↓openml:4", {}, "does not have data set 4 (Unknown dataset)", id="unknown"),
        pytest.param("↓openml-task:4", {}, "does not have task 4", id="unknown-task"),
        pytest.param("↓openml-suite:4", {}, "does not have suite 4", id="unknown-suite"),
        pytest.param("↓openml:61", {FILE: b"@RELATION a"}, "its MD5 is", id="damaged"),
        pytest.param(
            "↓openml:61", {FILE: b"@DATA\n1", **described(md5_checksum=None)}, "as ARFF", id="arff"
        ),
        pytest.param("↓openml:61", {DESCRIPTION: b"<html>"}, "not of the form", id="no-json"),
        pytest.param("↓openml:61", {DESCRIPTION: b"{}"}, "not of the form", id="empty-json"),
        pytest.param("↓openml:61", described(format="Sparse_ARFF"), "kept as Sparse", id="sparse"),
        pytest.param(
            "↓openml:61", described(default_target_attribute="a,b"), "several targets", id="targets"
        ),
        pytest.param(
            "↓openml-task:59", task(59, 61, "class", task_type_id=5, task_type="Clustering"),
            "is Clustering", id="clustering",
        ),
        pytest.param("↓openml-task:59", task(59, 61, "clas"), "did you mean class?", id="target"),
        pytest.param(
            "↓openml-task:59", {SPLITS: splits_file(151)}, "name row 150", id="other-rows"
        ),
        pytest.param(
            "↓openml-task:59", {SPLITS: splits_file(150, left_out=7)}, "training rows are not",
            id="bootstrap",
        ),
        pytest.param("↓openml-suite:334", suite(334, 59, 4), "have task 4", id="suite-of-none"),
    ],
)  # fmt: skip
def test_openml(
    item: str,
    changes: Mapping[str, bytes],
    words: str,
    folder: Path,
    openml: dict[str, bytes],
) -> None:
    openml.update(changes)
    assert_told(*validate(item, None, folder), words)


def test_openml_that_does_not_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:1")
    for item in ("↓openml:61", "↓openml-task:59", "↓openml-suite:334"):
        done, place = validate(item, None, folder)
        assert_told(done, place, "does not answer", code=4)
    monkeypatch.setenv(URL_VARIABLE, "openml.org")
    assert_told(*validate("↓openml:61", None, folder), "no address of a server")


def test_names_that_a_suite_brings_may_be_taken(folder: Path, openml: dict[str, bytes]) -> None:
    item = "{name: iris-59, source: sklearn, id: iris}, ↓openml-suite:334"
    done, place = validate(item, None, folder)
    assert done.exit_code == 2, done.output
    assert f"e.yaml:{place}: " in done.stderr
    assert "the name iris-59 is taken" in done.stderr


def test_a_suite_that_has_lost_a_task_is_a_conflict(folder: Path, openml: dict[str, bytes]) -> None:
    text = DOCUMENT.replace(P, "max_iter: 99").replace(IRIS, "['openml-suite:334']")
    (folder / "e.yaml").write_text(text)
    client = StoreClient(MemoryStore())
    assert client.submit(folder / "e.yaml").created
    assert client.submit(folder / "e.yaml").unchanged
    openml.update(suite(334, 59))
    with pytest.raises(ConflictError, match="- data set zoo-60"):
        client.submit(folder / "e.yaml", update=True)


def test_nothing_is_registered_of_what_is_half_good(folder: Path, openml: dict[str, bytes]) -> None:
    openml[FILE] = b"@RELATION a"
    text = DOCUMENT.replace(P, "max_iter: 99").replace(IRIS, "['sklearn:iris', 'openml:61']")
    (folder / "e.yaml").write_text(text)
    store = MemoryStore()
    with pytest.raises(InvalidError, match="its MD5 is"):
        StoreClient(store).submit(folder / "e.yaml")
    good = resolve(SklearnData(name="iris", source="sklearn", id="iris"), folder=folder)
    assert store.experiments() == []
    assert not store.has_dataset(good.digest)


def test_the_parquet_file_that_openml_offers_is_the_same_data_set(
    folder: Path, openml: dict[str, bytes]
) -> None:
    dataset = OpenmlData(name="iris", source="openml", id=61)
    from_arff = resolve(dataset, folder=folder)
    frame = from_arff.frame.assign(
        **{"class": [str(from_arff.schema.classes[code]) for code in from_arff.target]}
    )
    frame["class"] = frame["class"].astype("category")
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    openml["/iris.pq"] = buffer.getvalue()
    openml.update(described(parquet_url=f"{os.environ[URL_VARIABLE]}/iris.pq"))
    del openml[FILE]
    assert resolve(dataset, folder=folder).digest == from_arff.digest
