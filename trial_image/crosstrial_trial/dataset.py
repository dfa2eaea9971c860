"""The batch's data set on this node: fetched once, converted once, shared by all that use it.

The cache is a folder of folders named by digest; each appears by one rename, whole.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crosstrial.store.protocol import NotFoundError, RefusedError
from crosstrial_trial.journal import logger
from crosstrial_trial.process import ProcessError
from crosstrial_trial.wire import Prepared

LAYOUT = "arrays-3"  # raised when `arrays` writes something else
DATA_FILE = "data.parquet"  # beside the arrays, for programs


@dataclass(frozen=True)
class ReadyDataSet:
    """A folder of arrays that children can map, and the digest of the batch's splits."""

    folder: Path
    splits_digest: str


class UnusableDataSetError(Exception):
    """No worker can do anything with this data set; the message is what a user reads."""


def ready_dataset(
    digest: str,
    cache: Path,
    *,
    fetch: Callable[[Path], None],
    prepare: Callable[[Path | None, Path], Prepared],
) -> ReadyDataSet:
    """Return the data set of a digest, ready for children.

    Args:
        digest: of the content.
        cache: an existing folder.
        fetch: writes the canonical file to a path.
        prepare: writes the arrays of a file (None: they are there) to a folder, makes splits.

    Raises:
        UnusableDataSetError: it is not stored, or unreadable, or can't be split.
        ProcessError: what prepares it ends without cause.
    """
    folder = cache / f"{digest}.{LAYOUT}"
    if folder.exists():
        try:
            return ReadyDataSet(folder, _splits_digest(prepare(None, folder)))
        except ProcessError as error:
            logger.warning(
                "the cached data set %s can't be used, it is made anew: %s", digest, error
            )
            shutil.rmtree(folder)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".") as staging:
        arrays = Path(staging, "arrays")
        arrays.mkdir()
        file = arrays / DATA_FILE
        try:
            fetch(file)
        except (NotFoundError, RefusedError) as error:
            raise UnusableDataSetError(str(error)) from error
        splits_digest = _splits_digest(prepare(file, arrays))
        _publish(arrays, folder)
    return ReadyDataSet(folder, splits_digest)


def _splits_digest(prepared: Prepared) -> str:
    if prepared.splits_digest is None:
        raise UnusableDataSetError(prepared.error)
    return prepared.splits_digest


def _publish(arrays: Path, folder: Path) -> None:
    try:
        arrays.rename(folder)
    except OSError:
        # Another worker of this node was quicker: its arrays are the same.
        if not folder.exists():
            raise
