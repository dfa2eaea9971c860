"""What the native cluster is made of: versions, Go packages, Debian packages.

`build` compiles PROGRAMS; a changed recipe or source gets a new folder in the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

# The greatest `go` directive among the modules below: an older compiler refuses them.
GO = (1, 26, 6)

KUBERNETES = "v1.36.3"

# What a Debian machine may lack: Debian package by the file that shows it is there.
DEBIAN_TO_BUILD = {
    "/usr/bin/gcc": "gcc",
    "/usr/include/stdio.h": "libc6-dev",
    "/usr/bin/pkg-config": "pkg-config",
    "/usr/include/seccomp.h": "libseccomp-dev",
}
DEBIAN_TO_RUN = {
    "/usr/sbin/iptables": "iptables",
    "/usr/sbin/ip": "iproute2",
    "/usr/bin/openssl": "openssl",
}
DEBIAN_FOR_IMAGES = {
    "/usr/bin/buildah": "buildah",
    "/usr/bin/mmdebstrap": "mmdebstrap",
}


@dataclass(frozen=True)
class Program:
    """One `go install` or `go build`.

    Either `packages` of the published module `version`, or a `source` folder of ours that has a
    main package and go.sum.
    """

    name: str
    version: str
    packages: tuple[str, ...] = ()
    source: Path | None = None
    tags: str = ""
    ldflags: str = "-s -w"
    cgo: bool = False


_KUBERNETES_VERSION = " ".join(
    f"-X k8s.io/component-base/version.{field}={value}"
    for field, value in {"gitVersion": KUBERNETES, "gitMajor": "1", "gitMinor": "36"}.items()
)
_CONTAINERD = "github.com/containerd/containerd/v2"
_CNI = "github.com/containernetworking/plugins/plugins"

PROGRAMS = {
    program.name: program
    for program in (
        Program(
            "kubernetes",
            KUBERNETES,
            source=HERE / "kubernetes",
            ldflags=f"-s -w {_KUBERNETES_VERSION}",
        ),
        Program(
            "containerd",
            "v2.4.2",
            packages=tuple(
                f"{_CONTAINERD}/cmd/{name}"
                for name in ("containerd", "ctr", "containerd-shim-runc-v2")
            ),
            tags="no_btrfs no_devmapper no_zfs",
            ldflags=f"-s -w -X {_CONTAINERD}/version.Version=v2.4.2",
        ),
        Program(
            "runc",
            "v1.5.2",
            packages=("github.com/opencontainers/runc",),
            tags="seccomp",
            cgo=True,
        ),
        Program(
            "cni",
            "v1.9.1",
            packages=tuple(
                f"{_CNI}/{name}" for name in ("main/bridge", "main/loopback", "ipam/host-local")
            ),
        ),
        Program("coredns", "v1.12.4", source=HERE / "coredns"),
        Program("pause", "v1", source=HERE / "pause"),
    )
}

# Compiled only when fake nodes are asked for.
KWOK = Program("kwok", "v0.8.0", packages=("sigs.k8s.io/kwok/cmd/kwok",))
KWOK_MODULE = "sigs.k8s.io/kwok"
