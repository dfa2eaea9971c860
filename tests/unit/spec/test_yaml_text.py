from __future__ import annotations

import json

import pytest

from crosstrial.spec import yaml_text
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.source import plain
from crosstrial.spec.yaml_text import MAX_DEPTH, read_yaml
from support.documents import marked


def read(text: str) -> object:
    return plain(read_yaml(text, "e.yaml").root)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("a: \"1\"\nb: '2'", {"a": "1", "b": "2"}, id="quoted-numbers-are-strings"),
        pytest.param("on: yes", {"on": "yes"}, id="no-boolean-keys"),
        pytest.param("a: |\n  x\n  y\n", {"a": "x\ny\n"}, id="block-text"),
        pytest.param("a: &x [1, 2]\nb: *x", {"a": [1, 2], "b": [1, 2]}, id="alias"),
        pytest.param("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}, id="directive-and-end"),
        pytest.param("\ufeffa: 1", {"a": 1}, id="byte-order-mark"),
        pytest.param("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}, id="carriage-returns"),
        pytest.param(
            '{"a":1,"b":[1.5E3,null,true]}', {"a": 1, "b": [1500.0, None, True]}, id="json"
        ),
        pytest.param('{\n\t"a": {\n\t\t"b": []\n\t}\n}', {"a": {"b": []}}, id="json-with-tabs"),
        pytest.param('{"a": "\\ud83d\\ude00\\/\\u00e4"}', {"a": "😀/ä"}, id="json-escapes"),
    ],
)
def test_a_text_is_read(text: str, value: object) -> None:
    assert read(text) == value


def test_what_json_writes_is_read_back() -> None:
    document = {"a": [1, -2.5e-7, "x\ty\n\"'\\", None, True, {"ö": {}}], "b: c": "# no comment"}
    for indent in (None, 2, "\t"):
        assert read(json.dumps(document, indent=indent)) == document


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 20)]
    return "\n".join(lines)


def chain() -> str:
    return "a0: &a0 []\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH - 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "the file is empty; `crosstrial init`", id="nothing"),
        pytest.param("# only words\n", "the file is empty", id="comments-only"),
        pytest.param(bomb(), "more than 100000 values, aliases expanded", id="alias-bomb"),
    ],
)
def test_what_is_wrong_with_the_whole_names_the_file(text: str, words: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read(text)
    assert str(caught.value).startswith("e.yaml: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: 1\n↓---\nb: 2", "a second document begins; a file holds one", id="two"),
        pytest.param("↓- a: 1", "must be a mapping; it begins with `apiVersion", id="list"),
        pytest.param("%YAML 1.1\n↓---\na: 1", "is not YAML 1.2", id="old-yaml"),
        pytest.param("a:\n↓\t- 1", "indent with spaces, not with tabs", id="tab"),
        pytest.param("a: b↓: c", "quote text that contains a colon", id="colon"),
        pytest.param("a: [1, 2↓", "check the indentation, quotes and brackets", id="bracket"),
        pytest.param("a: 'x↓", "close the quote", id="quote"),
        pytest.param("a: 1\nb: ↓\x01", "U+0001 is not allowed; remove it", id="control"),
        pytest.param("a: 1\nb: 2\n↓a: 3", "a: is repeated, it stands in line 1", id="duplicate"),
        pytest.param("a: {x: 1, ↓x: 1}", "a.x: is repeated", id="duplicate-inside"),
        pytest.param('{"a": 1, ↓"a": 1}', "a: is repeated", id="duplicate-json"),
        pytest.param("↓1: 2", "a key must be a string, not the number 1; quote it", id="key-int"),
        pytest.param("↓~: 2", "a key must be a string, not null", id="key-null"),
        pytest.param("? ↓[1]\n: 2", "a key must be a string, not a list", id="key-list"),
        pytest.param("a: &x {b: 1}\nc:\n  ↓<<: *x", "merge keys are not part", id="merge"),
        pytest.param("a: ↓!!str 5", "a: the tag tag:yaml.org,2002:str is not", id="tag"),
        pytest.param("a: ↓!!python/object:os.system {}", "is not supported", id="python-tag"),
        pytest.param("a: ↓*x", "the alias *x has no value yet; put &x", id="unknown-alias"),
        pytest.param("a: &x [↓*x]", "the alias *x has no value yet", id="alias-of-itself"),
        pytest.param("a: ↓.inf", "a: must be a finite number", id="inf"),
        pytest.param("a: {b: [1, ↓.nan]}", "a.b[1]: must be a finite number", id="nan"),
        pytest.param("a: ↓123456789012345678901", "more than 64 bits", id="long-int"),
        pytest.param('a: ↓"\\ud83d"', "half of a surrogate pair", id="surrogate"),
        pytest.param("a: " + "[" * MAX_DEPTH + "↓" + "[" * 9, "nested deeper", id="depth"),
        pytest.param(chain() + "\nb: [↓*a30]", "nested deeper", id="depth-by-aliases"),
    ],
)
def test_a_mistake_of_the_text_is_told_with_its_place(text: str, words: str) -> None:
    text, place = marked(text)
    with pytest.raises(InvalidError) as caught:
        read(text)
    message = str(caught.value)
    assert message.startswith(f"e.yaml:{place}: ")
    assert words in message
    assert "; " in message


def test_endless_nesting_is_refused_before_it_is_followed() -> None:
    with pytest.raises(InvalidError, match="nested deeper"):
        read("[" * 200_000)


def test_all_mistakes_that_can_be_told_are_told_by_line() -> None:
    with pytest.raises(InvalidError) as caught:
        read("a: .nan\nb: {x: 1, x: 2}\n3: 1\nb: 4")
    places = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert places == ["e.yaml:1:4", "e.yaml:2:11", "e.yaml:3:1", "e.yaml:4:1"]


def test_a_text_of_very_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_VALUES", 10)
    assert read("a: [1, 2, 3, 4, 5, 6, 7, 8]")
    with pytest.raises(InvalidError, match=r"e\.yaml: the document holds more than 10 values"):
        read("a: [1, 2, 3, 4, 5, 6, 7, 8, 9]")
