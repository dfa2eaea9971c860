"""What of an address may stand in a message."""

from __future__ import annotations

import pytest

from crosstrial.spec.addresses import shown_address, without_credentials
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.identity import differences
from support.documents import parsed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:secret@host:80/a.csv", "https://me:***@host:80/a.csv"),
        ("https://me:se/c:r@t@host/a.csv", "https://me:***@host/a.csv"),
        ("https://me:123@host/a.csv", "https://me:***@host/a.csv"),
        ("https://ghp_token@host/a.csv", "https://***@host/a.csv"),
        ("abfs://container@account/a.csv", "abfs://container@account/a.csv"),
        ("https://host/a.csv?X-Amz-Signature=x&b=y", "https://host/a.csv?X-Amz-Signature=***&b=***"),
        ("https://host/a.csv?token", "https://host/a.csv?***"),
        ("s3://key:secret@bucket/a.csv#part", "s3://key:***@bucket/a.csv#***"),
        ("mongodb://me:se:cret@host:1/db", "mongodb://me:***@host:1/db"),
        ("mongodb+srv://me:p%40ss@a,b/db?x=y", "mongodb+srv://me:***@a,b/db?x=***"),
        ("mongodb://a:1,b:2/db", "mongodb://a:1,b:2/db"),
        ("'https://h/?a=b' (https://h/?c=d); so", "'https://h/?a=***' (https://h/?c=***); so"),
        ("no a:b@c, and https://[::1]:80/a@b", "no a:b@c, and https://[::1]:80/a@b"),
        ("simplecache::https://me:x@h/a", "simplecache::https://me:***@h/a"),
    ],
)  # fmt: skip
def test_scheme_host_and_path_are_shown(text: str, shown: str) -> None:
    assert without_credentials(text) == shown


def test_nothing_of_an_address_is_shown_because_it_is_badly_written() -> None:
    assert shown_address("https://me:se cret@host/a.csv?a='b c\"d") == (
        "https://me:***@host/a.csv?a=***"
    )


def a_file(uri: str) -> str:
    return f"small: [{{name: a, source: csv, target: y, uri: '{uri}'}}]"


def test_documents_are_compared_without_telling_what_gives_access() -> None:
    iris = "small: [sklearn:iris]"
    old, new = (parsed(iris, a_file(f"https://me:secret@{host}/a?t=secret")) for host in "ab")
    (difference,) = differences(old, new)
    assert "//me:***@a/a?t=***" in str(difference)
    assert "secret" not in str(difference)
    assert not difference.extends


def test_what_gives_access_to_the_same_address_may_be_renewed() -> None:
    iris = "small: [sklearn:iris]"
    old, new = (parsed(iris, a_file(f"https://me:{key}@a/a?t={key}")) for key in ("old", "new"))
    (difference,) = differences(old, new)
    assert difference.extends


@pytest.mark.parametrize(
    "item",
    ["'https://me:secret@h/a.csv'", "'csv:https://me:secret@h/a.csv'", "{name: '//a:secret@b'}"],
)
def test_an_address_in_the_wrong_place_is_told_without_them(item: str) -> None:
    with pytest.raises(InvalidError) as raised:
        parsed("small: [sklearn:iris]", f"small: [{item}]")
    assert "secret" not in str(raised.value)
