"""crosstrial in a real Kubernetes, once for all end-to-end tests.

The cluster stays up, so that the next run starts at once; `make e2e` takes it down.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from cluster.choose import choose
from cluster.folders import folders_of, only_one
from support.installation import Installation
from support.stuck import Stuck


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The cluster, the images of this checkout, and the test overlay, ready."""
    made = Installation(choose(os.environ))
    with only_one(folders_of(os.environ)):
        made.install()
    return made


@pytest.fixture(scope="session")
def stuck(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stuck]:
    """Experiments that cannot start, from the moment that a test asks for them on.

    What keeps them waiting is told after a minute: other tests use it, and show that they can.
    """
    made = Stuck(installation, tmp_path_factory.mktemp("stuck"))
    made.submit()
    yield made
    made.close()
