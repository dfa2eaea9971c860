"""The boundary: which error ends in which message and exit code."""

from __future__ import annotations

import pytest
import typer

from crosstrial.cli.errors import boundary
from crosstrial.domain.record import InvalidRecordError
from crosstrial.executor.protocol import TemporaryExecutorError
from crosstrial.spec.errors import ConflictError, InvalidError
from crosstrial.store.protocol import RefusedError, UnreachableError


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        pytest.param(InvalidError("no such key", "drop it"), 2, "no such key", id="invalid"),
        pytest.param(InvalidError("no such key", "drop it"), 2, "drop it", id="remedy"),
        pytest.param(ConflictError("name is taken"), 3, "name is taken", id="conflict"),
        pytest.param(UnreachableError("no answer"), 4, "no answer", id="unreachable"),
        pytest.param(RefusedError("wrong password"), 4, "wrong password", id="refused"),
        pytest.param(InvalidRecordError("Batch 'x-1'"), 1, "x-1", id="poison document"),
        pytest.param(TemporaryExecutorError("no room"), 1, "no room", id="executor"),
        pytest.param(
            ModuleNotFoundError("No module named 'pandas'", name="pandas.core"),
            2,
            "pip install 'crosstrial[all]'",
            id="library of an extra",
        ),
        pytest.param(PermissionError(13, "Permission denied", "/x"), 1, "/x: Permission", id="os"),
    ],
)
def test_an_understood_error_is_one_message_and_a_code(
    error: Exception, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, boundary():
        raise error
    assert ended.value.exit_code == code
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.startswith("error: ")
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_an_interrupt_exits_130() -> None:
    with pytest.raises(typer.Exit) as ended, boundary():
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130


@pytest.mark.parametrize(
    "bug",
    [KeyError("x"), ModuleNotFoundError("no crosstrial.nothing", name="crosstrial.nothing")],
    ids=["key error", "module of our own"],
)
def test_a_bug_is_not_dressed_up(bug: Exception) -> None:
    with pytest.raises(type(bug)), boundary():
        raise bug


def test_credentials_in_an_address_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), boundary():
        raise InvalidError("no answer from mongodb://me:se:cret@host:1/db?x=secret")
    assert capsys.readouterr().err == "error: no answer from mongodb://me:***@host:1/db?x=***\n"
