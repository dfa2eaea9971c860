"""What an exception of user code says about its trial: a cause and a bounded message."""

from __future__ import annotations

import traceback

from sklearn.utils._param_validation import InvalidParameterError

from crosstrial.domain.cause import Cause
from crosstrial_trial.pipeline import ParametersError
from crosstrial_trial.program import ProgramError

FRAMES = 8  # the innermost ones
MESSAGE_CHARACTERS = 8 << 10


def cause_of(error: BaseException) -> Cause:
    """Return the cause that an exception stands for."""
    if isinstance(error, ProgramError):
        return error.cause
    if isinstance(error, MemoryError):
        return Cause.OUT_OF_MEMORY
    # scikit-learn checks parameters in `fit`.
    if isinstance(error, ParametersError | InvalidParameterError):
        return Cause.INVALID_PARAMETERS
    return Cause.ESTIMATOR_ERROR


def message_of(error: BaseException) -> str:
    """Return the end of the traceback; its last line is the error itself."""
    if isinstance(error, ProgramError):
        return storable(str(error)[-MESSAGE_CHARACTERS:])
    shown = error.__cause__ if isinstance(error, ParametersError) and error.__cause__ else error
    text = "".join(traceback.format_exception(shown, limit=-FRAMES)).strip()
    return storable(text[-MESSAGE_CHARACTERS:])


def storable(text: str) -> str:
    """Return a text without what is no character: neither JSON nor the store can hold it."""
    return text.encode(errors="replace").decode()
