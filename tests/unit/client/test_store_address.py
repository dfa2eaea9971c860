"""How the URI of a store behind a Service is rewritten."""

from __future__ import annotations

import pytest

from crosstrial.client.store_address import forwarded
from crosstrial.spec.errors import InvalidError


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        pytest.param(
            "mongodb://store.control.svc:27017/db",
            "mongodb://127.0.0.1:9/db?directConnection=true",
            id="plain",
        ),
        pytest.param(
            "mongodb://store", "mongodb://127.0.0.1:9/?directConnection=true", id="host alone"
        ),
        pytest.param(
            "mongodb://me:p%40s%2Fs@a:1,b:2/db?authSource=admin&replicaSet=rs0",
            "mongodb://me:p%40s%2Fs@127.0.0.1:9/db?authSource=admin&replicaSet=rs0"
            "&directConnection=true",
            id="user, members, options",
        ),
        pytest.param(
            "mongodb://a/?directconnection=false&tls=true",
            "mongodb://127.0.0.1:9/?tls=true&directConnection=true",
            id="said otherwise",
        ),
        pytest.param(
            "mongodb://a?w=1", "mongodb://127.0.0.1:9/?w=1&directConnection=true", id="no slash"
        ),
    ],
)
def test_only_the_way_to_the_store_changes(uri: str, expected: str) -> None:
    assert forwarded(uri, 9) == expected


@pytest.mark.parametrize("uri", ["mongodb+srv://me:secret@a/db", "postgres://me:secret@a", "x"])
def test_what_cannot_be_forwarded_is_refused_without_its_password(uri: str) -> None:
    with pytest.raises(InvalidError) as told:
        forwarded(uri, 9)
    assert "secret" not in str(told.value)
    assert "mongodb://" in str(told.value)
