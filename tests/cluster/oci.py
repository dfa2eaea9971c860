"""Write an image of a few files as an OCI archive, which containerd imports; no builder needed."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping
from pathlib import Path

_MEDIA = "application/vnd.oci.image"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def write_archive(path: Path, reference: str, programs: Mapping[str, bytes]) -> None:
    """Write an image that holds executable files and runs the first of them.

    Args:
        path: of the archive.
        reference: the image's full name.
        programs: the files' contents by their names at the image's root.
    """
    layer = _tar({name: (content, 0o755) for name, content in programs.items()})
    configuration = _json(
        {
            "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
            "os": "linux",
            "config": {"Entrypoint": [f"/{next(iter(programs))}"], "User": "65535:65535"},
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
        }
    )
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": f"{_MEDIA}.manifest.v1+json",
            "config": _descriptor("config.v1+json", configuration),
            "layers": [_descriptor("layer.v1.tar", layer)],
        }
    )
    named = {"annotations": {"io.containerd.image.name": reference}}
    index = {
        "schemaVersion": 2,
        "manifests": [_descriptor("manifest.v1+json", manifest) | named],
    }
    blobs = {_blob(content): (content, 0o644) for content in (layer, configuration, manifest)}
    layout = _json({"imageLayoutVersion": "1.0.0"})
    path.write_bytes(
        _tar({"oci-layout": (layout, 0o644), "index.json": (_json(index), 0o644), **blobs})
    )


def _tar(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, (content, mode) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _descriptor(kind: str, content: bytes) -> dict[str, object]:
    return {"mediaType": f"{_MEDIA}.{kind}", "digest": _digest(content), "size": len(content)}


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _blob(content: bytes) -> str:
    return f"blobs/sha256/{hashlib.sha256(content).hexdigest()}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
