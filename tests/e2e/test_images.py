"""The images: what is in them and what is not, as they run where root is read-only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.images import IMAGES
from support.installation import Installation
from support.namespaces import Namespace, python

pytestmark = pytest.mark.timeout(1800)

LIBRARIES = ("kubernetes", "sklearn", "pandas", "pymongo", "crosstrial", "crosstrial_trial")
LOOK = f"""
import importlib.util, os, pathlib
print(*(name for name in {LIBRARIES} if importlib.util.find_spec(name)))
import crosstrial
print(os.getuid(), pathlib.Path(crosstrial.__cached__).exists())
"""


@pytest.fixture
def namespace(installation: Installation) -> Iterator[Namespace]:
    """A namespace of its own, as strict as those of the manifests."""
    place = Namespace(installation.cluster.kubectl)
    enforce = "pod-security.kubernetes.io/enforce=restricted"
    place.kubectl("label", "namespace", place.name, enforce)
    yield place
    place.attempt("delete", "namespace", place.name, "--wait=false")


@pytest.mark.parametrize(
    ("name", "libraries"),
    [
        ("controller", "kubernetes pymongo crosstrial crosstrial_trial"),
        ("trial", "sklearn pandas pymongo crosstrial crosstrial_trial"),
    ],
)
def test_an_image_has_what_it_needs_compiled_and_no_more(
    namespace: Namespace, name: str, libraries: str
) -> None:
    # As in the manifests: the user is the image's own, the root cannot be written.
    confined = python("")["securityContext"] | {"readOnlyRootFilesystem": True}
    namespace.job(
        "look",
        LOOK,
        image=IMAGES[name].reference,
        command=["python", "-c", LOOK],
        securityContext=confined,
    )
    assert namespace.completed_log("look") == f"{libraries}\n10001 True\n"


def test_the_controller_image_is_the_whole_command_line(namespace: Namespace) -> None:
    namespace.job(
        "help",
        "",
        image=IMAGES["controller"].reference,
        command=["crosstrial", "controller", "--help"],
    )
    assert "Drive every experiment of a store" in namespace.completed_log("help")
