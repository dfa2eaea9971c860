"""OpenML on this machine: the responses of data sets that scikit-learn carries, tasks of its form.

A task and a suite are written here as openml.org answers, about recorded data sets.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

RECORDED = files("sklearn.datasets.tests.data.openml")
ROWS = {61: 150, 62: 101}
FOLDS = 5
UNKNOWN = json.dumps({"error": {"code": "111", "message": "Unknown dataset"}}).encode()


def recorded(data_id: int, start: str) -> bytes:
    """A recorded response of a data set, by how its file is called."""
    folder = RECORDED / f"id_{data_id}"
    name = next(path.name for path in folder.iterdir() if path.name.startswith(start))
    return gzip.decompress((folder / name).read_bytes())


def data_set(data_id: int) -> dict[str, bytes]:
    """What the server answers about a data set."""
    description = recorded(data_id, f"api-v1-jd-{data_id}.")
    file_id = json.loads(description)["data_set_description"]["file_id"]
    return {
        f"/api/v1/json/data/{data_id}": description,
        f"/api/v1/json/data/features/{data_id}": recorded(data_id, "api-v1-jdf-"),
        f"/data/v1/download/{file_id}": recorded(data_id, "data-v1-dl-"),
    }


def task(task_id: int, data_id: int, target: str, **other: Any) -> dict[str, bytes]:
    """What the server answers about a task, and its splits: each row in fold `row % 5`."""
    splits = f"/api_splits/get/{task_id}/Task_{task_id}_splits.arff"
    procedure = {
        "id": "1",
        "type": "crossvalidation",
        "data_splits_url": f"https://www.openml.org{splits}",
        "parameter": [{"name": "number_repeats", "value": "1"}],
    }
    described = {
        "task_id": str(task_id),
        "task_type_id": "1",
        "task_type": "Supervised Classification",
        "input": [
            {"name": "source_data", "data_set": {"data_set_id": data_id, "target_feature": target}},
            {"name": "estimation_procedure", "estimation_procedure": procedure},
        ],
        **other,
    }
    return {
        f"/api/v1/json/task/{task_id}": json.dumps({"task": described}).encode(),
        splits: splits_file(ROWS[data_id]),
    }


def splits_file(rows: int, *, left_out: int | None = None) -> bytes:
    """Recorded splits as OpenML writes them; one row may be in no part."""
    head = (
        "@RELATION splits\n\n@ATTRIBUTE type {TRAIN, TEST}\n@ATTRIBUTE rowid INTEGER\n"
        "@ATTRIBUTE repeat INTEGER\n@ATTRIBUTE fold INTEGER\n\n@DATA\n"
    )
    lines = (
        f"{'TEST' if row % FOLDS == fold else 'TRAIN'},{row},0,{fold}\n"
        for fold in range(FOLDS)
        for row in range(rows)
        if row != left_out
    )
    return (head + "".join(lines)).encode()


def suite(suite_id: int, *tasks: int) -> dict[str, bytes]:
    """What the server answers about a suite."""
    described = {
        "id": str(suite_id),
        "main_entity_type": "task",
        "tasks": {"task_id": [str(one) for one in tasks]},
    }
    return {f"/api/v1/json/study/{suite_id}": json.dumps({"study": described}).encode()}


# Iris and zoo, a task on each, and a suite of both.
ANSWERS: dict[str, bytes] = {
    **data_set(61),
    **data_set(62),
    **task(59, 61, "class"),
    **task(60, 62, "type"),
    **suite(334, 59, 60),
}


@contextmanager
def serving(
    answers: Mapping[str, bytes], *, unknown: int = 412, told: bytes = UNKNOWN
) -> Iterator[str]:
    """Serve bytes by path; yield the server's address. What is unknown is refused as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = answers.get(self.path)
            self.send_response(unknown if content is None else 200)
            body = told if content is None else content
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
