"""Writing a data file."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosstrial.client.convert import convert
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.load import parse_document
from support.documents import DOCUMENT


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    to = tmp_path / "iris.parquet"
    to.write_bytes(b"dear")
    document = parse_document(DOCUMENT, "e.yaml")
    with pytest.raises(InvalidError, match=r"iris\.parquet is there already"):
        convert(document, "iris", folder=tmp_path, to=to)
    assert to.read_bytes() == b"dear"
    to.unlink()
    convert(document, "iris", folder=tmp_path, to=to)
    assert to.read_bytes().startswith(b"PAR1")
