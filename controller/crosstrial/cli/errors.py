"""The one boundary where errors become messages on standard error and exit codes.

0 done, 1 failed, 2 usage or invalid, 3 conflict, 4 unreachable store, 124 timeout of `wait`,
130 interrupted. Neighbours: `commands` wraps every command in `boundary`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from crosstrial.spec.addresses import without_credentials

FAILED = 1
INVALID = 2
UNREACHABLE = 4
TIMED_OUT = 124
INTERRUPTED = 130

# Libraries that an installation may lack: every one comes with the extra `all`.
OPTIONAL = frozenset(
    {
        "altair",
        "jinja2",
        "kubernetes",
        "optuna",
        "pandas",
        "pyarrow",
        "secantusdb",
        "sklearn",
        "vl_convert",
    }
)


@contextmanager
def boundary() -> Iterator[None]:
    """End a command whose error is understood; what is not understood is a bug and passes."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt as error:
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:
        _forget_standard_output()
        raise typer.Exit(FAILED) from error
    except _understood() as error:
        message, code = describe(error)
        typer.echo(f"error: {without_credentials(message)}", err=True)
        raise typer.Exit(code) from error


def _understood() -> tuple[type[Exception], ...]:
    """Return what users may meet; loaded when something was raised, not before."""
    from crosstrial.domain.record import InvalidRecordError  # noqa: PLC0415
    from crosstrial.executor.protocol import ExecutorError  # noqa: PLC0415
    from crosstrial.spec.errors import CrosstrialError  # noqa: PLC0415
    from crosstrial.store.protocol import StoreError  # noqa: PLC0415

    return (
        CrosstrialError,
        StoreError,
        ExecutorError,
        InvalidRecordError,
        ModuleNotFoundError,
        OSError,
    )


def describe(error: Exception) -> tuple[str, int]:
    """Return the message for an understood error and the exit code.

    Raises:
        ModuleNotFoundError: the module is not one that an extra brings.
    """
    from crosstrial.spec.errors import CrosstrialError  # noqa: PLC0415
    from crosstrial.store.protocol import RefusedError, UnreachableError  # noqa: PLC0415

    if isinstance(error, CrosstrialError):
        return str(error), error.exit_code
    if isinstance(error, UnreachableError | RefusedError):
        return str(error), UNREACHABLE
    if isinstance(error, ModuleNotFoundError):
        return _missing_library(error), INVALID
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}", FAILED
    return str(error), FAILED


def _missing_library(error: ModuleNotFoundError) -> str:
    library = (error.name or "").partition(".")[0]
    if library not in OPTIONAL:
        raise error
    return f"this command needs {library}, which is not installed: pip install 'crosstrial[all]'"


def _forget_standard_output() -> None:
    """Keep the interpreter from flushing into the closed pipe at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
