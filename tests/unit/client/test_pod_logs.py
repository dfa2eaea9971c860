"""What a batch's pod prints: read at once, and followed to the end of its container."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crosstrial.client.pod_logs import PodLogs
from crosstrial.spec.errors import InvalidError
from crosstrial.store.protocol import UnreachableError
from support.fake_cluster import PODS_PATH, TRIALS, FakeCluster, fake_cluster

POD = "crosstrial-u-1-abcde"
LOG_PATH = f"{PODS_PATH}/{POD}/log"


@pytest.fixture
def there() -> Iterator[FakeCluster]:
    with fake_cluster() as cluster:
        yield cluster


@pytest.fixture
def logs(there: FakeCluster) -> PodLogs:
    return PodLogs(there.api(patience_seconds=0.1), TRIALS)


def test_what_was_printed_is_read(there: FakeCluster, logs: PodLogs) -> None:
    there.print(POD, "one\n", "two\n")
    assert logs.printed("u-1") == "one\ntwo\n"


def test_a_running_pod_is_followed_to_its_end(there: FakeCluster, logs: PodLogs) -> None:
    there.print(POD, "one\n", ended=False)
    lines = logs.follow("u-1")
    assert next(lines) == "one\n"
    there.logs[POD].append("two\n")
    assert next(lines) == "two\n"
    there.printing[POD].set()
    assert list(lines) == []


def test_without_a_pod_there_is_nothing(there: FakeCluster, logs: PodLogs) -> None:
    there.objects[PODS_PATH] = {"items": []}
    assert logs.printed("u-1") is None
    assert list(logs.follow("u-1")) == []


def test_a_container_that_has_not_started_has_printed_nothing(
    there: FakeCluster, logs: PodLogs
) -> None:
    there.print(POD)
    del there.logs[POD]
    assert logs.printed("u-1") is None
    assert list(logs.follow("u-1")) == []


@pytest.mark.parametrize("path", [PODS_PATH, LOG_PATH], ids=["pods", "their logs"])
def test_what_may_not_be_read_is_told(there: FakeCluster, logs: PodLogs, path: str) -> None:
    there.print(POD, "one\n")
    there.refused[path] = 403
    for ask in (logs.printed, lambda batch: list(logs.follow(batch))):
        with pytest.raises(InvalidError, match="namespace trials may not be read"):
            ask("u-1")


def test_a_server_that_does_not_answer_is_unreachable(there: FakeCluster, logs: PodLogs) -> None:
    there.print(POD, "one\n")
    there.refused[LOG_PATH] = 500
    with pytest.raises(UnreachableError):
        logs.printed("u-1")
    assert list(logs.follow("u-1")) == []  # whoever follows asks again
