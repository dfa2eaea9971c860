"""Spaces in few words, for tests of what is drawn from them."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from crosstrial.spec.space import Space

SPACE: TypeAdapter[Space] = TypeAdapter(Space)


def space(**parameters: dict[str, Any]) -> Space:
    """A space in its normal form: `distribution` or `one_of` as in a document."""
    return SPACE.validate_python(parameters)


def law(distribution: str, **fields: Any) -> dict[str, Any]:
    """One distribution as a document has it."""
    return {"distribution": distribution, **fields}
