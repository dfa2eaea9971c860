"""The text of a document as a tree that knows where every key and value stands.

`yaml_text` reads it; `load` makes nodes from its plain values, and whoever finds a mistake
later has it placed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from crosstrial.spec.errors import (
    CrosstrialError,
    InvalidKeyError,
    Location,
    MistakesError,
)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in the text, counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A null, bool, number or string."""

    mark: Mark
    value: Any
    size: int = 1
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. `size` counts the values in it and itself, `depth` the levels below it."""

    mark: Mark
    items: tuple[Written, ...]
    size: int = field(init=False)
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        _measure(self, self.items)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's place and what stands under it."""

    mark: Mark
    value: Written


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the text; `size` and `depth` as of a `Sequence`."""

    mark: Mark
    entries: dict[str, Entry]
    size: int = field(init=False)
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        _measure(self, [entry.value for entry in self.entries.values()])


def _measure(whole: Sequence | Mapping, parts: Collection[Written]) -> None:
    """Set size and depth from those of the parts: nothing is walked, so aliases cost nothing."""
    object.__setattr__(whole, "size", 1 + sum(part.size for part in parts))
    object.__setattr__(whole, "depth", 1 + max((part.depth for part in parts), default=0))


Written: TypeAlias = Scalar | Sequence | Mapping
AnyError = TypeVar("AnyError", bound=CrosstrialError)


def plain(written: Written) -> Any:
    """Return fresh plain values: dicts, lists, strings, numbers."""
    match written:
        case Mapping(entries=entries):
            return {key: plain(entry.value) for key, entry in entries.items()}
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Scalar(value=value):
            return value


@dataclass(frozen=True)
class Source:
    """A file's name, as the user gave it, and its text as a tree."""

    name: str
    root: Written

    def mark(self, error: CrosstrialError) -> Mark:
        """Return where the part of the text stands that an error blames.

        Of a mapping, a list or nothing that is its key, where it has one. What is not written
        itself (a missing key, a default, a part of a shorthand) is where the part around it is.
        """
        *_, (key, written) = ((self.root.mark, self.root), *self._trail(error.at))
        if isinstance(error, InvalidKeyError):
            return key
        told = isinstance(written, Scalar) and written.value is not None
        return written.mark if told else key

    def _trail(self, at: Location) -> Iterator[tuple[Mark, Written]]:
        """Follow a location as far as it is written; yield each key's mark and its value."""
        here = self.root
        for step in at:
            match here:
                case Mapping(entries=entries) if step in entries:
                    entry = entries[str(step)]
                    here = entry.value
                    yield entry.mark, here
                case Sequence(items=items) if isinstance(step, int) and step < len(items):
                    here = items[step]
                    yield here.mark, here
                case _:
                    return

    def placed(self, error: CrosstrialError) -> CrosstrialError:
        """Return an error with `file:line:column` in front; several are sorted by their lines."""
        if isinstance(error, MistakesError):
            return MistakesError([self._placed(e) for e in sorted(error.errors, key=self.mark)])
        return self._placed(error)

    def _placed(self, error: AnyError) -> AnyError:
        # What blames no part of the document is at least about this file.
        return error.placed(f"{self.name}:{self.mark(error)}" if error.at else self.name)

    @contextmanager
    def placing(self) -> Iterator[None]:
        """Place what is raised inside.

        Raises:
            CrosstrialError: the same error with file, line and column.
        """
        try:
            yield
        except CrosstrialError as error:
            raise self.placed(error) from error
