"""Fetch a batch's data file: from the store, or from where it stays because of its size."""

from __future__ import annotations

from pathlib import Path

from crosstrial.data.files import copy_file
from crosstrial.domain.batch import Batch
from crosstrial.spec.errors import InvalidError, UnavailableError
from crosstrial.store.protocol import NotFoundError, Store, UnreachableError


def fetch(store: Store, batch: Batch, path: Path) -> None:
    """Write the data file of a batch to a path.

    Raises:
        UnreachableError: whoever has it does not answer.
        NotFoundError: it is not there, or can't be read from here.
        RefusedError: the store does not give it.
    """
    if batch.data_uri is None:
        store.get_dataset(batch.digest, path)
        return
    try:
        copy_file(batch.data_uri, path)
    except UnavailableError as error:
        raise UnreachableError(str(error)) from error
    except InvalidError as error:
        raise NotFoundError(str(error)) from error
