"""Compile the programs of `versions` once; later runs find them in the cache.

A program's folder in the cache is named by its version and by a digest of recipe and sources, and
appears complete or not at all.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster import debian, versions
from cluster.errors import ClusterError
from cluster.folders import Folders
from cluster.shell import run, say
from cluster.versions import PROGRAMS, Program


@dataclass(frozen=True)
class Binaries:
    """Where the compiled programs are, by the name of their recipe."""

    of: Mapping[str, Path]

    @property
    def kubernetes(self) -> Path:
        """Every component of Kubernetes, told apart by the first argument."""
        return self.of["kubernetes"] / "kubernetes"

    @property
    def path(self) -> str:
        """A PATH that finds them before the machine's own."""
        folders = [str(folder) for folder in self.of.values()]
        return os.pathsep.join([*folders, "/usr/sbin", "/usr/bin", "/sbin", "/bin"])


def build(folders: Folders) -> Binaries:
    """Compile what the cache lacks and return where everything is.

    Raises:
        ClusterError: no Go that is new enough, or a program does not compile.
    """
    return Binaries({name: compiled(program, folders) for name, program in PROGRAMS.items()})


def compiled(program: Program, folders: Folders) -> Path:
    """Return the folder with a program's binaries, compiling them if need be.

    Raises:
        ClusterError: as for `build`.
    """
    folder = folders.binaries / f"{program.name}-{program.version}-{_digest(program)}"
    if folder.exists():
        return folder
    debian.install(versions.DEBIAN_TO_BUILD)
    _require_go()
    started = time.monotonic()
    say(f"compiling {program.name} {program.version}")
    folders.binaries.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folders.binaries, prefix="unfinished-") as unfinished:
        target = Path(unfinished) / "bin"
        target.mkdir()
        _compile(program, target)
        target.rename(folder)
    say(f"compiled {program.name} in {time.monotonic() - started:.0f} s")
    return folder


def _compile(program: Program, target: Path) -> None:
    flags = ["-trimpath", "-buildvcs=false", "-tags", program.tags, "-ldflags", program.ldflags]
    environment = {"CGO_ENABLED": "1" if program.cgo else "0"}
    if program.source is not None:
        output = target / program.name
        run(
            "go", "build", *flags, "-o", output, ".", folder=program.source, environment=environment
        )
        return
    packages = [f"{package}@{program.version}" for package in program.packages]
    # Outside the checkout, so that no go.mod of ours has a say in a published module's versions.
    environment["GOBIN"] = str(target)
    run("go", "install", *flags, *packages, folder=target, environment=environment)


def _digest(program: Program) -> str:
    parts = [repr((program.packages, program.tags, program.ldflags, program.cgo)).encode()]
    if program.source is not None:
        parts += [file.read_bytes() for file in sorted(program.source.iterdir())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _require_go() -> None:
    wanted = ".".join(str(part) for part in versions.GO)
    if shutil.which("go") is None:
        debian.install({"/usr/bin/go": "golang"})
    # Outside the checkout, where no go.mod makes Go choose another toolchain than its own.
    found = run("go", "env", "GOVERSION", folder=Path("/")).strip()
    match = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", found)
    version = tuple(int(part or 0) for part in match.groups()) if match else ()
    # Go 1.21 and later fetch the toolchain that a module asks for, unless they are told not to.
    fetches = version >= (1, 21) and run("go", "env", "GOTOOLCHAIN").strip() != "local"
    if version < versions.GO and not fetches:
        raise ClusterError(
            f"Go {wanted} or newer compiles the test cluster, this machine's is {found}: "
            "put a newer `go` on the PATH, or let it fetch one with GOTOOLCHAIN=auto"
        )
