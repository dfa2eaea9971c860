"""The cluster's own authority, a certificate for everyone who speaks, and their kubeconfigs.

`openssl` makes them anew for each cluster; they are in the state folder and go with it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from cluster import network
from cluster.shell import run

_DAYS = "365"


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """The certificate authority in a folder."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """What everyone trusts."""
        return self.folder / "ca.crt"

    @property
    def service_accounts(self) -> Path:
        """The key that signs and verifies service account tokens."""
        return self.folder / "service-accounts.key"

    def create(self) -> None:
        """Make the authority and the service accounts' key."""
        self.folder.mkdir(parents=True, mode=0o700)
        # No defaults of the machine: what a certificate says is on the command line.
        (self.folder / "openssl.cnf").write_text("[req]\ndistinguished_name=dn\n[dn]\n")
        self._request("ca", "/CN=crosstrial-test", "basicConstraints=critical,CA:TRUE")
        # In the older of two formats: the API server takes a public key from no other.
        key = ("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout")
        run(*key, "-out", self.service_accounts)

    def server(self) -> Identity:
        """Return the API server's certificate, for every name it is reached by."""
        names = ["kubernetes.default.svc", f"kubernetes.default.svc.{network.DOMAIN}"]
        addresses = [network.ADDRESS, network.API_SERVICE]
        also = ",".join([f"DNS:{name}" for name in names] + [f"IP:{ip}" for ip in addresses])
        return self._issue(
            "kube-apiserver",
            "/CN=kube-apiserver",
            f"subjectAltName={also}",
            "extendedKeyUsage=serverAuth",
        )

    def client(self, user: str, group: str | None = None) -> Identity:
        """Return the certificate of a user, as a member of a group."""
        subject = f"/O={group}/CN={user}" if group else f"/CN={user}"
        name = user.replace(":", "-")
        return self._issue(name, subject, "extendedKeyUsage=clientAuth")

    def kubeconfig(self, user: str, group: str | None = None) -> Path:
        """Write a self-contained kubeconfig of a user and return its path."""
        identity = self.client(user, group)
        path = identity.certificate.with_suffix(".kubeconfig")
        # JSON is YAML.
        path.write_text(json.dumps(_kubeconfig(user, identity, self.certificate), indent=1))
        return path

    def _issue(self, name: str, subject: str, *extensions: str) -> Identity:
        signed = ("-CA", str(self.certificate), "-CAkey", str(self.folder / "ca.key"))
        return self._request(name, subject, *extensions, signed=signed)

    def _request(
        self, name: str, subject: str, *extensions: str, signed: tuple[str, ...] = ()
    ) -> Identity:
        identity = Identity(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        added = [part for extension in extensions for part in ("-addext", extension)]
        said = ("-days", _DAYS, "-subj", subject, *added)
        request = ("openssl", "req", "-x509", "-config", self.folder / "openssl.cnf")
        run(*request, *signed, *key, *said, "-keyout", identity.key, "-out", identity.certificate)
        return identity


def _kubeconfig(user: str, identity: Identity, authority: Path) -> dict[str, object]:
    name = "crosstrial-test"
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
        "clusters": [
            {
                "name": name,
                "cluster": {
                    "server": network.API_SERVER,
                    "certificate-authority-data": _inline(authority),
                },
            }
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate-data": _inline(identity.certificate),
                    "client-key-data": _inline(identity.key),
                },
            }
        ],
    }


def _inline(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
