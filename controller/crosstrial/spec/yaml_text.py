"""From text to a tree of marked values: YAML 1.2, of which JSON is a part.

The parser's events are put together here, so that every key keeps its place, a repeated key
is a mistake, and neither depth nor aliases can exhaust memory. `load` is the user.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from crosstrial.spec.core_schema import scalar
from crosstrial.spec.errors import InvalidError, Location, raise_all
from crosstrial.spec.source import Entry, Mapping, Mark, Scalar, Sequence, Source, Written
from crosstrial.spec.wording import described

NodeStart: TypeAlias = MappingStartEvent | SequenceStartEvent | ScalarEvent

MAX_DEPTH = 32  # the deepest document that means something has about twelve levels
MAX_VALUES = 100_000

MISTAKES = {
    "found character '\\t' that cannot start any token": "indent with spaces, not with tabs",
    "mapping values are not allowed here": (
        "check the indentation, and quote text that contains a colon and a blank"
    ),
    "found unexpected end of stream": "close the quote that was opened",
}
LOOK = "check the indentation, quotes and brackets here and on the lines above"


def read_yaml(text: str, name: str) -> Source:
    """Return the one document of a text.

    Args:
        text: YAML or JSON.
        name: the file's name, for messages.

    Raises:
        InvalidError: the text is no document; all mistakes that can be told at once.
    """
    reader = _Reader(name)
    try:
        root = reader.document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        raise _not_yaml(error, name) from error
    except ReaderError as error:
        raise _not_printable(error, text, name) from error
    raise_all(error for _, error in sorted(reader.mistakes, key=itemgetter(0)))
    return Source(name, root)


class _Reader:
    """Puts events together; collects what can be told without stopping."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._anchors: dict[str, Written] = {}
        self._events: Iterator[Event] = iter(())
        self.mistakes: list[tuple[Mark, InvalidError]] = []

    def document(self, events: Iterator[Event]) -> Mapping:
        """Return the root of the only document, a mapping."""
        self._events = events
        next(events)  # the stream's start
        start = next(events)
        if not isinstance(start, DocumentStartEvent):
            raise InvalidError(
                f"{self._name}: the file is empty",
                "`crosstrial init` writes a document to start from",
            )
        if start.version not in (None, (1, 2)):
            raise self._error(start, (), "is not YAML 1.2", "remove the %YAML directive")
        root = self._value(next(events), ())
        next(events)  # the document's end
        following = next(events)
        if not isinstance(following, StreamEndEvent):
            raise self._error(
                following, (), "a second document begins", "a file holds one experiment: split it"
            )
        if not isinstance(root, Mapping):
            raise InvalidError(
                f"{self._name}:{root.mark}: the document must be a mapping",
                "it begins with `apiVersion: crosstrial/v1`",
            )
        if root.size > MAX_VALUES:
            raise InvalidError(
                f"{self._name}: the document holds more than {MAX_VALUES} values, aliases expanded",
                "use fewer aliases, or several experiments",
            )
        return root

    def _value(self, event: Event, at: Location) -> Written:
        if len(at) > MAX_DEPTH:
            raise self._too_deep(event)
        if isinstance(event, AliasEvent):
            return self._anchored(event, at)
        assert isinstance(event, NodeStart)  # the parser's grammar
        return self._written(event, at)

    def _anchored(self, event: AliasEvent, at: Location) -> Written:
        written = self._anchors.get(event.anchor)
        if written is None:
            raise self._error(
                event,
                at,
                f"the alias *{event.anchor} has no value yet",
                f"put &{event.anchor} before a value above it",
            )
        if len(at) + written.depth > MAX_DEPTH:
            raise self._too_deep(event)
        return written

    def _written(self, event: NodeStart, at: Location) -> Written:
        if event.tag is not None:
            self._mistake(event, at, f"the tag {event.tag} is not supported", "leave it out")
        match event:
            case MappingStartEvent():
                written: Written = self._mapping(event, at)
            case SequenceStartEvent():
                written = self._sequence(event, at)
            case ScalarEvent():
                written = Scalar(_mark(event), self._scalar(event, at))
        if event.anchor is not None:
            self._anchors[event.anchor] = written
        return written

    def _mapping(self, start: MappingStartEvent, at: Location) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, at)
            value = self._value(next(self._events), (*at, key))
            if key in entries:
                first = entries[key].mark.line
                self._mistake(
                    event, (*at, key), f"is repeated, it stands in line {first} already", "keep one"
                )
            entries[key] = Entry(_mark(event), value)
        return Mapping(_mark(start), entries)

    def _key(self, event: Event, at: Location) -> str:
        written = self._value(event, at)
        key = written.value if isinstance(written, Scalar) else []
        if not isinstance(key, str):
            self._mistake(event, at, f"a key must be a string, not {described(key)}", "quote it")
        elif key == "<<":
            self._mistake(event, at, "merge keys are not part of YAML 1.2", "write the entries out")
        return str(key)

    def _sequence(self, start: SequenceStartEvent, at: Location) -> Sequence:
        items: list[Written] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, (*at, len(items))))
        return Sequence(_mark(start), tuple(items))

    def _scalar(self, event: ScalarEvent, at: Location) -> Any:
        try:
            return scalar(event.value) if event.implicit[0] else _text(event.value)
        except ValueError as error:
            self._mistake(event, at, str(error), "write another value")
            return None

    def _too_deep(self, event: Event) -> InvalidError:
        return self._error(event, (), f"is nested deeper than {MAX_DEPTH} levels", "flatten it")

    def _mistake(self, event: Event, at: Location, message: str, remedy: str) -> None:
        self.mistakes.append((_mark(event), self._error(event, at, message, remedy)))

    def _error(self, event: Event, at: Location, message: str, remedy: str) -> InvalidError:
        return InvalidError(message, remedy, at=at).placed(f"{self._name}:{_mark(event)}")


def _mark(event: Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _text(value: str) -> str:
    """Join the surrogate pairs that JSON escapes characters with.

    Raises:
        ValueError: half of a pair is missing; no store can keep such a string.
    """
    if value.isascii():
        return value
    try:
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise ValueError("has half of a surrogate pair, which is no character") from error


def _not_yaml(error: MarkedYAMLError, name: str) -> InvalidError:
    problem = str(error.problem or error.context or "is not YAML")
    mark = error.problem_mark or error.context_mark
    place = name if mark is None else f"{name}:{mark.line + 1}:{mark.column + 1}"
    told = f"{error.context}: {problem}" if error.problem and error.context else problem
    return InvalidError(f"{place}: not valid YAML: {told}", MISTAKES.get(problem, LOOK))


def _not_printable(error: ReaderError, text: str, name: str) -> InvalidError:
    before = text[: error.position].split("\n")
    place = f"{name}:{len(before)}:{len(before[-1]) + 1}"
    return InvalidError(
        f"{place}: the character U+{ord(text[error.position]):04X} is not allowed",
        "remove it, or write it as an escape in double quotes",
    )
