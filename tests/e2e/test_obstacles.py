"""What keeps a batch from starting counts nothing, is told, and can be mended.

That it stops nobody else `test_main_job` shows, whose experiment runs beside these.
"""

from __future__ import annotations

import pytest

from support.stuck import Stuck

pytestmark = pytest.mark.timeout(1800)

WHY = {
    "no-image": "has a batch whose image cannot be pulled",
    "no-node": "has a batch that no node has room for",
    "no-quota": "has a batch that a ResourceQuota forbids",
}


@pytest.fixture(scope="module")
def told(stuck: Stuck) -> dict[str, str]:
    """What `explain` says of each, once it knows, before anything is done about it."""
    for name, words in WHY.items():
        stuck.by_name[name].until_it_says(words)
    return {name: stuck.by_name[name].explained() for name in WHY}


@pytest.fixture(scope="module")
def cured(stuck: Stuck, told: dict[str, str]) -> Stuck:
    """The same experiments after what `explain` has advised was done."""
    assert told
    stuck.cure()
    return stuck


@pytest.mark.parametrize("name", WHY)
def test_why_a_batch_does_not_start_is_told(told: dict[str, str], name: str) -> None:
    assert WHY[name] in told[name]
    assert "0 of 2 trials ended" in told[name]


@pytest.mark.parametrize("name", WHY)
def test_once_it_is_mended_all_are_counted_once(cured: Stuck, name: str) -> None:
    one = cured.by_name[name]
    one.until_completed()
    status = one.status()
    assert (status["ended"], status["failed"]) == (2, 0)
    assert one.explained().startswith(f"{name} is completed")
