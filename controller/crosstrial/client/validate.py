"""Checks of a document without a store: estimators and, on request, its data sets."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from crosstrial.client.resolve import estimator_mistakes, resolve_document
from crosstrial.domain.experiment import Revision
from crosstrial.spec.errors import raise_all
from crosstrial.spec.estimators import allowed_modules
from crosstrial.spec.load import Document


def check_document(document: Document) -> None:
    """Check every model's estimator and parameters.

    Raises:
        InvalidError: all problems, one a line.
    """
    with document.placing():
        raise_all(estimator_mistakes(document.experiment, allowed_modules(os.environ)))


def resolved_revision(
    document: Document, *, folder: Path, progress: Callable[[str], None]
) -> Revision:
    """Resolve data sets and splits as a submission would, and store nothing.

    Raises:
        InvalidError: what can't work, with the remedy.
    """
    modules = allowed_modules(os.environ)
    with document.placing():
        return resolve_document(
            document.experiment, folder=folder, modules=modules, progress=progress
        ).revision
