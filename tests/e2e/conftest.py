"""crosstrial in a real Kubernetes, once for all end-to-end tests.

The cluster stays up, so that the next run starts at once; `make e2e` takes it down.
"""

from __future__ import annotations

import os

import pytest

from cluster.choose import choose
from cluster.folders import folders_of, only_one
from support.installation import Installation


@pytest.fixture(scope="session")
def installation() -> Installation:
    """The cluster, the images of this checkout, and the test overlay, ready."""
    made = Installation(choose(os.environ))
    with only_one(folders_of(os.environ)):
        made.install()
    return made
