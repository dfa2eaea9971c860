"""An estimator that does what its user did not mean, or shows the test where it runs."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

MEBIBYTE = 1 << 20
ZEROS = bytes(16 * MEBIBYTE)
MOST_UNSEEN = 4096 * MEBIBYTE
KEPT: list[Any] = []


def crash() -> None:
    ctypes.string_at(0)


def hang() -> None:
    while True:
        time.sleep(60)


def allocate() -> None:
    """Outgrow any limit, slowly enough to be seen while the machine has memory."""
    held = []
    while True:
        held.append(np.ones(16 * MEBIBYTE // 8))
        time.sleep(0.02)


def keep(mebibytes: int) -> None:
    """Leave memory behind that is never given back."""
    KEPT.append(np.ones(mebibytes * MEBIBYTE // 8))


def doom_the_container() -> None:
    """Fill its memory unseen, and have the kernel kill its first process for that."""
    Path("/proc/1/oom_score_adj").write_text("1000")
    unseen = os.memfd_create("unseen")
    for _ in range(MOST_UNSEEN // len(ZEROS)):
        os.write(unseen, ZEROS)
        time.sleep(0.02)


def linger() -> None:
    time.sleep(3)


def chatter() -> None:
    """Print as if to a protocol, and more than anybody wants to keep."""
    sys.stdout.write("ready\n")
    os.write(1, b"\xff\x00{}\n" * 50_000)
    sys.stderr.write("z" * 100_000 + "\n")
    warnings.warn("it may not converge", stacklevel=1)


def flood() -> None:
    """Print without end, as fast as it is read."""
    while True:
        os.write(1, b"it goes on and on\n" * 1000)


def fail() -> None:
    raise RuntimeError("it cannot be fitted")


def run_out() -> None:
    raise MemoryError


def leave() -> None:
    sys.exit(3)


def vanish() -> None:
    os._exit(0)


def close_everything() -> None:
    os.closerange(0, 256)


def tell_process() -> None:
    raise RuntimeError(f"{os.getpid()}")


def tell_store() -> None:
    raise RuntimeError(f"store: {os.environ.get('CROSSTRIAL_STORE')}")


def use_temporary() -> None:
    """Use the folder for what is temporary, then remove it."""
    with tempfile.TemporaryFile() as file:
        file.write(ZEROS)
    shutil.rmtree(os.environ["TMPDIR"])


DEEDS: dict[str, Callable[[], None]] = {
    deed.__name__: deed
    for deed in (
        crash,
        hang,
        allocate,
        doom_the_container,
        linger,
        chatter,
        flood,
        fail,
        run_out,
        leave,
        vanish,
        close_everything,
        tell_process,
        tell_store,
        use_temporary,
    )
}


class Misbehaving(ClassifierMixin, BaseEstimator):
    """Does `deed` in `fit`; predicts the most frequent class, or nonsense.

    `keep`: MiB that stay allocated. `gate`: a file to wait for. `predicts`: "class", or "nothing"
    for an error in `predict`.
    """

    def __init__(
        self,
        deed: str | None = None,
        keep: int = 0,
        gate: str | None = None,
        predicts: str = "class",
        random_state: int | None = None,
    ) -> None:
        self.deed = deed
        self.keep = keep
        self.gate = gate
        self.predicts = predicts
        self.random_state = random_state

    def fit(self, features: Any, target: Any) -> Misbehaving:
        if self.deed is not None:
            DEEDS[self.deed]()
        if self.keep:
            keep(self.keep)
        while self.gate is not None and not Path(self.gate).exists():
            time.sleep(0.01)
        self.classes_, counts = np.unique(target, return_counts=True)
        self.majority_ = self.classes_[counts.argmax()]
        return self

    def predict(self, features: Any) -> Any:
        if self.predicts == "nothing":
            raise RuntimeError("it cannot predict")
        return np.full(len(features), self.majority_)
