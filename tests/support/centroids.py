"""A model as a program, for tests: the nearest centroid, or else a deed that breaks the contract.

    python centroids.py DOCUMENT

It knows crosstrial by the contract alone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

KNOWN = {"shrink", "deed"}
PARTS = ("train", "validation", "test")


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text())
    parameters = {"shrink": 0.0, "deed": None, **told["parameters"]}
    if parameters.keys() - KNOWN:
        sys.stderr.write("I know shrink and deed alone\n")
        sys.exit(64)
    if parameters["deed"] in DEEDS:
        DEEDS[parameters["deed"]]()
    table = pq.read_table(told["data"]["path"])
    numeric = [column["name"] for column in told["data"]["columns"] if column["kind"] == "numeric"]
    features = np.nan_to_num(np.column_stack([table[name].to_numpy() for name in numeric]))
    target = table[told["data"]["target"]].to_numpy()
    epochs = told["epochs"]
    asked = [None] if epochs is None else scored(epochs["count"], epochs["every"])
    for number, split in enumerate(told["splits"]):
        for epoch in asked:
            shrink = parameters["shrink"] + (0.0 if epoch is None else 1.0 / epoch)
            predict = fitted(features[split["train"]], target[split["train"]], shrink, told["task"])
            line = answer(number, epoch, split, features, predict)
            write(deformed(line, parameters))
    if parameters["deed"] == "talkative":
        write({"split": len(told["splits"]), "scores": {}})


def scored(count: int, every: int) -> list[int]:
    return sorted({*range(every, count + 1, every), count})


def fitted(features: Any, target: Any, shrink: float, task: str) -> Any:
    if task == "regression":
        weights = np.linalg.lstsq(np.c_[features, np.ones(len(features))], target, rcond=None)[0]
        return lambda rows: (1 - shrink) * (np.c_[rows, np.ones(len(rows))] @ weights)
    classes = np.unique(target)
    overall = features.mean(axis=0)
    centroids = np.array([features[target == one].mean(axis=0) for one in classes])
    centroids = centroids + shrink * (overall - centroids)

    def predict(rows: Any) -> Any:
        distances = ((rows[:, None, :] - centroids[None]) ** 2).sum(axis=2)
        return classes[distances.argmin(axis=1)]

    return predict


def answer(
    number: int, epoch: int | None, split: Any, features: Any, predict: Any
) -> dict[str, Any]:
    predictions = {part: predict(features[split[part]]).tolist() for part in PARTS}
    line: dict[str, Any] = {"split": number, "predictions": predictions}
    return line if epoch is None else {**line, "epoch": epoch}


def deformed(line: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Break the answer, or tell scores in its place, as is asked for."""
    if parameters["deed"] == "short":
        line["predictions"]["test"].pop()
    if parameters["deed"] == "scores":
        del line["predictions"]
        score = 0.5 - parameters["shrink"]
        line["scores"] = {part: {"balanced_accuracy": score} for part in PARTS}
    return line


def fail() -> None:
    sys.stderr.write("no data today\n")
    sys.exit(3)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang() -> None:
    time.sleep(600)


def allocate() -> None:
    held = []
    while True:
        held.append(np.ones(2 << 20))
        time.sleep(0.02)


def silent() -> None:
    sys.exit(0)


def babble() -> None:
    write("hello")


def tell_store() -> None:
    sys.stderr.write(f"store: {os.environ.get('CROSSTRIAL_STORE')}\n")
    sys.exit(1)


def write(line: Any) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


DEEDS = {deed.__name__: deed for deed in (fail, crash, hang, allocate, silent, babble, tell_store)}


if __name__ == "__main__":
    main()
