"""URIs of stores: which are understood, and what their mistakes are told as."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import bson
import pytest
from bson.datetime_ms import DatetimeMS

from crosstrial.spec.errors import InvalidError
from crosstrial.store.connect import open_store, server_name
from crosstrial.store.mongodb import MongoStore


def opened(uri: str, **options: Any) -> Iterator[MongoStore]:
    with closing(open_store(uri, **options)) as store:
        assert isinstance(store, MongoStore)
        yield store


@pytest.mark.parametrize(
    ("uri", "database"),
    [
        ("mongodb://db.example", "crosstrial"),
        ("mongodb://db.example/", "crosstrial"),
        ("mongodb://ann:pw@a.example,b.example/team?replicaSet=rs", "team"),
        ("mongodb+srv://ann:pw@cluster.example.org/?tls=false", "crosstrial"),
        ("mongodb+srv://cluster.example.org/team", "team"),
    ],
)
def test_the_database_is_the_uris_or_the_default(uri: str, database: str) -> None:
    for store in opened(uri):
        assert store._database.name == database


@pytest.mark.parametrize(
    ("uri", "options", "name", "value"),
    [
        ("mongodb://db.example", {}, "server_selection_timeout", 5),
        ("mongodb://db.example/?serverselectiontimeoutms=70", {}, "server_selection_timeout", 0.07),
        ("mongodb://db.example/?maxPoolSize=9", {"pool_size": 1}, "pool_options", 1),
    ],
)
def test_what_a_uri_says_about_time_wins(
    uri: str, options: dict[str, int], name: str, value: float
) -> None:
    for store in opened(uri, **options):
        found = getattr(store._database.client.options, name)
        assert getattr(found, "max_pool_size", found) == value


def test_no_wait_is_endless() -> None:
    for store in opened("mongodb://db.example"):
        pool = store._database.client.options.pool_options
        assert pool.connect_timeout
        assert pool.socket_timeout
        assert pool.wait_queue_timeout


def test_strange_values_do_not_fail_a_whole_answer() -> None:
    for store in opened("mongodb://db.example"):
        no_text = bson.encode({"x": "ab"}).replace(b"ab", b"\xff\xfe")
        for document in (bson.encode({"x": DatetimeMS(1 << 60)}), no_text):
            assert "x" in bson.decode(document, store._database.codec_options)


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgres://ann:secret@db.example/x", "postgres://db.example/x"),
        ("ann:secret@db.example/x", "db.example/x"),
        ("db.example:27017", "db.example:27017"),
        ("", ""),
        ("mongodb://", "mongodb://"),
        ("mongodb://ann:secret/x@db.example/", "mongodb://db.example/"),
        ("mongodb://ann:se@cret@db.example/", "mongodb://db.example/"),
        ("mongodb://ann:secret@db.example:port/", "mongodb://db.example:port/"),
        ("mongodb://ann:secret@db.example/te am", "mongodb://db.example/te am"),
    ],
)
def test_mistakes_are_told_without_passwords(uri: str, shown: str) -> None:
    with pytest.raises(InvalidError) as raised:
        open_store(uri)
    assert shown in str(raised.value)
    assert "mongodb://HOST:PORT/DATABASE" in str(raised.value)
    assert "secret" not in str(raised.value)
    assert "cret" not in str(raised.value)


def test_a_server_is_named_without_user_and_options() -> None:
    uri = "mongodb://ann:secret@a.example:1,b.example:2/team?tls=true"
    assert server_name(uri) == "mongodb://a.example:1,b.example:2/team"
