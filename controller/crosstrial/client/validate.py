"""Checks of a document without a store: estimators and, on request, its data sets."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from crosstrial.client.resolve import model_mistakes, resolve_document
from crosstrial.decide.coverage import coverage_mistakes
from crosstrial.domain.experiment import Revision
from crosstrial.spec.commands import allowed_commands
from crosstrial.spec.errors import raise_all
from crosstrial.spec.estimators import allowed_modules
from crosstrial.spec.load import Document


def check_document(document: Document) -> None:
    """Check every model's estimator and parameters, and the size of grids.

    Raises:
        InvalidError: all problems, one a line.
    """
    with document.placing():
        modules, commands = allowed_modules(os.environ), allowed_commands(os.environ)
        models = model_mistakes(document.experiment, modules, commands)
        raise_all([*models, *coverage_mistakes(document.experiment)])


def resolved_revision(
    document: Document, *, folder: Path, progress: Callable[[str], None]
) -> Revision:
    """Resolve data sets and splits as a submission would, and store nothing.

    Raises:
        InvalidError: what can't work, with the remedy.
    """
    with document.placing():
        return resolve_document(
            document.experiment,
            folder=folder,
            modules=allowed_modules(os.environ),
            commands=allowed_commands(os.environ),
            progress=progress,
        ).revision
