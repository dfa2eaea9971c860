"""Checks of a document without a store: estimators and, on request, its data sets."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from crosstrial.client.resolve import resolve_document
from crosstrial.domain.experiment import Revision
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.estimators import allowed_modules, check_model


def check_document(document: Experiment) -> None:
    """Check every model's estimator and parameters.

    Raises:
        InvalidError: all problems, one a line.
    """
    modules = allowed_modules(os.environ)
    cpu = document.spec.resources.cpu
    problems = [
        problem
        for model in document.models().values()
        for problem in check_model(model, cpu, modules)
    ]
    if problems:
        raise InvalidError("\n".join(problems))


def resolved_revision(
    document: Experiment, *, folder: Path, progress: Callable[[str], None]
) -> Revision:
    """Resolve data sets and splits as a submission would, and store nothing.

    Raises:
        InvalidError: what can't work, with the remedy.
    """
    return resolve_document(
        document, folder=folder, modules=allowed_modules(os.environ), progress=progress
    ).revision
