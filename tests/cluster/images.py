"""The images that tests need, and how each comes to be where no registry is reached.

A Containerfile is an ordinary one: its context is the checkout, `docker build` builds it as it
stands. Where there is no registry, three build arguments change where things come from: BASE is
an image of Debian's packages (`base`), PIP_NO_INDEX and PIP_FIND_LINKS make pip take wheels from a
folder (`wheels`) that is mounted during the build and is in no layer. Declare all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cluster import base, debian, node, versions, wheels
from cluster.build import Binaries
from cluster.buildah import Buildah
from cluster.errors import ClusterError
from cluster.folders import Folders
from cluster.shell import run, say

CHECKOUT = Path(__file__).parents[2]
_WHEELS = "/wheels"


@dataclass(frozen=True)
class Image:
    """An image of this project; its Containerfile is named from the checkout."""

    name: str
    containerfile: str

    @property
    def reference(self) -> str:
        """The full name that manifests use; never pulled from anywhere."""
        return f"localhost/crosstrial-{self.name}:test"

    @property
    def path(self) -> Path:
        """Return where the Containerfile is."""
        return CHECKOUT / self.containerfile


IMAGES = {
    image.name: image
    for image in (
        Image("controller", "controller/Containerfile"),
        Image("store", "tests/cluster/store/Containerfile"),
        Image("trial", "trial_image/Containerfile"),
    )
}


def find(names: list[str]) -> list[Image]:
    """Return the images of these names, all when none is named.

    Raises:
        ClusterError: there is no such image.
    """
    unknown = [name for name in names if name not in IMAGES]
    if unknown:
        raise ClusterError(f"no image {unknown[0]}: there are {', '.join(IMAGES)}")
    return [IMAGES[name] for name in names or IMAGES]


def bring(image: Image, binaries: Binaries, folders: Folders) -> None:
    """Build an image and bring it to the native node; only what changed is done again.

    Raises:
        ClusterError: no cluster is up, or a step failed; what it printed is in the message.
    """
    if not folders.kubeconfig.exists():
        raise ClusterError(f"{image.reference} is for a node: bring the cluster up first")
    debian.install(versions.DEBIAN_FOR_IMAGES)
    builder = Buildah(folders.images)
    say(f"building {image.reference}")
    wheelhouse = wheels.wheelhouse(CHECKOUT, folders.images)
    try:
        digest = builder.build(
            image.reference,
            image.path,
            context=CHECKOUT,
            arguments={
                "BASE": base.base_image(builder, folders.images),
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": _WHEELS,
            },
            mounts={wheelhouse: _WHEELS},
        )
        archive = _archive(image, digest, builder, folders)
    finally:
        builder.close()
    _import(image, digest, archive, binaries, folders)


def take_away(image: Image, binaries: Binaries, folders: Folders) -> None:
    """Remove an image from the native node; the archive of it stays.

    Raises:
        ClusterError: containerd does not answer.
    """
    run(*node.ctr(binaries, folders), "images", "rm", "--sync", image.reference)
    _imported(image, folders).unlink(missing_ok=True)


def _archive(image: Image, digest: str, builder: Buildah, folders: Folders) -> Path:
    """Return the image as an archive, which outlives the cluster."""
    archive = folders.images / f"{image.name}.tar"
    recorded = folders.images / f"{image.name}.digest"
    if not (recorded.exists() and recorded.read_text() == digest):
        recorded.unlink(missing_ok=True)
        builder.push(image.reference, archive)
        recorded.write_text(digest)
    return archive


def _import(image: Image, digest: str, archive: Path, binaries: Binaries, folders: Folders) -> None:
    imported = _imported(image, folders)
    if imported.exists() and imported.read_text() == digest:
        return
    say(f"importing {image.reference}")
    run(*node.ctr(binaries, folders), "images", "import", archive)
    imported.parent.mkdir(exist_ok=True)
    imported.write_text(digest)


def _imported(image: Image, folders: Folders) -> Path:
    """Return the file that tells which version of an image the node has."""
    return folders.state / "images" / image.name
