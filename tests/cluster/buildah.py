"""buildah with a storage of our own: build, push, and leave nothing mounted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster import host
from cluster.shell import run, succeeds


@dataclass(frozen=True)
class Buildah:
    """An image builder that keeps layers and images in a folder and pulls nothing."""

    folder: Path

    @property
    def _command(self) -> tuple[str | Path, ...]:
        storage = ("--root", self.folder / "storage", "--runroot", self.folder / "run")
        return ("buildah", *storage, "--storage-driver", "overlay")

    def has(self, reference: str) -> bool:
        """Say whether an image of this name was built here."""
        return succeeds(*self._command, "inspect", "--type", "image", reference)

    def build(
        self,
        reference: str,
        containerfile: Path,
        *,
        context: Path,
        arguments: Mapping[str, str],
        mounts: Mapping[Path, str],
    ) -> str:
        """Build a Containerfile and return the image's id.

        Args:
            reference: the name that the image gets.
            containerfile: what to build.
            context: the folder that it copies from.
            arguments: values of its ARGs.
            mounts: folders that are mounted, read-only, while it is built.

        Raises:
            ClusterError: it does not build.
        """
        given = [f"--build-arg={name}={value}" for name, value in arguments.items()]
        mounted = [f"--volume={folder}:{target}:ro" for folder, target in mounts.items()]
        how = ("build", "--quiet", "--isolation=chroot", "--layers", "--pull-never")
        what = (f"--tag={reference}", f"--file={containerfile}", context)
        run(*self._command, *how, *given, *mounted, *what)
        return run(*self._command, "images", "--quiet", "--no-trunc", reference).strip()

    def add(self, reference: str, root_file_system: Path) -> None:
        """Make an image of one layer from an archive of a root file system.

        Raises:
            ClusterError: a step failed.
        """
        container = run(*self._command, "from", "scratch").strip()
        run(*self._command, "add", "--quiet", container, root_file_system, "/")
        run(*self._command, "commit", "--quiet", "--rm", container, reference)

    def push(self, reference: str, archive: Path) -> None:
        """Write an image to an archive.

        Docker's format keeps layers uncompressed: an OCI archive takes four times as long, since
        every layer is compressed again.

        Raises:
            ClusterError: it could not be written.
        """
        archive.unlink(missing_ok=True)
        run(*self._command, "push", "--quiet", reference, f"docker-archive:{archive}:{reference}")

    def close(self) -> None:
        """Unmount what the storage driver keeps mounted."""
        host.unmount(str(self.folder))
