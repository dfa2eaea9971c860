from __future__ import annotations

from collections.abc import Callable

import pytest

from crosstrial.spec.errors import InvalidError
from crosstrial.spec.quantities import byte_count, cores, seconds, shown_bytes


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (seconds, "2h", 7200),
        (seconds, "1h30m", 5400),
        (seconds, "90s", 90),
        (seconds, "1h1s", 3601),
        (seconds, "0.5s", 0.5),
        (seconds, "1.5h", 5400),
        (seconds, "45", 45),
        (seconds, 300, 300),
        (seconds, 1e-5, 0.00001),
        (cores, "1", 1),
        (cores, "500m", 0.5),
        (cores, 2, 2),
        (cores, 0.25, 0.25),
        (byte_count, "1Gi", 1 << 30),
        (byte_count, "512Mi", 512 << 20),
        (byte_count, "1.5Gi", 3 << 29),
        (byte_count, "1G", 10**9),
        (byte_count, "4k", 4000),
        (byte_count, 1073741824, 1 << 30),
        (byte_count, "1073741824", 1 << 30),
    ],
)
def test_what_is_written_is_understood(
    read: Callable[[object], float], written: object, value: float
) -> None:
    assert read(written) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (seconds, ""),
        (seconds, "2 h"),
        (seconds, "h"),
        (seconds, "30m1h"),
        (seconds, "-1s"),
        (seconds, "1d"),
        (seconds, -1),
        (seconds, True),
        (seconds, [1]),
        (cores, "0"),
        (cores, "1.5.5"),
        (cores, "1k"),
        (cores, ""),
        (byte_count, "12 Mi"),
        (byte_count, "1GB"),
        (byte_count, "1mi"),
        (byte_count, "512m"),
        (byte_count, "Gi"),
        (byte_count, -1),
        (byte_count, False),
    ],
)
def test_what_is_no_quantity_is_refused(read: Callable[[object], float], written: object) -> None:
    with pytest.raises(InvalidError, match="write "):
        read(written)


@pytest.mark.parametrize(
    ("count", "text"), [(1 << 30, "1Gi"), (1536 << 20, "1536Mi"), (10**9, "1000000000"), (0, "0")]
)
def test_bytes_are_shown_exactly(count: int, text: str) -> None:
    assert shown_bytes(count) == text
    assert byte_count(text) == count
