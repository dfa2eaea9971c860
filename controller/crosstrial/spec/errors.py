"""What a user can do wrong: one message with place and remedy, and an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Self, TypeAlias

# Keys and positions from the root of a document, as the user writes them (camelCase).
Location: TypeAlias = tuple[str | int, ...]

# A file with more mistakes than this is not read to its end by anybody.
MOST_TOLD = 50


class CrosstrialError(Exception):
    """The root of what users meet: what happened, to what, and what to do.

    Args:
        message: what is wrong.
        remedy: what to do about it.
        at: the part of the document that is to blame, for whoever knows its lines.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str | None = None, *, at: Location = ()) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy
        self.at = at

    def __str__(self) -> str:
        told = f"{path(self.at)}: {self.message}" if self.at else self.message
        return told if self.remedy is None else f"{told}; {self.remedy}"

    def placed(self, place: str) -> Self:
        """Return the same error with the place of its part of the document in front."""
        told = f"{path(self.at)}: {self.message}" if self.at else self.message
        return type(self)(f"{place}: {told}", self.remedy)

    def below(self, at: Location) -> Self:
        """Return the same error of a part whose own place is `at`."""
        return type(self)(self.message, self.remedy, at=(*at, *self.at))


class InvalidError(CrosstrialError):
    """A document, name or value that cannot work."""

    exit_code = 2


class InvalidKeyError(InvalidError):
    """A key of the document is to blame itself, not what stands under it."""


class MistakesError(InvalidError):
    """The mistakes of one stage, one a line."""

    def __init__(self, errors: Sequence[InvalidError]) -> None:
        told = [str(error) for error in errors[:MOST_TOLD]]
        if len(errors) > MOST_TOLD:
            told.append(f"and {len(errors) - MOST_TOLD} more; mend these first")
        super().__init__("\n".join(told))
        self.errors = tuple(errors)


class ConflictError(CrosstrialError):
    """Other content under a known name, or a state that forbids the change."""

    exit_code = 3


class UnavailableError(CrosstrialError):
    """A server that should have data does not answer: try again."""

    exit_code = 4


def raise_all(errors: Iterable[InvalidError]) -> None:
    """Raise what there is to raise: nothing, one error, or all as one.

    Raises:
        InvalidError: there is at least one.
    """
    found = list(errors)
    if len(found) == 1:
        raise found[0]
    if found:
        raise MistakesError(found)


def path(at: Location) -> str:
    """Return a location as users read it: `spec.modelGroups.forests[0].space.n_jobs`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in at)
    return "".join(steps).removeprefix(".")
