"""The address of a store behind a Service, rewritten for whoever reaches it by a local port."""

from __future__ import annotations

import re

from crosstrial.spec.errors import InvalidError

ADDRESS = re.compile(
    r"mongodb://(?P<user>(?:[^/?]*@)?)(?P<hosts>[^/?@]+)(?:/(?P<database>[^?]*))?(?:\?(?P<options>.*))?"
)
# With it the driver stays with the port, instead of looking for the members that it hears of.
DIRECT = "directConnection"


def forwarded(uri: str, port: int) -> str:
    """Return a URI that reaches the same store at a port of this machine.

    User, password, database and options stay; nothing of them is printed.

    Raises:
        InvalidError: it is not a `mongodb://` URI with hosts.
    """
    found = ADDRESS.fullmatch(uri)
    if found is None:
        raise InvalidError(
            "the URI in the cluster's Secret is not one of mongodb:// with a host",
            "correct it, or name a store that is reached without the cluster by --store",
        )
    options = [
        option
        for option in (found["options"] or "").split("&")
        if option and option.partition("=")[0].lower() != DIRECT.lower()
    ]
    asked = "&".join([*options, f"{DIRECT}=true"])
    return f"mongodb://{found['user']}127.0.0.1:{port}/{found['database'] or ''}?{asked}"
