"""What a user can do wrong: one message with place and remedy, and an exit code."""

from __future__ import annotations

from typing import ClassVar, Self, TypeAlias

# Keys and positions from the root of a document, as the user writes them (camelCase).
Location: TypeAlias = tuple[str | int, ...]


class CrosstrialError(Exception):
    """The root of what users meet: what happened, to what, and what to do.

    Args:
        message: what is wrong, and where.
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
        return self.message if self.remedy is None else f"{self.message}; {self.remedy}"

    def placed(self, place: str) -> Self:
        """Return the same error with the place of its part of the document in front."""
        return type(self)(f"{place}: {self.message}", self.remedy)


class InvalidError(CrosstrialError):
    """A document, name or value that cannot work."""

    exit_code = 2


class ConflictError(CrosstrialError):
    """Other content under a known name, or a state that forbids the change."""

    exit_code = 3
