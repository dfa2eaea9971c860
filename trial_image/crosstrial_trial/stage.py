"""Where trials of a batch run: warm processes, and the data set on this node.

Neighbours: `batch` runs a batch's trials there, `replay` one of them again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path

from crosstrial.domain.batch import Batch
from crosstrial.store.protocol import Store
from crosstrial_trial import child, prepare
from crosstrial_trial.dataset import ReadyDataSet, ready_dataset
from crosstrial_trial.environment import Environment
from crosstrial_trial.fetch import fetch
from crosstrial_trial.patience import Patience
from crosstrial_trial.process import Process, answer_of, fork_server
from crosstrial_trial.setting import Setting
from crosstrial_trial.wire import Prepared

OWN_LIBRARY = "sklearn."


@dataclass(frozen=True)
class Stage:
    """A batch's data set, ready, what starts a child on it, and where it reads others' curves."""

    data: ReadyDataSet
    start: Callable[[], Process]
    curves: Path


@contextmanager
def stage(
    batch: Batch, environment: Environment, store: Store, patience: Patience
) -> Iterator[Stage]:
    """Make a batch's data set ready for as long as the context is entered.

    Raises:
        UnusableDataSetError: no worker can do anything with the data set.
        StoreError: it can't be fetched.
        ProcessError: what prepares it ends without cause.
    """
    with _cache(environment) as cache, tempfile.NamedTemporaryFile(prefix="crosstrial-") as file:
        server = fork_server(_modules(batch))
        setting = Setting.of(batch, environment.modules, environment.commands)
        data = ready_dataset(
            batch.digest,
            cache,
            fetch=lambda file: patience.call(fetch, store, batch, file),
            prepare=partial(_prepare, server, setting),
        )
        curves = Path(file.name)
        yield Stage(
            data, partial(Process, server, child.main, data.folder, setting, curves), curves
        )


@contextmanager
def _cache(environment: Environment) -> Iterator[Path]:
    """Yield the folder for data sets; one for this batch alone where none is given."""
    if environment.cache is None:
        with tempfile.TemporaryDirectory(prefix="crosstrial-") as folder:
            yield Path(folder)
        return
    environment.cache.mkdir(parents=True, exist_ok=True)
    yield environment.cache


def _modules(batch: Batch) -> list[str]:
    """Return the modules that are safe to import before children are forked."""
    paths = {model.estimator for model in batch.models if model.estimator.startswith(OWN_LIBRARY)}
    return sorted({path.rpartition(".")[0] for path in paths})


def _prepare(
    server: ForkServerContext, setting: Setting, file: Path | None, folder: Path
) -> Prepared:
    return Prepared.model_validate_json(answer_of(server, prepare.main, file, folder, setting))
