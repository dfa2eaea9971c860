"""Imported by the fork server before it forks, so that children and `prepare` start warm."""

from __future__ import annotations

import signal

from crosstrial_trial.bonds import die_with_parent

# Whoever ends the worker tells its parent; the server must outlive a signal to the whole group.
signal.signal(signal.SIGTERM, signal.SIG_IGN)
# A server would otherwise live as long as any of its children.
die_with_parent()

import pyarrow.parquet  # noqa: E402, F401
import sklearn.model_selection  # noqa: E402, F401

import crosstrial_trial.trial  # noqa: E402, F401
