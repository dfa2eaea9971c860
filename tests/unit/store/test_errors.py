"""Which errors of the driver pass, which do not, and what their messages say."""

from __future__ import annotations

from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    CursorNotFound,
    DocumentTooLarge,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

from crosstrial.store.mongodb import errors
from crosstrial.store.mongodb.errors import WRITE_CONFLICT, only_taken_ids, store_error, translated
from crosstrial.store.protocol import RefusedError, StoreError, UnreachableError

SERVER = "mongodb://db.example:27017/team"


def failure(code: int, said: str = "") -> OperationFailure:
    return OperationFailure("said the driver", code, {"errmsg": said or f"said the server: {code}"})


def bulk(*codes: int, concern: int | None = None) -> BulkWriteError:
    concerns = [] if concern is None else [{"code": concern, "errmsg": "waiting for replication"}]
    return BulkWriteError(
        {
            "writeErrors": [{"code": code, "errmsg": f"write error {code}"} for code in codes],
            "writeConcernErrors": concerns,
        }
    )


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        pytest.param(AutoReconnect("connection closed"), UnreachableError, "closed", id="lost"),
        pytest.param(NetworkTimeout("timed out"), UnreachableError, "timed out", id="slow network"),
        pytest.param(
            ServerSelectionTimeoutError("no servers, Timeout: 5.0s, Topology Description: <...>"),
            UnreachableError,
            "no servers; check that it runs",
            id="no server",
        ),
        pytest.param(NotPrimaryError("stepped down"), UnreachableError, "", id="not primary"),
        pytest.param(ExecutionTimeout("slow", 50), UnreachableError, "slow", id="slow server"),
        pytest.param(WTimeoutError("waiting", 64), UnreachableError, "waiting", id="no majority"),
        pytest.param(CursorNotFound("gone", 43), UnreachableError, "gone", id="cursor"),
        *(
            pytest.param(failure(code), UnreachableError, f"server: {code};", id=str(code))
            for code in (91, WRITE_CONFLICT, 189, 10107, 11600, 13435)
        ),
        pytest.param(failure(18), RefusedError, "check user, password and authSource", id="18"),
        pytest.param(failure(13), RefusedError, "rights", id="13"),
        pytest.param(
            failure(2, "object to insert too large. size in bytes: 17825814"),
            RefusedError,
            "smaller batch.maxTrials",
            id="too large",
        ),
        pytest.param(
            failure(17419, "Resulting document after update is larger than 16777216"),
            RefusedError,
            "smaller batch.maxTrials",
            id="grown too large",
        ),
        pytest.param(failure(59), RefusedError, "4.4 or newer", id="unknown command"),
        pytest.param(WriteConcernError("no such mode", 79), RefusedError, "no such", id="concern"),
        pytest.param(
            ConfigurationError("the name does not exist"), UnreachableError, "name", id="unresolved"
        ),
        pytest.param(
            DocumentTooLarge("BSON document too large (17826078 bytes)"),
            RefusedError,
            "smaller batch.maxTrials",
            id="driver's limit",
        ),
        pytest.param(InvalidDocument("<object>"), RefusedError, "<object>", id="no document"),
        pytest.param(OverflowError("8 bytes"), RefusedError, "8 bytes", id="integer"),
        pytest.param(bulk(11000, 13), RefusedError, "write error 13;", id="one of many refused"),
        pytest.param(bulk(11000, 10107), UnreachableError, "write error 10107;", id="stepped down"),
        pytest.param(bulk(11000, concern=64), UnreachableError, "replication", id="unacknowledged"),
    ],
)
def test_an_error_passes_or_does_not(error: Exception, kind: type[StoreError], says: str) -> None:
    told = store_error(error, SERVER)
    assert type(told) is kind
    assert says in str(told)
    assert SERVER in str(told) or "cannot be stored" in str(told)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (bulk(11000, 11000), True),
        (bulk(11000, 13), False),
        (bulk(11000, concern=64), False),
        (bulk(), True),
    ],
    ids=["taken", "taken and refused", "taken, the rest unacknowledged", "nothing"],
)
def test_a_taken_id_is_no_error_but_everything_else_is(
    error: BulkWriteError, expected: bool
) -> None:
    assert only_taken_ids(error) is expected


class Contended:
    """A part of a store whose write meets others' a number of times."""

    server = SERVER

    def __init__(self, error: PyMongoError, times: int) -> None:
        self.error = error
        self.left = times

    @translated
    def write(self, *, value: int) -> int:
        if self.left:
            self.left -= 1
            raise self.error
        return value


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "CONFLICT_PAUSES", (0.0, 0.0, 0.0))


@pytest.mark.parametrize("conflict", [failure(WRITE_CONFLICT), bulk(11000, WRITE_CONFLICT)])
def test_a_write_that_meets_others_is_repeated(conflict: Any) -> None:
    assert Contended(conflict, 3).write(value=7) == 7


def test_a_write_that_meets_others_again_and_again_is_given_up() -> None:
    with pytest.raises(UnreachableError) as raised:
        Contended(failure(WRITE_CONFLICT), 99).write(value=7)
    assert isinstance(raised.value.__cause__, OperationFailure)


def test_other_errors_are_not_repeated() -> None:
    with pytest.raises(RefusedError):
        Contended(failure(13), 1).write(value=7)
