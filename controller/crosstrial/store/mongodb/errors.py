"""What the driver raises becomes a store error: try again, or give up. The one place for it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
)

from crosstrial.store.documents import SMALLER, UNSTORABLE
from crosstrial.store.protocol import RefusedError, StoreError, UnreachableError

if TYPE_CHECKING:
    from crosstrial.store.mongodb.part import Part

Owner = TypeVar("Owner", bound="Part")
Given = ParamSpec("Given")
Result = TypeVar("Result")

UNAUTHORIZED = 13
AUTHENTICATION_FAILED = 18
WRITE_CONFLICT = 112
DUPLICATE_KEY = 11000

# The server lost its role, is shutting down, was too slow, or lost a cursor in a restart.
NOT_READY = frozenset(
    {6, 7, 43, 50, 64, 89, 91, WRITE_CONFLICT, 134, 189, 262}
    | {9001, 10058, 10107, 11600, 11601, 11602, 13435, 13436}
)

REMEDIES = {
    AUTHENTICATION_FAILED: "check user, password and authSource of the store's URI",
    UNAUTHORIZED: "give the user of the store's URI the rights to do this",
}
# Servers say so under several codes, some of which mean other things too.
TOO_LARGE = re.compile("too large|larger than")
WAIT = "check that it runs and can be reached from here, then try again"
REPORT = "this is not what crosstrial expects of a MongoDB server: is it 4.4 or newer?"

# Seconds to wait before each further attempt at a write that met another one.
CONFLICT_PAUSES = (0.01, 0.05, 0.25)

TRANSLATED = (PyMongoError, *UNSTORABLE)


def translated(
    method: Callable[Concatenate[Owner, Given], Result],
) -> Callable[Concatenate[Owner, Given], Result]:
    """Make a method of the store raise store errors, and repeat it after a write conflict.

    Every method may be repeated: what it has written already is met as a taken id.
    """

    @wraps(method)
    def call(part: Owner, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        pauses = iter(CONFLICT_PAUSES)
        while True:
            try:
                return method(part, *args, **kwargs)
            except TRANSLATED as error:
                pause = next(pauses, None) if WRITE_CONFLICT in codes(error) else None
                if pause is None:
                    raise store_error(error, part.server) from error
                time.sleep(pause)

    return call


def store_error(error: Exception, server: str) -> StoreError:
    """Return what an error of the driver means for whoever uses the store."""
    reason = _reason(error)
    if _passes(error):
        return UnreachableError(f"the store {server} does not answer: {reason}; {WAIT}")
    if TOO_LARGE.search(reason):
        return RefusedError(f"this cannot be stored: {reason}; {SMALLER}")
    if isinstance(error, UNSTORABLE):
        return RefusedError(f"this cannot be stored: {reason}")
    remedy = next((REMEDIES[code] for code in codes(error) if code in REMEDIES), REPORT)
    return RefusedError(f"the store {server} refused: {reason}; {remedy}")


def codes(error: Exception) -> set[int]:
    """Return the server's error codes; of a bulk, all but those of taken ids."""
    if isinstance(error, BulkWriteError):
        return {item["code"] for item in _failures(error)} - {DUPLICATE_KEY}
    if isinstance(error, OperationFailure) and error.code is not None:
        return {error.code}
    return set()


def only_taken_ids(error: BulkWriteError) -> bool:
    """Whether everything else of a bulk was written and acknowledged as asked for."""
    return all(item["code"] == DUPLICATE_KEY for item in _failures(error))


def _failures(error: BulkWriteError) -> list[dict[str, int]]:
    return [*error.details["writeErrors"], *error.details["writeConcernErrors"]]


def _passes(error: Exception) -> bool:
    # What is wrong with a URI was told when it was read: left is a name that is not resolved.
    if isinstance(error, ConnectionFailure | ConfigurationError):
        return True
    return (isinstance(error, PyMongoError) and error.timeout) or bool(codes(error) & NOT_READY)


def _reason(error: Exception) -> str:
    """Return the first sentence of a message: what follows is the driver's own state."""
    if isinstance(error, BulkWriteError):
        failed = (i for i in _failures(error) if i["code"] != DUPLICATE_KEY)
        return "; ".join(sorted({str(item.get("errmsg")) for item in failed}))
    if isinstance(error, OperationFailure) and error.details:
        return str(error.details.get("errmsg") or error)
    return str(error).partition(" (configured timeouts")[0].partition(", Timeout:")[0]
