"""How many cores there are, with and without quotas of control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosstrial.executor.cores import UNLIMITED, available_cores, quota_cores


def cores(folder: Path, own_group: str, quotas: dict[str, str]) -> float:
    """The quota in a made-up tree of control groups: path -> content of its `cpu.max`."""
    (folder / "self").write_text(own_group)
    for path, quota in quotas.items():
        group = folder / "groups" / path
        group.mkdir(parents=True, exist_ok=True)
        (group / "cpu.max").write_text(quota)
    return quota_cores(folder / "self", folder / "groups")


@pytest.mark.parametrize(
    ("own_group", "quotas", "expected"),
    [
        pytest.param("0::/", {"": "150000 100000\n"}, 1.5, id="a-container"),
        pytest.param("0::/a/b\n", {"a/b": "max 100000"}, UNLIMITED, id="no-quota"),
        pytest.param(
            "0::/a/b", {"a": "200000 100000", "a/b": "400000 100000"}, 2.0, id="the-least-of-all"
        ),
        pytest.param("1:name=systemd:/\n0::/x", {"x": "50000 100000"}, 0.5, id="among-others"),
        pytest.param("4:memory:/x\n", {"x": "50000 100000"}, UNLIMITED, id="version-1-only"),
        pytest.param("0::/gone", {}, UNLIMITED, id="no-such-group"),
    ],
)
def test_quota(tmp_path: Path, own_group: str, quotas: dict[str, str], expected: float) -> None:
    assert cores(tmp_path, own_group, quotas) == expected


def test_this_machine_has_some() -> None:
    assert available_cores() > 0
