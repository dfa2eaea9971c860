"""A cache against a server that does what servers do: cuts, forgets, refuses, falls silent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crosstrial.executor.kubernetes.cache import Cache
from crosstrial.executor.kubernetes.requests import Requests
from crosstrial.executor.protocol import TemporaryExecutorError
from support.arena import wait_for
from support.fake_api_server import FakeApiServer
from support.kube_objects import SETTINGS, a_pod, terminated

PODS = Requests(SETTINGS).pods
MakeCache = Callable[..., Cache]


@pytest.fixture
def make(server: FakeApiServer) -> Iterator[MakeCache]:
    """Return a maker of caches, which are closed in the end."""
    made: list[Cache] = []

    def _make(**options: Any) -> Cache:
        options.setdefault("changed", lambda: None)
        made.append(Cache(server.api(), PODS, **options))
        return made[-1]

    yield _make
    for cache in made:
        cache.close()


def names(cache: Cache) -> list[str]:
    return sorted(pod["metadata"]["name"] for pod in cache.objects())


def see(cache: Cache, *wanted: str) -> None:
    wait_for(lambda: names(cache) == sorted(wanted), f"the cache has {wanted}", seconds=30)


def watches(server: FakeApiServer) -> int:
    return server.count("GET", "/pods", watch="true")


def lists(server: FakeApiServer) -> int:
    return server.count("GET", "/pods") - watches(server)


def watching(server: FakeApiServer, times: int = 1) -> None:
    wait_for(lambda: watches(server) >= times, "it watches", seconds=30)


def test_what_is_there_is_listed(server: FakeApiServer, make: MakeCache) -> None:
    server.put("pods", a_pod(name="a"))
    cache = make()
    cache.require_synced(10)
    assert names(cache) == ["a"]


def test_a_long_list_comes_in_pages(server: FakeApiServer, make: MakeCache) -> None:
    for number in range(7):
        server.put("pods", a_pod(name=f"p{number}"))
    server.page_size = 3
    cache = make()
    cache.require_synced(10)
    assert len(names(cache)) == 7


def test_others_pods_are_none_of_ours(server: FakeApiServer, make: MakeCache) -> None:
    other = a_pod(name="other")
    other["metadata"]["labels"] = {
        **other["metadata"]["labels"],
        "app.kubernetes.io/instance": "another",
    }
    server.put("pods", other)
    cache = make()
    cache.require_synced(10)
    server.put("pods", a_pod(name="a"))
    see(cache, "a")


def test_changes_arrive(server: FakeApiServer, make: MakeCache) -> None:
    cache = make()
    cache.require_synced(10)
    server.put("pods", a_pod("Pending", name="a"))
    see(cache, "a")
    server.put("pods", a_pod("Running", name="a"))
    wait_for(lambda: cache.objects()[0]["status"]["phase"] == "Running", "it runs", seconds=30)
    server.drop("pods", "a")
    see(cache)


def test_a_change_is_announced(server: FakeApiServer, make: MakeCache) -> None:
    changed = threading.Event()
    cache = make(changed=changed.set)
    cache.require_synced(10)
    assert changed.wait(10)
    changed.clear()
    server.put("pods", a_pod(name="a"))
    assert changed.wait(30)


def test_the_last_words_of_what_has_gone_are_kept_once(
    server: FakeApiServer, make: MakeCache
) -> None:
    server.put("pods", a_pod(name="a"))
    cache = make()
    cache.require_synced(10)
    watching(server)
    server.put("pods", a_pod("Failed", name="a", state=terminated(139)))
    server.drop("pods", "a")
    see(cache)
    (gone,) = cache.take().deleted
    assert gone["status"]["phase"] == "Failed"
    assert cache.take().deleted == ()


def test_a_watch_that_breaks_goes_on_where_it_broke(server: FakeApiServer, make: MakeCache) -> None:
    cache = make()
    cache.require_synced(10)
    watching(server)
    server.cut_watches()
    server.put("pods", a_pod(name="a"))
    see(cache, "a")
    assert lists(server) == 1
    assert watches(server) >= 2


@pytest.mark.parametrize("in_stream", [True, False], ids=["in-the-stream", "as-the-answer"])
def test_what_was_missed_is_listed_when_the_server_has_forgotten(
    server: FakeApiServer, make: MakeCache, in_stream: bool
) -> None:
    server.expired_in_stream = in_stream
    server.put("pods", a_pod(name="a"))
    cache = make()
    cache.require_synced(10)
    watching(server)
    server.silent = True
    server.drop("pods", "a")
    server.put("pods", a_pod(name="b"))
    server.forget_history()
    server.silent = False
    see(cache, "b")
    assert lists(server) == 2
    assert [pod["metadata"]["name"] for pod in cache.take().deleted] == ["a"]
    server.put("pods", a_pod(name="c"))
    see(cache, "b", "c")


def test_a_bookmark_saves_a_list(server: FakeApiServer, make: MakeCache) -> None:
    cache = make()
    cache.require_synced(10)
    watching(server)
    # Others' changes move the version on, and nothing of it is ours.
    for _ in range(3):
        server.put("jobs", a_pod(name="noise"))
    wait_for(lambda: server.bookmarked, "a bookmark was sent", seconds=30)
    server.forget_history(but_after=server.bookmarked)
    server.put("pods", a_pod(name="a"))
    see(cache, "a")
    assert lists(server) == 1


def test_a_silent_connection_is_given_up(server: FakeApiServer, make: MakeCache) -> None:
    cache = make(silence_seconds=0.2)
    cache.require_synced(10)
    server.silent = True
    watching(server)
    server.put("pods", a_pod(name="a"))
    watching(server, times=3)
    assert names(cache) == []
    server.silent = False
    see(cache, "a")


def test_events_that_were_never_sent_are_made_up_for(
    server: FakeApiServer, make: MakeCache
) -> None:
    cache = make(silence_seconds=0.2, resync_seconds=0.5)
    cache.require_synced(10)
    server.silent = True
    server.put("pods", a_pod(name="a"))
    see(cache, "a")


@pytest.mark.parametrize("status", [0, 403, 429, 500, 503])
def test_a_watch_that_is_refused_is_asked_for_again(
    server: FakeApiServer, make: MakeCache, status: int
) -> None:
    server.fail("GET", "watch=true", status, times=2)
    cache = make()
    cache.require_synced(10)
    watching(server, times=3)
    server.put("pods", a_pod(name="a"))
    see(cache, "a")


def test_a_server_that_ends_every_watch_is_not_stormed(
    server: FakeApiServer, make: MakeCache
) -> None:
    server.refuse_to_watch = True
    cache = make()
    watching(server, times=3)
    times = [asked.at for asked in server.asked if asked.query.get("watch")]
    assert times[1] - times[0] >= 0.25
    assert times[2] - times[1] >= 0.5
    server.refuse_to_watch = False
    server.put("pods", a_pod(name="a"))
    see(cache, "a")


def test_nonsense_on_the_wire_is_survived(server: FakeApiServer, make: MakeCache) -> None:
    cache = make()
    cache.require_synced(10)
    watching(server)
    server.babble = True
    wait_for(lambda: not server.babble, "nonsense was sent", seconds=30)
    server.put("pods", a_pod(name="a"))
    see(cache, "a")


def test_who_may_not_list_is_told_why(server: FakeApiServer, make: MakeCache) -> None:
    server.fail("GET", "/pods", 403, times=1000, message="pods is forbidden")
    cache = make()

    def trouble() -> str:
        with pytest.raises(TemporaryExecutorError) as caught:
            cache.require_synced(0)
        return str(caught.value)

    wait_for(lambda: "pods is forbidden" in trouble(), "it is told", seconds=30)
    server.mend()
    cache.require_synced(30)


def test_what_nobody_reads_is_not_kept(server: FakeApiServer, make: MakeCache) -> None:
    pod = a_pod(name="a")
    pod["metadata"]["managedFields"] = [{"manager": "kubelet"}]
    server.put("pods", pod)
    cache = make()
    cache.require_synced(10)
    assert "managedFields" not in cache.objects()[0]["metadata"]


def test_close_ends_a_quiet_watch_at_once(server: FakeApiServer, make: MakeCache) -> None:
    server.bookmarks = False
    cache = make()
    cache.require_synced(10)
    watching(server)
    cache.close()
    assert not any(thread.name == "watch-pods" for thread in threading.enumerate())
