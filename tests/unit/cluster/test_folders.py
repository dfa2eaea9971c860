from __future__ import annotations

from pathlib import Path

import pytest

from cluster.errors import ClusterError
from cluster.folders import folders_of


@pytest.mark.parametrize(
    ("environ", "cache"),
    [
        pytest.param({"XDG_CACHE_HOME": "/c"}, "/c/crosstrial-test", id="the user's caches"),
        pytest.param(
            {"CROSSTRIAL_TEST_CACHE": "/t", "XDG_CACHE_HOME": "/c"}, "/t", id="named comes first"
        ),
        pytest.param({}, f"{Path.home()}/.cache/crosstrial-test", id="default"),
    ],
)
def test_the_cache_is_where_the_environment_says(environ: dict[str, str], cache: str) -> None:
    assert folders_of(environ).cache == Path(cache)


def test_a_path_too_long_for_sockets_is_refused_before_anything_starts() -> None:
    with pytest.raises(ClusterError, match="set CROSSTRIAL_TEST_CACHE to a shorter one"):
        folders_of({"CROSSTRIAL_TEST_CACHE": "/" + "long" * 20})
