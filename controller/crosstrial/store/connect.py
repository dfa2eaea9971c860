"""From a URI to a store: the one place that knows how connections are made."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from urllib.parse import parse_qsl

from bson.codec_options import DatetimeConversion
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from crosstrial.spec.errors import InvalidError
from crosstrial.store.documents import Document
from crosstrial.store.mongodb import MongoStore
from crosstrial.store.protocol import Store

SCHEMES = ("mongodb", "mongodb+srv")
DEFAULT_DATABASE = "crosstrial"
EXAMPLE = "mongodb://HOST:PORT/DATABASE"

# What one attempt may take; the driver makes at most two. What a URI says about these wins.
TIMEOUTS = {
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 20_000,
    "waitQueueTimeoutMS": 20_000,
}


def open_store(uri: str, *, pool_size: int | None = None) -> Store:
    """Return the store of a URI; it connects when it is first used.

    Args:
        uri: `mongodb://` or `mongodb+srv://`; the database is `crosstrial` if it names none.
        pool_size: the most connections to each server; a worker takes 1.

    Raises:
        InvalidError: not such a URI.
    """
    if uri.partition("://")[0] not in SCHEMES:
        raise InvalidError(
            f"{server_name(uri)!r} is not the URI of a store", f"write {EXAMPLE} or mongodb+srv://"
        )
    options: dict[str, Any] = {} if pool_size is None else {"maxPoolSize": pool_size}
    try:
        client: MongoClient[Document] = MongoClient(
            uri,
            appname="crosstrial",
            connect=False,
            tz_aware=True,
            tzinfo=UTC,
            # A strange document is left out where it is read; it must not fail the whole answer.
            datetime_conversion=DatetimeConversion.DATETIME_AUTO,
            unicode_decode_error_handler="replace",
            **_unsaid(uri),
            **options,
        )
        database = client.get_default_database(DEFAULT_DATABASE)
    except (PyMongoError, ValueError) as error:
        # The driver's message is not shown: it may quote a password that was not escaped.
        raise InvalidError(
            f"the store's URI for {server_name(uri)} cannot be understood",
            f"write {EXAMPLE}, user and password percent-encoded, options spelled as MongoDB does",
        ) from error
    return MongoStore(database, server_name(uri))


def _unsaid(uri: str) -> dict[str, Any]:
    """Return the timeouts that a URI does not set itself."""
    said = {name.lower() for name, _ in parse_qsl(uri.partition("?")[2])}
    return {name: value for name, value in TIMEOUTS.items() if name.lower() not in said}


def server_name(uri: str) -> str:
    """Return a URI without user, password and options, for messages."""
    scheme, separator, rest = uri.partition("://") if "://" in uri else ("", "", uri)
    return scheme + separator + rest.rpartition("@")[2].partition("?")[0]
