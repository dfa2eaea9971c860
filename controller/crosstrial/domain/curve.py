"""Learning curves as they are kept: a column of 32-bit floats for each metric and part.

A number costs six bytes instead of a dozen, and text travels through JSON and every store.
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Sequence
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from crosstrial.domain.record import Record
from crosstrial.spec.epochs import MOST_EPOCHS

NUMBER_BYTES = 4
GREATEST = 3.4028234663852886e38  # of the 32-bit floats


def packed(numbers: Sequence[float | None]) -> str:
    """Return numbers as Base64 of little-endian 32-bit floats; None becomes NaN."""
    plain = [math.nan if n is None else max(-GREATEST, min(GREATEST, n)) for n in numbers]
    return base64.b64encode(struct.pack(f"<{len(plain)}f", *plain)).decode("ascii")


def unpacked(text: str) -> tuple[float | None, ...]:
    """Return the numbers that `packed` has made a text of.

    Raises:
        ValueError: it is no such text.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not Base64: {error}") from error
    if len(content) % NUMBER_BYTES:
        raise ValueError(f"{len(content)} bytes are no whole number of 32-bit floats")
    numbers = struct.unpack(f"<{len(content) // NUMBER_BYTES}f", content)
    return tuple(None if math.isnan(n) else n for n in numbers)


def _checked(text: str) -> str:
    unpacked(text)
    return text


Packed: TypeAlias = Annotated[str, AfterValidator(_checked)]


class Curve(Record):
    """Every metric on every part of one split, by epochs: every `every`-th one, and the `last`."""

    every: int = Field(ge=1)
    last: int = Field(ge=1, le=MOST_EPOCHS)
    train: dict[str, Packed]
    validation: dict[str, Packed]
    test: dict[str, Packed]

    @model_validator(mode="after")
    def _has_whole_columns(self) -> Self:
        points = len(self.epochs)
        columns = [*self.train.values(), *self.validation.values(), *self.test.values()]
        if any(len(unpacked(column)) != points for column in columns):
            raise ValueError(f"a column is not of {points} epochs")
        return self

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs, counted from 1, that the columns have a number for."""
        return scored_epochs(self.every, self.last)


class ValidationCurve(Record):
    """What a pruner knows of another trial of its pair: how it went on the first split.

    `values`: its primary validation scores. `complete`: whether it ran to its end.
    """

    model: str
    index: int
    complete: bool
    values: Packed


def scored_epochs(every: int, last: int) -> tuple[int, ...]:
    """Return every `every`-th epoch up to the last, and the last."""
    regular = tuple(range(every, last + 1, every))
    return regular if last % every == 0 else (*regular, last)
