"""Models that are programs: which may be run, and what a document can't ask of them.

A document is data, it must not choose what runs: a program is run only where the variable names
it, or a folder that it is in. Used by the client; the worker runs by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from crosstrial.spec.allowlist import COMMANDS
from crosstrial.spec.document import Command, Experiment, Model, Preprocess
from crosstrial.spec.errors import InvalidError, InvalidKeyError


def allowed_commands(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the programs, and the folders of programs, that may be run; none by default."""
    listed = environ.get(COMMANDS) or ""
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def check_command(command: Sequence[str], allowed: Sequence[str]) -> None:
    """Check that a program may be run.

    Args:
        command: the program and its arguments.
        allowed: absolute paths of programs, or, with a slash at their end, of folders.

    Raises:
        InvalidError: it may not.
    """
    program = command[0]
    path = PurePosixPath(program)
    if not path.is_absolute() or ".." in path.parts or str(path) != program:
        raise InvalidError(
            f"{program!r} is not the absolute path of a program",
            "write such as /opt/models/nearest, as it is in the image",
        )
    folders = [name for name in allowed if name.endswith("/")]
    if program not in allowed and not any(program.startswith(folder) for folder in folders):
        listed = ",".join((*allowed, program))
        raise InvalidError(
            f"{program} is not among the programs that may be run: {', '.join(allowed) or 'none'}",
            f"set {COMMANDS}={listed}, or a folder of programs with a slash at its end",
        )


def command_mistakes(experiment: Experiment, allowed: Sequence[str]) -> Iterator[InvalidError]:
    """Yield programs that may not be run, and what their models ask for in vain."""
    for at, model in experiment.placed_models().items():
        if isinstance(model.model, Command):
            yield from (error.below(at) for error in _mistakes(model, model.model, allowed))


def _mistakes(model: Model, named: Command, allowed: Sequence[str]) -> Iterator[InvalidError]:
    try:
        check_command(named.command, allowed)
    except InvalidError as error:
        yield error.below(("model", "command"))
    if model.preprocess != Preprocess():
        yield InvalidKeyError(
            "a program sees the data as they are",
            "leave it out; the program prepares what it needs",
            at=("preprocess",),
        )
    if model.epochs is not None and (model.epochs.by or model.epochs.parameter):
        yield InvalidKeyError(
            "how a program is trained is its own affair",
            f"write `epochs: {model.epochs.count}`",
            at=("epochs", "by" if model.epochs.by else "parameter"),
        )
