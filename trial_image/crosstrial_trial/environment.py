"""What a worker is told by its environment; the names are in `crosstrial.domain.worker_exit`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crosstrial.domain import worker_exit
from crosstrial.spec.commands import allowed_commands
from crosstrial.spec.estimators import allowed_modules

STORE_PATIENCE = "CROSSTRIAL_STORE_PATIENCE"  # seconds to go on trying an unreachable store
DEFAULT_STORE_PATIENCE = "60"
DEFAULT_TERMINATION_LOG = "/dev/termination-log"


class InvalidEnvironmentError(Exception):
    """The environment lacks something or holds what cannot be read."""


@dataclass(frozen=True)
class Environment:
    """The environment of one worker. `cache` None: data sets live as long as the batch."""

    store: str
    batch: str
    pod: str
    node: str
    image: str
    termination_log: Path
    cache: Path | None
    modules: tuple[str, ...]
    commands: tuple[str, ...]
    store_patience: float

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Environment:
        """Return what the variables say.

        Raises:
            InvalidEnvironmentError: a required variable is missing, or a number is none.
        """
        required = (worker_exit.STORE, worker_exit.BATCH, worker_exit.POD_UID)
        missing = [name for name in required if not variables.get(name)]
        if missing:
            raise InvalidEnvironmentError(
                f"not set: {', '.join(missing)}; whoever starts a worker sets them"
            )
        cache = variables.get(worker_exit.CACHE)
        return cls(
            store=variables[worker_exit.STORE],
            batch=variables[worker_exit.BATCH],
            pod=variables[worker_exit.POD_UID],
            node=variables.get(worker_exit.NODE, ""),
            image=variables.get(worker_exit.IMAGE, ""),
            termination_log=Path(
                variables.get(worker_exit.TERMINATION_LOG, DEFAULT_TERMINATION_LOG)
            ),
            cache=Path(cache) if cache else None,
            modules=allowed_modules(variables),
            commands=allowed_commands(variables),
            store_patience=_seconds(variables.get(STORE_PATIENCE, DEFAULT_STORE_PATIENCE)),
        )


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidEnvironmentError(
            f"{STORE_PATIENCE} is {text!r}, not a number of seconds"
        ) from error
