"""What of an address may stand in a message."""

from __future__ import annotations

import pytest

from crosstrial.spec.addresses import shown_address, without_credentials
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.identity import differences
from crosstrial.spec.wording import described
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
        ("https://me@a.com:se@c@host/a.csv", "https://me@a.com:***@host/a.csv"),
        ("mongodb://me:12/secret@host/db", "mongodb://me:***@host/db"),
        ("mongodb://me:se@c/ret@host/db", "mongodb://me:***@host/db"),
        ("s3://key/id:secret@bucket/a.csv", "s3://key/id:***@bucket/a.csv"),
        ("(https://me:pw@host/a?b=c@d&e=secret)", "(https://me:***)"),
        ("https://host:1/a?b=c@secret, so", "https://host:***, so"),
        ("mongodb://me:0?sec#ret@host/db", "mongodb://me:***"),
        ("https://host/a?b=:@secret", "https://***:***"),
        ("dav://token@host/a.csv", "dav://***@host/a.csv"),
        ("https://token:x-oauth-basic@host/a", "https://***:***@host/a"),
        ("https://host/a.csv?c2VjcmV0==", "https://host/a.csv?***"),
        ("https://host/a?id=secret&v=a;b", "https://host/a?id=***&v=***"),
        ("https://host/a#access_token=secret", "https://host/a#access_token=***"),
        ("with url: /a?sig=secret (Caused", "with url: /a?sig=*** (Caused"),
        ("with url: /a?secret (Caused", "with url: /a?*** (Caused"),
        (r'{"a": "https://h/a?sig=b\u00e9c\"", "b": 1}', r'{"a": "https://h/a?sig=***\"", "b": 1}'),
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


@pytest.mark.parametrize(
    "text",
    [
        "see https://host/linear_model.html#logistic-regression",
        "https://host/download?id=61&format=arff: 404",
        "there is nothing at s3://bucket/part-?.csv",
        "there is nothing at s3://bucket/2026-??/*.csv.gz.",
        "is it http://host/a?",
        "7//2:y@z",
        r'{"error": "http://host:8080\nme@there"}',
    ],
)
def test_what_gives_no_access_is_shown(text: str) -> None:
    assert without_credentials(text) == text


def test_of_an_address_alone_no_value_is_shown() -> None:
    assert shown_address("s3://key:secret@bucket/a.csv#part") == "s3://key:***@bucket/a.csv#***"
    assert shown_address("https://host/a?id=61#b=c") == "https://host/a?id=***#***"
    assert shown_address("/a?sig=secret") == "/a?sig=***"
    assert shown_address("s3://bucket/part-?.csv") == "s3://bucket/part-?.csv"


# Where each part was searched from anew, this took hours.
@pytest.mark.timeout(100)
@pytest.mark.parametrize("part", ["//a:1/", "//a?;", "//", "//[:"])
def test_a_long_hostile_text_is_gone_through_once(part: str) -> None:
    text = part * (1_000_000 // len(part))
    for hidden in (without_credentials, shown_address, described):
        assert hidden(f"{text}//me:secret@host").count("secret") == 0


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
    ("old", "new", "told"),
    [
        ("http://h/?id=1", "http://h/?id=2", '"http://h/?id=***" (other access)'),
        (f"http://h/{'a' * 40}/b", f"http://h/{'a' * 40}/c", "(other further on)"),
        ("http://h/a", "http://h/b", '"http://h/a" -> "http://h/b"'),
        ("http://me:se cret@h/a", "http://h/a", '"http://me:***@h/a" -> "http://h/a"'),
    ],
)  # fmt: skip
def test_how_addresses_differ_is_told(old: str, new: str, told: str) -> None:
    iris = "small: [sklearn:iris]"
    (difference,) = differences(*(parsed(iris, a_file(uri)) for uri in (old, new)))
    assert str(difference).endswith(told)


def test_a_path_is_no_address() -> None:
    iris = "small: [sklearn:iris]"
    (difference,) = differences(*(parsed(iris, a_file(uri)) for uri in ("a b.csv", "a%20b.csv")))
    assert str(difference).endswith('"a b.csv" -> "a%20b.csv"')
    assert not difference.extends


@pytest.mark.parametrize(
    "item",
    ["'https://me:secret@h/a.csv'", "'csv:https://me:secret@h/a.csv'", "{name: '//a:secret@b'}"],
)
def test_an_address_in_the_wrong_place_is_told_without_them(item: str) -> None:
    with pytest.raises(InvalidError) as raised:
        parsed("small: [sklearn:iris]", f"small: [{item}]")
    assert "secret" not in str(raised.value)
